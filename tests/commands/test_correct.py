"""``triage correct``, and what the other commands make of it, with the trained classifier."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.rig.letters import letter, plain
from tests.rig.mailbox import Mailbox
from tests.rig.settings import config_text
from triage.commands import app
from triage.config import load_config
from triage.order import Order
from triage.sweep import sweep

BANTER = "You are a useless idiot, you forgot the cake again, this is pathetic. See you at the studio."
NEARLY = "You are a useless idiot, you forgot the buns again, this is pathetic. See you at the market."
CALM = "Could we move our call to Thursday at ten? The slides for the meeting are attached."


@pytest.fixture
def config(mailbox: Mailbox, tmp_path: Path, model_cache: Path) -> Path:
    """A mailbox of four messages, swept: banter, calm mail, a newsletter and one of Mara's own."""
    path = tmp_path / "config.toml"
    path.write_text(config_text(mailbox, tmp_path, model_cache), encoding="utf-8")
    listed, own = plain(3, body="Our news of March."), plain(4, body=BANTER)
    listed["List-Id"] = "<news.client.example>"
    own.replace_header("From", "Mara <hello@studio.example>")
    mailbox.deliver(
        letter(1, subject="Cake", body=BANTER), letter(2, body=CALM), listed.as_bytes(), own.as_bytes()
    )
    one_pass(path)
    return path


def one_pass(config: Path) -> None:
    settings = load_config(config)
    assert sweep(settings, settings.accounts[0], Order()).error is None


