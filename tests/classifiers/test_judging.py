"""The trained classifier on real sentences: verdicts, evidence, severity, and bad input."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifiers.corpus import Example, corpus_folder, read_corpus
from classifiers.judge import Classifier, Judgement
from classifiers.labels import LABELS
from classifiers.measure import best_f1, carries, chances, evidence_rate, score, unlabelled, verdicts

# Pinned below what docs/scorecard.md shows, so that chance alone doesn't fail the build.
LEAST_F1 = 0.82
LEAST_MEAN_F1 = 0.85
LEAST_MEAN_BEST_F1 = 0.885
MOST_ORDINARY_ALARMS = 0.03


@pytest.fixture(scope="module")
def held_out() -> list[Example]:
    """Messages by another hand, never learnt from."""
    return read_corpus(corpus_folder() / "test")


@pytest.fixture(scope="module")
def judged(classifier: Classifier, held_out: list[Example]) -> list[Judgement]:
    """Their judgements."""
    return classifier.judge_many([(each.subject, each.body) for each in held_out])


def only(
    examples: list[Example], judged: list[Judgement], *, ordinary: bool
) -> tuple[list[Example], list[Judgement]]:
    """The ordinary ones, or the others, with their judgements."""
    pairs = [
        pair for pair in zip(examples, judged, strict=True) if ("ordinary" in pair[0].source) == ordinary
    ]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def test_flags_fit_mail_by_another_hand(held_out: list[Example], judged: list[Judgement]) -> None:
    examples, found = only(held_out, judged, ordinary=False)
    truths = {label: carries(examples, label) for label in LABELS}
    flags = {label: score(verdicts(found, label, "flagged"), truths[label]).f1 for label in LABELS}
    best = {label: best_f1(chances(found, label), truths[label]) for label in LABELS}
    assert min(flags.values()) >= LEAST_F1, flags
    assert sum(flags.values()) / 3 >= LEAST_MEAN_F1, flags
    assert sum(best.values()) / 3 >= LEAST_MEAN_BEST_F1, best


@pytest.mark.parametrize("label", LABELS)
def test_ordinary_mail_is_left_alone(held_out: list[Example], judged: list[Judgement], label: str) -> None:
    _, found = only(held_out, judged, ordinary=True)
    assert verdicts(found, label, "flagged").mean() <= MOST_ORDINARY_ALARMS


def test_hard_mail_without_label_is_mostly_left_alone(
    held_out: list[Example], judged: list[Judgement]
) -> None:
    examples, found = only(held_out, judged, ordinary=False)
    for label in LABELS:
        assert verdicts(found, label, "flagged")[unlabelled(examples)].mean() <= 0.07


def test_evidence_meets_the_marked_words(held_out: list[Example], judged: list[Judgement]) -> None:
    assert evidence_rate(*only(held_out, judged, ordinary=False)) >= 0.95


def test_evidence_stands_in_the_text(held_out: list[Example], judged: list[Judgement]) -> None:
    flags = 0
    for example, judgement in zip(held_out, judged, strict=True):
        for label, finding in judgement.findings.items():
            flags += finding.verdict == "flagged"
            assert bool(finding.evidence) == (finding.verdict != "clear")
            for evidence in finding.evidence:
                assert evidence.label == label
                assert evidence.text in example.subject or evidence.text in example.body
    assert flags > 100


def test_severity_agrees_with_the_verdicts(judged: list[Judgement]) -> None:
    for judgement in judged:
        states = {finding.verdict for finding in judgement.findings.values()}
        if "flagged" in states:
            assert 1 <= judgement.severity <= 3
        else:
            assert judgement.severity == ("unsure" in states)


def test_severity_is_near_the_truth(held_out: list[Example], judged: list[Judgement]) -> None:
    pairs = [
        (example.severity, judgement.severity)
        for example, judgement in zip(held_out, judged, strict=True)
        if example.labels and judgement.flagged
    ]
    assert sum(abs(true - told) <= 1 for true, told in pairs) >= 0.95 * len(pairs)
    assert sum(true == told for true, told in pairs) >= 0.65 * len(pairs)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("You are a fraud and an idiot. My lawyer will hear of this and so will all.", "hostility"),
        ("I am not paying this invoice until you redo the whole thing.", "payment_issue"),
        ("While you're at it just add a shop as well, it's only five minutes.", "scope_pressure"),
        ("Das ist eine Frechheit, Sie Stümper, jeder Praktikant kann das besser.", "hostility"),
    ],
)
def test_plain_cases_are_flagged(classifier: Classifier, text: str, label: str) -> None:
    assert label in classifier.judge("", text).flagged


def test_a_short_insult_in_german_is_not_passed_over(classifier: Classifier) -> None:
    found = classifier.judge("", "Sie sind völlig unfähig, das ist eine Frechheit.").findings["hostility"]
    assert found.verdict != "clear"


@pytest.mark.parametrize(
    "text",
    [
        "Could you send me a quote for adding a shop?",
        "Invoice received, thanks.",
        "Are you free on Tuesday at ten? The files are in the shared folder.",
        "Great, holy sh*t this is good",
        "Können wir den Termin auf Mittwoch verschieben?",
    ],
)
def test_plain_harmless_mail_is_clear(classifier: Classifier, text: str) -> None:
    judgement = classifier.judge("", text)
    assert judgement.flagged == ()
    assert judgement.severity <= 1


@pytest.mark.parametrize(
    "disguise",
    [
        lambda text: text.replace("o", "\u200bo"),
        lambda text: text.replace("a", "а").replace("e", "е"),
        lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    ],
    ids=["zero width", "homoglyphs", "full width"],
)
def test_tricks_with_letters_change_no_verdict(classifier: Classifier, disguise: object) -> None:
    plain = "You are a fraud and an idiot. My lawyer will hear of this."
    assert callable(disguise)
    hidden = disguise(plain)
    judgement = classifier.judge("", hidden)
    assert judgement.flagged == classifier.judge("", plain).flagged == ("hostility",)
    assert all(evidence.text in hidden for evidence in judgement.findings["hostility"].evidence)


@pytest.mark.parametrize(
    "text", ["", "   ", "🎉🎉🎉", "\u200b\u200e", "QWxhZGRpbjpvcGVuIHNlc2FtZQ" * 60, "12 34 56", "." * 5000]
)
def test_text_without_words_is_clear_and_says_so(classifier: Classifier, text: str) -> None:
    judgement = classifier.judge("", text)
    assert judgement.flagged == ()
    assert judgement.severity == 0
    assert judgement.note == "There are no words to judge."


@pytest.mark.parametrize(
    "text", ["שלום, תודה רבה על העבודה", "مرحبا، شكرا على العمل", "Привет, спасибо", "你好，谢谢你的工作"]
)
def test_other_scripts_are_judged_without_a_crash(classifier: Classifier, text: str) -> None:
    assert set(classifier.judge(text, f"{text} ok {text}").findings) == set(LABELS)


def test_a_megabyte_is_bounded_in_time_and_says_so(classifier: Classifier) -> None:
    classifier.judge("", "warm up please")
    began = time.process_time()
    judgement = classifier.judge("", "The page looks fine to me, thank you. " * 270_000)
    assert time.process_time() - began < 3.0
    assert judgement.note.startswith("Only the first")


def test_messages_without_words_change_nothing_for_their_company(classifier: Classifier) -> None:
    rude, silent = ("", "You are incompetent and this is rubbish."), ("", "👍")
    alone = classifier.judge(*rude)
    for company in ([silent, rude], [silent, silent, rude, silent], [rude, silent], [silent]):
        judged = classifier.judge_many(company)
        assert [one for one, item in zip(judged, company, strict=True) if item == rude] in ([], [alone])


def test_order_and_company_change_nothing(classifier: Classifier, held_out: list[Example]) -> None:
    items = [(each.subject, each.body) for each in held_out[:9]]
    together = classifier.judge_many(items)
    assert [classifier.judge(*item).flagged for item in items] == [each.flagged for each in together]
    assert classifier.judge_many([]) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(subject=st.text(max_size=80), body=st.text(max_size=400))
def test_any_text_gets_a_judgement(classifier: Classifier, subject: str, body: str) -> None:
    judgement = classifier.judge(subject, body)
    for finding in judgement.findings.values():
        assert 0.0 <= finding.probability <= 1.0
        assert all(evidence.text in subject or evidence.text in body for evidence in finding.evidence)


def test_a_signature_changes_no_plain_verdict(classifier: Classifier) -> None:
    body = "I won't pay this invoice. The work is worthless and you know it."
    signed = f"{body}\n\nBest regards\nDr. Anna Vale\nVale & Partners Ltd\n+44 20 7946 0000\nwww.vale.example"
    assert (
        classifier.judge("Invoice 12", body).flagged == classifier.judge("Invoice 12", signed).flagged != ()
    )
