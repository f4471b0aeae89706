"""``triage review --sample`` at a terminal, on a real mailbox: drawn, shown, labelled, left, gone on with."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.rig.letters import letter
from tests.rig.mailbox import Mailbox
from tests.rig.settings import config_text
from tests.rig.terminal import Terminal
from triage.access import ledger_path
from triage.commands import app
from triage.commands.review_sample import _meaning
from triage.config import load_config
from triage.ledger import SqliteLedger, open_ledger
from triage.ledger.forgetting import Whom
from triage.ledger.samples import SampleState

at_a_terminal = pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals on Windows")
ASK = "a capital letter adds a label: "
# What the program is to have judged of each letter: flagged, unsure, clear, clear.
VERDICTS: tuple[dict[str, tuple[str, float]], ...] = (
    {"hostility": ("flagged", 0.9), "payment_issue": ("clear", 0.1)},
    {"scope_pressure": ("unsure", 0.5)},
    {"hostility": ("clear", 0.1)},
    {"hostility": ("clear", 0.1)},
)
WORDS = (
    "You are a clown\x1b[2J and a fraud.",
    "One more page?",
    "The menu looks lovely.",
    "See you on Friday.",
)


class Shelf:
    """A mailbox of four letters that a pass has judged within the last days."""

    def __init__(self, mailbox: Mailbox, folder: Path, cache: Path) -> None:
        self.mailbox = mailbox
        self.config = folder / "config.toml"
        self.config.write_text(config_text(mailbox, folder, cache), encoding="utf-8")
        self.path = ledger_path(load_config(self.config))
        mailbox.deliver(
            *(letter(n, subject=f"Letter {n}", body=body) for n, body in enumerate(WORDS, start=1))
        )
        with mailbox.second_client() as client:
            validity = client.select_folder("INBOX", readonly=True)[b"UIDVALIDITY"]
            found = client.fetch(client.search("ALL"), ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"])
        with self.ledger() as ledger:
            for number, (uid, data) in enumerate(sorted(found.items()), start=1):
                key = re.search(rb"<[^>]+>", data[b"BODY[HEADER.FIELDS (MESSAGE-ID)]"])
                assert key
                self.judge(ledger, number, (int(validity), uid), key[0].decode())

    @staticmethod
    def judge(ledger: SqliteLedger, number: int, place: tuple[int, int], key: str) -> None:
        """Have a letter judged as planned, at its UIDVALIDITY and UID."""
        row = ledger.claim(
            "studio", "INBOX", *place, key=key, content_hash=key,
            received=datetime.now(UTC) - timedelta(hours=number), client="jo@client.example",
            subject=f"Letter {number}",
        ).row  # fmt: skip
        ledger.judged(row.id, gate=None, language="en", labels=VERDICTS[number - 1], severity=0)
        ledger.settle(row.id, outcome="leave_alone", reason="")

    def ledger(self) -> SqliteLedger:
        return open_ledger(self.path)

    def states(self) -> dict[int, SampleState]:
        with self.ledger() as ledger:
            return {row.id: row.state for row in ledger.samples()}

    def said(self) -> dict[int, tuple[str, ...]]:
        with self.ledger() as ledger:
            return {row.id: row.said for row in ledger.samples(state="labelled")}

    def sit(self, *options: str) -> Terminal:
        return Terminal("review", "--sample", *options, "--config", str(self.config))

    def records(self) -> list[dict[str, Any]]:
        result = run(self.config, "--sample", "--json")
        assert result.exit_code == 0, result.output
        return [json.loads(line) for line in result.stdout.splitlines()]


def run(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["review", *arguments, "--config", str(config)])


def number_in(shown: str) -> int:
    """Which letter is on the screen."""
    found = re.findall(r"Letter (\d)", shown)
    assert len(found) == 1, shown
    return int(found[0])


@pytest.fixture
def shelf(mailbox: Mailbox, tmp_path: Path) -> Shelf:
    return Shelf(mailbox, tmp_path, tmp_path)


def label_all(terminal: Terminal, keys: Sequence[str]) -> list[int]:
    """Answer each letter with its keys; returns the letters in the order of showing."""
    shown = []
    for _ in range(len(keys)):
        number = number_in(terminal.until(ASK))
        shown.append(number)
        terminal.press(keys[number - 1])
    return shown


@at_a_terminal
def test_each_letter_is_shown_once_and_labelled_with_its_keys(shelf: Shelf) -> None:
    flags = shelf.mailbox.flags()
    with shelf.sit() as terminal:
        shown = label_all(terminal, ["Hp", "s", "n", "k"])
        status, page = terminal.ended()
    assert status == 0, page
    assert sorted(shown) == [1, 2, 3, 4]
    assert shelf.said() == {1: ("hostility", "payment_issue"), 2: ("scope_pressure",), 3: ()}
    assert shelf.states()[4] == "skipped"
    assert "By your own labels of 3 messages:" in page
    assert "right when flagged: 100% (1 of 1" in page
    assert "flagged" not in terminal.screen.partition("By your own labels")[0]
    assert "\x1b[2J" not in terminal.screen
    assert "a clown[2J and a fraud." in terminal.screen
    assert shelf.mailbox.flags() == flags

    (hostile, scope, payment, total) = shelf.records()
    assert (hostile["flagged"], hostile["right"], hostile["precision"], hostile["recall"]) == (1, 1, 1.0, 1.0)
    # the unsure one was overlooked: no flag was raised
    assert (scope["overlooked"], scope["precision"], scope["recall"]) == (1, None, 0.0)
    assert (payment["overlooked"], payment["recall"]) == (1, 0.0)
    assert (total["labelled"], total["skipped"], total["waiting"]) == (3, 1, 0)
    assert total["strata"]["clear"] == {"messages": 2, "labelled": 1}

    with shelf.sit() as terminal:
        status, page = terminal.ended()
    assert (status, "Nothing new is to be labelled" in page) == (0, True)


@at_a_terminal
def test_left_in_the_middle_it_goes_on_with_the_rest(shelf: Shelf) -> None:
    with shelf.sit() as terminal:
        first = number_in(terminal.until(ASK))
        terminal.press("n")
        terminal.until(ASK)
        terminal.press("q")
        status, page = terminal.ended()
    assert (status, "Left off here" in page) == (0, True)
    with shelf.sit() as terminal:
        rest = [number_in(terminal.until(ASK))]
        for _ in range(2):
            terminal.press("n")
            rest.append(number_in(terminal.until(ASK)))
        terminal.press("n")
        assert terminal.ended()[0] == 0
    assert sorted([first, *rest]) == [1, 2, 3, 4]
    assert set(shelf.states().values()) == {"labelled"}


@at_a_terminal
def test_a_slip_is_taken_back_and_other_keys_say_nothing(shelf: Shelf) -> None:
    with shelf.sit("1") as terminal:
        shown = number_in(terminal.until(ASK))
        terminal.press("x")
        terminal.press("\x1b[A")
        terminal.press("\r")  # nothing is chosen yet
        terminal.press("P")
        terminal.press("\r")
        assert terminal.ended()[0] == 0
    assert shelf.said() == {shown: ("payment_issue",)}
    with shelf.sit("2") as terminal:  # two more of the same week
        second = number_in(terminal.until(ASK))
        terminal.press("h")
        terminal.until(ASK)
        terminal.press("u")
        assert number_in(terminal.until(ASK)) == second
        terminal.press("n")
        third = number_in(terminal.until(ASK))
        terminal.press("n")
        assert terminal.ended()[0] == 0
    assert len({shown, second, third}) == 3
    assert shelf.said() == {shown: ("payment_issue",), second: (), third: ()}


@at_a_terminal
def test_mail_that_was_filed_away_is_found_and_mail_that_is_gone_is_counted(shelf: Shelf) -> None:
    with shelf.mailbox.second_client() as client:
        client.create_folder("Archive")
        client.select_folder("INBOX")
        uids = client.search("ALL")
        client.copy(uids[:1], "Archive")
        client.delete_messages(uids[:2])
        client.expunge()
    with shelf.sit() as terminal:
        assert "1 of 4 drawn have left" in terminal.until("are left out.")
        seen = [number_in(terminal.until(ASK))]
        for _ in range(2):
            terminal.press("n")
            seen.append(number_in(terminal.until(ASK)))
        terminal.press("n")
        assert terminal.ended()[0] == 0
    assert sorted(seen) == [1, 3, 4]
    assert shelf.states()[2] == "gone"


@at_a_terminal
def test_no_word_of_a_message_is_kept_and_forgetting_takes_the_labels_too(shelf: Shelf) -> None:
    with shelf.sit() as terminal:
        label_all(terminal, ["h", "s", "n", "n"])
        assert terminal.ended()[0] == 0
    with closing(sqlite3.connect(shelf.path)) as connection:
        kept = " ".join(map(str, connection.execute("SELECT * FROM sample").fetchall()))
    assert not [
        word for text in WORDS for word in text.split() if word.isalpha() and len(word) > 4 and word in kept
    ]
    with shelf.ledger() as ledger:
        assert ledger.forget(Whom(frozenset({"jo@client.example"})))["sample"] == 4
        assert ledger.samples() == []


@at_a_terminal
def test_labels_are_handed_to_the_corrections_if_asked_for(
    mailbox: Mailbox, tmp_path: Path, model_cache: Path
) -> None:
    shelf = Shelf(mailbox, tmp_path, model_cache)
    with shelf.sit("--correct") as terminal:
        label_all(terminal, ["n", "n", "p", "n"])
        terminal.until("Handed to `triage correct`: 2 messages judged otherwise.")
        assert terminal.ended()[0] == 0
    with shelf.ledger() as ledger:
        said = {(row.row_id, row.said.label, row.said.is_so) for row in ledger.corrections()}
    assert said == {(1, "hostility", False), (3, "payment_issue", True)}
    # what the program judged by itself is what counts, whatever was corrected since
    assert shelf.records()[0]["precision"] == 0.0


# ----------------------------------------------------------------------------------------- without a mailbox


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    nowhere = Mailbox("none", "127.0.0.1", 1, "mara", "unused")
    path.write_text(config_text(nowhere, tmp_path, tmp_path), encoding="utf-8")
    return path


def test_without_a_terminal_it_is_refused_in_a_sentence(config: Path) -> None:
    result = run(config, "--sample")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "so it needs a terminal; with --json it prints" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--sample", "0"), "from 1 to 500, not '0'"),
        (("--sample", "kevin@pellandsons.example"), "how many messages to draw"),
        (("--sample", "٣"), "how many messages to draw"),
        (("--correct",), "--correct with --sample alone"),
        (("--sample", "--cause", "money"), "--sample goes with a number and --correct alone"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    config: Path, arguments: tuple[str, ...], told: str
) -> None:
    result = run(config, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


def test_before_anything_is_labelled_all_figures_are_null(config: Path) -> None:
    lines = [json.loads(line) for line in run(config, "--sample", "--json").stdout.splitlines()]
    assert [line.get("label") for line in lines] == ["hostility", "scope_pressure", "payment_issue", None]
    assert {line["precision"] for line in lines[:3]} == {line["recall"] for line in lines[:3]} == {None}
    assert (lines[-1]["labelled"], lines[-1]["windows"], lines[-1]["from"]) == (0, 0, None)
    assert "Wilson" in lines[-1]["method"]


@at_a_terminal
def test_a_server_out_of_reach_costs_nothing_that_was_drawn(config: Path) -> None:
    path = ledger_path(load_config(config))
    with open_ledger(path) as ledger:
        Shelf.judge(ledger, 1, (7, 1), "<1@x.example>")
    with Terminal("review", "--sample", "--config", str(config)) as terminal:
        status, page = terminal.ended()
    assert status == 3
    assert "Traceback" not in page
    with open_ledger(path) as ledger:
        assert [row.state for row in ledger.samples()] == ["drawn"]


def test_what_may_be_drawn(config: Path) -> None:
    now = datetime.now(UTC)
    with open_ledger(ledger_path(load_config(config))) as ledger:
        for number, (client, gate, age, labels) in enumerate(
            (
                ("jo@client.example", None, 1, VERDICTS[0]),
                ("Mara@studio.example", None, 1, VERDICTS[0]),
                ("news@list.example", "a mailing list", 1, {}),
                ("jo@client.example", None, 8, VERDICTS[0]),
                ("jo@client.example", None, 2, VERDICTS[1]),
                ("jo@client.example", None, 3, VERDICTS[2]),
            ),
            start=1,
        ):
            row = ledger.claim(
                "studio", "INBOX", 7, number, key=f"<{number}@x.example>", content_hash=str(number),
                received=now - timedelta(days=age), client=client, subject="",
            ).row  # fmt: skip
            ledger.judged(row.id, gate=gate, language="en", labels=labels, severity=0)
            ledger.settle(row.id, outcome="leave_alone", reason="")
        found = ledger.drawable(["studio"], now - timedelta(days=7), now, ["mara@studio.example"])
        assert [(one.id, one.stratum, one.judged) for one in found] == [
            (1, "flagged", ("hostility",)), (5, "unsure", ()), (6, "clear", ()),
        ]  # fmt: skip
        assert ledger.drawable(["other"], now - timedelta(days=7), now) == []


@pytest.mark.parametrize(
    ("key", "chosen", "act"),
    [("n", set(), "labelled"), ("k", set(), "skipped"), ("u", set(), "undo"), ("q", set(), "quit"),
     ("\r", {"hostility"}, "labelled"), ("\n", set(), None), ("x", {"hostility"}, None),
     ("H", {"hostility"}, None), ("N", set(), None)],
)  # fmt: skip
def test_what_keys_say(key: str, chosen: set[str], act: str | None) -> None:
    said = _meaning(key, chosen)
    assert (said[0] if said else None) == act
