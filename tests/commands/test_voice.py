"""``triage voice``: what it shows, what can be set, what it learns, what it forgets."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.rig.mailbox import Mailbox
from tests.rig.sent_mail import fetched, forty
from tests.rig.settings import config_text
from triage.clients.voice import VoiceBook
from triage.commands import app
from triage.config import load_config
from triage.voice_file import load_voice, save_voice, voice_path
from triage.voice_learning import Writer, sample_of_mail

NORA, WEISS = "nora@harbourbakery.example", "p.weiss@weissundsohn.example"
CLIENTS = f"""
[[clients]]
name = "Harbour Bakery"
addresses = ["{NORA}"]
domains = ["harbourbakery.example"]
"""
Voice = Callable[..., Result]
NOWHERE = Mailbox("none", "127.0.0.1", 1, "mara", "unused")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Where the voice is kept."""
    return tmp_path / "state"


@pytest.fixture
def voice(tmp_path: Path) -> Voice:
    """The command, as a user calls it, with a configuration and a client file."""

    def run(*arguments: str, mailbox: Mailbox = NOWHERE) -> Result:
        path = tmp_path / "config.toml"
        path.write_text(config_text(mailbox, tmp_path, tmp_path / "cache"), encoding="utf-8")
        (tmp_path / "clients.toml").write_text(CLIENTS, encoding="utf-8")
        return CliRunner().invoke(app, ["voice", *arguments, "--config", str(path)])

    return run


@pytest.fixture
def learnt(state: Path) -> VoiceBook:
    """The forty mails, learnt already."""
    writer = Writer("studio", "Mara Lindqvist", ("mara@studio.example",))
    found = (sample_of_mail(fetched(raw, number), writer) for number, raw in enumerate(forty()))
    book = VoiceBook().learnt(one for one in found if one)
    save_voice(voice_path(state), book)
    return book


def lines(ran: Result) -> list[dict[str, Any]]:
    """The JSON lines of a run that went well."""
    assert ran.exit_code == 0, ran.output
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_nothing_is_known_at_first(voice: Voice) -> None:
    ran = voice("show")
    assert (ran.exit_code, lines(voice("show", "--json"))) == (0, [])
    assert "`triage voice learn`" in ran.stdout


@pytest.mark.usefixtures("learnt")
def test_show_names_every_habit_and_what_it_stands_on(voice: Voice) -> None:
    records = lines(voice("show", "--json"))
    assert all(set(record) == {"client", "language", "mails", "features"} for record in records)
    by_whom = {(record["client"], record["language"]): record for record in records}
    assert set(by_whom) == {
        (None, None), (None, "de"), (None, "en"), (None, "fr"), ("Harbour Bakery", "en"), (WEISS, "de"),
        ("lea@brandt-foto.example", "de"), ("claire.petit@maison-petit.example", "fr"),
    }  # fmt: skip
    assert by_whom[None, None]["mails"] == 40
    bakery = by_whom["Harbour Bakery", "en"]
    assert bakery["mails"] == 12
    assert bakery["features"]["greeting"] == {
        "value": "Hi {name},", "mails": 12, "of": 12, "source": "client"
    }  # fmt: skip
    assert bakery["features"]["contractions"]["value"] is True
    assert by_whom[WEISS, "de"]["features"]["form"]["value"] == "formal"
    table = voice("show").stdout
    for told in ("Hi {name},", "12 of 12 mails", "Mit freundlichen Grüßen", "Harbour Bakery"):
        assert told in table


@pytest.mark.usefixtures("learnt")
@pytest.mark.parametrize(
    "client", ["Harbour Bakery", "harbour bakery", NORA, NORA.upper(), "jo@harbourbakery.example"]
)
def test_show_of_one_client_by_name_or_address(voice: Voice, client: str) -> None:
    (record,) = lines(voice("show", client, "--json"))
    assert (record["client"], record["language"], record["mails"]) == (client, "en", 12)
    assert record["features"]["sign_off"]["value"] == "Cheers"


@pytest.mark.usefixtures("learnt")
def test_show_of_a_stranger_is_what_a_stranger_would_get(voice: Voice) -> None:
    (record,) = lines(voice("show", "xenia@strange.example", "--json"))
    assert record["mails"] == 0
    assert record["features"]["sign_off"]["source"] == "language"


@pytest.mark.parametrize("command", ["show", "forget"])
def test_a_client_that_is_none_is_refused(voice: Voice, command: str) -> None:
    ran = voice(command, "Harbor Bakers")
    assert ran.exit_code == 2
    assert "Harbor Bakers" in ran.stderr


