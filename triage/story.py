"""From ledger and client file to the story of one client, as the values that the timeline is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from triage.clients.profile import Client, ClientBook
from triage.clients.timeline import DraftState, Letter, OwnTold, Reviewed, Sent, StepTold, Story
from triage.errors import ConfigError
from triage.ledger.chronicle import LetterRow
from triage.ledger.sqlite import SqliteLedger


@dataclass(frozen=True, slots=True)
class Whose:
    """A client by the addresses and domains that mail comes from, in lower case; on file or not."""

    name: str
    addresses: frozenset[str]
    domains: frozenset[str] = frozenset()
    client: Client | None = None


def find_client(name: str, book: ClientBook, ledger: SqliteLedger, command: str) -> Whose:
    """The client of this name or address, or of a part of it that fits only one; else ConfigError.

    Whoever has written is found by address without standing in the client file.
    """
    on_file = book.named(name)
    if on_file is not None:
        return whose(on_file)
    wanted = name.strip().casefold()
    senders = {sender.lower() for sender in ledger.senders()}
    if wanted in senders:
        return Whose(wanted, frozenset({wanted}))
    found = {client.name: whose(client) for client in book.clients if wanted and wanted in _told(client)}
    strangers = sorted(one for one in senders if wanted and wanted in one and book.client_of(one) is None)
    found |= {one: Whose(one, frozenset({one})) for one in strangers}
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        raise ConfigError(
            f"{command}: '{name}' fits {len(found)} clients; write the name or address in full."
        )
    raise ConfigError(
        f"{command}: no client '{name}' is known; `triage clients show` lists those on file, `triage status` "
        "those who await an answer."
    )


def whose(client: Client) -> Whose:
    """A client on file."""
    return Whose(
        client.name,
        frozenset(address.lower() for address in client.addresses),
        frozenset(domain.lower() for domain in client.domains),
        client,
    )


def story_of(ledger: SqliteLedger, who: Whose) -> Story:
    """All that is known of a client."""
    rows = ledger.letters(who.addresses, who.domains)
    ids = [one.row.id for one in rows]
    invoices = who.client.invoices if who.client else ()
    numbers = {invoice.number for invoice in invoices}
    steps = (step for step in ledger.steps() if step.invoice in numbers)
    own = ledger.own_mails(who.client.name) if who.client else ()
    return Story(
        letters=tuple(letter_of(one) for one in rows),
        drafts=tuple(DraftState(one.row_id, one.kind, one.state, one.at) for one in ledger.draft_lives(ids)),
        sent=_sent(ledger, who),
        invoices=invoices,
        steps=tuple(StepTold(one.invoice, one.step, one.state, one.drafted, one.sent) for one in steps),
        reviews=tuple(
            Reviewed(one.row_id, one.at, one.cause, one.change)
            for one in ledger.reviews()
            if one.row_id in ids
        ),
        own=tuple(OwnTold(one.kind, one.project, one.state, one.drafted) for one in own),
    )


def letter_of(one: LetterRow) -> Letter:
    """A row of the ledger as the timeline's value."""
    row = one.row
    return Letter(
        id=row.id,
        message_id=row.key,
        at=row.received,
        subject=row.subject,
        flagged=flagged_of(row.labels.items()),
        severity=row.severity,
        gate=row.gate,
        due=one.due,
        closed=one.closed_at,
        closed_how=one.closed_how,
    )


def flagged_of(labels: Iterable[tuple[str, tuple[str, float]]]) -> tuple[str, ...]:
    """The labels whose verdict is ``flagged``."""
    return tuple(label for label, (verdict, _) in labels if verdict == "flagged")


def _sent(ledger: SqliteLedger, who: Whose) -> tuple[Sent, ...]:
    """Mail to the client, once however many of its addresses it went to."""
    rows = ledger.sent_to(who.addresses, who.domains)
    by_place = {(row.account, row.folder, row.uidvalidity, row.uid): row for row in rows}
    return tuple(Sent(row.message_id, row.at, row.subject, row.answers) for row in by_place.values())


def _told(client: Client) -> str:
    return " ".join((client.name, *client.addresses, *client.domains)).casefold()
