"""An archive replayed as if time passed: each message meets only what came before it; nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from drafts.situation import History
from triage.archive import Archive
from triage.batches import File, Heard, Judged, batches, concluded, hear
from triage.chronology import COPY, Chronology, Entry
from triage.clients.debt import step_of
from triage.clients.incident import Contact
from triage.clients.invoice import Invoice
from triage.clients.ladder import Step
from triage.conclude import Judge, Occasion, Reading, is_clear_by
from triage.desk import Desk
from triage.history import contact_of, own_contact
from triage.mail.answers import NOWHERE, Answers, Asked


@dataclass(frozen=True, slots=True)
class Replayed:
    """One message as it was dealt with at its time, and what became of it.

    ``client`` is the name on file, or the address. ``contact`` is what is remembered of it, if it counts.
    ``answered_after`` is what the future brought: it is told, and used for nothing.
    """

    entry: Entry
    judged: Judged
    client: str
    contact: Contact | None = None
    answered_after: timedelta | None = None

    @property
    def step(self) -> Step | None:
        """The step of the payment ladder that a message of one's own was."""
        return step_of(self.contact) if self.contact and self.contact.is_own else None


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that the archive holds of one client, as of its end."""

    client: str
    contacts: tuple[Contact, ...]
    invoices: tuple[Invoice, ...]
    end: datetime


@dataclass(slots=True)
class _Past:
    """What is known of one client so far: contacts, earlier messages by flagged label, phrases of drafts."""

    contacts: list[Contact] = field(default_factory=list)
    flagged: Counter[str] = field(default_factory=Counter)
    severe: int = 0
    said: set[str] = field(default_factory=set)


class Backtest:
    """Replays one archive; ``desk.own`` are the freelancer's addresses, ``desk.book`` the clients on file."""

    def __init__(
        self, archive: Archive, order: Chronology, desk: Desk, judge_of: Callable[[], Judge]
    ) -> None:
        self._archive = archive
        self._order = order
        self._desk = desk
        self._judge_of = judge_of
        self._own = frozenset(address.lower() for address in desk.own)
        self._answers = self._own_answers()
        self._pasts: dict[str, _Past] = {}

    def run(self) -> Iterator[Replayed]:
        """Every message, in the order of time."""
        entries = iter(self._order.entries)
        for batch in batches(self._files()):
            heard = iter(hear([file for file in batch if file[0]], self._desk, self._judge_of))
            for name, _ in batch:
                entry = next(entries)
                yield self._replayed(entry, next(heard) if name else Heard(entry.name, error=COPY))

    def dossiers(self) -> Iterator[Dossier]:
        """Every client, in the order in which they came up; to be asked after ``run``."""
        for client, past in self._pasts.items():
            # Whom the freelancer only wrote to is a client if money was asked for.
            if any(not contact.is_own or step_of(contact) for contact in past.contacts):
                on_file = self._desk.book.named(client)
                invoices = on_file.invoices if on_file else ()
                yield Dossier(client, tuple(past.contacts), invoices, self._order.end)

    def _files(self) -> Iterator[File]:
        """The messages in order; a copy has neither name nor bytes: it is not looked at again."""
        for entry in self._order.entries:
            yield ("", b"") if entry.is_copy else (entry.name, self._archive.read(entry.name))

    def _own_answers(self) -> Answers:
        """All that the freelancer ever answered: it tells how a message fared, and decides nothing."""
        answers = Answers()
        for entry in self._order.entries:
            if entry.sender not in self._own:
                answers.ask(self._asked(entry))
            elif entry.when:
                answers.note(entry.pointed, entry.to, entry.subject, entry.when)
        return answers

    def _asked(self, entry: Entry) -> Asked:
        on_file = self._desk.book.client_of(entry.sender) if entry.sender else None
        reach = on_file.reach if on_file else NOWHERE
        key, when = entry.message_id or entry.name, self._order.moment(entry)
        return Asked(key, entry.sender, entry.subject, when, reach=reach)

    def _replayed(self, entry: Entry, heard: Heard) -> Replayed:
        client = self._client_of(entry.sender)
        if heard.reading is None:
            return Replayed(entry, Judged(heard.path, None, heard.error), client)
        if entry.sender in self._own:
            return self._sent(entry, heard, heard.reading)
        return self._came(entry, heard, client)

    def _came(self, entry: Entry, heard: Heard, client: str) -> Replayed:
        """A message to the freelancer, decided by what was known at its time."""
        when = self._order.moment(entry)
        past = self._pasts.get(client) or _Past()
        judged = concluded(heard, lambda reading: self._occasion(reading, when, past))
        answered = self._answers.time_of(self._asked(entry))
        contact = None
        if judged.conclusion is not None:
            contact = contact_of(judged.conclusion, when, entry.message_id or entry.name, answered)
        if contact is not None:
            self._remember(client, contact, judged)
        after = max(answered - when, timedelta()) if answered else None
        return Replayed(entry, judged, client, contact, after)

    def _occasion(self, reading: Reading, when: datetime, past: _Past) -> Occasion:
        desk = self._desk if self._desk.freelancer.name else self._desk.for_message(reading.message)
        return Occasion(
            desk,
            when,
            is_clear=is_clear_by(self._judge_of),
            history=History(dict(past.flagged), past.severe),
            said=frozenset(past.said),
            received=when,
        )

    def _remember(self, client: str, contact: Contact, judged: Judged) -> None:
        past = self._pasts.setdefault(client, _Past())
        past.contacts.append(contact)
        past.flagged.update(contact.flagged)
        past.severe += bool(contact.flagged) and contact.severity == 3
        conclusion = judged.conclusion
        if conclusion and conclusion.reply and conclusion.decision.action == "draft":
            past.said.update(conclusion.reply.phrases)

    def _sent(self, entry: Entry, heard: Heard, reading: Reading) -> Replayed:
        """A message of the freelancer's own: evidence of what was asked for, and never judged."""
        when = self._order.moment(entry)
        judged = concluded(heard, lambda reading: self._occasion(reading, when, _Past()))
        contact = own_contact(reading, when, entry.message_id or entry.name)
        clients = dict.fromkeys(self._client_of(address) for address in entry.to if address not in self._own)
        for client in clients:
            self._pasts.setdefault(client, _Past()).contacts.append(contact)
        return Replayed(entry, judged, next(iter(clients), ""), contact)

    def _client_of(self, address: str) -> str:
        client = self._desk.book.client_of(address) if address else None
        return client.name if client else address