def run(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--config", str(config)])


def records(config: Path, *arguments: str) -> list[dict[str, Any]]:
    ran = run(config, *arguments, "--json")
    assert ran.exit_code == 0, ran.output
    return [json.loads(line) for line in ran.stdout.splitlines()]


def explained(config: Path, id_: str) -> dict[str, Any]:
    (record,) = records(config, "explain", id_)
    return record


def classified(config: Path, path: Path) -> dict[str, Any]:
    (record,) = records(config, "classify", str(path))
    return record


def test_correcting_listing_learning_and_undoing(config: Path, mailbox: Mailbox, tmp_path: Path) -> None:
    before = explained(config, "1")
    assert before["labels"]["hostility"]["verdict"] == "flagged"
    assert (before["corrected"], before["learnt"]) == ({}, [])
    near = tmp_path / "near.eml"
    near.write_bytes(letter(9, subject="Buns", body=NEARLY))
    judged_before = classified(config, near)
    assert judged_before["labels"]["hostility"]["verdict"] == "flagged"

    (said,) = records(config, "correct", "1", "--not", "hostility")
    expected = {
        "id": 1, "client": "jo@client.example", "subject": "Cake", "label": "hostility", "verdict": "not",
        "client_only": False, "source": "command", "state": "corrected", "account": "studio",
    }  # fmt: skip
    assert expected.items() <= said.items()
    assert said.keys() - expected.keys() == {"probability", "at"}
    assert said["probability"] == before["labels"]["hostility"]["probability"]
    assert [row["label"] for row in records(config, "correct", "--list")] == ["hostility"]
    (status,) = (one for one in records(config, "status") if one["id"] == 1)
    assert (status["labels"], status["severity"]) == ([], 0)

    now = explained(config, "1")
    assert now["corrected"] == {"hostility": "not"}
    assert now["labels"]["hostility"] == {"verdict": "clear", "probability": 0.0}
    (moved,) = (one for one in now["learnt"] if one["label"] == "hostility")
    assert (moved["from"]["verdict"], moved["to"]["verdict"]) == ("flagged", "clear")
    assert moved["by_this_client"] < -1
    human = run(config, "explain", "1").output
    assert "hostility: clear (as you said)" in human
    assert "moved by your corrections of this client from flagged" in human

    assert classified(config, near)["labels"]["hostility"]["verdict"] != "flagged"
    mailbox.deliver(letter(10, subject="Buns", body=NEARLY))
    one_pass(config)
    (swept,) = (one for one in records(config, "status") if one["subject"] == "Buns")
    assert swept["labels"] == []

    (undone,) = records(config, "correct", "1", "--undo")
    assert undone["state"] == "undone"
    assert records(config, "correct", "--list") == []
    assert explained(config, "1") == before
    assert classified(config, near) == judged_before


def test_several_labels_at_once_and_a_later_opposite_word(config: Path) -> None:
    said = records(config, "correct", "2", "--is", "scope_pressure", "--is", "payment_issue", "--client-only")
    assert {(one["label"], one["verdict"], one["client_only"]) for one in said} == {
        ("scope_pressure", "is", True),
        ("payment_issue", "is", True),
    }
    assert records(config, "correct", "2", "--is", "scope_pressure", "--client-only")
    records(config, "correct", "2", "--not", "payment_issue")
    listed = {(one["label"], one["verdict"]) for one in records(config, "correct", "--list")}
    assert listed == {("scope_pressure", "is"), ("payment_issue", "not")}
    raised = explained(config, "2")
    assert raised["labels"]["scope_pressure"]["verdict"] == "flagged"
    assert raised["severity"] == 1
    pieces = [one for one in raised["evidence"] if one["label"] == "scope_pressure"]
    assert pieces
    assert all(piece["text"] in CALM or piece["text"] == "Homepage" for piece in pieces)


def test_explain_shows_the_words_that_weigh_most(config: Path) -> None:
    told = [words for words in explained(config, "1")["words"] if words["label"] == "hostility"]
    assert told
    heaviest = {word["word"] for words in told for word in words["words"][:3]}
    assert heaviest & {"useless", "idiot", "pathetic"}
    for words in told:
        assert words["text"] in BANTER
        weights = [word["weight"] for word in words["words"]]
        assert weights == sorted(weights, reverse=True)
        for word in words["words"]:
            assert words["text"][word["start"] :].startswith(word["word"])
    human = run(config, "explain", "1").output
    assert any(line.strip().startswith("hostility: ") and "(+" in line for line in human.splitlines())


def test_a_message_that_has_gone_teaches_about_its_client(config: Path, mailbox: Mailbox) -> None:
    with mailbox.second_client() as client:
        client.select_folder("INBOX")
        client.delete_messages(client.search("ALL")[:1])
        client.expunge()
    ran = run(config, "correct", "1", "--not", "hostility", "--json")
    assert ran.exit_code == 0
    assert "it teaches about this client alone" in ran.output
    (listed,) = records(config, "correct", "--list")
    assert listed["probability"] > 0.1


REFUSED = [
    (["1"], "say what the message is"),
    ([], "say what the message is"),
    (["--not", "hostility"], "name the message by its ID"),
    (["1", "--list"], "--list takes no ID"),
    (["1", "--undo", "--not", "hostility"], "say what the message is"),
    (["1", "--is", "rudeness"], "there is no label 'rudeness'"),
    (["1", "--is", "hostility", "--not", "hostility"], "both ways"),
    (["99", "--is", "hostility"], "no message with the id '99'"),
    (["1", "--undo"], "nothing was said of the message '1'"),
    (["3", "--is", "hostility"], "was written by no client (mailing list)"),
    (["4", "--is", "hostility"], "is your own mail"),
]


def test_what_cannot_be_corrected_is_refused(config: Path) -> None:
    for arguments, told in REFUSED:
        ran = run(config, "correct", *arguments)
        assert ran.exit_code == 2, ran.output
        assert told in ran.output
    assert run(config, "correct", "--list").output.strip() == "Nothing has been corrected."


def test_the_lines_for_a_person(config: Path) -> None:
    said = run(config, "correct", "1", "--not", "hostility").output
    assert said.startswith("1 jo@client.example: Cake – not hostility (judged 0.")
    assert run(config, "correct", "--list").output == said
    assert run(config, "correct", "1", "--undo").output.rstrip().endswith("– taken back")
