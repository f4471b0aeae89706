"""The digest's facts: what awaits an answer, which drafts wait, who owes money, what needs a look."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING

from triage.alarm_facts import LOOK_BACK, WAITING, Named, fraud_in, namer, troubles
from triage.alarms.digest import AwaitingLine, Digest, DraftLine, OwedLine, TroubleLine, TroubleOf
from triage.client_file import load_book
from triage.clients.money import Money
from triage.config import Config
from triage.desk import promise_of, working_time_of

if TYPE_CHECKING:
    from triage.clients.invoice import Invoice
    from triage.clients.profile import ClientBook
    from triage.clock.obligations import Promise
    from triage.ledger.contract import MessageRow, Obligation
    from triage.ledger.sqlite import SqliteLedger

# What could not be handled, or may be a fraud, stays in sight this long.
TROUBLE_FOR = timedelta(days=14)
_OWED = ("open", "disputed", "plan")


def digest_of(
    config: Config, ledger: SqliteLedger, now: datetime, accounts: Sequence[str] | None = None
) -> Digest:
    """All of it, of these accounts or all; raises ConfigError where the client file has faults."""
    now = now.astimezone(UTC)
    names = frozenset(accounts if accounts is not None else (one.name for one in config.accounts))
    book = functools.cache(lambda: load_book(config))
    named = namer(book)
    awaited = [one for one in ledger.open_obligations() if one.row.account in names]
    promise = promise_of(config)
    return Digest(
        at=now,
        awaiting=[_awaiting(one, promise, named, now) for one in awaited],
        drafts=list(_drafts(ledger, names, {one.row.id for one in awaited}, named)),
        owed=list(_owed(book(), working_time_of(config.clock).local(now).date())),
        troubles=list(_troubles(ledger, names, now)),
    )


def _awaiting(one: Obligation, promise: Promise, named: Named, now: datetime) -> AwaitingLine:
    row = one.row
    labels = tuple(label for label, (verdict, _) in row.labels.items() if verdict == "flagged")
    return AwaitingLine(
        id=row.id,
        account=row.account,
        client=named(row.client),
        subject=row.subject,
        received=row.received,
        due=one.due,
        state=promise.state(one.due, now),
        labels=labels,
        severity=row.severity,
        draft_state=one.holding_state if row.draft_state == "none" else row.draft_state,
        is_folded="hostility" in labels,
    )


def _drafts(
    ledger: SqliteLedger, accounts: Collection[str], awaited: Collection[int], named: Named
) -> Iterator[DraftLine]:
    """Replies first, then reminders, then mails of our own accord, each in the order of their making."""
    drafts = chain.from_iterable(ledger.drafts(account, WAITING) for account in sorted(accounts))
    for draft in drafts:
        # one that the user has changed is followed no further: it waits as long as its message does
        is_waiting = draft.state == "present" or draft.row_id in awaited
        row = ledger.find(str(draft.row_id)) if is_waiting else None
        if row is not None:
            yield DraftLine(row.account, named(row.client), draft.kind, row.id)
    seen: set[str] = set()
    for step in ledger.steps():
        if step.state in WAITING and step.account in accounts and step.message_id not in seen:
            seen.add(step.message_id)
            yield DraftLine(step.account, step.client, "payment", what=step.step)
    for mail in ledger.own_mails():
        if mail.state in WAITING and mail.account in accounts:
            yield DraftLine(mail.account, mail.client, "contact", what=mail.kind)


def _owed(book: ClientBook, today: date) -> Iterator[OwedLine]:
    """Who owes money, those who are late first."""
    lines = [
        OwedLine(client.name, _sums(owed), _sums(one for one in owed if one.is_overdue(today)))
        for client in book.clients
        if (owed := [invoice for invoice in client.invoices if invoice.state in _OWED])
    ]
    yield from sorted(lines, key=lambda line: (not line.late, line.client))


def _sums(invoices: Iterable[Invoice]) -> tuple[Money, ...]:
    """What is open, added up by currency."""
    sums: dict[str, Money] = {}
    for invoice in invoices:
        known = sums.get(invoice.open.currency)
        sums[invoice.open.currency] = invoice.open if known is None else known + invoice.open
    return tuple(sums[currency] for currency in sorted(sums))


def _troubles(ledger: SqliteLedger, accounts: Collection[str], now: datetime) -> Iterator[TroubleLine]:
    """Accounts that can't be read, frauds that nobody has dealt with, messages that could not be handled."""
    for one in troubles(ledger, accounts):
        is_login = one.kind == "login"
        what = "the login is refused" if is_login else "mail can't be read"
        yield TroubleLine("login_broken" if is_login else "no_pass", one.account, what, since=one.since)
    since = now - TROUBLE_FOR - LOOK_BACK
    for row in ledger.alarming(since):
        what = fraud_in(row.reason) if row.outcome == "flag_only" and not row.is_done else ""
        if what and row.account in accounts:
            yield TroubleLine("forged", row.account, what, row.id, row.received)
    for message in ledger.rows(since=since):
        kind = _fault_of(message)
        if kind is not None and message.account in accounts:
            yield TroubleLine(kind, message.account, message.reason, message.id, message.received)


def _fault_of(row: MessageRow) -> TroubleOf | None:
    if row.state == "given_up":
        return "given_up"
    if row.reason.startswith("unreadable"):
        return "unreadable"
    return "failing" if row.attempts and not row.is_settled else None
