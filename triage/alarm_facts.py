"""What alarms stand on: the rules as configured, and what the ledger knows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from triage.alarms.quiet import QuietHours
from triage.alarms.rules import About, Awaited, Event, Facts, Rules, Trouble
from triage.config import Config
from triage.decide import FORGED, NEW_DETAILS
from triage.desk import working_time_of

if TYPE_CHECKING:
    from triage.clients.profile import ClientBook
    from triage.ledger.alarms import AlarmingRow
    from triage.ledger.sqlite import SqliteLedger

# INTERNALDATEs may lie so far before the moment at which alarms were first looked for.
LOOK_BACK = timedelta(hours=24)
SEVERE = 3
WAITING: tuple[Literal["present", "edited"], ...] = ("present", "edited")
"""States of a draft that lies in the Drafts folder."""

Named = Callable[[str], str]
"""An address → the name under which the user knows its owner."""


def rules_of(config: Config) -> Rules:
    """The rules as configured."""
    working, settings = working_time_of(config.clock), config.alarms
    return Rules(
        working=working,
        quiet=QuietHours(working.zone, *settings.quiet_span, working.journeys),
        lead=timedelta(hours=settings.warn_before_hours),
        at_most=settings.summary_above,
        kinds=frozenset((*settings.kinds, "digest")),
        digest_at=settings.digest_time,
    )


def facts_of(config: Config, ledger: SqliteLedger, begun: datetime, named: Named) -> Facts:
    """What there is to tell of the configured accounts, told before or not."""
    accounts = {account.name for account in config.accounts}
    since = begun - LOOK_BACK
    return Facts(
        begun=begun,
        awaited=tuple(awaited(ledger, accounts, named)),
        events=(*_messages(ledger, accounts, since, named), *_steps(ledger, accounts, since)),
        troubles=tuple(troubles(ledger, accounts)),
    )


def namer(book: Callable[[], ClientBook]) -> Named:
    """Names by the client file, which is read when the first name is asked for."""

    def named(address: str) -> str:
        client = book().client_of(address)
        return client.name if client else address

    return named


def awaited(ledger: SqliteLedger, accounts: Collection[str], named: Named) -> Iterator[Awaited]:
    """What awaits an answer: of each conversation the oldest message, which sets its deadline."""
    seen: set[int] = set()
    rows = (one for one in ledger.open_obligations() if one.row.account in accounts)
    for one in sorted(rows, key=lambda one: (one.row.received, one.row.id)):
        row = one.row
        if not row.conversation or row.conversation not in seen:
            seen.add(row.conversation)
            about = About(row.id, row.account, named(row.client), row.subject, one.due)
            yield Awaited(about, row.received, one.due)


def _messages(
    ledger: SqliteLedger, accounts: Collection[str], since: datetime, named: Named
) -> Iterator[Event]:
    for row in ledger.alarming(since):
        if row.account not in accounts:
            continue
        what = fraud_in(row.reason) if row.outcome == "flag_only" else ""
        # whoever sent a forged message is not the client whose name it bears
        client = row.client if what else named(row.client)
        about = About(row.id, row.account, client, row.subject, what=what)
        if row.state == "given_up":
            yield Event("given_up", str(row.id), about)
        elif what and not row.is_done:
            yield Event("forged", str(row.id), about)
        elif _is_severe_with_draft(row):
            yield Event("draft_ready", str(row.id), about)


def _is_severe_with_draft(row: AlarmingRow) -> bool:
    return row.severity >= SEVERE and row.has_draft and not row.is_done


def fraud_in(reason: str) -> str:
    """What is suspicious about a message, by the reason of its decision; empty where nothing is."""
    if reason.startswith(FORGED):
        return "its sender may be forged"
    return "it names new payment details" if reason.startswith(NEW_DETAILS) else ""


def _steps(ledger: SqliteLedger, accounts: Collection[str], since: datetime) -> Iterator[Event]:
    """Steps of the payment ladder that lie in Drafts; several invoices may share a mail."""
    seen: set[str] = set()
    for row in ledger.steps():
        is_new = row.message_id not in seen and row.drafted >= since
        if is_new and row.state in WAITING and row.account in accounts:
            seen.add(row.message_id)
            about = About(None, row.account, row.client, row.subject)
            yield Event("payment_step", row.message_id, about)


def troubles(ledger: SqliteLedger, accounts: Collection[str]) -> Iterator[Trouble]:
    """The accounts that can't be read."""
    for row in ledger.troubles(accounts):
        yield Trouble(row.account, "login" if row.kind == "login" else "other", row.since, row.times)
