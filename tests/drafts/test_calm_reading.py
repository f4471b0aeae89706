"""A hostile message as facts and asks: all that is wanted stays, no abuse does, nothing is made up."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.corpus import Example, read_corpus
from drafts.calm import CalmReading, HeldOut, calm
from drafts.calm_words import calm_lexicon
from drafts.facts import Threat, Topic
from drafts.sentences import words_of
from tests.rig.situations import situation

LANGUAGES = ("de", "en", "es", "fr", "pt")


def read(text: str, *hostile: str, severity: int = 3, **changes: Any) -> CalmReading:
    evidence = {"hostility": list(hostile)} if hostile else {}
    return calm(situation(text, evidence, severity=severity if hostile else 0, **changes))


def texts(reading: CalmReading, section: str) -> list[str]:
    return [point.text for point in getattr(reading, section)]


def shown(reading: CalmReading) -> str:
    """Every word of the client's that stands on the screen."""
    sections = ("asks", "complaints", "money", "rest")
    lines = [text for name in sections for text in texts(reading, name)]
    return "\n".join([reading.subject or "", *lines, *(held.condition for held in reading.threats)])


def test_abuse_is_folded_and_the_ask_between_it_stays() -> None:
    order = "Fix the damn header and the footer by Thursday, you idiot."
    reading = read(f"You useless clown. {order} The shop is down again!!!", "You useless clown.", order)
    assert texts(reading, "asks") == ["Fix the header and the footer by Thursday."]
    assert texts(reading, "complaints") == ["The shop is down again."]
    assert reading.figures.moments == ("by Thursday",)
    assert len(reading.folded) == 2


def test_a_condition_stands_beside_the_threat_that_it_is_tied_to() -> None:
    text = "If the site isn't up by Friday, I'm calling my lawyer."
    reading = read(text, text)
    assert reading.threats == (HeldOut(Threat.LAWYER, "If the site isn't up by Friday"),)
    assert texts(reading, "asks") == []


def test_a_threat_that_no_evidence_points_to_is_named_and_folded() -> None:
    reading = read("You clown. I'll post a one-star review tonight. The reviews page is empty.", "You clown.")
    assert [held.threat for held in reading.threats] == [Threat.REVIEW]
    assert len(reading.folded) == 2
    assert texts(reading, "complaints") == ["The reviews page is empty."]
    assert read("I'll post a review of the book tonight.").threats == ()


def test_an_ask_beside_a_threat_is_an_ask() -> None:
    text = "Refund me the 400 EUR by Friday or I will leave one-star reviews everywhere."
    reading = read(text, text)
    assert texts(reading, "asks") == ["Refund me the 400 EUR by Friday."]
    assert [held.threat for held in reading.threats] == [Threat.REVIEW]
    assert reading.figures.amounts == ("400 EUR",)


def test_shouting_is_made_quiet_and_not_folded() -> None:
    reading = read("WHERE IS MY WEBSITE. CALL ME TODAY!!! The PDF is NOT there.")
    assert texts(reading, "asks") == ["Where is my website.", "Call me today."]
    assert texts(reading, "complaints") == ["The PDF is not there."]
    assert reading.folded == ()


def test_contempt_as_a_question_asks_for_nothing() -> None:
    reading = read("Can you even read? Please send the second file.", "Can you even read?")
    assert texts(reading, "asks") == ["Please send the second file."]
    assert reading.folded == ("Can you even read?",)


@pytest.mark.parametrize(
    "taunt", ["Get a real job.", "Do your job, clown.", "Go to hell.", "Stop wasting my time."]
)
def test_what_only_sounds_like_an_ask_is_folded(taunt: str) -> None:
    reading = read(f"{taunt} The menu is wrong.", taunt)
    assert (texts(reading, "asks"), texts(reading, "complaints")) == ([], ["The menu is wrong."])


def test_a_complaint_that_only_folded_words_carry_is_named() -> None:
    reading = read("You lazy idiot, I've been waiting, you never answered.", "You lazy idiot", severity=2)
    assert shown(reading) or reading.topics
    reading = read(
        "You are three weeks late, you useless joker.", "You are three weeks late, you useless joker."
    )
    assert reading.topics == (Topic.DELAY,)


def test_what_is_wrong_with_a_person_is_no_complaint_about_the_work() -> None:
    reading = read("You are the wrong man for this.", "You are the wrong man for this.")
    assert reading.topics == ()


def test_a_civil_message_stays_as_it_is() -> None:
    text = "Hi Alex,\nthe second page is too dark. Could you send it again by Monday?\nBest regards,\nNora"
    reading = read(text)
    assert texts(reading, "complaints") == ["The second page is too dark."]
    assert texts(reading, "asks") == ["Could you send it again by Monday?"]
    assert (reading.folded, reading.threats, reading.topics) == ((), (), ())
    assert "Nora" not in shown(reading)


def test_money_and_scope_keep_the_label_they_were_flagged_with() -> None:
    pay, more = "I won't pay invoice 2026-014 of 1.200,00 EUR.", "You will add the shop for free."
    reading = calm(situation(f"{pay} {more}", {"payment_issue": pay, "scope_pressure": more}))
    assert [(point.text, point.label) for point in reading.money] == [(pay, "payment_issue")]
    assert [(point.text, point.label) for point in reading.asks] == [(more, "scope_pressure")]
    assert reading.figures.amounts == ("1.200,00 EUR",)
    assert reading.figures.invoices == ("invoice 2026-014",)


