"""Words to clients of our own accord, once a pass: drafts of updates and of questions for feedback.

As with the payment ladder the ledger holds the intent before the Drafts folder holds the draft. A draft that
has lost its occasion is taken back while nobody has touched it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from drafts.situation import Situation
from triage.briefing import Brief, policy_for
from triage.clients.contact import DueContact, Habits, Touch, Written, due_contacts, is_outdated
from triage.clients.profile import Client, ClientBook
from triage.clock.working_time import hear_by
from triage.conclude import is_clear_by
from triage.config import Account, Config
from triage.containment import contained
from triage.desk import Desk, desk_of
from triage.imap.drafts_box import Placed, TakenBack, content_hash
from triage.imap.session import Session
from triage.ladder_mail import recipient_of
from triage.ladder_view import day_of, language_of
from triage.ledger.chronicle import LetterRow, SentRow
from triage.ledger.own_mail import OwnMailRow, OwnMailState
from triage.ledger.sqlite import SqliteLedger
from triage.mail.message import Address
from triage.mail.new_mail import compose_new
from triage.mail.reply import draft_message_id, draft_reference
from triage.observer import Observer
from triage.order import Order, shared_judge
from triage.placing import Box, Record, carry, real_box, rehearsed_box
from triage.voice_file import known_voice
from triage.voicing import with_voice

if TYPE_CHECKING:
    from drafts.situation import Reply

logger = logging.getLogger(__name__)

# How a draft is remembered that was to be taken back: what its owner has touched is its owner's.
_STATE_AFTER: Mapping[TakenBack, OwnMailState] = {
    "withdrawn": "withdrawn",
    "gone": "discarded",
    "edited": "edited",
    "kept": "edited",
}


_BEGUN: tuple[OwnMailState, ...] = ("planned", "appending")


def keep_in_touch(
    config: Config,
    account: Account,
    order: Order,
    ledger: SqliteLedger,
    book: ClientBook,
    mailbox: tuple[Session, str],
    habits: Habits,
) -> ContactPass:
    """This part of a pass, done; ``mailbox`` is a session and the Drafts folder's name."""
    session, folder = mailbox
    judge_of = order.judge_of or shared_judge(config, order.observer, order.stop)
    done = ContactPass(
        desk=desk_of(config, account, book, known_voice(config.paths.state)),
        habits=habits,
        ledger=ledger,
        now=order.clock(),
        accounts=[one.name for one in config.accounts],
        box=rehearsed_box() if order.dry_run else real_box(lambda: session, folder),
        is_clear=is_clear_by(judge_of),
        observer=order.observer or Observer(),
    )
    done.run()
    return done


