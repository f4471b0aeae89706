"""German and French: what is quoted, what is no point, how a thing is led in, what is answered once."""

from __future__ import annotations

from datetime import date

import pytest

from drafts import write
from drafts.calm_words import calm_lexicon
from drafts.facts import Fact
from drafts.lexicon import lexicon
from drafts.objects import led_in
from drafts.points import points, without_lead
from drafts.sentences import sentences
from drafts.situation import Agreement
from drafts.things import things
from tests.rig.situations import situation

TWO = "de", "fr"


@pytest.mark.parametrize(
    ("language", "noun", "said"),
    [
        ("de", "Betriebsanleitung", "zur Betriebsanleitung"),
        ("de", "unsere Speisekarte", "zur Speisekarte"),
        ("de", "Webshop", "zum Webshop"),
        ("de", "Visitenkarten", "zu den Visitenkarten"),
        ("de", "Rechnung 2026-33", "zu Rechnung 2026-33"),
        ("fr", "Logo", "du logo"),
        ("fr", "notre affiche", "de l'affiche"),
        ("fr", "Brochure", "de la brochure"),
        ("fr", "Photos", "des photos"),
        ("fr", "facture 118", "de la facture 118"),
    ],
)
def test_a_thing_is_led_in_by_the_words_of_its_gender(language: str, noun: str, said: str) -> None:
    led = led_in(Fact(noun, noun), lexicon(language))
    assert led is not None
    assert led.value == said


@pytest.mark.parametrize(("language", "noun"), [("de", "Klageschrift"), ("fr", "Inadmissible")])
def test_a_thing_of_unknown_gender_is_not_named(language: str, noun: str) -> None:
    assert led_in(Fact(noun, noun), lexicon(language)) is None


def test_a_language_without_such_words_names_the_thing_by_itself() -> None:
    assert led_in(Fact("the menu", "Menu"), lexicon("en")) == Fact("the menu", "Menu")


@pytest.mark.parametrize(
    ("language", "text", "left"),
    [
        ("de", "Dann müssen wir den Druck verschieben", "Dann müssen wir den Druck verschieben"),
        ("de", "So können wir das nicht nehmen", "So können wir das nicht nehmen"),
        ("de", "Und die Startseite fehlt", "die Startseite fehlt"),
        ("de", "Also bitte die Karte neu setzen", "bitte die Karte neu setzen"),
        ("de", "nichts Großes: alle Fotos tauschen", "alle Fotos tauschen"),
        ("fr", "et il faut ajouter une page", "il faut ajouter une page"),
        ("fr", "Sinon, la page est vide", "la page est vide"),
        ("fr", "rien de méchant : changer les photos", "changer les photos"),
    ],
)
def test_a_first_word_goes_only_where_the_sentence_keeps_its_sense(
    language: str, text: str, left: str
) -> None:
    assert without_lead(text, calm_lexicon(language)) == left


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Vielen Dank für den Entwurf."),
        ("de", "Ist ja nicht viel."),
        ("de", "Machst du das eben mit?"),
        ("de", "Da hatte ich mir mehr erwartet."),
        ("de", "Das ist jetzt schon die vierte Runde."),
        ("de", "Schönes Wochenende!"),
        ("fr", "Merci d'avance pour votre retour."),
        ("fr", "C'est du n'importe quoi."),
        ("fr", "Ça te dit ?"),
        ("fr", "Je m'attendais à mieux."),
        ("fr", "C'est trois fois rien pour toi."),
        ("fr", "Bonne journée !"),
    ],
)
def test_a_mood_or_a_courtesy_is_no_point(language: str, text: str) -> None:
    assert calm_lexicon(language).has("no_point", text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Danke für die Karte, aber die Preise sind falsch."),
        ("de", "Das Logo ist falsch."),
        ("de", "Könnten Sie die Karte auch auf Englisch machen?"),
        ("fr", "Merci pour la carte, mais les prix sont faux."),
        ("fr", "Ce n'est pas ce que nous avions demandé."),
        ("fr", "Pourriez-vous faire aussi la version anglaise ?"),
    ],
)
def test_what_is_asked_or_wrong_stays_a_point(language: str, text: str) -> None:
    assert not calm_lexicon(language).has("no_point", text)


def test_a_french_list_after_a_colon_is_read_thing_by_thing() -> None:
    text = (
        "Salut Alex,\n\nrien de méchant : changer toutes les photos de chiens, refaire le menu "
        "et ajouter une page pour les chiots."
    )
    told = points(situation(text, {"scope_pressure": text.rpartition("\n")[2]}, language="fr"))
    assert [one.value for one in told] == [
        "Changer toutes les photos de chiens",
        "Refaire le menu",
        "Ajouter une page pour les chiots",
    ]


def test_a_german_question_cut_in_two_keeps_its_mark() -> None:
    text = (
        "Könnten Sie die Frühstücksseite bitte auch auf Englisch machen, und wäre es möglich, die Preise "
        "noch auf einen Aushang zu setzen?"
    )
    told = [one.value for one in points(situation(text, {"scope_pressure": text}, language="de"))]
    assert told == [
        "Könnten Sie die Frühstücksseite bitte auch auf Englisch machen?",
        "Wäre es möglich, die Preise noch auf einen Aushang zu setzen?",
    ]


def test_a_french_question_is_quoted_with_its_space() -> None:
    text = "Bonjour, je n'ai pas de nouvelles. Où en est le catalogue ?"
    told = [one.value for one in points(situation(text, language="fr"))]
    assert "Où en est le catalogue ?" in told


def test_a_german_noun_without_its_capital_is_not_said_back() -> None:
    text = "mach mir bitte noch 5 varianten"
    marked = situation(text, {"scope_pressure": text}, language="de")
    words = lexicon("de")
    assert things(sentences(marked, words), words) == ()


@pytest.mark.parametrize(
    ("language", "text", "day", "question"),
    [
        (
            "de",
            "Sind die Etiketten eigentlich im Preis mit drin? Und wann kann ich mit den Entwürfen rechnen?",
            "1. April",
            "„Wann kann ich",
        ),
        (
            "fr",
            "Est-ce que les étiquettes sont comprises dans le prix ? Et quand est-ce que je les verrai ?",
            "1er avril",
            "« Quand est-ce",
        ),
    ],
)
def test_what_is_included_and_when_it_comes_are_both_answered_and_neither_quoted(
    language: str, text: str, day: str, question: str
) -> None:
    agreed = Agreement(
        agreed_on=date(2026, 1, 13),
        scope=("ein Logo",) if language == "de" else ("un logo",),
        exclusions=("Etiketten",) if language == "de" else ("les étiquettes",),
        deadline=date(2026, 4, 1),
    )
    reply = write(situation(text, language=language, agreement=agreed))
    assert day in reply.text
    assert question not in reply.text
    assert reply.is_sendable
