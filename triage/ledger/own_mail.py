"""What the ledger keeps of mails of our own accord: updates and questions for feedback, each a draft."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from triage.ledger.reading import moment, plain, stamp
from triage.ledger.store import Store

if TYPE_CHECKING:
    from triage.clients.contact import ContactKind

OwnMailState = Literal["planned", "appending", "present", "edited", "sent", "discarded", "withdrawn"]

_OWN = (
    "SELECT account, client, kind, project, since, message_id, subject, state, drafted, content_hash, phrases"
    " FROM own_mail"
)


@dataclass(frozen=True, slots=True)
class OwnMailRow:
    """One such mail; ``content_hash`` is that of the draft as intended, then as read back from the server."""

    account: str
    client: str
    kind: ContactKind
    project: str
    since: date
    message_id: str
    subject: str
    state: OwnMailState
    drafted: datetime
    content_hash: str
    phrases: frozenset[str]


class OwnMailStore(Store):
    """The ledger's promises about mails of our own accord, in plain SQL."""

    def plan_own_mail(self, mail: OwnMailRow) -> bool:
        """Write down the intent to draft a mail; False where one of its Message-ID was planned before."""
        with self.together():
            is_new = self._change(
                "INSERT OR IGNORE INTO own_mail VALUES (?, ?, ?, ?, ?, ?, ?, 'planned', ?, ?, ?)",
                mail.message_id, mail.account, plain(mail.client), mail.kind, plain(mail.project),
                mail.since.isoformat(), plain(mail.subject), stamp(mail.drafted), mail.content_hash,
                json.dumps(sorted(mail.phrases)),
            )  # fmt: skip
            self._is_intent_open = True
        return bool(is_new)

    def mark_own_mail(self, message_id: str, state: OwnMailState, *, content_hash: str | None = None) -> None:
        """The mail's life has gone on; KeyError for one that was never planned."""
        if not self._change(
            "UPDATE own_mail SET state = ?, content_hash = coalesce(?, content_hash) WHERE message_id = ?",
            state, content_hash, message_id,
        ):  # fmt: skip
            raise KeyError(message_id)

    def own_mails(self, client: str | None = None) -> list[OwnMailRow]:
        """Every mail that was ever planned, to one client or to all, oldest first."""
        name = None if client is None else plain(client)
        return self._found(
            _own_mail_row, f"{_OWN} WHERE ? IS NULL OR client = ? ORDER BY drafted, message_id", name, name
        )

    def watched_since(self, accounts: Collection[str]) -> datetime | None:
        """The first moment of which mail of these accounts is known."""
        names = json.dumps(sorted(accounts))
        rows = self._read(
            "SELECT min(at) FROM (SELECT min(received) AS at FROM message"
            " WHERE account IN (SELECT value FROM json_each(?)) UNION ALL"
            " SELECT min(at) FROM sent_mail WHERE account IN (SELECT value FROM json_each(?)))",
            names, names,
        )  # fmt: skip
        return None if rows[0][0] is None else moment(rows[0][0])


def _own_mail_row(row: Sequence[Any]) -> OwnMailRow:
    """One row of _OWN."""
    account, client, kind, project, since, message_id, subject, state, drafted, content_hash, phrases = row
    return OwnMailRow(
        account, client, kind, project, date.fromisoformat(since), message_id, subject, state,
        moment(drafted), content_hash, frozenset(map(str, json.loads(phrases))),
    )  # fmt: skip
