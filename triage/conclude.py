"""The pure half of the pipeline: bytes to a Conclusion, for a file as well as for a mailbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from drafts.situation import AnswerKind, History, Situation
from triage.briefing import Brief, brief, known_addresses, policy_for
from triage.clients.profile import client_key
from triage.clients.voice_reading import fingerprint
from triage.clock.working_time import hear_by
from triage.decide import Decision, Facts, decide
from triage.desk import Desk
from triage.errors import ModelUnusable
from triage.mail.authenticity import Authenticity, assess
from triage.mail.expects import expects_answer
from triage.mail.gate import gate
from triage.mail.message import Message
from triage.mail.new_text import message_new_text, new_text
from triage.mail.parse import parse
from triage.mail.payment_change import brings_new_payment_details
from triage.mail.reply import (
    compose,
    draft_message_id,
    draft_reference,
    from_address,
    reply_recipient,
)
from triage.voicing import with_voice

if TYPE_CHECKING:
    from classifiers.judge import Judgement
    from classifiers.learnt import Correction
    from drafts.situation import Reply


# Mail is on its way for days at most, and clocks are off by hours at most.
LONGEST_ON_THE_WAY = timedelta(days=4)
CLOCKS_DIFFER = timedelta(hours=2)
# Fewer words than this may be of any language.
FEW_WORDS = 6
# The gate's word for what a colleague wrote to a client with us in copy.
COLLEAGUE = "a colleague's mail"


class Judge(Protocol):
    """What judges new text: classifiers.judge.Classifier."""

    def judge_many(self, items: Sequence[tuple[str, str]]) -> list[Judgement]:
        """One Judgement for each (subject, new text)."""
        ...


@dataclass(frozen=True, slots=True)
class Occasion:
    """When, by whom and after what a message is answered; ``is_clear`` judges a finished draft.

    ``history`` is the client's, None where nothing is known of it; ``said`` holds the phrases of earlier
    drafts. ``received`` is when the server got the message, where one did.
    """

    desk: Desk
    now: datetime
    answered: bool = False
    is_clear: Callable[[str], bool] | None = None
    history: History | None = None
    said: frozenset[str] = frozenset()
    received: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as read: before any judgement."""

    message: Message
    new_text: str
    gate: str | None
    authenticity: Authenticity
    expects_answer: bool
    brief: Brief = field(default_factory=Brief)

    @property
    def is_judged(self) -> bool:
        """Whether a person wrote this to the freelancer, so that it is judged at all."""
        return self.gate is None and self.message.is_readable

    @property
    def client_key(self) -> str:
        """One name for whoever wrote."""
        return client_key(self.brief.client, self.message.sender.email if self.message.sender else "")


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What is thought of a message and what shall be done."""

    reading: Reading
    judgement: Judgement | None
    decision: Decision
    reply: Reply | None = None

    @property
    def flagged(self) -> tuple[str, ...]:
        """The labels whose verdict is ``flagged``."""
        return with_verdict(self.judgement, "flagged")


def read(raw: bytes, desk: Desk) -> Reading:
    """Bytes to Reading; never raises on bad mail."""
    message = parse(raw)
    text = message_new_text(message)
    address = message.sender.email if message.sender else ""
    authenticity = assess(message, desk.trusted_authserv_ids, known_addresses(desk.book), desk.own)
    reason = gate(message, desk.own)
    if reason is None and authenticity.verdict != "failed" and desk.is_colleagues_answer(message):
        reason = COLLEAGUE
    return Reading(
        message=message,
        new_text=text,
        gate=reason,
        authenticity=authenticity,
        expects_answer=reason is None and expects_answer(message, text),
        brief=brief(desk.book, address, message.subject, text),
    )


def judge(
    readings: Sequence[Reading], judge_of: Callable[[], Judge], taught: Sequence[Correction] = ()
) -> list[Judgement | None]:
    """Judge those a person wrote, in one batch; the classifier is loaded only when there are any.

    ``taught`` are the user's corrections, from which the judgements learn.
    """
    human = [reading for reading in readings if reading.is_judged]
    if not human:
        return [None] * len(readings)
    judged = iter(_judged(human, judge_of(), taught))
    return [next(judged) if reading.is_judged else None for reading in readings]


def _judged(human: Sequence[Reading], judge: Judge, taught: Sequence[Correction]) -> list[Judgement]:
    items = [(reading.message.subject, reading.new_text) for reading in human]
    if not taught:
        return judge.judge_many(items)
    from classifiers.judge import Classifier
    from classifiers.learnt import Learnt, judge_many

    if not isinstance(judge, Classifier):  # only the model knows what messages are like
        return judge.judge_many(items)
    learnt = Learnt(taught, judge.model.cuts)
    return judge_many(judge, learnt, items, [reading.client_key for reading in human])


def conclude(reading: Reading, judgement: Judgement | None, occasion: Occasion) -> Conclusion:
    """Decide, and write the reply where one is due."""
    conclusion = Conclusion(reading, judgement, decide(facts_of(reading, judgement, occasion)))
    if conclusion.decision.action != "draft":
        return conclusion
    return _with_reply(conclusion, occasion, kind="reply")


def facts_of(reading: Reading, judgement: Judgement | None, occasion: Occasion) -> Facts:
    """What the decision table looks at."""
    message = reading.message
    language = _reply_language(reading, judgement)
    return Facts(
        unreadable=None if message.is_readable else "; ".join(message.defects) or "nothing in it can be read",
        gate=reading.gate,
        answered=occasion.answered,
        forged=reading.authenticity.reason if reading.authenticity.verdict == "failed" else None,
        new_payment_details=reading.is_judged and brings_new_payment_details(message, reading.new_text),
        flagged=with_verdict(judgement, "flagged"),
        unsure=with_verdict(judgement, "unsure"),
        civil=_civil_matter(reading, judgement, occasion),
        expects_answer=reading.expects_answer,
        language=language,
        language_supported=language in occasion.desk.languages,
    )


def _civil_matter(reading: Reading, judgement: Judgement | None, occasion: Occasion) -> str | None:
    """What an unflagged message of a client on file is about, where a whole answer can stand on facts."""
    is_asked = reading.expects_answer and reading.brief.client is not None and judgement is not None
    if not is_asked or with_verdict(judgement, "flagged"):
        return None
    from drafts.civil import civil_matter

    return civil_matter(situation_of(reading, judgement, occasion, is_civil=True))


def with_verdict(judgement: Judgement | None, verdict: str) -> tuple[str, ...]:
    """The labels that have this verdict."""
    if judgement is None:
        return ()
    return tuple(label for label, finding in judgement.findings.items() if finding.verdict == verdict)


def holding(conclusion: Conclusion, occasion: Occasion) -> Conclusion:
    """The same message with a holding reply: I have it, you'll hear from me by then."""
    held = replace(conclusion, decision=Decision("draft", "holding reply: the deadline is near"))
    return _with_reply(held, occasion, kind="holding")


