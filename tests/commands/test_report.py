"""``triage report``: shares with their counts, periods of the user's days, drafts, the ladder, a chart."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.rig.mailbox import Mailbox
from tests.rig.settings import config_text
from triage.access import ledger_path
from triage.commands import app
from triage.config import load_config
from triage.ledger import SqliteLedger, open_ledger
from triage.ledger.contract import DraftState, StepPlan

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
CLIENTS = """
[[clients]]
name = "Harbour Bakery"
addresses = ["nora@harbourbakery.example"]
[[clients.invoices]]
number = "2026-014"
total = "1200.00 EUR"
issued = 2026-02-01
due = 2026-02-20
payments = [{ on = 2026-03-02, money = "400 EUR" }, { on = 2026-03-12, money = "800 EUR" }]
[[clients.invoices]]
number = "2026-015"
total = "300.00 EUR"
issued = 2026-02-20
due = 2026-03-15
payments = [{ on = 2026-03-10, money = "300 EUR" }]
[[clients.invoices]]
number = "2026-016"
total = "500.00 EUR"
issued = 2026-02-20
due = 2026-03-15
payments = [{ on = 2026-03-10, money = "100 EUR" }]
"""
NORA, KEVIN = "nora@harbourbakery.example", "kevin@pellandsons.example"


class Shelf:
    """A configuration and its ledger, filled letter by letter."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "config.toml"
        nowhere = Mailbox("none", "127.0.0.1", 1, "mara", "unused")
        self.config.write_text(config_text(nowhere, folder, folder), encoding="utf-8")
        (folder / "clients.toml").write_text(CLIENTS, encoding="utf-8")
        (folder / "clients.toml").chmod(0o600)
        self.ledger = open_ledger(ledger_path(load_config(self.config)))
        self._number = 0

    def letter(
        self,
        received: datetime,
        client: str = NORA,
        *labels: str,
        took: timedelta | None = None,
        done: timedelta | None = None,
        gate: str | None = None,
        awaits: bool = True,
    ) -> int:
        """A message; ``took``: it was answered after that long, ``done``: ended by the user."""
        self._number += 1
        row = self.ledger.claim(
            "studio", "INBOX", 7, self._number, key=f"<{self._number}@x.example>",
            content_hash=str(self._number), received=received, client=client, subject="Menu",
        ).row  # fmt: skip
        verdicts = dict.fromkeys(labels, ("flagged", 0.9)) or {"hostility": ("clear", 0.1)}
        self.ledger.judged(row.id, gate=gate, language="en", labels=verdicts, severity=1)
        if awaits and gate is None:
            self.ledger.open_obligation(row.id, due=received + timedelta(hours=24), holding_at=None)
        if took is not None:
            self.ledger.close_obligation(row.id, how="answered", at=received + took)
        if done is not None:
            self.ledger.close_obligation(row.id, how="done", at=received + done)
        return row.id

    def draft(self, row_id: int, at: datetime, state: DraftState, kind: str = "reply") -> None:
        """A draft that first stood in Drafts then, and came to this."""
        name = f"<{kind}-{row_id}@studio.example>"
        self.ledger.clock = lambda: at
        self.ledger.plan(row_id, draft_message_id=name, decision="draft", reason="", kind=kind)  # type: ignore[arg-type]
        self.ledger.placed(row_id, uid=1, uidvalidity=1, content_hash="x", kind=kind)  # type: ignore[arg-type]
        if state != "present":
            self.ledger.mark_draft(name, state)

    def step(self, invoice: str, sent: datetime, step: Any = "reminder") -> None:
        """A step of the ladder that was really sent then."""
        name = f"<{invoice}-{step}@studio.example>"
        plan = StepPlan("Harbour Bakery", invoice, step, date(2026, 2, 20), "1200 EUR")
        self.ledger.plan_steps(
            [plan], account="studio", message_id=name, subject="Invoice", content_hash="x", at=sent
        )
        self.ledger.step_sent(name, at=sent, sent_message_id=name)

    def run(self, *arguments: str, now: datetime = NOW) -> Result:
        """The command on this shelf."""
        call = ["report", *arguments, "--config", str(self.config), "--now", now.isoformat()]
        return CliRunner().invoke(app, call)

    def records(self, *arguments: str, now: datetime = NOW) -> list[dict[str, Any]]:
        """Its JSON lines."""
        result = self.run(*arguments, "--json", now=now)
        assert result.exit_code == 0, result.output
        return [json.loads(line) for line in result.stdout.splitlines()]

    def total(self, *arguments: str, now: datetime = NOW) -> dict[str, Any]:
        """The first of them."""
        return self.records(*arguments, now=now)[0]


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path)
    with made.ledger:
        yield made


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.fixture
def month(shelf: Shelf) -> Shelf:
    """Ten that awaited an answer: five in time, one late, one never, two still open, one ended by hand."""
    for number in (2, 4, 6, 8, 20):
        shelf.letter(days_ago(10), NORA, took=hours(number))
    shelf.letter(days_ago(9), KEVIN, "hostility", took=hours(30))
    shelf.letter(days_ago(8), KEVIN, "hostility", "payment_issue")
    shelf.letter(NOW - hours(3), NORA)
    shelf.letter(NOW - hours(23), KEVIN, "payment_issue")
    shelf.letter(days_ago(5), NORA, done=hours(1))
    shelf.letter(days_ago(5), NORA, awaits=False)
    shelf.letter(days_ago(5), "news@list.example", gate="a mailing list")
    return shelf


