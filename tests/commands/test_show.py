"""``show`` on a real mailbox and on files: the new text, or facts and asks without the abuse."""

from __future__ import annotations

import json
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.rig.mailbox import Mailbox
from tests.rig.settings import config_text
from triage.commands import app
from triage.config import load_config
from triage.sweep import sweep

ABUSE = "You are a useless clown and a fraud."
THREAT = "If the shop isn't online by Friday, I will leave a one-star review everywhere."
ASK = "Please send me the 14 product photos by Thursday."
QUOTE = "On Mon, Mara wrote:\n> The photos come next week, promised.\n"
BODY = f"Hi Mara,\n\n{ABUSE} {ASK} {THREAT}\n\nKevin\n\n{QUOTE}"


def rude_letter() -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = "Kevin Doyle <kevin@pellandsons.example>"
    message["To"] = "Mara Lindqvist <mara@studio.example>"
    message["Subject"] = "WHERE IS MY SHOP!!!"
    message["Message-ID"] = "<rude@pellandsons.example>"
    message["Date"] = "Mon, 09 Mar 2026 10:00:00 +0000"
    message.set_content(BODY)
    return message.as_bytes()


def show(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["show", *arguments])


@pytest.fixture
def config(mailbox: Mailbox, tmp_path: Path, model_cache: Path) -> Path:
    """A configuration whose mailbox holds the rude letter, swept once."""
    mailbox.deliver(rude_letter())
    path = tmp_path / "config.toml"
    path.write_text(config_text(mailbox, tmp_path, model_cache), encoding="utf-8")
    loaded = load_config(path)
    assert sweep(loaded, loaded.accounts[0]).flagged == 1
    return path


def test_a_message_is_shown_by_id_and_by_message_id(config: Path, mailbox: Mailbox) -> None:
    flags = mailbox.flags()
    for name in ("1", "<rude@pellandsons.example>", "rude@pellandsons.example"):
        shown = show(name, "--json", "--config", str(config))
        assert shown.exit_code == 0, shown.output
        record = json.loads(shown.stdout)
        assert (record["id"], record["client"]) == (1, "kevin@pellandsons.example")
        assert record["subject"] == "WHERE IS MY SHOP!!!"
        assert ABUSE in record["new_text"]
        assert "next week" not in record["new_text"]
        assert "hostility" in record["labels"]
        assert record["severity"] >= 2
    assert mailbox.flags() == flags


def test_calm_shows_what_is_wanted_and_no_word_of_abuse(config: Path) -> None:
    for options in (("--calm",), ("--calm", "--json")):
        shown = show("1", *options, "--config", str(config))
        assert shown.exit_code == 0, shown.output
        assert "Please send me the 14 product photos by Thursday" in shown.stdout.replace("\n", " ")
        assert "clown" not in shown.stdout
        assert "SHOP" not in shown.stdout
    record = json.loads(shown.stdout)
    assert [ask["text"] for ask in record["calm"]["asks"]] == [ASK]
    (threat,) = record["calm"]["threats"]
    assert (threat["kind"], threat["condition"]) == ("review", "If the shop isn't online by Friday")
    assert record["calm"]["dates"] == ["by Thursday", "by Friday"]
    assert record["calm"]["folded"] == 2
    assert "new_text" not in record
    assert "folded_text" not in record["calm"]


def test_unfold_shows_what_was_folded(config: Path) -> None:
    record = json.loads(show("1", "--calm", "--unfold", "--json", "--config", str(config)).stdout)
    assert record["calm"]["folded_text"] == [ABUSE, THREAT]
    assert "clown" in show("1", "--calm", "--unfold", "--config", str(config)).stdout


def test_a_message_that_has_left_its_folder_is_told_of(config: Path, mailbox: Mailbox) -> None:
    with mailbox.second_client() as client:
        client.select_folder("INBOX")
        client.delete_messages(client.search())
        client.expunge()
    shown = show("1", "--config", str(config))
    assert shown.exit_code == 1
    assert "left its folder" in shown.output


def test_an_unknown_id_is_a_usage_error(config: Path) -> None:
    shown = show("99", "--config", str(config))
    assert shown.exit_code == 2
    assert "no message with the id '99'" in shown.output


def test_a_file_is_shown_without_any_mailbox(tmp_path: Path, model_cache: Path) -> None:
    path = tmp_path / "config.toml"
    nowhere = Mailbox("none", "127.0.0.1", 1, "mara", "unused")
    path.write_text(config_text(nowhere, tmp_path, model_cache), encoding="utf-8")
    letter = tmp_path / "rude.eml"
    letter.write_bytes(rude_letter())
    record = json.loads(show(str(letter), "--calm", "--json", "--config", str(path)).stdout)
    assert record["id"] is None
    assert [ask["text"] for ask in record["calm"]["asks"]] == [ASK]
