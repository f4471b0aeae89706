"""What the ledger keeps of the payment ladder: each step's draft, and when it was really sent."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from triage.ledger.contract import StepPlan, StepRow, StepState
from triage.ledger.reading import moment, plain, stamp
from triage.ledger.store import Store

_STEP = """SELECT id, account, client, invoice, step, since, owed, message_id, subject, state, drafted,
 content_hash, phrases, sent, sent_message_id FROM ladder_step"""

_SINCE, _DRAFTED, _PHRASES, _SENT = 5, 10, 12, 13
_OVER = "('withdrawn', 'discarded')"


class StepStore(Store):
    """The ledger's promises about steps of the ladder, in plain SQL."""

    def plan_steps(
        self,
        steps: Sequence[StepPlan],
        *,
        account: str,
        message_id: str,
        subject: str,
        content_hash: str,
        at: datetime,
        phrases: Collection[str] = (),
    ) -> bool:
        """Write down the intent to draft one mail for these steps; False where one of them has a draft."""
        said = json.dumps(sorted(phrases))
        with self.together():
            if any(self._has_draft(step) for step in steps):
                return False
            for step in steps:
                self._change(
                    "INSERT INTO ladder_step (account, client, invoice, step, since, owed, message_id,"
                    " subject, state, drafted, content_hash, phrases)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'planned', ?, ?, ?)",
                    account, plain(step.client), plain(step.invoice), step.step, step.since.isoformat(),
                    step.owed, message_id, plain(subject), stamp(at), content_hash, said,
                )  # fmt: skip
            self._is_intent_open = True
        return True

    def _has_draft(self, step: StepPlan) -> bool:
        rows = self._read(
            f"SELECT 1 FROM ladder_step WHERE invoice = ? AND state NOT IN {_OVER}"  # noqa: S608
            " AND (state <> 'sent' OR (step = ? AND since = ?))",
            plain(step.invoice), step.step, step.since.isoformat(),
        )  # fmt: skip
        return bool(rows)

    def step_placed(self, message_id: str, *, content_hash: str) -> None:
        """The planned mail is in the Drafts folder; what was sent meanwhile stays sent."""
        self._change_steps(
            "content_hash = ?,"
            " state = CASE WHEN state IN ('planned', 'appending') THEN 'present' ELSE state END",
            message_id,
            content_hash,
        )

    def mark_step(self, message_id: str, state: StepState) -> None:
        """The life of a step's mail has gone on."""
        self._change_steps("state = ?", message_id, state)

    def step_sent(self, message_id: str, *, at: datetime, sent_message_id: str) -> None:
        """The mail was really sent, perhaps under another Message-ID; the first time counts."""
        self._change_steps(
            "state = 'sent', sent = coalesce(sent, ?), sent_message_id = coalesce(sent_message_id, ?)",
            message_id,
            stamp(at),
            plain(sent_message_id),
        )

    def steps(self, invoice: str | None = None) -> list[StepRow]:
        """Every step that was ever drafted, withdrawn ones too, oldest first."""
        number = None if invoice is None else plain(invoice)
        return self._found(_step_row, f"{_STEP} WHERE ? IS NULL OR invoice = ? ORDER BY id", number, number)

    def _change_steps(self, assignments: str, message_id: str, *values: object) -> None:
        changed = f"UPDATE ladder_step SET {assignments} WHERE message_id = ? AND state NOT IN {_OVER}"  # noqa: S608
        if not self._change(changed, *values, message_id):
            raise KeyError(message_id)


def _step_row(row: Sequence[Any]) -> StepRow:
    """One row of _STEP."""
    values = list(row)
    values[_SINCE] = date.fromisoformat(row[_SINCE])
    values[_DRAFTED] = moment(row[_DRAFTED])
    values[_PHRASES] = frozenset(map(str, json.loads(row[_PHRASES])))
    values[_SENT] = None if row[_SENT] is None else moment(row[_SENT])
    return StepRow(*values)
