"""What every ledger promises of the payment ladder: one unsent draft an invoice, nothing counted twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.rig.ledger_acts import ACCOUNT, NOW
from triage.ledger import Ledger, StepPlan, StepRow, open_ledger, open_ledger_copy

HOUR = timedelta(hours=1)
MAIL = "<step-1@studio.example>"
REMINDER = StepPlan("Harbour Bakery", "2026-014", "reminder", date(2026, 4, 3), "800.00 EUR")
SECOND = replace(REMINDER, step="second_reminder")
OTHER = replace(REMINDER, invoice="2026-015", owed="90 EUR")


@pytest.fixture(params=["file", "memory"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger of either kind."""
    opened = (open_ledger if request.param == "file" else open_ledger_copy)(tmp_path / "ledger.sqlite3")
    with opened as found:
        yield found


def planned(ledger: Ledger, *steps: StepPlan, mail: str = MAIL, phrases: Sequence[str] = ()) -> bool:
    return ledger.plan_steps(
        steps, account=ACCOUNT, message_id=mail, subject="Invoice 2026-014", content_hash="intended", at=NOW,
        phrases=phrases,
    )  # fmt: skip


def only(ledger: Ledger) -> StepRow:
    (row,) = ledger.steps()
    return row


def test_an_intent_is_kept_whole(ledger: Ledger) -> None:
    assert ledger.steps() == []
    assert planned(ledger, REMINDER, phrases=["b", "a"])
    row = only(ledger)
    assert StepPlan(row.client, row.invoice, row.step, row.since, row.owed) == REMINDER
    assert (row.account, row.message_id, row.subject) == (ACCOUNT, MAIL, "Invoice 2026-014")
    assert (row.state, row.drafted, row.content_hash, row.phrases) == (
        "planned",
        NOW,
        "intended",
        frozenset("ab"),
    )  # fmt: skip
    assert (row.sent, row.sent_message_id) == (None, None)


def test_one_mail_may_carry_steps_of_several_invoices(ledger: Ledger) -> None:
    planned(ledger, REMINDER, OTHER)
    ledger.step_placed(MAIL, content_hash="read back")
    assert [(row.invoice, row.state, row.content_hash) for row in ledger.steps()] == [
        ("2026-014", "present", "read back"),
        ("2026-015", "present", "read back"),
    ]
    assert [row.invoice for row in ledger.steps("2026-015")] == ["2026-015"]


@pytest.mark.parametrize("state", ["planned", "present", "edited"])
@pytest.mark.parametrize("step", [REMINDER, SECOND, replace(REMINDER, since=date(2026, 5, 1))])
def test_an_invoice_has_one_unsent_draft_at_most(ledger: Ledger, state: str, step: StepPlan) -> None:
    planned(ledger, REMINDER)
    ledger.mark_step(MAIL, state)  # type: ignore[arg-type]
    assert not planned(ledger, OTHER, step, mail="<step-2@studio.example>")
    assert only(ledger).message_id == MAIL, "not even the other invoice of the mail was written"


def test_a_step_that_was_sent_is_not_planned_again_but_the_next_one_is(ledger: Ledger) -> None:
    planned(ledger, REMINDER)
    ledger.step_sent(MAIL, at=NOW, sent_message_id="<other@studio.example>")
    assert (only(ledger).sent, only(ledger).sent_message_id) == (NOW, "<other@studio.example>")
    assert not planned(ledger, REMINDER, mail="<again@studio.example>")
    assert planned(ledger, SECOND, mail="<step-2@studio.example>")


def test_late_since_another_day_the_ladder_begins_anew(ledger: Ledger) -> None:
    planned(ledger, REMINDER)
    ledger.step_sent(MAIL, at=NOW, sent_message_id=MAIL)
    missed = replace(REMINDER, since=date(2026, 5, 1))
    assert planned(ledger, missed, mail="<step-2@studio.example>")


@pytest.mark.parametrize("state", ["withdrawn", "discarded"])
def test_what_is_withdrawn_or_gone_makes_room_and_stays_on_record(ledger: Ledger, state: str) -> None:
    planned(ledger, REMINDER)
    ledger.mark_step(MAIL, state)  # type: ignore[arg-type]
    assert planned(ledger, REMINDER, mail="<step-2@studio.example>")
    assert [row.state for row in ledger.steps()] == [state, "planned"]


def test_one_mail_planned_again_after_it_was_withdrawn_lives_alone(ledger: Ledger) -> None:
    planned(ledger, REMINDER)
    ledger.mark_step(MAIL, "withdrawn")
    planned(ledger, REMINDER)
    ledger.step_placed(MAIL, content_hash="second")
    assert [(row.state, row.content_hash) for row in ledger.steps()] == [
        ("withdrawn", "intended"),
        ("present", "second"),
    ]


def test_the_first_time_it_was_sent_counts(ledger: Ledger) -> None:
    planned(ledger, REMINDER)
    ledger.step_sent(MAIL, at=NOW, sent_message_id=MAIL)
    ledger.step_sent(MAIL, at=NOW + HOUR, sent_message_id="<copy@studio.example>")
    ledger.step_placed(MAIL, content_hash="late")
    assert (only(ledger).state, only(ledger).sent, only(ledger).sent_message_id) == ("sent", NOW, MAIL)


def test_a_mail_never_planned_is_a_mistake(ledger: Ledger) -> None:
    with pytest.raises(KeyError):
        ledger.step_placed("<never@studio.example>", content_hash="x")
    with pytest.raises(KeyError):
        ledger.mark_step("<never@studio.example>", "sent")
    with pytest.raises(KeyError):
        ledger.step_sent("<never@studio.example>", at=NOW, sent_message_id=MAIL)


def test_text_that_utf_8_cannot_hold_is_no_problem(ledger: Ledger) -> None:
    odd = replace(REMINDER, client="B\udc80ckerei", invoice="R\udcff1")
    assert planned(ledger, odd)
    assert not planned(ledger, odd)
    assert [row.client for row in ledger.steps("R\udcff1")] == ["B?ckerei"]


CHILD = """
import os, signal, sys
from datetime import UTC, date, datetime
from pathlib import Path
from triage.ledger import StepPlan, open_ledger
ledger = open_ledger(Path(sys.argv[1]))
steps = [StepPlan("Harbour Bakery", n, "reminder", date(2026, 4, 3), "1 EUR") for n in ("1", "2")]
with ledger.together():
    ledger.plan_steps(steps[:1], account="studio", message_id="<a@s.example>", subject="",
                      content_hash="", at=datetime.now(UTC))
if sys.argv[2] == "inside":
    with ledger.together():
        ledger.plan_steps(steps[1:], account="studio", message_id="<b@s.example>", subject="",
                          content_hash="", at=datetime.now(UTC))
        os.kill(os.getpid(), signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL on Windows")
@pytest.mark.parametrize("where", ["inside", "after"])
def test_killed_the_ledger_knows_the_intents_that_had_returned(tmp_path: Path, where: str) -> None:
    path = tmp_path / "ledger.sqlite3"
    root = Path(__file__).parents[2]
    ended = subprocess.run([sys.executable, "-c", CHILD, str(path), where], cwd=root)
    assert ended.returncode == -signal.SIGKILL
    with open_ledger(path) as ledger:
        assert [row.message_id for row in ledger.steps()] == ["<a@s.example>"]
