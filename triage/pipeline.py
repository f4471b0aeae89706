"""One message's way, composed: claim, read, judge, conclude, place the draft, settle. Begin here.

``conclude`` holds the pure half: bytes to a Conclusion. Here a conclusion is carried out. The ledger holds
the intent before the Drafts folder holds the draft, so that a pass killed anywhere is finished by the next
one, and never with a second draft.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby, islice
from typing import TYPE_CHECKING, Literal, TypeVar

from drafts.situation import AnswerKind, History
from triage.clients.traits import client_traits
from triage.conclude import (
    COLLEAGUE,
    Conclusion,
    Judge,
    Occasion,
    Reading,
    conclude,
    draft_bytes,
    draft_id,
    holding,
    is_clear_by,
    judge,
    read,
    with_verdict,
)
from triage.containment import contained
from triage.desk import Desk
from triage.errors import AppendRefused
from triage.ledger.contract import Past
from triage.mail.answers import Asked
from triage.mail.gate import BOUNCE
from triage.mail.message import Message
from triage.mail.reply import message_key
from triage.observer import Observer
from triage.placing import Place, Record, carry

if TYPE_CHECKING:
    from classifiers.judge import Judgement
    from triage.answered import Answered
    from triage.imap.drafts_box import Placed
    from triage.imap.inbox import Fetched
    from triage.ledger.contract import DraftState, Ledger, MessageRow, Obligation

logger = logging.getLogger(__name__)

T = TypeVar("T")

# Enough for the encoder to work in bulk, few enough that the first draft is there soon and memory stays flat.
CHUNK = 64
# A message that fails this often is settled as given up and shown in ``status``.
MAX_ATTEMPTS = 3
# A draft in one of these states isn't known to lie in its folder.
_ON_ITS_WAY = ("none", "planned", "appending")
_NO_PAST = Past({}, frozenset())


@dataclass
class Tally:
    """What one pass did, counted."""

    seen: int = 0
    flagged: int = 0
    drafted: int = 0
    late: int = 0
    left_alone: int = 0
    failed: int = 0


@dataclass(slots=True)
class _Taken:
    fetched: Fetched
    reading: Reading
    row: MessageRow


_Judged = tuple[_Taken, "Judgement | None"]


@dataclass
class Pipeline:
    """Carries messages of one folder through to the ledger and the Drafts folder.

    ``place`` puts a draft of a given Message-ID into the Drafts folder once. ``answered`` knows the replies
    ever seen: a message may come into the inbox long after its answer. ``last_pass`` is a moment that has
    passed whatever the clock shows. ``stop`` is asked between messages.
    """

    desk: Desk
    ledger: Ledger
    place: Place
    judge_of: Callable[[], Judge]
    folder: str
    uidvalidity: int
    clock: Callable[[], datetime]
    answered: Answered
    last_pass: datetime | None = None
    observer: Observer = field(default_factory=Observer)
    stop: Callable[[], bool] = lambda: False
    tally: Tally = field(default_factory=Tally)
    _refused: list[tuple[Fetched, AppendRefused]] = field(default_factory=list)

    def run(self, messages: Iterable[Fetched]) -> Tally:
        """Take every message as far as it goes; only a failure of the world ends the run."""
        for chunk in _chunks(messages):
            if self.stop():
                break
            self._run_chunk(chunk)
        self._settle_refused()
        return self.tally

    def hold(self, obligation: Obligation, fetched: Fetched) -> None:
        """Place the holding reply of a message whose deadline is near."""
        self._guarded(fetched, lambda: self._hold(obligation, fetched))

    # ------------------------------------------------------------------------------------------- one chunk

    def _run_chunk(self, chunk: Sequence[Fetched]) -> None:
        """All is read before the ledger is written: its lock is held for moments only."""
        readings = [(fetched, reading) for fetched in chunk if (reading := self._read(fetched))]
        with self.ledger.together():
            taken = [item for fetched, reading in readings if (item := self._taken(fetched, reading))]
        for is_flagged, group in groupby(self._judged(taken), key=_is_flagged):
            (self._finish_each if is_flagged else self._finish_together)(list(group))

    def _finish_each(self, judged: Sequence[_Judged]) -> None:
        """Flagged messages: each may get a draft, whose intent must be on the disk before it is placed."""
        for item, judgement in judged:
            if self.stop():
                return
            self._finished(item, judgement)

    def _finish_together(self, judged: Sequence[_Judged]) -> None:
        """Messages that get no draft, in one transaction: undone by a crash, it is simply done again."""
        with self.ledger.together():
            self._finish_each(judged)

    def _read(self, fetched: Fetched) -> Reading | None:
        if fetched.defect:
            self._blame(fetched, fetched.defect)
            return None
        return self._guarded(fetched, lambda: read(fetched.raw, self.desk))

    def _taken(self, fetched: Fetched, reading: Reading) -> _Taken | None:
        return self._guarded(fetched, lambda: self._take_in(fetched, reading))

    def _finished(self, item: _Taken, judgement: Judgement | None) -> None:
        try:
            self._guarded(item.fetched, lambda: self._carry_out(item, judgement))
        except AppendRefused as error:
            self._refused.append((item.fetched, error))

    def _settle_refused(self) -> None:
        """A server that stores other drafts refuses these for their own sake; else it can store none."""
        if self._refused and not self.tally.drafted:
            raise self._refused[0][1]
        for fetched, _ in self._refused:
            self._blame(fetched, "the server refuses to store its draft")

    def _judged(self, taken: Sequence[_Taken]) -> Iterator[_Judged]:
        """Judge in bulk; where the bulk fails, one by one, so that a poison message fails alone."""
        bulk = self._guarded(None, lambda: self._judge([item.reading for item in taken]))
        if bulk is not None:
            yield from zip(taken, bulk, strict=True)
            return
        for item in taken:
            one = self._judged_alone(item)
            if one is not None:
                yield item, one[0]

    def _judged_alone(self, item: _Taken) -> list[Judgement | None] | None:
        return self._guarded(item.fetched, lambda: self._judge([item.reading]))

    def _judge(self, readings: Sequence[Reading]) -> list[Judgement | None]:
        return judge(readings, self.judge_of, self.desk.taught)

    # ----------------------------------------------------------------------------------------- one message

    def _take_in(self, fetched: Fetched, reading: Reading) -> _Taken | None:
        """Claim; None where the message is settled already."""
        row = self._claim(fetched, message_key(reading.message), reading.message)
        return None if row.is_settled else self._placed_among_others(fetched, reading, row)

    def _placed_among_others(self, fetched: Fetched, reading: Reading, row: MessageRow) -> _Taken:
        """What a message means for others: an answer of a colleague's, a bounce, a part of a conversation."""
        message, twin = reading.message, self.answered.twin_of(row.id)
        if reading.gate == BOUNCE:
            self.answered.hear_bounce(message, fetched.raw, fetched.internal_date)
        elif reading.gate == COLLEAGUE:
            place = (self.desk.account, self.folder, self.uidvalidity, fetched.uid)
            self.answered.hear_colleague(message, place, min(fetched.internal_date, self.clock()))
        elif reading.gate is None and twin is not None:
            reading = replace(reading, gate=f"a copy came to the account {twin}", expects_answer=False)
        elif reading.gate is None:
            number = self.answered.take_in(row.id, message, self._asked(reading, row))
            row = replace(row, conversation=number)
        return _Taken(fetched, reading, row)

    def _claim(self, fetched: Fetched, key: str, message: Message | None) -> MessageRow:
        claim = self.ledger.claim(
            self.desk.account,
            self.folder,
            self.uidvalidity,
            fetched.uid,
            key=key,
            content_hash=message.content_hash if message else hashlib.sha256(fetched.raw).hexdigest(),
            received=self._arrived(fetched),
            client=message.sender.email if message and message.sender else "",
            subject=message.subject if message else "",
        )
        return claim.row

    def _arrived(self, fetched: Fetched) -> datetime:
        return self.desk.promise.arrived(fetched.internal_date, self.clock(), self.last_pass)

    def _carry_out(self, item: _Taken, judgement: Judgement | None) -> None:
        # Only a draft looks at the client's past.
        past = self._past(item.row, item.reading) if with_verdict(judgement, "flagged") else _NO_PAST
        conclusion = conclude(item.reading, judgement, self._occasion(item.reading, item.row, past))
        if conclusion.decision.action == "draft":
            self._place_draft(item.row, conclusion, "reply", item.row.draft_state)
        with self.ledger.together():
            self._record(item, conclusion)
            self._open_obligation(item, conclusion)
            decision = conclusion.decision
            self.ledger.settle(item.row.id, outcome=decision.action, reason=decision.reason)
        self._count(conclusion)
        self.observer.handled(conclusion, item.fetched.internal_date)

    def _occasion(self, reading: Reading, row: MessageRow, past: Past) -> Occasion:
        return Occasion(
            self.desk,
            self.clock(),
            answered=self._is_answered(reading, row),
            is_clear=is_clear_by(self.judge_of),
            history=History(past.incidents, past.severe),
            said=past.phrases,
            received=row.received,
        )

    def _past(self, row: MessageRow, reading: Reading) -> Past:
        client = reading.brief.client
        return self.ledger.past(row.id, *client.reach) if client else self.ledger.past(row.id)

    def _is_answered(self, reading: Reading, row: MessageRow) -> bool:
        return self.answered.answer_to(self._asked(reading, row))

    def _asked(self, reading: Reading, row: MessageRow) -> Asked:
        """The message as replies look for it; what the server dates in the future has come by now."""
        wanted = [address.email for address in reading.message.reply_to if address.email not in self.desk.own]
        received = min(row.received, self.clock())
        return Asked(row.key, row.client, row.subject, received, tuple(wanted), row.conversation)

    def _record(self, item: _Taken, conclusion: Conclusion) -> None:
        judgement = conclusion.judgement
        findings = judgement.findings if judgement else {}
        self.ledger.judged(
            item.row.id,
            gate=item.reading.gate,
            language=judgement.language if judgement else None,
            labels={label: (finding.verdict, finding.probability) for label, finding in findings.items()},
            severity=judgement.severity if judgement else 0,
            traits=client_traits(item.reading.message.subject, item.reading.new_text) if judgement else None,
        )

    def _place_draft(
        self, row: MessageRow, conclusion: Conclusion, kind: AnswerKind, state: DraftState | Literal["none"]
    ) -> None:
        """Intent first, then the draft, then the record that it is there."""
        if state not in _ON_ITS_WAY:
            return  # a pass that died came so far: since then the draft has a life of its own
        message_id = self.ledger.plan(
            row.id,
            draft_message_id=draft_id(conclusion, self.desk, f"{row.key} {row.content_hash}", kind),
            decision="draft",
            reason=conclusion.decision.reason,
            kind=kind,
            phrases=conclusion.reply.phrases if conclusion.reply else (),
        )
        raw = draft_bytes(conclusion, self.desk, message_id, self.clock())
        record = Record(
            message_id,
            was_begun=state == "appending",
            appending=lambda: self.ledger.append_begun(message_id),
            present=lambda placed: self._note_placed(row, message_id, kind, placed),
        )
        placed = carry(record, raw, self.place)
        self.tally.drafted += not placed.was_there
        self.observer.draft(conclusion, raw)

    def _note_placed(self, row: MessageRow, message_id: str, kind: AnswerKind, placed: Placed) -> None:
        with self.ledger.together():
            self.ledger.placed(
                row.id,
                uid=placed.uid,
                uidvalidity=placed.uidvalidity,
                content_hash=placed.content_hash,
                kind=kind,
            )
            if placed.is_touched:
                self.ledger.mark_draft(message_id, "edited")

    def _open_obligation(self, item: _Taken, conclusion: Conclusion) -> None:
        """Every human message that awaits an answer starts the clock, unless answered or gated."""
        awaits = item.reading.expects_answer or bool(conclusion.flagged)
        if not awaits or conclusion.decision.action == "leave_alone":
            return
        promise, arrived = self.desk.promise, self._arrived(item.fetched)
        due = promise.due(arrived, arrived)
        holding_at: datetime | None = None
        draft_due: datetime | None = None
        if conclusion.decision.action == "hold_later":
            holding_at, draft_due = promise.holding_at(due), promise.holding_due(due)
        elif conclusion.decision.action == "draft":
            draft_due = promise.draft_due(arrived, due)
            self.tally.late += self.clock() > draft_due
        self.ledger.open_obligation(item.row.id, due=due, holding_at=holding_at, draft_due=draft_due)

    def _hold(self, obligation: Obligation, fetched: Fetched) -> None:
        row = obligation.row
        reading = read(fetched.raw, self.desk)
        (judgement,) = self._judge([reading])
        occasion = self._occasion(reading, row, self._past(row, reading))
        conclusion = conclude(reading, judgement, occasion)
        if conclusion.decision.action in ("hold_later", "draft"):
            conclusion = holding(conclusion, occasion)
        if conclusion.decision.action != "draft":
            # Nothing will change that: without this, every pass would read and judge it again.
            self.ledger.open_obligation(row.id, due=obligation.own_due, holding_at=None)
            return
        self._place_draft(row, conclusion, "holding", obligation.holding_state)
        self.tally.late += obligation.is_drafted_late(self.clock())
        self.ledger.settle(row.id, outcome="draft", reason=conclusion.decision.reason)

    # --------------------------------------------------------------------------------- counting and failing

    def _count(self, conclusion: Conclusion) -> None:
        self.tally.seen += 1
        self.tally.flagged += bool(conclusion.flagged)
        self.tally.left_alone += conclusion.decision.action == "leave_alone"

    def _guarded(self, fetched: Fetched | None, work: Callable[[], T]) -> T | None:
        """A poison message costs itself an attempt and nobody else anything."""
        if fetched is None:
            return contained(work, lambda _: None, "judging in bulk")
        return contained(work, lambda reason: self._blame(fetched, reason), f"uid {fetched.uid}")

    def _blame(self, fetched: Fetched, reason: str) -> None:
        row = self.ledger.at(self.desk.account, self.folder, self.uidvalidity, fetched.uid)
        row = row or self._claim(fetched, f"uid:{self.uidvalidity}:{fetched.uid}", None)
        attempts = self.ledger.failed(row.id, reason=reason)
        if attempts >= MAX_ATTEMPTS:
            self.ledger.give_up(row.id, reason=f"gave up after {attempts} attempts: {reason}")
        self.tally.seen += 1
        self.tally.failed += 1
        self.observer.failed(fetched.uid, reason)


def _is_flagged(judged: _Judged) -> bool:
    return bool(with_verdict(judged[1], "flagged"))


def _chunks(messages: Iterable[Fetched]) -> Iterator[list[Fetched]]:
    iterator = iter(messages)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk
