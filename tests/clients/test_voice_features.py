"""What many mails have in common: which habits, for whom, and from how many mails."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.clients.voice import (
    LEAST_MAILS,
    MOST_SAMPLES,
    NAMES,
    Sample,
    VoiceBook,
    VoiceFeatures,
    mails_to,
    overall_features,
    usual_language,
    voice_for,
)
from triage.clients.voice_setting import checked, told

NORA, WEISS = "nora@harbourbakery.example", "p.weiss@weissundsohn.example"
FIRST = date(2026, 1, 1)


def sample(number: int, **changes: Any) -> Sample:
    """A short English mail to Nora, on the day of its number."""
    usual = Sample(
        identity=f"{number:016x}",
        day=(FIRST + timedelta(days=number)).isoformat(),
        address=NORA,
        language="en",
        greeting="Hi {name}",
        mark=",",
        name="{first}",
        sign_off="Cheers",
        form="familiar",
        words=50,
        short=1,
        full=0,
        exclaims=False,
        body="",
    )
    return replace(usual, **changes)


def book(*samples: Sample) -> VoiceBook:
    """What these mails teach."""
    return VoiceBook().learnt(samples)


def values(features: VoiceFeatures) -> dict[str, Any]:
    """The features without what they stand on."""
    return {name: feature.value for name, feature in features.found.items()}


def test_three_mails_make_a_habit_and_two_do_not() -> None:
    three = book(*(sample(number) for number in range(3)))
    assert values(voice_for(three, (NORA,), "en")) == {
        "greeting": "Hi {name},",
        "sign_off": "Cheers",
        "name": "{first}",
        "form": "familiar",
        "words": 50,
        "contractions": True,
        "exclamation": False,
    }
    assert voice_for(book(sample(1), sample(2)), (NORA,), "en").found == {}
    assert values(voice_for(three, (NORA,), "de")) == {"words": 50}


def test_a_client_is_written_to_as_always_and_a_stranger_as_most() -> None:
    learnt = book(
        *(sample(number) for number in range(9)),
        *(
            sample(20 + number, address=WEISS, greeting="Dear {name}", name="Mr {last}", form="formal")
            for number in range(3)
        ),
    )
    weiss, stranger = voice_for(learnt, (WEISS,), "en"), voice_for(learnt, ("new@firm.example",), "en")
    assert weiss.text("greeting") == "Dear {name},"
    assert (weiss.form, weiss.text("name")) == ("formal", "Mr {last}")
    assert (weiss.found["greeting"].source, weiss.found["greeting"].mails) == ("client", 3)
    assert stranger.text("greeting") == "Hi {name},"
    assert stranger.found["greeting"].source == "language"
    assert (stranger.form, stranger.text("name")) == (None, "")


def test_what_fits_one_reader_is_for_that_reader() -> None:
    learnt = book(
        *(sample(number, language="de", greeting="Liebe {name}") for number in range(5)),
        *(sample(10 + number, language="de", address=WEISS, greeting="Hallo {name}") for number in range(3)),
        *(
            sample(
                20 + number,
                language="es",
                address="ana@sol.example",
                greeting="Buenas {name}",
                sign_off="Un abrazo",
            )
            for number in range(4)
        ),
    )
    firm = (f"lea@{NORA.partition('@')[2]}", NORA, "@harbourbakery.example", "Harbour Bakery")
    assert voice_for(learnt, (NORA,), "de").text("greeting") == "Liebe {name},"
    assert voice_for(learnt, firm, "de").text("greeting") == "Hallo {name},"
    assert voice_for(learnt, ("x@y.example",), "de").text("greeting") == "Hallo {name},"
    ana, stranger = (voice_for(learnt, (who,), "es") for who in ("ana@sol.example", "x@y.example"))
    assert (ana.text("greeting"), ana.text("sign_off")) == ("Buenas {name},", "Un abrazo")
    assert (stranger.text("greeting"), stranger.text("sign_off")) == ("", "")


def test_with_a_form_of_address_only_mails_in_it_count() -> None:
    learnt = book(
        *(sample(number, language="de", sign_off="Viele Grüße") for number in range(6)),
        *(
            sample(
                10 + number,
                language="de",
                address=WEISS,
                form="formal",
                sign_off="Mit freundlichen Grüßen",
            )
            for number in range(3)
        ),
    )
    stranger = ("x@y.example",)
    assert voice_for(learnt, stranger, "de", "formal").text("sign_off") == "Mit freundlichen Grüßen"
    assert voice_for(learnt, stranger, "de", "familiar").text("sign_off") == "Viele Grüße"


def test_the_form_follows_the_newest_mails() -> None:
    learnt = book(*(sample(number, form="formal" if number < 7 else "familiar") for number in range(10)))
    assert voice_for(learnt, (NORA,), "en").form == "familiar"


def test_the_commonest_wins_whatever_its_capitals_and_the_mark_is_its_own() -> None:
    learnt = book(
        *(sample(number, sign_off="Best regards", mark=":") for number in range(2)),
        sample(5, sign_off="best regards", greeting="Hello {name}"),
        *(sample(10 + number, sign_off="Cheers", greeting="Hello {name}") for number in range(2)),
    )
    features = voice_for(learnt, (NORA,), "en")
    assert features.text("sign_off") == "Best regards"
    assert (features.found["sign_off"].mails, features.found["sign_off"].of) == (3, 5)
    assert features.text("greeting") == "Hello {name},"


def test_a_text_sent_over_and_over_is_no_voice() -> None:
    form_letters = [sample(n, greeting="Dear {name}", body="f" * 16, words=400) for n in range(9)]
    learnt = book(*form_letters, *(sample(20 + number) for number in range(3)))
    features = voice_for(learnt, (NORA,), "en")
    assert (features.text("greeting"), features.words) == ("Hi {name},", 50)
    assert values(voice_for(book(*form_letters[:2]), (NORA,), "en")) == {}


def test_length_is_the_middle_one_and_contractions_what_is_more_frequent() -> None:
    learnt = book(
        *(
            sample(number, words=words, short=short, full=2)
            for number, (words, short) in enumerate([(10, 0), (80, 1), (500, 0)])
        )
    )
    features = voice_for(learnt, (NORA,), "en")
    assert (features.words, features.contracts) == (80, False)
    assert features.found["contractions"].mails == 3


def test_no_contractions_are_known_from_mails_that_had_no_occasion() -> None:
    assert voice_for(book(*(sample(n, short=0) for n in range(5))), (NORA,), "en").contracts is None


def test_set_by_hand_wins_first_for_the_client_then_for_all() -> None:
    learnt = book(*(sample(number) for number in range(5)))
    learnt = learnt.with_fixed("", "en", "greeting", "Hello {name}").with_fixed("", "", "words", 90)
    learnt = learnt.with_fixed("Harbour Bakery", "en", "sign_off", "Warmly")
    keys = (NORA, "@harbourbakery.example", "Harbour Bakery")
    features = voice_for(learnt, keys, "en")
    assert values(features) | {"greeting": "Hello {name}", "sign_off": "Warmly", "words": 90} == values(
        features
    )
    assert {features.found[name].source for name in ("greeting", "sign_off", "words")} == {"set"}
    assert voice_for(learnt, keys, "de").text("greeting") == ""
    assert voice_for(learnt, keys, "de").words == 90
    back = learnt.with_fixed("", "en", "greeting", None).with_fixed("Harbour Bakery", "en", "sign_off", None)
    assert voice_for(back, keys, "en").text("greeting") == "Hi {name},"
    assert back.fixed == {"": {"": {"words": 90}}}


def test_forgetting_a_client_leaves_the_others() -> None:
    learnt = book(*(sample(n) for n in range(3)), *(sample(10 + n, address=WEISS) for n in range(3)))
    learnt = learnt.with_fixed(NORA, "", "words", 90)
    left = learnt.forgotten((NORA.upper(),))
    assert {one.address for one in left.samples} == {WEISS}
    assert left.fixed == {}
    assert len(learnt.forgotten(("@weissundsohn.example",)).samples) == 3
    assert len(mails_to(learnt, ("@weissundsohn.example",))) == 3


def test_the_whole_is_shown_by_language_and_together() -> None:
    learnt = book(*(sample(n) for n in range(4)), *(sample(10 + n, language="de") for n in range(3)))
    assert set(overall_features(learnt, None)) == {"words", "exclamation"}
    assert overall_features(learnt, None)["words"].mails == 7
    assert set(overall_features(learnt, "en")) == set(NAMES) - {"name"}
    assert usual_language(learnt, ()) == "en"
    assert usual_language(learnt, ("x@y.example",)) is None
    assert voice_for(learnt, (), "en").text("greeting") == "Hi {name},"


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("greeting", "Moin  {name},", "Moin {name},"),
        ("greeting", "Moin,", "Moin {name}"),
        ("sign_off", "Warmly", "Warmly"),
        ("form", "Formal", "formal"),
        ("words", "90", 90),
        ("contractions", "yes", True),
        ("contractions", "no", False),
    ],
)
def test_what_can_be_set(name: str, given: str, kept: object) -> None:
    assert checked(name, given) == kept
    assert checked(name, told(checked(name, given))) == kept


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("greeting", ""),
        ("greeting", "Hi {name}!"),
        ("greeting", "Hi {nome},"),
        ("greeting", "Hi {name}, {0}"),
        ("greeting", "Hi" * 50),
        ("sign_off", "Cheers!"),
        ("sign_off", "Cheers\x07"),
        ("form", "polite"),
        ("words", "5"),
        ("words", "many"),
        ("words", "²"),
        ("words", "9" * 5000),
        ("contractions", "maybe"),
        ("exclamation", "yes"),
        ("colour", "blue"),
    ],
)
def test_what_cannot_be_set(name: str, given: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        checked(name, given)


numbers = st.integers(min_value=0, max_value=40)
samples = st.builds(
    sample,
    numbers,
    address=st.sampled_from(["", NORA, WEISS]),
    language=st.sampled_from(["en", "de"]),
    greeting=st.sampled_from(["", "Hi {name}", "Hello {name}", "Liebe {name}"]),
    mark=st.sampled_from(["", ",", ":"]),
    sign_off=st.sampled_from(["", "Cheers", "cheers", "Best"]),
    form=st.sampled_from([None, "formal", "familiar"]),
    words=st.integers(4, 2000),
    short=st.integers(0, 3),
    full=st.integers(0, 3),
    exclaims=st.booleans(),
    body=st.sampled_from(["", "a" * 16, "b" * 16]),
)


@given(st.lists(samples, max_size=40), st.randoms(use_true_random=False), st.integers(1, 7))
def test_order_and_portions_make_no_difference(mails: list[Sample], chance: Random, portion: int) -> None:
    at_once = VoiceBook().learnt(mails)
    shuffled = [*mails, *mails[:5]]
    chance.shuffle(shuffled)
    by_and_by = VoiceBook()
    for start in range(0, len(shuffled), portion):
        by_and_by = by_and_by.learnt(shuffled[start : start + portion])
    assert by_and_by == at_once
    for client in (NORA, WEISS, "x@y.example"):
        for language in ("en", "de"):
            assert voice_for(by_and_by, (client,), language) == voice_for(at_once, (client,), language)


@given(st.lists(samples, max_size=40))
def test_no_habit_stands_on_fewer_than_three_mails_nor_on_more_than_there_are(mails: list[Sample]) -> None:
    learnt = VoiceBook().learnt(mails)
    for client in (NORA, "x@y.example"):
        for name, feature in voice_for(learnt, (client,), "en").found.items():
            assert feature.mails <= feature.of <= len(learnt.samples)
            assert feature.of >= LEAST_MAILS
            assert name in ("words", "exclamation", "contractions") or feature.mails >= LEAST_MAILS
            assert "!" not in str(feature.value)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_only_the_newest_mails_are_remembered(seed: int) -> None:
    mails = [sample(number) for number in range(MOST_SAMPLES + 50)]
    Random(seed).shuffle(mails)
    half = VoiceBook().learnt(mails[:800]).learnt(mails[800:])
    assert half == VoiceBook().learnt(mails)
    assert min(one.day for one in half.samples) == sample(50).day