def test_what_is_decided_is_counted_and_what_is_open_is_said_apart(month: Shelf) -> None:
    total = month.total()
    assert {name: total[name] for name in ("in_time", "late", "missed", "pending", "done")} == {
        "in_time": 5, "late": 1, "missed": 1, "pending": 2, "done": 1,
    }  # fmt: skip
    assert (total["awaited"], total["messages"], total["flagged"]) == (10, 11, 3)
    share = total["in_time_share"]
    assert (share["hits"], share["of"], share["value"]) == (5, 7, 0.7143)
    # by hand, Wilson's score of 5 of 7
    assert share["interval"] == pytest.approx([0.3589, 0.9178], abs=1e-4)
    assert (total["median_answer_s"], total["p90_answer_s"]) == (7 * 3600, 25 * 3600)


def test_a_page_for_a_person(month: Shelf) -> None:
    page = month.run().stdout
    assert "11 messages came, 3 flagged; 10 awaited an answer." in page
    assert "Answered within 24 hours: 71% (5 of 7, 95% interval 36 to 92); 1 late, 1 not at all" in page
    assert "Still open within their time, not counted above: 2." in page
    assert "Ended by you without a mail, in time, not counted above: 1." in page
    assert "half within 7 h 00 min, nine of ten within 1 d 1 h (6)" in page
    assert "Harbour Bakery" in page
    assert "100% (5 of 5)" in page


def test_groups_by_client_and_by_label(month: Shelf) -> None:
    groups = {(one["section"], one.get("name")): one for one in month.records()}
    bakery, kevin = groups["client", "Harbour Bakery"], groups["client", KEVIN]
    assert (bakery["awaited"], bakery["in_time_share"]["value"]) == (7, 1.0)
    assert (kevin["awaited"], kevin["in_time_share"]["value"], kevin["pending"]) == (3, 0.0, 1)
    by_label = {name: one["awaited"] for (section, name), one in groups.items() if section == "label"}
    assert by_label == {"no label": 7, "hostility": 2, "payment_issue": 2}
    assert {one["section"] for one in month.records("--by", "label")} == {"total", "label", "span", "ladder"}
    assert {one["section"] for one in month.records("--by", "client")} == {
        "total", "client", "span", "ladder"
    }  # fmt: skip


