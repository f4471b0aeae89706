"""What comes first when a draft is written: set by hand, the client file, the configuration, then habit."""

from __future__ import annotations

from typing import Any

import pytest

from drafts.situation import Freelancer, Voice
from tests.rig.sent_mail import fetched, forty
from triage.clients.profile import Client
from triage.clients.voice import VoiceBook
from triage.mail.message import Address
from triage.voice_learning import Writer, sample_of_mail
from triage.voicing import with_voice

NORA = Address("Nora Hill", "nora@harbourbakery.example")
WEISS = Address("Peter Weiss", "p.weiss@weissundsohn.example")
STRANGER = Address("Xenia Strange", "xenia@strange.example")
MARA = Freelancer("Mara Lindqvist")


@pytest.fixture(scope="module")
def book() -> VoiceBook:
    """What the forty mails teach."""
    writer = Writer("studio", "Mara Lindqvist", ("mara@studio.example",))
    found = (sample_of_mail(fetched(raw, number), writer) for number, raw in enumerate(forty()))
    return VoiceBook().learnt(one for one in found if one)


def facts(book: VoiceBook, sender: Address, language: str, **given: Any) -> dict[str, Any]:
    """The fields of the situation; nothing is on file unless given."""
    known = {"client": None, "freelancer": MARA, "file": {}} | given
    return with_voice(known["file"], book, sender, known["client"], language, known["freelancer"])


def voice(book: VoiceBook, sender: Address, language: str, **given: Any) -> Voice:
    """The voice alone."""
    found = facts(book, sender, language, **given)["voice"]
    assert isinstance(found, Voice)
    return found


def test_a_known_client_is_called_and_addressed_as_in_sent_mail(book: VoiceBook) -> None:
    weiss, nora = facts(book, WEISS, "de"), facts(book, NORA, "en")
    assert (weiss["greeting_name"], weiss["form"]) == ("Herr Weiss", "formal")
    assert (nora["greeting_name"], nora["form"]) == ("Nora", "familiar")
    assert weiss["voice"].formal_greeting == "Sehr geehrter {name},"
    assert weiss["voice"].formal_sign_off == "Mit freundlichen Grüßen"
    assert (nora["voice"].greeting, nora["voice"].sign_off) == ("Hi {name},", "Cheers")
    assert (nora["voice"].contracts, nora["voice"].words) == (True, 17)


def test_a_stranger_gets_no_name_and_no_form(book: VoiceBook) -> None:
    found = facts(book, STRANGER, "de")
    assert (found["greeting_name"], found["form"]) == ("", None)
    assert found["voice"].formal_greeting == ""
    assert found["voice"].formal_sign_off == "Mit freundlichen Grüßen"
    assert found["voice"].sign_off == "Viele Grüße"


def test_the_client_file_comes_before_habit(book: VoiceBook) -> None:
    on_file = {"form": "familiar", "greeting_name": "Peter", "gifts_left": 1}
    found = facts(book, WEISS, "de", file=on_file)
    assert {name: found[name] for name in on_file} == on_file


def test_a_colleague_at_the_clients_is_not_taken_for_the_other(book: VoiceBook) -> None:
    firm = Client("Weiss & Sohn", addresses=(WEISS.email,), domains=("weissundsohn.example",))
    found = facts(book, Address("Eva Kern", "e.kern@weissundsohn.example"), "de", client=firm)
    assert (found["greeting_name"], found["form"]) == ("", "formal")
    assert found["voice"].formal_greeting == ""
    assert found["voice"].formal_sign_off == "Mit freundlichen Grüßen"


def test_the_configuration_comes_before_habit_and_what_was_set_before_both(book: VoiceBook) -> None:
    wants = Freelancer("Mara Lindqvist", "Hello", "Warm regards")
    plain = voice(book, NORA, "en", freelancer=wants)
    assert (plain.greeting, plain.sign_off, plain.formal_sign_off) == ("", "", "")
    assert voice(book, WEISS, "de", freelancer=wants).formal_sign_off == "Mit freundlichen Grüßen"
    fixed = book.with_fixed(NORA.email, "en", "greeting", "Moin {name},")
    assert voice(fixed, NORA, "en", freelancer=wants).greeting == "Moin {name},"


def test_what_is_set_for_a_client_of_the_file_is_found_by_its_name(book: VoiceBook) -> None:
    bakery = Client("Harbour Bakery", addresses=(NORA.email,))
    fixed = book.with_fixed("Harbour Bakery", "", "words", 120)
    assert voice(fixed, NORA, "en", client=bakery).words == 120
    assert voice(fixed, NORA, "en").words == 17


def test_nothing_known_is_nothing_said() -> None:
    found = facts(VoiceBook(), NORA, "en")
    assert found == {"form": None, "greeting_name": "", "voice": Voice()}
    assert with_voice({}, VoiceBook(), None, None, "en", MARA)["greeting_name"] == ""
