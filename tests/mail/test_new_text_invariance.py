"""Whatever a mail program adds to a message, what the sender newly wrote stays the same."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mail.test_new_text import (
    ATTRIBUTIONS,
    BANNERS,
    DISCLAIMERS,
    HEADS,
    OWN_WORDS,
    SEPARATORS,
    SIGNATURES,
)
from triage.mail.new_text import new_text

SENTENCES = (
    "The header is still wrong.",
    "I need it by Friday.",
    "Who approved this?",
    "We are not paying for that.",
    "Bitte schick mir die Dateien bis Montag.",
    "Je ne paierai pas cette facture.",
    "¿Cuándo estará listo?",
    "Please add two pages while you are at it.",
    "Thanks for the draft, it is nearly there.",
    "See the list below:",
    "- the logo is too small",
    "Kind of slow, but fine.",
    "You promised blue, I got green!",
    "On Monday we launch.",
    "From what I see, nothing works.",
    "To be clear: no more rounds.",
    "Grazie, ma manca il logo.",
    "It costs 500 or more.",
)
OLD = ("Here is the header.", "Dear Ada, thanks.", "I will sue you!", "pay me now", "", "Mara")

sentences = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3).map(" ".join)
# The last words are a sentence: under an open list, "- Ada" is an item and no signature.
texts = st.lists(sentences, min_size=0, max_size=4).map(lambda parts: "\n\n".join((*parts, "Call me today.")))
old_texts = st.lists(st.sampled_from(OLD), min_size=1, max_size=6).map("\n".join)


@st.composite
def quoted(draw: st.DrawFn) -> str:
    """An earlier message as mail programs append it."""
    old = draw(old_texts)
    marked = "\n".join(f"> {line}".rstrip() for line in old.split("\n"))
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return f"{draw(st.sampled_from(sorted(ATTRIBUTIONS.values())))}\n{marked}"
    if kind == 1:
        return f"{draw(st.sampled_from(sorted(HEADS.values())))}\n\n{old}"
    if kind == 2:
        return f"{draw(st.sampled_from(SEPARATORS))}\n{old}"
    return marked


def same(one: str, other: str) -> bool:
    """Whether two texts have the same words in the same order."""
    return one.split() == other.split()


@given(texts)
@settings(max_examples=200, deadline=None)
def test_a_bare_text_is_its_own_new_text(text: str) -> None:
    assert new_text(text) == text


@given(texts, quoted())
@settings(max_examples=300, deadline=None)
def test_a_quote_below_changes_nothing(text: str, quote: str) -> None:
    assert same(new_text(f"{text}\n\n{quote}\n"), text)


@given(texts, st.sampled_from(sorted(SIGNATURES.values())), quoted())
@settings(max_examples=300, deadline=None)
def test_a_signature_and_a_quote_change_nothing(text: str, signature: str, quote: str) -> None:
    assert same(new_text(f"{text}\n\n{signature}\n"), text)
    assert same(new_text(f"{text}\n\n{signature}\n\n{quote}\n"), text)


@given(texts, st.sampled_from(sorted(DISCLAIMERS.values())), st.sampled_from(sorted(SIGNATURES.values())))
@settings(max_examples=200, deadline=None)
def test_a_disclaimer_changes_nothing(text: str, disclaimer: str, signature: str) -> None:
    assert same(new_text(f"{text}\n\n{disclaimer}\n"), text)
    assert same(new_text(f"{text}\n\n{signature}\n\n{disclaimer}\n"), text)


@given(texts, st.sampled_from(BANNERS))
@settings(max_examples=100, deadline=None)
def test_a_banner_above_changes_nothing(text: str, banner: str) -> None:
    assert same(new_text(f"{banner}\n\n{text}\n"), text)


@given(st.sampled_from(OWN_WORDS), quoted())
@settings(max_examples=200, deadline=None)
def test_words_that_look_like_boilerplate_stay_above_a_quote(text: str, quote: str) -> None:
    assert same(new_text(f"{text}\n\n{quote}\n"), new_text(text)) or ">" in text


@given(texts)
@settings(max_examples=100, deadline=None)
def test_reading_twice_changes_nothing(text: str) -> None:
    assert new_text(new_text(text)) == new_text(text)