def test_an_answer_at_the_very_deadline_is_in_time_and_a_second_later_is_late(shelf: Shelf) -> None:
    shelf.letter(days_ago(4), took=hours(24))
    shelf.letter(days_ago(4), took=hours(24) + timedelta(seconds=1))
    total = shelf.total()
    assert (total["in_time"], total["late"]) == (1, 1)


def test_snoozing_makes_nothing_punctual(shelf: Shelf) -> None:
    row = shelf.letter(days_ago(4))
    shelf.ledger.open_obligation(row, due=NOW + hours(24), holding_at=None)
    assert shelf.total()["missed"] == 1


def test_ended_by_the_user_after_the_deadline_it_was_missed(shelf: Shelf) -> None:
    shelf.letter(days_ago(4), done=hours(25))
    total = shelf.total()
    assert (total["missed"], total["done"]) == (1, 0)


def test_the_configured_time_counts(shelf: Shelf) -> None:
    text = shelf.config.read_text(encoding="utf-8")
    shelf.config.write_text(text.replace("[clock]", "[clock]\nanswer_within_hours = 6"), encoding="utf-8")
    shelf.letter(days_ago(4), took=hours(5))
    shelf.letter(days_ago(4), took=hours(7))
    total = shelf.total()
    assert (total["in_time"], total["late"], total["answer_within_hours"]) == (1, 1, 6)
    assert "Answered within 6 hours: 50% (1 of 2" in shelf.run().stdout


def test_days_off_count_where_the_deadline_keeps_to_working_time(shelf: Shelf) -> None:
    """A Friday's message is due on Monday then; in real time it was late."""
    friday = datetime(2026, 3, 13, 10, tzinfo=UTC)
    row = shelf.letter(friday)
    shelf.ledger.open_obligation(row, due=friday + hours(72), holding_at=None)
    shelf.ledger.close_obligation(row, how="answered", at=friday + hours(70))
    assert shelf.total()["late"] == 1
    text = shelf.config.read_text(encoding="utf-8")
    shelf.config.write_text(text.replace("[clock]", '[clock]\ndeadline = "working_time"'), encoding="utf-8")
    assert shelf.total()["in_time"] == 1
    assert "Answered within 24 hours of working time: 100%" in shelf.run().stdout


# --------------------------------------------------------------------------------------------------- periods


@pytest.mark.parametrize(
    ("received", "is_in"),
    [
        # Berlin changes its clocks on 29 March 2026: that day has 23 hours
        ("2026-03-28T22:59:59+00:00", False),
        ("2026-03-28T23:00:00+00:00", True),
        ("2026-03-29T21:59:59+00:00", True),
        ("2026-03-29T22:00:00+00:00", False),
    ],
)
def test_a_day_is_a_day_of_the_users_zone(shelf: Shelf, received: str, is_in: bool) -> None:
    shelf.letter(datetime.fromisoformat(received))
    now = datetime(2026, 4, 10, tzinfo=UTC)
    total = shelf.total("--from", "2026-03-29", "--to", "2026-03-29", now=now)
    assert total["messages"] == int(is_in)


def test_the_days_up_to_today(shelf: Shelf) -> None:
    shelf.letter(datetime(2026, 3, 18, 23, 30, tzinfo=UTC))  # the 19th in Berlin
    assert shelf.total("--days", "1")["messages"] == 0
    assert shelf.total("--days", "2")["messages"] == 1
    assert (shelf.total()["from"], shelf.total()["to"]) == ("2026-02-19", "2026-03-20")
    assert shelf.total("--days", "2", "--to", "2026-03-19")["from"] == "2026-03-18"


@pytest.mark.parametrize(
    ("span", "columns"), [(("--days", "7"), 7), (("--days", "35"), 6), (("--days", "400"), 14)]
)
def test_every_message_stands_in_one_column(shelf: Shelf, span: tuple[str, ...], columns: int) -> None:
    for days in (0.1, 1, 3, 6):
        shelf.letter(days_ago(days), took=hours(1))
    spans = [one for one in shelf.records(*span) if one["section"] == "span"]
    assert len(spans) == columns
    assert sum(one["in_time"] for one in spans) == 4
    assert all(
        date.fromisoformat(one["to"]) + timedelta(days=1) == date.fromisoformat(following["from"])
        for one, following in pairwise(spans)
    )


