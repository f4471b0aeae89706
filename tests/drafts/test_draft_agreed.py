"""What of an agreement a message touches: in five languages, and never more than its words bear out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafts import supported_languages, write
from drafts.agreed import covers, mentions, stem
from drafts.lexicon import lexicon
from drafts.reading import read
from drafts.situation import Agreement
from tests.rig.situations import situation

TERMS = Agreement(
    scope=("five page templates", "a contact form"),
    exclusions=("a booking form", "translations"),
    mistakes=("the price list went out a day late",),
)
# A phrase of the client file, a sentence that speaks of it, and one that doesn't.
SPOKEN = {
    "en": ("a booking form", "Add the booking forms for brunch.", "Add a contact form."),
    "de": ("ein Buchungsformular", "Bauen Sie noch Buchungsformulare ein.", "Bauen Sie einen Kalender ein."),
    "es": ("un formulario de reservas", "Añade los formularios de reserva.", "Añade un mapa."),
    "fr": ("un formulaire de réservation", "Ajoutez les formulaires de réservation.", "Ajoutez un plan."),
    "pt": ("um formulário de reservas", "Junte os formulários de reserva.", "Junte um mapa."),
}


@pytest.mark.parametrize("language", supported_languages())
def test_a_phrase_is_known_in_singular_and_plural(language: str) -> None:
    phrase, said, other = SPOKEN[language]
    assert covers(said, phrase, lexicon(language))
    assert not covers(other, phrase, lexicon(language))


def test_the_end_of_a_german_compound_is_known() -> None:
    assert covers("Das Formular fehlt.", "ein Formular", lexicon("de"))
    assert covers("Das Buchungsformular fehlt.", "ein Formular", lexicon("de"))
    assert not covers("Die Form stimmt nicht.", "ein Formular", lexicon("de"))


@pytest.mark.parametrize(
    "text",
    [
        "Could you add a booking form?",
        "Please build us the booking forms for brunch.",
        "While you're in there, a form for bookings would be great.",
    ],
)
def test_what_the_agreement_leaves_out_is_found_in_the_ask(text: str) -> None:
    reading = read(situation(text, {"scope_pressure": text}, agreement=TERMS))
    assert [fact.value for fact in reading.excluded] == ["a booking form"]
    assert reading.included == ()


@pytest.mark.parametrize("text", ["Could you add a form?", "Please make the booking easier.", "Add a shop."])
def test_half_a_phrase_is_not_enough(text: str) -> None:
    assert read(situation(text, {"scope_pressure": text}, agreement=TERMS)).excluded == ()


def test_what_was_agreed_is_no_extra() -> None:
    text = "Could you include a contact form?"
    reading = read(situation(text, {"scope_pressure": text}, agreement=TERMS))
    assert [fact.value for fact in reading.included] == ["a contact form"]


@pytest.mark.parametrize(
    "text",
    [
        "Could you add another contact form?",
        "Could you add two contact forms?",
        "Could you translate the contact form?",
        "Could you redo the contact form?",
        "Could you make two more page templates?",
        "Could you make seven page templates?",
        "Could you include a contact form and a shop?\nPlease add a shop.",
    ],
)
def test_more_of_it_or_a_change_of_it_was_not_agreed(text: str) -> None:
    reading = read(situation(text, {"scope_pressure": text}, agreement=TERMS))
    assert reading.included == ()


@pytest.mark.parametrize(
    ("text", "is_touched"),
    [
        ("The price list came a day late.", True),
        ("You were late with the price list.", True),
        ("The price list is missing on page 4.", False),
        ("The logo is a day late.", False),
        ("Lovely, thank you.", False),
    ],
)
def test_a_mistake_on_record_is_owned_only_where_the_client_speaks_of_it(text: str, is_touched: bool) -> None:
    assert bool(read(situation(text, agreement=TERMS)).mistakes) is is_touched


def test_words_of_one_stem_are_the_same() -> None:
    assert len({stem(word, "en") for word in ("booking", "bookings", "book", "booked")}) == 1
    assert stem("form", "en") != stem("farm", "en")


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=200), st.sampled_from(supported_languages()))
def test_no_phrase_on_file_breaks_the_matching(phrase: str, text: str, language: str) -> None:
    words = lexicon(language)
    assert covers(text, phrase, words) in (True, False)
    assert mentions(text, phrase, words) in (True, False)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.sampled_from(supported_languages()))
def test_no_agreement_makes_the_writing_raise(phrase: str, language: str) -> None:
    odd = replace(TERMS, project=phrase, scope=(phrase,), exclusions=(phrase,), late_fee=phrase)
    text = "Could you add a booking form? I'm not happy."
    for labels in ({}, {"scope_pressure": text}, {"hostility": text}, {"payment_issue": text}):
        assert write(situation(text, labels, agreement=odd, language=language)).moves