def _with_reply(conclusion: Conclusion, occasion: Occasion, kind: AnswerKind) -> Conclusion:
    from drafts.compose import write

    if reply_recipient(conclusion.reading.message, occasion.desk.own) is None:
        return replace(conclusion, decision=Decision("flag_only", "no draft: no safe address to reply to"))
    # A civil message is answered as such: what the classifier is unsure about is no charge.
    is_civil = kind == "reply" and not conclusion.flagged
    situation = situation_of(conclusion.reading, conclusion.judgement, occasion, kind=kind, is_civil=is_civil)
    reply = write(situation, occasion.is_clear)
    if reply.is_sendable:
        return replace(conclusion, reply=reply)
    problems = "; ".join(f"{problem.rule}: {problem.detail}" for problem in reply.lint)
    refused = Decision("flag_only", f"{conclusion.decision.reason}; no draft, it failed lint: {problems}")
    return replace(conclusion, decision=refused, reply=reply)


def situation_of(
    reading: Reading,
    judgement: Judgement | None,
    occasion: Occasion,
    *,
    kind: AnswerKind = "reply",
    is_civil: bool = False,
) -> Situation:
    """The facts that a reply may draw on; a civil message's judgement counts for its language alone.

    The promise in them comes before the client's own deadline, where that is possible.
    """
    situation = _facts_known(reading, judgement, occasion, kind, is_civil)
    before = _client_deadline(situation)
    return replace(situation, hear_by=hear_by(occasion.now, occasion.desk.working, before))