@dataclass
class ContactPass:
    """This part of one pass over one account."""

    desk: Desk
    habits: Habits
    ledger: SqliteLedger
    now: datetime
    accounts: Sequence[str]
    box: Box
    is_clear: Callable[[str], bool] | None = None
    observer: Observer = field(default_factory=Observer)
    drafted: int = 0
    failed: int = 0

    def run(self) -> None:
        """Take back what has lost its occasion, draft what is due; only the world ends it early."""
        for client in self.desk.book.clients:
            contained(partial(self._client, client), self._count_failure, "keeping in touch")

    def _count_failure(self, _reason: str) -> None:
        self.failed += 1

    def _client(self, client: Client) -> None:
        letters, sent = self.ledger.letters(*client.reach), self.ledger.sent_to(*client.reach)
        if not self._is_home(letters):
            return
        touch = self._touch(client, letters, sent)
        rows = self.ledger.own_mails(client.name)
        for row in rows:
            self._settle(client, row, touch, {one.message_id for one in sent})
        written = [Written(row.kind, row.project, row.since) for row in rows if row.state not in _BEGUN]
        today, is_working_day = self._day(self.now), self.desk.working.is_working_day
        for due in due_contacts(client, touch, self.habits, today, written, is_working_day):
            self._draft(client, due, letters, rows)

    def _day(self, moment: datetime) -> date:
        return day_of(moment, self.desk.working)

    def _is_home(self, letters: Sequence[LetterRow]) -> bool:
        """Whether the client's mail comes to this account: from here it is written to."""
        known = [letter.row.account for letter in letters if letter.row.account in self.accounts]
        return (known[-1] if known else self.accounts[0]) == self.desk.account

    def _touch(self, client: Client, letters: Sequence[LetterRow], sent: Sequence[SentRow]) -> Touch:
        """What the ledger knows of the exchange."""
        human = [letter for letter in letters if letter.row.gate is None]
        flags = [letter.row.received for letter in human if _is_flagged(letter)]
        watched = self.ledger.watched_since(self.accounts)
        steps = [step for step in self.ledger.steps() if step.client == client.name and step.sent]
        return Touch(
            watched_since=self._day(watched) if watched else None,
            last_word=self._day(sent[-1].at) if sent else None,
            last_heard=self._day(human[-1].row.received) if human else None,
            last_flag=self._day(flags[-1]) if flags else None,
            awaits_answer=any(letter.due is not None and letter.closed_at is None for letter in human),
            is_paused=bool(steps) and steps[-1].step == "pause",
        )

    # ----------------------------------------------------------------------------------- drafts that lie

    def _settle(self, client: Client, row: OwnMailRow, touch: Touch, sent: set[str]) -> None:
        """See what became of a draft; take back one without an occasion."""
        if row.account != self.desk.account or row.state not in (*_BEGUN, "present"):
            return
        if row.message_id in sent:
            self.ledger.mark_own_mail(row.message_id, "sent")
        elif is_outdated(row.kind, client, row.project, self._day(row.drafted), touch):
            outcome = self.box.take_back(row.message_id, [row.content_hash])
            self.ledger.mark_own_mail(row.message_id, _state_after(outcome, row, touch))

    # ------------------------------------------------------------------------------------------- one mail

    def _draft(
        self, client: Client, due: DueContact, letters: Sequence[LetterRow], rows: Sequence[OwnMailRow]
    ) -> None:
        recipient = recipient_of(client, [letter.row.client for letter in letters])
        language = language_of(client, self.desk.languages, lambda: [one.row.language for one in letters])
        said = frozenset().union(*(row.phrases for row in rows))
        reply = self._written(client, due, recipient, language, said) if recipient else None
        if recipient is None or reply is None or not reply.is_sendable:
            logger.info("no draft of a %s: it has no words in '%s', or no address", due.kind, language)
            return
        message_id = self._message_id(client, due)
        raw = compose_new(
            recipient, reply.subject, reply.text, self.desk.identity, message_id=message_id,
            now=self.now.astimezone(self.desk.working.zone), reference=draft_reference(message_id),
        )  # fmt: skip
        was_begun = any(row.state == "appending" for row in rows if row.message_id == message_id)
        self._place(client, due, message_id, raw, reply, was_begun=was_begun)

    def _place(
        self, client: Client, due: DueContact, message_id: str, raw: bytes, reply: Reply, *, was_begun: bool
    ) -> None:
        """Intent first, then the draft, then the record that it is there: a broken pass is finished so."""
        told = due.written
        row = OwnMailRow(
            self.desk.account, client.name, told.kind, told.project, told.since, message_id, reply.subject,
            "planned", self.now, content_hash(raw), frozenset(reply.phrases),
        )  # fmt: skip
        self.ledger.plan_own_mail(row)
        record = Record(
            message_id,
            was_begun,
            appending=lambda: self.ledger.append_begun(message_id),
            present=lambda placed: self._note_placed(message_id, placed),
        )
        placed = carry(record, raw, self.box.place)
        self.drafted += not placed.was_there
        self.observer.own_mail(due.kind, client.name, raw)

    def _note_placed(self, message_id: str, placed: Placed) -> None:
        state: OwnMailState = "edited" if placed.is_touched else "present"
        self.ledger.mark_own_mail(message_id, state, content_hash=placed.content_hash)

    def _written(
        self, client: Client, due: DueContact, recipient: Address, language: str, said: frozenset[str]
    ) -> Reply:
        from drafts.compose import write

        desk, now = self.desk, self.now.astimezone(self.desk.working.zone)
        known = Brief(client, due.project).facts(now.date())
        voiced = with_voice(known, desk.voice, recipient, client, language, desk.freelancer)
        situation = Situation(
            now=now,
            language=language,
            kind=due.kind,
            subject="",
            new_text="",
            client_name=recipient.name,
            freelancer=desk.freelancer,
            policy=policy_for(desk.policy, client),
            hear_by=hear_by(now, desk.working),
            working_hours=desk.working.hours,
            said=said,
            **voiced | {"invoices": ()},
        )
        return write(situation, self.is_clear)

    def _message_id(self, client: Client, due: DueContact) -> str:
        told = due.written
        key = f"{client.name}\n{told.project}\n{told.since}"
        return draft_message_id(
            self.desk.account, key, due.kind, self.desk.identity.address.rpartition("@")[2]
        )


def _state_after(outcome: TakenBack, row: OwnMailRow, touch: Touch) -> OwnMailState:
    """How a mail is remembered that has lost its occasion."""
    if outcome == "gone" and row.state in _BEGUN:
        return "withdrawn"
    has_gone_out = outcome == "gone" and touch.last_word is not None
    return "sent" if has_gone_out else _STATE_AFTER[outcome]


def _is_flagged(letter: LetterRow) -> bool:
    return any(verdict == "flagged" for verdict, _ in letter.row.labels.values())
