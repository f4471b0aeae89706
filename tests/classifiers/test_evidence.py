"""Evidence: exact words of the message, a long sentence cut to the clauses that tell."""

from __future__ import annotations

import numpy as np
import pytest

from classifiers.corpus import corpus_folder, read_corpus
from classifiers.evidence import Words, gather
from classifiers.judge import Classifier
from classifiers.sentences import split_message

LONG = (
    "Thank you for the new drafts of the flyer, which the whole team at the shop liked a lot, "
    "but I won't be paying the rest of the invoice until you have redone the logo, and I hope that "
    "it is as warm in Leeds this week."
)


def words_for(text: str, telling: str) -> Words:
    """Tokens as if each word were one; those of the telling part have high scores."""
    sentence = split_message("", text).sentences[0].normal
    at = sentence.index(telling)
    places = []
    start = 0
    for word in sentence.split(" "):
        places.append((start, start + len(word)))
        start += len(word) + 1
    scores = [3.0 if at <= first < at + len(telling) else -6.0 for first, _ in places]
    return Words(np.zeros(len(places), dtype=np.int64), np.array(places), np.array(scores))


def test_a_long_sentence_is_cut_to_the_clause_that_tells() -> None:
    pieces = split_message("", LONG)
    assert len(pieces.sentences) == 1
    words = words_for(LONG, "I won't be paying the rest of the invoice")
    found = gather("payment_issue", pieces, np.array([0.9]), words)
    assert [each.text for each in found] == [
        "but I won't be paying the rest of the invoice until you have redone the logo"
    ]


def test_a_short_sentence_stays_whole() -> None:
    text = "Thanks, but I won't pay, sorry."
    found = gather("payment_issue", split_message("", text), np.array([0.9]), words_for(text, "I won't pay"))
    assert [each.text for each in found] == [text]


def test_clauses_that_tell_nearly_as_much_stay_together() -> None:
    told = "but I won't be paying the rest of the invoice until you have redone the logo, and I hope"
    found = gather("payment_issue", split_message("", LONG), np.array([0.9]), words_for(LONG, told))
    assert found[0].text.startswith("but I won't be paying")
    assert found[0].text.endswith("this week.")


@pytest.mark.parametrize("told", [[0.9, 0.1, 0.8], [0.2, 0.9, 0.3]])
def test_sentences_that_tell_half_as_much_stand_beside(told: list[float]) -> None:
    pieces = split_message("", "First this one. Then this one. And also this.")
    found = gather("hostility", pieces, np.array(told), None)
    expected = [s.text for s, p in zip(pieces.sentences, told, strict=True) if p >= 0.5 * max(told)]
    assert [each.text for each in found] == expected


def test_cut_evidence_stands_in_the_text_and_is_not_long(classifier: Classifier) -> None:
    examples = read_corpus(corpus_folder() / "test")
    judged = classifier.judge_many([(each.subject, each.body) for each in examples])
    lengths = []
    for example, judgement in zip(examples, judged, strict=True):
        for finding in judgement.findings.values():
            for evidence in finding.evidence:
                assert evidence.text in example.subject or evidence.text in example.body
                assert evidence.text.strip() == evidence.text != ""
                lengths.append(len(evidence.text))
    assert np.mean(lengths) < 110
