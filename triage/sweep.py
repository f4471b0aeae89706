"""One pass over one account: lock, ledger, login, Sent, inbox, holding replies, done."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from triage.access import enter, ledger_path, persevere
from triage.client_file import load_book
from triage.clients.profile import ClientBook
from triage.clock.doubt import doubt
from triage.config import Account, Config
from triage.containment import contained
from triage.errors import ExitCode, PassStopped, TriageError
from triage.imap.folders import Folders, find_folders
from triage.imap.inbox import Fetched, Inbox, open_inbox
from triage.imap.sent import SentReading, blank_sent, sent_since
from triage.imap.session import Session
from triage.ledger.contract import MessageRow, Obligation
from triage.ledger.lock import account_lock
from triage.ledger.sqlite import SqliteLedger, open_ledger, open_ledger_copy
from triage.order import STOPPED, Order, Summary, our_addresses, shared_judge
from triage.phrase_file import own_phrases

if TYPE_CHECKING:
    from triage.answered import Answered
    from triage.conclude import Judge
    from triage.correction_box import CorrectionBox
    from triage.desk import Desk
    from triage.pipeline import Pipeline
    from triage.placing import Box

logger = logging.getLogger(__name__)

# The first pass of an account looks back this far; older mail has been dealt with, or missed, without us.
FIRST_LOOK_BACK = timedelta(hours=24)
# After a UIDVALIDITY reset the mail since the last pass is read again; INTERNALDATEs may be a zone off.
RESET_MARGIN = timedelta(hours=24)


def sweep(config: Config, account: Account, order: Order | None = None) -> Summary:
    """One pass over one account; a failure of the world is told in the summary and never raised."""
    order = order or Order()
    summary = Summary(account.name)
    started = time.monotonic()
    # A rehearsal neither leaves a lock file nor waits for the pass whose work it only looks at.
    lock = nullcontext() if order.dry_run else _lock(config, account, order)
    try:
        book = load_book(config)
        own_phrases(config)  # faults in it are told before any mail is read
        with lock, _ledger(config, order) as ledger:
            # where a token ends in its middle, a new pass with a new one goes on
            persevere(account, lambda: _pass(_Pass(config, account, order, ledger, summary, book)))
    except TriageError as error:
        summary.error, summary.exit_code = str(error), error.exit_code
    if summary.exit_code == ExitCode.DONE and summary.failed:
        summary.exit_code = ExitCode.SOME_FAILED
    summary.duration_s = time.monotonic() - started
    _tell_alarms(config, order, summary)
    return summary


def _tell_alarms(config: Config, order: Order, summary: Summary) -> None:
    """What the user is to be told of, now that the lock is free; where nothing is, this costs nothing."""
    if config.alarms.is_on or summary.error is not None:
        from triage.alarms_due import after_pass

        after_pass(config, order, summary)


def _pass(current: _Pass) -> None:
    contained(current.run, current.summary.break_off, current.account.name)


def _lock(config: Config, account: Account, order: Order) -> AbstractContextManager[None]:
    return account_lock(config.paths.state, account.name, wait=order.lock_wait_s)


def _ledger(config: Config, order: Order) -> SqliteLedger:
    path = ledger_path(config)
    ledger = open_ledger_copy(path) if order.dry_run else open_ledger(path)
    ledger.clock = order.clock
    return ledger


@dataclass
class _Pass:
    """One pass in progress. Two connections at most: one reads, a second places drafts when there are any."""

    config: Config
    account: Account
    order: Order
    ledger: SqliteLedger
    summary: Summary
    book: ClientBook
    folders: Folders = field(init=False)
    _stack: ExitStack = field(default_factory=ExitStack)
    _left: list[tuple[str, int, set[int]]] = field(default_factory=list)

    def run(self) -> None:
        if wrong := doubt(self.order.clock(), self._last_pass):
            logger.warning("%s: %s", self.account.name, wrong)
        with self._stack:
            session = self._connect()
            self.folders = find_folders(session, drafts=self.account.drafts, sent=self.account.sent)
            sent = self._read_sent(session)
            self._hear_folders(session)
            for folder in self.account.folders:
                self._sweep_folder(session, folder)
            self._follow_drafts(session)
            self._climb_ladder(session, sent)
            self._keep_in_touch(session)
            self._learn_voice(session, sent)
        if self.order.stop():
            raise PassStopped(STOPPED)
        self._finish(sent)

    def _finish(self, sent: SentReading | None) -> None:
        """What only a whole pass may remember: a broken one must see the same again."""
        self._settle_gone()
        # Mail that failed is tried again, and must be seen as answered then too.
        if sent is not None and self.folders.sent is not None and not self.summary.failed:
            self.ledger.set_sent_cursor(self.account.name, self.folders.sent, sent.uidvalidity, sent.last_uid)
        self.ledger.pass_finished(self.account.name, self.order.clock(), self.summary.as_record())

    @functools.cached_property
    def _last_pass(self) -> datetime | None:
        last = self.ledger.last_pass(self.account.name)
        return last.at if last else None

    def _connect(self) -> Session:
        return self._stack.enter_context(enter(self.account, self.order.secret))

    # ------------------------------------------------------------------------------------------------- Sent

    def _read_sent(self, session: Session) -> SentReading | None:
        """What was answered since the last pass; read before the inbox, remembered after it."""
        if self.folders.sent is None:
            return None
        uidvalidity, after_uid = self.ledger.sent_cursor(self.account.name, self.folders.sent) or (None, 0)
        reading = sent_since(
            session,
            self.folders.sent,
            uidvalidity=uidvalidity,
            after_uid=after_uid,
            since=self._look_back_to(),
            # mail that is looked at again was answered, if at all, before the place read to
            is_repeated=self.order.since is not None,
        )
        self.summary.seen_to[self.folders.sent] = reading.last_uid + 1
        if reading.replies:
            self._hear_sent(session, self.folders.sent, reading)
        return reading

    def _hear_sent(self, session: Session, folder: str, reading: SentReading) -> None:
        from triage.answered import perhaps_blank, sent_rows

        blank = blank_sent(session, folder, perhaps_blank(reading))
        self._answered.hear(sent_rows(self.account.name, folder, reading, blank, self.order.clock()))

    def _learn_voice(self, session: Session, sent: SentReading | None) -> None:
        """See how the freelancer writes; a pass without new sent mail pays nothing for it."""
        is_wanted = self.config.drafting.learn_voice and not self.order.dry_run
        if is_wanted and sent is not None and sent.replies and self.folders.sent is not None:
            from triage.voice_learning import learn_in_pass, writer_of

            writer = writer_of(self.config, self.account, self.ledger)
            learn_in_pass(session, self.folders.sent, sent, self.config.paths.state, writer)

    @functools.cached_property
    def _answered(self) -> Answered:
        """What was answered, from whichever of our accounts, and by colleagues."""
        from triage.answered import Answered

        return Answered(self.ledger, self.order.clock, self.book, our_addresses(self.config))

    def _has_answer(self, row: MessageRow) -> bool:
        """Asked of few drafts: only then is the reading of mail loaded."""
        return self._answered.has_answer(row)

    def _follow_drafts(self, session: Session) -> None:
        """What became of the drafts placed earlier, and of those that this pass has made superfluous."""
        if not self.order.dry_run and not self.order.stop() and self.ledger.living_drafts(self.account.name):
            from triage.draft_life import DraftLives

            place = self.folders.drafts
            DraftLives(self.ledger, self.account.name, session, place, self._has_answer).follow()

    def _climb_ladder(self, session: Session, sent: SentReading | None) -> None:
        """Ask for money that is late; where there are no invoices this costs nothing."""
        has_invoices = any(client.invoices for client in self.book.clients)
        if not self.order.stop() and (has_invoices or self.ledger.steps()):
            from triage.ladder import climb

            mailbox, replies = (session, self.folders.drafts), sent.replies if sent else ()
            done = climb(self.config, self.account, self.order, self.ledger, self.book, mailbox, replies)
            self.summary.ladder += done.drafted
            self.summary.failed += done.failed

    def _keep_in_touch(self, session: Session) -> None:
        """Updates and questions for feedback; where none are wanted this costs nothing."""
        if not self.book.clients:
            return
        from triage.clients.contact import Habits, is_wanted

        drafting = self.config.drafting
        habits = Habits(drafting.update_after_days, drafting.ask_feedback)
        if not self.order.stop() and is_wanted(habits, self.book.clients):
            from triage.contact import keep_in_touch

            mailbox = session, self.folders.drafts
            done = keep_in_touch(
                self.config, self.account, self.order, self.ledger, self.book, mailbox, habits
            )
            self.summary.contact += done.drafted
            self.summary.failed += done.failed

    def _hear_folders(self, session: Session) -> None:
        """What the user has sorted by hand; nothing configured costs nothing."""
        if self.config.learning.folders and not self.order.stop():
            self._correction_box(session).hear_folders(self.config.learning.folders)

    def _hear_keywords(self, session: Session, inbox: Inbox, folder: str) -> None:
        if self.config.learning.keywords and not self.order.stop():
            self._correction_box(session).hear_keywords(inbox, folder)

    def _correction_box(self, session: Session) -> CorrectionBox:
        from triage.correction_box import CorrectionBox

        return CorrectionBox(self.ledger, self.account.name, session, self._desk, self._judge_of)

    # ------------------------------------------------------------------------------------------------ inbox

    def _sweep_folder(self, session: Session, folder: str) -> None:
        inbox = open_inbox(session, folder)
        self.summary.seen_to[folder] = inbox.uidnext
        self._hear_keywords(session, inbox, folder)
        uids = self._uids_to_read(inbox, folder)
        missing = self._read_and_hold(inbox, folder, uids)
        self._left.append((folder, inbox.uidvalidity, missing))
        # A pass that was stopped early leaves the cursor where it was.
        if not self.order.stop():
            self._advance(inbox, folder, uids)

    def _read_and_hold(self, inbox: Inbox, folder: str, uids: Sequence[int]) -> set[int]:
        """Read what is new, then write the holding replies that are due, those of this very mail too."""
        if not uids and not self._holds_due(inbox, folder):
            return set()
        pipeline = self._pipeline(inbox, folder)
        missing = self._read_new(pipeline, inbox, uids) if uids else set()
        self._hold(pipeline, inbox, self._holds_due(inbox, folder))
        self._add_up(pipeline)
        return missing

    def _uids_to_read(self, inbox: Inbox, folder: str) -> list[int]:
        """New mail above the cursor, and what an earlier pass left unfinished."""
        cursor = self.ledger.cursor(self.account.name, folder, inbox.uidvalidity)
        unfinished = self.ledger.unsettled(self.account.name, folder, inbox.uidvalidity)
        if cursor is None:
            uids = inbox.uids_since(self._look_back_to(self._stranded(inbox, folder)))
        elif self.order.since is not None:
            uids = sorted({*inbox.uids_from(cursor + 1), *inbox.uids_since(self.order.since)})
        else:
            uids = inbox.uids_from(cursor + 1)
        return sorted({*uids, *unfinished})

    def _stranded(self, inbox: Inbox, folder: str) -> list[MessageRow]:
        """What earlier passes left unfinished or unanswered under a UIDVALIDITY that is gone."""
        rows = (one.row for one in self.ledger.open_obligations(self.account.name))
        moved = [row for row in rows if row.folder == folder and row.uidvalidity != inbox.uidvalidity]
        return [*self.ledger.stranded(self.account.name, folder, inbox.uidvalidity), *moved]

    def _look_back_to(self, stranded: Sequence[MessageRow] = ()) -> datetime:
        """Where a folder without a cursor begins: ``since``, a day back, or the last pass if longer ago."""
        if self.order.since is not None:
            return self.order.since
        first = self.order.clock() - FIRST_LOOK_BACK
        resets = [self._last_pass - RESET_MARGIN] if self._last_pass else []
        return min([first, *resets, *(row.received - RESET_MARGIN for row in stranded)])

    def _advance(self, inbox: Inbox, folder: str, uids: Sequence[int]) -> None:
        """Move the cursor past all that was there, old mail that the first pass left out included."""
        newest = max([inbox.uidnext - 1, *uids])
        self.ledger.advance(self.account.name, folder, inbox.uidvalidity, newest)

    # ------------------------------------------------------------------- new mail and holding replies

    @functools.cached_property
    def _judge_of(self) -> Callable[[], Judge]:
        return self.order.judge_of or shared_judge(self.config, self.order.observer, self.order.stop)

    def _desk(self) -> Desk:
        from triage.corrections import taught
        from triage.desk import desk_of
        from triage.voice_file import known_voice

        voice = known_voice(self.config.paths.state)
        return desk_of(self.config, self.account, self.book, voice, taught(self.ledger, self.book))

    def _pipeline(self, inbox: Inbox, folder: str) -> Pipeline:
        # Only a pass with work to do pays for these imports.
        from triage.observer import Observer
        from triage.pipeline import Pipeline

        return Pipeline(
            desk=self._desk(),
            ledger=self.ledger,
            place=self._box().place,
            judge_of=self._judge_of,
            folder=folder,
            uidvalidity=inbox.uidvalidity,
            clock=self.order.clock,
            answered=self._answered,
            last_pass=self._last_pass,
            observer=self.order.observer or Observer(),
            stop=self.order.stop,
        )

    def _read_new(self, pipeline: Pipeline, inbox: Inbox, uids: Sequence[int]) -> set[int]:
        """Carry the messages through; returns the UIDs that have left the folder."""
        from triage.imap.ahead import fetched_ahead

        pipeline.observer.started(len(uids))
        seen: set[int] = set()
        with fetched_ahead(inbox.fetch(uids)) as messages:
            pipeline.run(_noting(messages, seen))
        return set(uids) - seen

    def _settle_gone(self) -> None:
        """What was begun and is in none of the folders any more can only be settled.

        Last of all, since a message moved to a folder that is read later has its new place only then.
        """
        for folder, uidvalidity, missing in self._left:
            rows = self.ledger.stranded(self.account.name, folder, uidvalidity)
            found = (self.ledger.at(self.account.name, folder, uidvalidity, uid) for uid in missing)
            rows += [row for row in found if row is not None and not row.is_settled]
            for row in rows:
                self.ledger.settle(row.id, outcome="leave_alone", reason="the message has left the folder")

    def _holds_due(self, inbox: Inbox, folder: str) -> list[Obligation]:
        """Unanswered messages of this folder whose holding reply is due and not yet written.

        Where a draft waits in the same conversation, one is enough.
        """
        now, drafted = self.order.clock(), self.ledger.drafted_conversations()
        return [
            obligation
            for obligation in self.ledger.open_obligations(self.account.name, holding_by=now)
            if (obligation.row.folder, obligation.row.uidvalidity) == (folder, inbox.uidvalidity)
            and obligation.holding_state in ("none", "planned", "appending")
            and obligation.row.state != "given_up"
            and obligation.conversation not in drafted
        ]

    def _hold(self, pipeline: Pipeline, inbox: Inbox, holds: Sequence[Obligation]) -> None:
        by_uid = {obligation.row.uid: obligation for obligation in holds}
        for fetched in inbox.fetch(sorted(by_uid)) if by_uid else ():
            if self.order.stop():
                return
            held = by_uid[fetched.uid]
            if held.conversation not in self.ledger.drafted_conversations():
                pipeline.hold(held, fetched)

    def _box(self) -> Box:
        """The Drafts folder by a connection of its own, made for the first draft."""
        from triage.placing import real_box, rehearsed_box

        if self.order.dry_run:
            return rehearsed_box()
        return real_box(lambda: self._second_session, self.folders.drafts, is_reply=True)

    @functools.cached_property
    def _second_session(self) -> Session:
        return self._connect()

    def _add_up(self, pipeline: Pipeline) -> None:
        for name in ("seen", "flagged", "drafted", "late", "left_alone", "failed"):
            setattr(self.summary, name, getattr(self.summary, name) + getattr(pipeline.tally, name))


def _noting(messages: Iterable[Fetched], seen: set[int]) -> Iterator[Fetched]:
    for fetched in messages:
        seen.add(fetched.uid)
        yield fetched
