"""The corpus: its format is read strictly, and what it holds keeps its promises."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from classifiers.corpus import Example, corpus_folder, read_corpus, read_file
from classifiers.errors import CorpusError
from classifiers.labels import LABELS, LANGUAGES

GOOD = """id: x-001
labels: hostility 2, payment_issue 1
lang: en
trade: tiler
register: plain
subject: the [[P|late]] one
---
Hello Jo,
[[H|you are a clown]] and so on.
"""
MOST_ALIKE = 0.8
BLOCK = 500


@pytest.fixture(scope="module")
def shipped() -> list[Example]:
    """What the classifier learns from."""
    return read_corpus()


@pytest.fixture(scope="module")
def held_out() -> list[Example]:
    """What it is only scored on."""
    return read_corpus(corpus_folder() / "test")


def has_body(*examples: Example) -> bool:
    """Whether all are long enough for likeness to mean anything: two thank-yous are always alike."""
    return all(len(each.body.split()) > 6 for each in examples)


def read(tmp_path: Path, text: str) -> list[Example]:
    path = tmp_path / "x-1.txt"
    path.write_text(text, encoding="utf-8")
    return read_file(path)


def test_marks_leave_the_text_and_point_to_their_words(tmp_path: Path) -> None:
    [example] = read(tmp_path, GOOD)
    assert example.subject == "the late one"
    assert example.body == "Hello Jo,\nyou are a clown and so on."
    assert dict(example.labels) == {"hostility": 2, "payment_issue": 1}
    assert example.severity == 2
    assert [(mark.label, example.words_of(mark)) for mark in example.marks] == [
        ("payment_issue", "late"),
        ("hostility", "you are a clown"),
    ]


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (("hostility 2, payment_issue 1", "rudeness 2"), 1, "labels are"),
        (("hostility 2, payment_issue 1", "hostility 4"), 1, "labels are"),
        (("hostility 2, payment_issue 1", "none"), 1, "labels and marks differ"),
        (("lang: en", "lang: xx"), 1, "lang is none of"),
        (("[[H|you", "[[X|you"), 1, "a mark that is"),
        (("a clown]]", "a clown"), 1, "a mark that is"),
        (("[[H|you are", "[[H|you [[P|are"), 1, "a mark that is"),
        (("trade: tiler", "trade tiler"), 4, "a header that is"),
        (("trade: tiler", "lang: en"), 4, "a header that is"),
        (("---\n", ""), 7, "a header that is"),
        (("register: plain\n", ""), 1, "missing header: register"),
    ],
)
def test_what_breaks_the_format_is_named_with_its_line(
    tmp_path: Path, change: tuple[str, str], line: int, says: str
) -> None:
    with pytest.raises(CorpusError) as caught:
        read(tmp_path, GOOD.replace(*change))
    assert f"x-1.txt, line {line}: {says}" in str(caught.value)
    assert "clown" not in str(caught.value)


def test_the_line_is_counted_from_the_top_of_the_file(tmp_path: Path) -> None:
    second = GOOD.replace("x-001", "x-002").replace("lang: en", "lang: xx")
    with pytest.raises(CorpusError, match=r"line 11: lang is none of"):
        read(tmp_path, GOOD + "====\n" + second)


def test_an_id_is_used_once(tmp_path: Path) -> None:
    (tmp_path / "x-1.txt").write_text(GOOD + "====\n" + GOOD, encoding="utf-8")
    with pytest.raises(CorpusError, match="x-001 is used twice"):
        read_corpus(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="No messages to learn from"):
        read_corpus(tmp_path)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x-1.txt"
    path.write_bytes(GOOD.replace("clown", "clöwn").encode("latin-1"))
    with pytest.raises(CorpusError, match="not UTF-8"):
        read_file(path)


def test_every_message_of_the_shipped_corpus_is_read(shipped: list[Example]) -> None:
    blocks = sum(
        path.read_text(encoding="utf-8").count("\nlabels: ") for path in corpus_folder().glob("*.txt")
    )
    assert len(shipped) == blocks >= 2820


def test_marks_hold_words_and_no_stray_space(shipped: list[Example], held_out: list[Example]) -> None:
    odd = [
        example.id
        for example in [*shipped, *held_out]
        for mark in example.marks
        if not any(letter.isalnum() for letter in example.words_of(mark))
    ]
    assert odd == []


def test_labels_kinds_and_languages_are_in_balance(shipped: list[Example]) -> None:
    labels = Counter(label for example in shipped for label in example.labels)
    languages = Counter(example.lang for example in shipped)
    assert max(labels.values()) <= 1.5 * min(labels[label] for label in LABELS)
    assert 0.25 <= sum(bool(example.labels) for example in shipped) / len(shipped) <= 0.5
    assert 0.6 <= languages["en"] / len(shipped) <= 0.85
    assert min(languages[code] for code in LANGUAGES) >= 60
    severities = Counter(example.severity for example in shipped if example.labels)
    assert min(severities[step] for step in (1, 2, 3)) >= 150


def test_no_two_messages_say_nearly_the_same(shipped: list[Example], held_out: list[Example]) -> None:
    """Near twins of one family may differ in little but the meaning; no others may."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    examples = [*shipped, *held_out]
    texts = [f"{each.subject}\n{each.body}" for each in examples]
    rows = TfidfVectorizer(sublinear_tf=True, min_df=2, max_df=0.2, dtype=np.float32).fit_transform(texts)
    alike = []
    for first in range(0, len(examples), BLOCK):
        likeness = (rows[first : first + BLOCK] @ rows.T).toarray()
        for one, other in np.argwhere(likeness > MOST_ALIKE):
            pair = examples[first + one], examples[other]
            if first + one < other and pair[0].family != pair[1].family and has_body(*pair):
                alike.append((pair[0].id, pair[1].id))
    assert alike == []


def test_the_held_out_messages_have_ids_of_their_own(shipped: list[Example], held_out: list[Example]) -> None:
    assert {each.id for each in shipped}.isdisjoint(each.id for each in held_out)
    assert len(held_out) >= 400


def test_new_files_bring_new_words(shipped: list[Example]) -> None:
    """Each quarter of the corpus adds words: it is not the same text over and over."""
    seen: set[str] = set()
    grown: list[int] = []
    quarter = len(shipped) // 4
    for start in range(0, 4 * quarter, quarter):
        words = {word for each in shipped[start : start + quarter] for word in each.body.lower().split()}
        grown.append(len(words - seen))
        seen |= words
    assert min(grown) > 2000