@pytest.mark.usefixtures("learnt")
def test_what_is_set_wins_until_it_is_taken_back(voice: Voice) -> None:
    assert voice("set", "greeting", "Moin {name},", "--client", "Harbour Bakery").exit_code == 0
    (record,) = lines(voice("show", NORA, "--json"))
    assert record["features"]["greeting"] == {
        "value": "Moin {name},", "mails": 0, "of": 0, "source": "set"
    }  # fmt: skip
    assert "set by hand" in voice("show", NORA).stdout
    assert lines(voice("show", WEISS, "--json"))[0]["features"]["greeting"]["source"] == "client"
    assert voice("set", "greeting", "", "--client", NORA).exit_code == 0
    (record,) = lines(voice("show", NORA, "--json"))
    assert record["features"]["greeting"]["value"] == "Hi {name},"


def test_set_for_all_names_the_language_of_words(voice: Voice, state: Path, learnt: VoiceBook) -> None:
    assert "(de)" in voice("set", "sign_off", "Beste Grüße", "--language", "de").stdout
    assert "(de)" in voice("set", "greeting", "Guten Tag {name},").stdout
    assert "(" not in voice("set", "words", "90").stdout
    assert voice("set", "contractions", "no").exit_code == 0
    assert load_voice(voice_path(state)).fixed == {
        "": {
            "de": {"sign_off": "Beste Grüße", "greeting": "Guten Tag {name},"},
            "": {"words": 90, "contractions": False},
        }
    }
    assert load_voice(voice_path(state)).samples == learnt.samples


def test_something_can_be_set_before_anything_is_learnt(voice: Voice) -> None:
    assert "(en)" in voice("set", "greeting", "Hello").stdout
    (record,) = lines(voice("show", "--json"))
    assert (record["language"], record["features"]["greeting"]["value"]) == ("en", "Hello {name}")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("greeting", "Hi {name}!"), "exclamation"),
        (("greeting", "Hi {nome}"), "{name}"),
        (("form", "polite"), "formal"),
        (("words", "4"), "20 to 400"),
        (("contractions", "maybe"), "yes"),
        (("colour", "blue"), "sign_off"),
        (("colour", ""), "sign_off"),
        (("greeting", "Hi", "--language", "xx"), "--language"),
        (("greeting", "Hi", "--client", "Nobody"), "Nobody"),
    ],
)
def test_what_cannot_be_set_is_said(voice: Voice, arguments: tuple[str, ...], told: str) -> None:
    ran = voice("set", *arguments)
    assert ran.exit_code == 2
    assert told in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


def test_forgetting_one_client_and_all(voice: Voice, state: Path, learnt: VoiceBook) -> None:
    assert "12 mails" in voice("forget", "Harbour Bakery").stdout
    left = load_voice(voice_path(state))
    assert len(left.samples) == len(learnt.samples) - 12
    assert voice("forget").exit_code == 0
    assert load_voice(voice_path(state)) == VoiceBook()
    assert lines(voice("show", "--json")) == []


def test_a_damaged_file_is_told_with_its_remedy_which_works(voice: Voice, state: Path) -> None:
    state.mkdir()
    voice_path(state).write_text("{", encoding="utf-8")
    ran = voice("show")
    assert (ran.exit_code, "Traceback" in ran.output) == (2, False)
    assert "`triage voice forget`" in ran.stderr
    assert voice("forget").exit_code == 0
    assert voice("show").exit_code == 0


def test_learn_reads_sent_and_says_what_it_found(voice: Voice, mailbox: Mailbox, state: Path) -> None:
    mailbox.deliver(*forty(), folder="Sent")
    assert lines(voice("learn", "--limit", "10", "--json", mailbox=mailbox)) == [
        {"account": "studio", "read": 10, "new": 10}
    ]
    ran = voice("learn", mailbox=mailbox)
    assert (ran.exit_code, ran.stdout) == (0, "studio: 40 sent mails read, 30 of them told something new.\n")
    assert len(load_voice(voice_path(state)).samples) == 40
    assert set(mailbox.flags("Sent").values()) == {frozenset()}
    assert lines(voice("show", NORA, "--json"))[0]["features"]["greeting"]["value"] == "Hi {name},"


def test_learn_without_a_server_ends_with_its_status(voice: Voice, state: Path) -> None:
    ran = voice("learn")
    assert ran.exit_code == 3
    assert len(ran.stderr.splitlines()) == 1
    assert not voice_path(state).exists()


def test_learn_refuses_an_unknown_account_and_a_limit_of_none(voice: Voice) -> None:
    assert voice("learn", "--account", "other").exit_code == 2
    assert voice("learn", "--limit", "0").exit_code == 2


def test_the_file_is_in_the_state_folder_of_the_configuration(voice: Voice, tmp_path: Path) -> None:
    voice("set", "words", "80")
    assert voice_path(load_config(tmp_path / "config.toml").paths.state).exists()