def test_a_subject_is_calm_too() -> None:
    assert read("Call me.", subject="RE: WHERE IS MY LOGO!!!").subject == "Where is my logo"
    assert read("Call me.", "idiot", subject="you idiot").subject is None
    assert read("Call me.", subject="").subject == ""


@pytest.mark.parametrize(
    ("language", "text", "ask", "complaint", "threat"),
    [
        ("de", "Sie Versager! Schicken Sie mir bis Freitag die verdammten Dateien. Die Startseite fehlt. "
         "Sonst gehe ich zum Anwalt, Sie Idiot!",
         "Schicken Sie mir bis Freitag die Dateien.", "Die Startseite fehlt.", Threat.LAWYER),
        ("es", "¡Es usted un inútil! Envíeme los malditos archivos antes del viernes. La tienda no funciona. "
         "Si no, hablará mi abogado con usted, imbécil.",
         "Envíeme los archivos antes del viernes.", "La tienda no funciona.", Threat.LAWYER),
        ("fr", "Vous êtes nul ! Envoyez-moi ces putains de fichiers avant vendredi. "
         "La boutique ne marche pas. Sinon mon avocat vous écrira, espèce de connard.",
         "Envoyez-moi ces fichiers avant vendredi.", "La boutique ne marche pas.", Threat.LAWYER),
        ("pt", "Você é um inútil! Envie-me os malditos ficheiros até sexta. A loja não funciona. "
         "Senão falo com o meu advogado, seu idiota.",
         "Envie-me os ficheiros até sexta.", "A loja não funciona.", Threat.LAWYER),
    ],
)  # fmt: skip
def test_five_languages(language: str, text: str, ask: str, complaint: str, threat: Threat) -> None:
    hostile = [piece for piece in re.split(r"(?<=[.!])\s", text) if piece not in (complaint,)]
    reading = read(text, *hostile, language=language)
    assert texts(reading, "asks") == [ask]
    assert texts(reading, "complaints") == [complaint]
    assert threat in [held.threat for held in reading.threats]


def test_a_language_without_lists_folds_what_the_evidence_marks() -> None:
    text = "Sei un incapace. Il sito è fermo da ieri."
    reading = read(text, "Sei un incapace.", language="it")
    assert shown(reading).strip() == "Il sito è fermo da ieri."
    assert reading.folded == ("Sei un incapace.",)


@pytest.mark.parametrize("text", ["", " \n ", "!!!", "🤬🤬", ",,, ;;", '"', "A" * 5000, "fuck " * 500])
def test_whatever_it_says_it_is_read(text: str) -> None:
    reading = read(text, text.strip() or "x")
    assert "fuck" not in shown(reading)


@given(st.text(max_size=300), st.sampled_from(LANGUAGES))
def test_no_text_is_too_odd(text: str, language: str) -> None:
    reading = read(text, text[:40], language=language)
    assert all(folded in text for folded in reading.folded)


def hostile_examples() -> list[Example]:
    return [e for e in read_corpus() if "hostility" in e.labels and e.lang in LANGUAGES]


def reading_of(example: Example) -> CalmReading:
    marks: dict[str, list[str]] = {}
    for mark in example.marks:
        marks.setdefault(mark.label, []).append(example.words_of(mark))
    facts = {"language": example.lang, "subject": example.subject, "severity": example.severity}
    return calm(situation(example.body, marks, **facts))


def test_nothing_shown_of_a_thousand_hostile_mails_is_made_up_or_insults() -> None:
    """Every line is words of the message in their order, and none holds a word of the insult list."""
    examples = hostile_examples()
    assert len(examples) > 500
    invented, rude, folded = [], [], 0
    for example in examples:
        reading = reading_of(example)
        said = f" {' '.join(words_of(f'{example.subject} {example.body}'))} "
        for line in shown(reading).splitlines():
            allowed = set(said.split())
            invented += [(example.id, line) for word in words_of(line) if word not in allowed]
            if calm_lexicon(example.lang).has("insult", line):
                rude.append((example.id, line))
        folded += bool(reading.folded)
    assert invented == []
    assert len(rude) <= len(examples) * 0.01, rude
    assert folded >= len(examples) * 0.85


def test_the_civil_half_of_a_hostile_mail_is_still_there() -> None:
    """Sentences that no mark touches and no list finds rude come back, whatever stands beside them."""
    kept = total = 0
    for example in hostile_examples():
        reading = reading_of(example)
        hostile = " ".join(
            " ".join(words_of(example.words_of(m))) for m in example.marks if m.label == "hostility"
        )
        on_screen = " ".join(words_of(shown(reading)))
        for sentence in re.split(r"(?<=[.?])\s+", example.body):
            said = " ".join(words_of(sentence))
            is_plain = len(said.split()) > 7 and not calm_lexicon(example.lang).has("insult", sentence)
            if is_plain and said not in hostile and hostile not in said and "\n" not in sentence:
                total += 1
                kept += said in on_screen
    assert total > 1000
    assert kept >= total * 0.9, f"{kept} of {total}"