def _facts_known(
    reading: Reading, judgement: Judgement | None, occasion: Occasion, kind: AnswerKind, is_civil: bool
) -> Situation:
    desk = occasion.desk
    findings = judgement.findings if judgement and not is_civil else {}
    sender = reading.message.sender
    now = occasion.now.astimezone(desk.working.zone)
    language = _reply_language(reading, judgement)
    language = language if language in desk.languages else "en"
    return Situation(
        now=now,
        received=written_at(reading.message, occasion),
        language=language,
        kind=kind,
        subject=reading.message.subject,
        new_text=reading.new_text,
        client_name=sender.name if sender else "",
        labels={label: finding.verdict for label, finding in findings.items()},
        severity=judgement.severity if judgement and not is_civil else 0,
        evidence=tuple((e.label, e.text) for finding in findings.values() for e in finding.evidence),
        freelancer=desk.freelancer,
        policy=policy_for(desk.policy, reading.brief.client),
        hear_by=hear_by(occasion.now, desk.working),
        working_hours=desk.working.hours if desk.is_known else None,
        history=occasion.history,
        said=occasion.said,
        **with_voice(
            reading.brief.facts(now.date()),
            desk.voice,
            sender,
            reading.brief.client,
            language,
            desk.freelancer,
        ),
    )


def _client_deadline(situation: Situation) -> datetime | None:
    from drafts.resolved import client_deadline

    return client_deadline(situation)


def written_at(message: Message, occasion: Occasion) -> datetime | None:
    """When a message was written: its own date, unless the server's clock shows that it can't be.

    Without either nothing is known, and "tomorrow" may be any day.
    """
    arrived, dated = occasion.received, message.date
    if dated is None or dated.tzinfo is None:
        return arrived
    latest = (arrived or occasion.now) + CLOCKS_DIFFER
    if dated > latest or (arrived and dated < arrived - LONGEST_ON_THE_WAY):
        return arrived
    return dated


def _reply_language(reading: Reading, judgement: Judgement | None) -> str:
    """The message's language; a few words tell less of it than the client file."""
    client = reading.brief.client
    if client and client.language and len(reading.new_text.split()) < FEW_WORDS:
        return client.language
    return judgement.language if judgement else "en"


def is_clear_by(judge_of: Callable[[], Judge]) -> Callable[[str], bool]:
    """A check that the classifier finds a draft more likely calm than hostile.

    The cut-off for client mail is far lower: hostility is rare there and costly to miss.
    The two other labels are no fault in a reply: it names the money or the extra work that it answers.
    """

    def is_clear(text: str) -> bool:
        (judgement,) = judge_of().judge_many([("", text)])
        return not ("hostility" in judgement.findings and judgement.findings["hostility"].probability >= 0.5)

    return is_clear


def draft_id(conclusion: Conclusion, desk: Desk, key: str, kind: AnswerKind) -> str:
    """The Message-ID of the draft: the same for the same message, whenever it is computed.

    ``key`` names message and content: two messages may carry one Message-ID.
    """
    domain = from_address(conclusion.reading.message, desk.identity).domain
    return draft_message_id(desk.account, key, kind, domain)


def draft_bytes(conclusion: Conclusion, desk: Desk, message_id: str, now: datetime) -> bytes:
    """The draft as it goes to the server."""
    if conclusion.reply is None:
        raise ValueError("a draft needs a reply")
    # The fingerprint tells later whether the draft was sent as it is: our own words teach us nothing.
    reference = f"{draft_reference(message_id)}-{_said(conclusion.reply.text)}"
    return compose(
        conclusion.reading.message,
        conclusion.reply.text,
        desk.identity,
        message_id=message_id,
        now=now,
        reference=reference,
    )


def _said(text: str) -> str:
    return fingerprint(new_text(text))


def load_classifier(cache: Path, training: Callable[[str, float], None] | None = None) -> Judge:
    """The classifier from the cache folder; trained first where it isn't there or no longer fits."""
    from classifiers.errors import ClassifierError
    from classifiers.judge import load_or_train

    try:
        return load_or_train(cache, training)
    except ClassifierError as error:
        raise ModelUnusable(str(error)) from None
    except (OSError, ImportError, MemoryError) as error:
        # a fault of this machine, which must cost no message an attempt
        raise ModelUnusable(
            f"The classifier can't be loaded ({type(error).__name__}): run `triage doctor`, or install the "
            "program again; no mail is lost."
        ) from error
