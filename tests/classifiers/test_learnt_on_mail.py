"""What corrections teach the trained classifier about real sentences."""

from __future__ import annotations

import numpy as np
import pytest

from classifiers.judge import Classifier, Judgement
from classifiers.learnt import Correction, Learnt, judge_many, meanings, packed

BANTER = (
    "Rhubarb",
    "You are a useless idiot, you forgot the cake again, this is pathetic. See you at the studio, Bea",
)
NEARLY = (
    "Rhubarb",
    "You are a useless idiot, you forgot the buns again, this is pathetic. See you at the market, Bea",
)
OTHER_BANTER = [
    ("Tuesday", "Honestly you are incompetent, the kettle is still broken. Bring tea, you clown. Bea"),
    ("Keys", "You moron, you left the keys in the fridge. What an idiot. Bea"),
    ("Parking", "Only a complete idiot parks like that. You are hopeless and stupid. Bea"),
    ("Football", "You are a disgrace, that was the worst penalty ever, you useless fool. Bea"),
    ("Monday", "Get out of bed you lazy idiot, nobody is as incompetent as you are. Bea"),
    ("Bicycle", "You stupid donkey broke my bicycle, you are an embarrassment. Bea"),
    ("Photos", "These are pathetic, are you blind, you idiot? Send me the right ones. Bea"),
    ("Train", "You missed the train again, you are a joke and a complete amateur. Bea"),
    ("Dinner", "Your cooking is garbage and you are a liar, you said you could cook. Bea"),
]
ORDINARY = [
    ("Thursday", "Could we move our call to Thursday at ten? The slides are attached."),
    ("Files", "Thanks for the files, they look good. I will forward them to the printer today."),
    ("Question", "Which typeface did you use on the second page? My colleague likes it a lot."),
]


def taught(classifier: Classifier, items: list[tuple[str, str]], *, is_so: bool) -> Learnt:
    rows = meanings(classifier.model, items)
    judged = classifier.judge_many(items)
    corrections = [
        Correction(
            "hostility", is_so, "bea", f"t{number}", judgement.findings["hostility"].probability, packed(row)
        )
        for number, (row, judgement) in enumerate(zip(rows, judged, strict=True))
    ]
    return Learnt(corrections, classifier.model.cuts)


def told(classifier: Classifier, learnt: Learnt, item: tuple[str, str], client: str) -> Judgement:
    (judgement,) = judge_many(classifier, learnt, [item], [client])
    return judgement


def test_the_example_is_flagged_to_begin_with(classifier: Classifier) -> None:
    for judgement in classifier.judge_many([BANTER, NEARLY]):
        assert judgement.findings["hostility"].verdict == "flagged"


def test_one_correction_reaches_nearly_the_same_words_of_the_client_alone(classifier: Classifier) -> None:
    learnt = taught(classifier, [BANTER], is_so=False)
    assert told(classifier, learnt, BANTER, "bea").findings["hostility"].verdict == "clear"
    near = told(classifier, learnt, NEARLY, "bea")
    assert near.findings["hostility"].verdict != "flagged"
    assert near.severity <= 1
    (alone,) = classifier.judge_many([NEARLY])
    other = told(classifier, learnt, NEARLY, "carl")
    assert other.findings["hostility"].verdict == alone.findings["hostility"].verdict
    assert other.findings["hostility"].probability <= alone.findings["hostility"].probability


def test_ten_corrections_change_what_is_held_of_a_client(classifier: Classifier) -> None:
    fresh = ("Hat", "Nice hat, you look like an idiot and you dance like a fool. Bea")
    (alone,) = classifier.judge_many([fresh])
    assert alone.findings["hostility"].verdict == "flagged"
    learnt = taught(classifier, [BANTER, *OTHER_BANTER], is_so=False)
    assert told(classifier, learnt, fresh, "bea").findings["hostility"].verdict != "flagged"
    assert told(classifier, learnt, fresh, "carl").findings["hostility"].verdict == "flagged"


def test_ordinary_mail_of_others_hardly_moves(classifier: Classifier) -> None:
    learnt = taught(classifier, [BANTER, *OTHER_BANTER], is_so=False)
    after = judge_many(classifier, learnt, ORDINARY, ["carl"] * len(ORDINARY))
    for before, now in zip(classifier.judge_many(ORDINARY), after, strict=True):
        for label, finding in now.findings.items():
            assert abs(finding.probability - before.findings[label].probability) < 0.02
            assert finding.verdict == before.findings[label].verdict


def test_two_corrections_leave_the_clients_other_mail_alone(classifier: Classifier) -> None:
    learnt = taught(classifier, [BANTER, OTHER_BANTER[0]], is_so=False)
    after = judge_many(classifier, learnt, ORDINARY, ["bea"] * len(ORDINARY))
    for before, now in zip(classifier.judge_many(ORDINARY), after, strict=True):
        for label, finding in now.findings.items():
            assert abs(finding.probability - before.findings[label].probability) < 0.02


def test_a_label_that_is_raised_has_words_and_a_severity(classifier: Classifier) -> None:
    subject, text = "Lamps", "The lamps are fine. Interesting choice of colour, as always. We meet on Friday."
    (alone,) = classifier.judge_many([(subject, text)])
    assert alone.findings["hostility"].verdict == "clear"
    learnt = taught(classifier, [(subject, text)], is_so=True)
    raised = told(classifier, learnt, (subject, text), "bea")
    finding = raised.findings["hostility"]
    assert finding.verdict == "flagged"
    assert raised.flagged == ("hostility",)
    assert raised.severity == 1
    (evidence,) = finding.evidence
    assert evidence.label == "hostility"
    assert evidence.text in text or evidence.text in subject


def test_what_no_correction_touches_is_the_same_to_the_bit(classifier: Classifier) -> None:
    learnt = taught(classifier, [BANTER], is_so=False)
    items = [*ORDINARY, ("", ""), ("", "…"), ("?", "\U0001f600" * 20)]
    assert judge_many(classifier, learnt, items, ["carl"] * len(items)) == classifier.judge_many(items)


def test_likeness_tells_near_from_far(classifier: Classifier) -> None:
    rows = meanings(classifier.model, [BANTER, NEARLY, *ORDINARY])
    assert rows.shape == (5, 1024)
    assert float(rows[0] @ rows[1]) > 0.6
    assert max(float(rows[0] @ row) for row in rows[2:]) < 0.25
    assert not meanings(classifier.model, [("", "")]).any()
    assert meanings(classifier.model, []).shape == (0, 1024)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("text", ["x" * 200_000, "\u202e\u200b" * 5000, "!!! ??? \x00"])
def test_bad_text_is_no_trouble(classifier: Classifier, text: str) -> None:
    learnt = taught(classifier, [BANTER], is_so=False)
    assert judge_many(classifier, learnt, [("", text)], ["bea"])
