"""The payment ladder carried out, once a pass: what was sent is seen, what is owed no more withdrawn, what is
due drafted.

The ledger holds the intent before the Drafts folder holds the draft, as in the pipeline: killed anywhere, the
next pass finishes the work, and never with a second draft.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from triage.clients.ladder import STEPS, Step, asked_for, is_outdated
from triage.clients.profile import Client, ClientBook
from triage.conclude import is_clear_by
from triage.config import Account, Config, Ladder
from triage.containment import contained
from triage.desk import Desk, desk_of
from triage.imap.drafts_box import Placed, content_hash
from triage.imap.session import Session
from triage.ladder_mail import Bill, DueStep, Writing, covers, recipient_of, step_bytes, step_id, write_step
from triage.ladder_sent import Evidence, is_about, note_own_mail, note_sent
from triage.ladder_view import (
    BEGUN,
    Standing,
    billed,
    day_of,
    language_of,
    legal_text,
    owed_of,
    owed_text,
    rules_of,
    standing,
    with_draft,
)
from triage.ledger.chronicle import LetterRow
from triage.ledger.contract import StepPlan, StepRow
from triage.ledger.sqlite import SqliteLedger
from triage.observer import Observer
from triage.order import Order, shared_judge
from triage.placing import Box, Record, carry, real_box, rehearsed_box
from triage.voice_file import known_voice

if TYPE_CHECKING:
    from drafts.situation import Reply
    from triage.imap.sent import SentReply

logger = logging.getLogger(__name__)

# Steps that ask for several invoices in one mail. A demand or a notice is made for each claim by itself: each
# can be paid, disputed and proved without the others.
TOGETHER: tuple[Step, ...] = ("reminder", "second_reminder", "pause")


def climb(
    config: Config,
    account: Account,
    order: Order,
    ledger: SqliteLedger,
    book: ClientBook,
    mailbox: tuple[Session, str],
    replies: Sequence[SentReply],
) -> LadderPass:
    """The ladder's part of a pass, done; ``mailbox`` is a session and the Drafts folder's name."""
    session, folder = mailbox
    judge_of = order.judge_of or shared_judge(config, order.observer, order.stop)
    done = LadderPass(
        desk=desk_of(config, account, book, known_voice(config.paths.state)),
        ladder=config.ladder,
        ledger=ledger,
        now=order.clock(),
        accounts=[one.name for one in config.accounts],
        box=rehearsed_box() if order.dry_run else real_box(lambda: session, folder),
        is_clear=is_clear_by(judge_of),
        observer=order.observer or Observer(),
    )
    done.run(replies)
    return done


@dataclass
class LadderPass:
    """The ladder's part of one pass over one account.

    ``accounts`` are all there are, the first of them for clients that never wrote.
    """

    desk: Desk
    ladder: Ladder
    ledger: SqliteLedger
    now: datetime
    accounts: Sequence[str]
    box: Box
    is_clear: Callable[[str], bool] | None = None
    observer: Observer = field(default_factory=Observer)
    drafted: int = 0
    failed: int = 0
    _rows: Sequence[StepRow] = ()
    _letters: dict[str, list[LetterRow]] = field(default_factory=dict)

    def run(self, replies: Sequence[SentReply]) -> None:
        """See what was sent, withdraw what is outdated, draft what is due; only the world ends it early."""
        evidence = Evidence(self.desk, self.ledger, self.now)
        for row in note_sent(evidence, replies):
            self._withdraw_unsent_copy(row)
        if not self.ladder.enabled:
            return
        self._rows = self.ledger.steps()
        for message_id, rows in with_draft(self._rows, self.desk.account).items():
            self._guarded(partial(self._settle_draft, message_id, rows))
        self._rows = self.ledger.steps()
        for client in self.desk.book.clients:
            self._guarded(partial(self._climb, client, evidence))

    @property
    def _today(self) -> date:
        return day_of(self.now, self.desk.working)

    def _guarded(self, work: Callable[[], None]) -> None:
        """One client's fault costs no other client a reminder."""
        contained(work, self._count_failure, "payment ladder")

    def _count_failure(self, _reason: str) -> None:
        self.failed += 1

    # ------------------------------------------------------------------------------------- drafts that lie

    def _withdraw_unsent_copy(self, row: StepRow) -> None:
        """The step was sent in other words: its draft, if nobody touched it, would be sent a second time."""
        if row.account == self.desk.account and row.state == "present":
            self.box.take_back(row.message_id, [row.content_hash])

    def _settle_draft(self, message_id: str, rows: Sequence[StepRow]) -> None:
        """Withdraw a draft that asks for what isn't owed so any more; finish one that was begun."""
        bills = [bill for row in rows if (bill := self._bill_of(row))]
        if len(bills) < len(rows):
            self._withdraw(message_id, rows)
        elif rows[0].state in BEGUN and self.desk.working.is_working_day(self._today):
            self._finish(rows[0], bills)

    def _bill_of(self, row: StepRow) -> Bill | None:
        """The row's invoice, if its draft asks for what is owed today."""
        found, late = billed(self.desk.book, row.invoice), owed_of(row)
        if found is None or is_outdated(found[1], late, self._today):
            return None
        return Bill(found[1], late)

    def _withdraw(self, message_id: str, rows: Sequence[StepRow]) -> None:
        if rows[0].state == "edited" and not self._is_in_the_way(rows):
            return
        outcome = self.box.take_back(message_id, [rows[0].content_hash])
        if outcome in ("withdrawn", "gone"):
            was_there = outcome == "withdrawn" or rows[0].state in BEGUN
            self.ledger.mark_step(message_id, "withdrawn" if was_there else "discarded")
        elif rows[0].state != "edited":
            logger.info("a payment reminder that was changed stays, although it is outdated")
            self.ledger.mark_step(message_id, "edited")
        if outcome == "withdrawn":
            self.observer.withdrawn(message_id, [row.invoice for row in rows])

    def _is_in_the_way(self, rows: Sequence[StepRow]) -> bool:
        """Whether a step would be due today but for this draft: only then is it worth another look."""
        for row in rows:
            found = billed(self.desk.book, row.invoice)
            for one in self._standings(found[0], without=row.message_id) if found else ():
                if one.invoice.number == row.invoice and one.outlook.is_due(self._today):
                    return True
        return False

    # ------------------------------------------------------------------------------------------- what is due

    def _climb(self, client: Client, evidence: Evidence) -> None:
        """Draft the steps that are due to one client."""
        due = self._due(client)
        if not due or not self._is_home(client):
            return
        while any(note_own_mail(evidence, found) for found in due):
            self._rows = self.ledger.steps()
            due = self._due(client)
        for step in _mails(client, due):
            self._draft(step)

    def _due(self, client: Client) -> list[Standing]:
        return [found for found in self._standings(client) if found.outlook.is_due(self._today)]

    def _standings(self, client: Client, without: str = "") -> list[Standing]:
        late = [asked for invoice in client.invoices if (asked := asked_for(invoice, self._today))]
        if not any(asked.since < self._today for asked in late):
            return []
        rules = rules_of(self.ladder, partial(self._language, client))
        rows = [row for row in self._rows if row.message_id != without]
        working, today = self.desk.working, self._today
        return [
            standing(client, one, [row for row in rows if row.invoice == one.number], rules, working, today)
            for one in client.invoices
        ]

    def _letters_of(self, client: Client) -> list[LetterRow]:
        """The client's messages, the latest last; asked for once a pass."""
        if client.name not in self._letters:
            self._letters[client.name] = self.ledger.letters(*client.reach)
        return self._letters[client.name]

    def _language(self, client: Client) -> str:
        def written() -> list[str | None]:
            return [letter.row.language for letter in self._letters_of(client)]

        return language_of(client, self.desk.languages, written)

    def _is_home(self, client: Client) -> bool:
        """Whether the client's mail comes to this account: here it is asked for its money."""
        heard = [letter.row.account for letter in self._letters_of(client)]
        known = [account for account in heard if account in self.accounts]
        return (known[-1] if known else self.accounts[0]) == self.desk.account

    # ---------------------------------------------------------------------------------------------- one mail

    def _draft(self, due: DueStep) -> None:
        """Write the mail, keep the intent, place it; each invoice by itself where one mail can't name all."""
        written = self._written(due)
        if written is not None:
            self._place_new(due, *written)
        elif len(due.bills) > 1:
            for bill in due.bills:
                self._draft(DueStep(due.client, due.step, (bill,)))

    def _written(self, due: DueStep) -> tuple[Writing, Reply] | None:
        """The mail, if it is fit to be sent; otherwise the reason is told, of each invoice by itself."""
        writing = self._writing(due)
        reply = write_step(due, writing, self.is_clear) if writing else None
        if writing and reply and reply.is_sendable and covers(reply, due.numbers):
            return writing, reply
        if len(due.bills) == 1:
            logger.warning("invoice %s: no draft of the %s: %s", due.numbers[0], due.step, _why(reply))
        return None

    def _place_new(self, due: DueStep, writing: Writing, reply: Reply) -> None:
        message_id = step_id(due, self.desk)
        raw = step_bytes(reply, writing, message_id)
        is_ours = self.ledger.plan_steps(
            [_plan(due, bill) for bill in due.bills],
            account=self.desk.account,
            message_id=message_id,
            subject=reply.subject,
            content_hash=content_hash(raw),
            at=self.now,
            phrases=reply.phrases,
        )
        if is_ours:
            self._place(due, message_id, raw, was_begun=False)

    def _finish(self, row: StepRow, bills: Sequence[Bill]) -> None:
        """An earlier pass died between intent and draft: the same Message-ID finds its work, or does it."""
        found = billed(self.desk.book, bills[0].invoice.number)
        due = DueStep(found[0], row.step, tuple(bills)) if found else None
        written = self._written(due) if due else None
        if due and written:
            writing, reply = written
            raw = step_bytes(reply, writing, row.message_id)
            self._place(due, row.message_id, raw, was_begun=row.state == "appending")

    def _place(self, due: DueStep, message_id: str, raw: bytes, *, was_begun: bool) -> None:
        record = Record(
            message_id,
            was_begun,
            appending=lambda: self.ledger.append_begun(message_id),
            present=lambda placed: self._note_placed(message_id, placed),
        )
        placed = carry(record, raw, self.box.place)
        self.drafted += not placed.was_there
        self.observer.step(due.step, due.numbers, raw)

    def _note_placed(self, message_id: str, placed: Placed) -> None:
        with self.ledger.together():
            self.ledger.step_placed(message_id, content_hash=placed.content_hash)
            if placed.is_touched:
                self.ledger.mark_step(message_id, "edited")

    def _writing(self, due: DueStep) -> Writing | None:
        client = due.client
        recipient = recipient_of(client, [letter.row.client for letter in self._letters_of(client)])
        language = self._language(client)
        if recipient is None:
            return None
        return Writing(
            desk=self.desk,
            now=self.now,
            recipient=recipient,
            language=language,
            legal_text=legal_text(self.ladder, language),
            said=frozenset().union(*(row.phrases for row in self._rows if row.client == client.name)),
            thread=tuple(self._thread(due)),
        )

    def _thread(self, due: DueStep) -> Iterator[str]:
        """Earlier mail about these invoices, in order: the one that brought it, and the steps sent."""
        sent = self.ledger.sent_to(*due.client.reach)
        mails = [(m.at, m.message_id) for m in sent if any(is_about(m.subject, n) for n in due.numbers)]
        steps = [(row.sent, row.sent_message_id) for row in self._rows if row.invoice in due.numbers]
        mails += [(at, name) for at, name in steps if at and name]
        return (name for _, name in sorted(mails))


def _mails(client: Client, due: Sequence[Standing]) -> Iterator[DueStep]:
    """The mails that these steps make: one for several invoices where the step allows it."""
    for step in STEPS:
        bills = [Bill(one.invoice, one.late) for one in due if one.outlook.step == step and one.late]
        bills.sort(key=lambda bill: (bill.late.since, bill.invoice.number))
        if bills and step in TOGETHER:
            yield DueStep(client, step, tuple(bills))
        else:
            yield from (DueStep(client, step, (bill,)) for bill in bills)


def _plan(due: DueStep, bill: Bill) -> StepPlan:
    late = bill.late
    return StepPlan(due.client.name, bill.invoice.number, due.step, late.since, owed_text(late.money))


def _why(reply: Reply | None) -> str:
    """Why a mail isn't written."""
    if reply is None:
        return "its client has no mail address in the client file"
    problems = "; ".join(f"{problem.rule}: {problem.detail}" for problem in reply.lint)
    return problems or f"there are no words for it in the language '{reply.language}'"
