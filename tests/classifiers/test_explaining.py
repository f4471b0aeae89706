"""Which words weigh most, and which named cues a sentence holds."""

from __future__ import annotations

from classifiers.cues import cue_rows, found_cues, names
from classifiers.explain import explain
from classifiers.judge import Classifier


def test_the_insult_weighs_more_than_its_company(classifier: Classifier) -> None:
    sentence = "Honestly you are an incompetent idiot when it comes to the brochure."
    told = explain(classifier, "hostility", sentence)
    assert {"incompetent", "idiot"} & {each.word for each in told.words[:3]}
    assert "brochure" not in {each.word for each in told.words[:2]}
    for each in told.words:
        assert sentence[each.start : each.start + len(each.word)] == each.word
        assert each.weight > 0
    assert "contempt" in told.cues


def test_weights_come_heaviest_first(classifier: Classifier) -> None:
    weights = [
        each.weight for each in explain(classifier, "payment_issue", "I refuse to pay that invoice.").words
    ]
    assert weights == sorted(weights, reverse=True)
    assert weights


def test_a_sentence_without_words_has_nothing_to_explain(classifier: Classifier) -> None:
    assert explain(classifier, "hostility", "…").words == ()


def test_cues_are_found_in_each_language() -> None:
    assert "threat_law" in found_cues("My lawyer will write to you")
    assert "threat_law" in found_cues("Mein Anwalt meldet sich")
    assert "free_work" in found_cues("Tant que vous y êtes")
    assert "money_less" in found_cues("Exijo el reembolso")
    assert "many_marks" in found_cues("What is this??")
    assert "shouting" in found_cues("WHERE IS MY LOGO")
    assert found_cues("The tide table") == ()


def test_cue_rows_have_a_column_for_each_name() -> None:
    rows = cue_rows(["My lawyer will write", "fine"])
    assert rows.shape == (2, len(names()))
    assert rows[0][names().index("threat_law")] == 1.0
    assert rows[1].sum() < 0.1