def test_a_period_without_mail_is_told_in_a_sentence(shelf: Shelf) -> None:
    result = shelf.run("--from", "2025-01-01", "--to", "2025-01-31")
    assert (result.exit_code, result.stdout) == (
        0, "No mail from a person came in the period (2025-01-01 to 2025-01-31).\n"
    )  # fmt: skip
    total = shelf.total("--from", "2025-01-01", "--to", "2025-01-31")
    assert total["in_time_share"] == {"hits": 0, "of": 0, "value": None, "interval": None}
    assert total["median_answer_s"] is None


def test_all_is_still_open(shelf: Shelf) -> None:
    shelf.letter(NOW - hours(1))
    assert "Answered within 24 hours: nothing is decided yet." in shelf.run().stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--from", "yesterday"), "'yesterday' is no day"),
        (("--to", "0001-01-01"), "'0001-01-01' is no day"),
        (("--from", "2026-03-10", "--to", "2026-03-09"), "begins on 2026-03-10, after its end"),
        (("--from", "2026-03-10", "--days", "3"), "exclude each other"),
        (("--json", "--csv"), "exclude each other"),
        (("--by", "colour"), "none of client, label"),
        (("--account", "nobody"), "no account 'nobody'"),
        (("--from", "1988-01-01", "--to", "8999-01-01"), "longer than a century"),
    ],
)
def test_what_makes_no_period_is_refused_in_a_sentence(
    shelf: Shelf, arguments: tuple[str, ...], told: str
) -> None:
    result = shelf.run(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stdout == ""


# ----------------------------------------------------------------------------------------- drafts and ladder


def test_what_became_of_drafts(shelf: Shelf) -> None:
    for number, state in enumerate(("sent", "sent", "edited", "discarded", "superseded", "present"), start=1):
        row = shelf.letter(days_ago(6), KEVIN, "hostility", took=hours(3) if state == "edited" else None)
        shelf.draft(row, days_ago(6) + timedelta(minutes=number), state)  # type: ignore[arg-type]
    row = shelf.letter(days_ago(6), NORA)
    shelf.draft(row, days_ago(6) + hours(20), "withdrawn", kind="holding")
    total = shelf.total()
    assert {key: value for key, value in total["replies"].items() if key != "used"} == {
        "total": 6, "untouched": 2, "edited": 1, "edited_and_answered": 1, "discarded": 1,
        "overtaken": 1, "waiting": 1,
    }  # fmt: skip
    assert (total["replies"]["used"]["hits"], total["replies"]["used"]["of"]) == (2, 4)
    assert (total["holding"]["total"], total["holding"]["overtaken"]) == (1, 1)
    assert (total["drafted"], total["median_draft_s"], total["p90_draft_s"]) == (6, 210, 330)
    page = shelf.run().stdout
    assert "Drafts of replies: 6: 2 sent without a change seen, 1 edited (1 of them answered)" in page
    assert "50% (2 of 4, 95% interval 15 to 85) of those dealt with were sent as they were" in page
    assert "Holding replies: 1: 1 taken back or overtaken." in page


def test_a_draft_that_never_stood_there_is_none(shelf: Shelf) -> None:
    row = shelf.letter(days_ago(6), KEVIN, "hostility")
    shelf.ledger.plan(row, draft_message_id="<d@studio.example>", decision="draft", reason="")
    assert shelf.total()["replies"]["total"] == 0


def test_steps_sent_and_what_was_paid_after_which(shelf: Shelf) -> None:
    shelf.step("2026-014", datetime(2026, 2, 25, 10, tzinfo=UTC))
    shelf.step("2026-014", datetime(2026, 3, 6, 10, tzinfo=UTC), "second_reminder")
    (ladder,) = (one for one in shelf.records() if one["section"] == "ladder")
    assert ladder["sent"] == {"reminder": 1, "second_reminder": 1}
    assert ladder["paid_after"] == {"none": 1, "second_reminder": 1}
    (earlier,) = (one for one in shelf.records("--to", "2026-03-11") if one["section"] == "ladder")
    assert earlier["paid_after"] == {"none": 1}
    page = shelf.run().stdout
    assert "Payment ladder, sent: 1 reminder, 1 second reminder." in page
    assert "Invoices paid: 1 before any step, 1 after the second reminder." in page


# --------------------------------------------------------------------------------------- tables and pictures


def test_a_table_for_spreadsheets(month: Shelf) -> None:
    month.letter(days_ago(3), '=HYPERLINK("http://evil.example")@evil.example', took=hours(1))
    result = month.run("--csv")
    assert result.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert rows[0]["section"] == "total"
    assert (rows[0]["in_time"], rows[0]["in_time_share_of"], rows[0]["pending"]) == ("6", "8", "2")
    assert float(rows[0]["in_time_share_low"]) < 0.75 < float(rows[0]["in_time_share_high"])
    names = [row["name"] for row in rows if row["section"] == "client"]
    assert "Harbour Bakery" in names
    assert [name for name in names if "evil" in name] == ['\'=HYPERLINK("http://evil.example")@evil.example']
    undecided = [row for row in rows if row["in_time_share_of"] == "0"]
    assert all(row["in_time_share_value"] == "" for row in undecided)


def test_the_picture_shows_every_count_and_loads_nothing(month: Shelf, tmp_path: Path) -> None:
    month.letter(days_ago(3), '<script>alert(1)</script>\x1b[31m&"@evil.example', took=hours(1))
    path = tmp_path / "chart.svg"
    result = month.run("--svg", str(path), "--by", "client")
    assert result.exit_code == 0, result.output
    drawn = path.read_text(encoding="utf-8")
    root = ElementTree.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    assert {element.tag.removeprefix(space) for element in root.iter()} <= {
        "svg", "title", "rect", "text", "path", "circle"
    }  # fmt: skip
    words = [element.text or "" for element in root.iter(f"{space}text")]
    assert {"6 in time", "1 late", "1 no answer, time over", "2 open, within its time"} <= set(words)
    assert "100% (5 of 5)" in words
    assert "href" not in drawn
    assert "\x1b" not in drawn
    box = [float(edge) for edge in root.attrib["viewBox"].split()]
    for rect in root.iter(f"{space}rect"):
        assert float(rect.get("x", 0)) + float(rect.attrib["width"]) <= box[2]
        assert (
            0 <= float(rect.get("y", 0)) <= float(rect.get("y", 0)) + float(rect.attrib["height"]) <= box[3]
        )


def test_an_empty_period_has_a_picture_too(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "chart.svg"
    assert shelf.run("--svg", str(path)).exit_code == 0
    ElementTree.parse(path)


def test_a_picture_that_cannot_be_written_is_said(shelf: Shelf, tmp_path: Path) -> None:
    result = shelf.run("--svg", str(tmp_path))
    assert result.exit_code == 2
    assert "--svg: the picture can't be written" in result.stderr


def test_nothing_is_written_to_the_ledger(month: Shelf) -> None:
    before = list(month.ledger.rows())
    month.run()
    assert list(month.ledger.rows()) == before
    assert isinstance(month.ledger, SqliteLedger)


def test_a_page_shows_the_largest_groups_and_counts_the_rest(shelf: Shelf) -> None:
    for number in range(28):
        shelf.letter(days_ago(3), f"client{number:02}@many.example", took=hours(1))
    shelf.letter(days_ago(2), "client27@many.example", took=hours(1))
    page = shelf.run("--by", "client").stdout
    assert "client27@many.example" in page
    assert "client26@many.example" not in page
    assert "… and 3 more, with fewer messages: --csv lists all." in page
    assert len(shelf.run("--by", "client", "--csv").stdout.splitlines()) == 2 + 28
