"""What shows that a step of the ladder was really sent: our draft in Sent, or the freelancer's own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from triage.clients.ladder import Step, falls_due, last_sent
from triage.clients.profile import Client
from triage.desk import Desk
from triage.ladder_mail import names
from triage.ladder_view import UNSENT, Standing, billed, day_of, owed_text
from triage.ledger.contract import StepPlan, StepRow
from triage.ledger.sqlite import SqliteLedger
from triage.mail.reply import draft_reference, reply_subject

if TYPE_CHECKING:
    from triage.imap.sent import SentReply

# What a freelancer may well write without our draft, the number in the subject; the demands that follow have
# their own legal weight and count only as drafted.
FRIENDLY: tuple[Step, ...] = ("reminder", "second_reminder")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the sent mail is held against: the clients on file, the steps on record, the time of this pass."""

    desk: Desk
    ledger: SqliteLedger
    now: datetime


def note_sent(evidence: Evidence, replies: Iterable[SentReply]) -> list[StepRow]:
    """Record the steps that these mails are; returns those sent in words of the freelancer's own."""
    unsent = [row for row in evidence.ledger.steps() if row.state in UNSENT]
    in_other_words: list[StepRow] = []
    for reply in replies if unsent else ():
        for row in [row for row in unsent if _is(row, reply) or _stands_for(row, reply, evidence)]:
            evidence.ledger.step_sent(
                row.message_id,
                at=_sent_at(row, reply, evidence),
                sent_message_id=reply.message_id or row.message_id,
            )
            in_other_words += [] if _is(row, reply) else [row]
        unsent = [row for row in evidence.ledger.steps() if row.state in UNSENT]
    return in_other_words


def _is(row: StepRow, reply: SentReply) -> bool:
    """Whether the mail is the draft itself, perhaps edited, perhaps under a new Message-ID."""
    mark = reply.draft_reference.partition("-")[0]
    return row.message_id == reply.message_id or mark == draft_reference(row.message_id)


def _stands_for(row: StepRow, reply: SentReply, evidence: Evidence) -> bool:
    """Whether the client was written to in the draft's place: its subject, or a reminder's invoice number."""
    found = billed(evidence.desk.book, row.invoice)
    if found is None or not _is_to(found[0], reply.to):
        return False
    if max(moment for moment in (reply.internal_date, reply.date) if moment) < row.drafted:
        return False
    is_same = reply_subject(reply.subject) == reply_subject(row.subject) != reply_subject("")
    return is_same or (row.step in FRIENDLY and names(reply.subject, row.invoice))


def _is_to(client: Client, recipients: Sequence[str]) -> bool:
    addresses, domains = client.reach
    lowered = [address.lower() for address in recipients]
    return any(one in addresses or one.rpartition("@")[2] in domains for one in lowered)


def _sent_at(row: StepRow, reply: SentReply, evidence: Evidence) -> datetime:
    """When it was sent: after it was drafted and not seen by the last pass, before now.

    A mail that was moved from Drafts to Sent still has the draft's own dates.
    """
    last = evidence.ledger.last_pass(evidence.desk.account)
    earliest = max(row.drafted, last.at) if last else row.drafted
    told = [moment for moment in (reply.internal_date, reply.date) if moment]
    inside = [moment for moment in told if earliest <= moment <= evidence.now]
    if inside:
        return max(inside)
    return earliest if min(told) < earliest <= evidence.now else evidence.now


def note_own_mail(evidence: Evidence, found: Standing) -> bool:
    """Whether a reminder that is due was written already, without a draft of ours; it is recorded then."""
    step, late = found.outlook.step, found.late
    if step not in FRIENDLY or late is None:
        return False
    counted = falls_due(step, last_sent(found.taken, late.since), late.since, found.rules)
    known = {name for row in found.rows for name in (row.message_id, row.sent_message_id)}
    for mail in evidence.ledger.sent_to(*found.client.reach):
        is_then = counted <= day_of(mail.at, evidence.desk.working) and mail.at <= evidence.now
        is_new = bool(mail.message_id) and mail.message_id not in known
        if is_then and is_new and is_about(mail.subject, found.invoice.number):
            plan = StepPlan(found.client.name, found.invoice.number, step, late.since, owed_text(late.money))
            _record(evidence.ledger, plan, mail.account, mail.message_id, mail.subject, mail.at)
            return True
    return False


def is_about(subject: str, number: str) -> bool:
    """Whether a mail of one's own accord has the invoice as its subject: an answer in a thread hasn't."""
    return names(subject, number) and reply_subject(subject).removeprefix("Re: ") == " ".join(subject.split())


def _record(
    ledger: SqliteLedger, plan: StepPlan, account: str, message_id: str, subject: str, at: datetime
) -> None:
    with ledger.together():
        if ledger.plan_steps(
            [plan], account=account, message_id=message_id, subject=subject, content_hash="", at=at
        ):
            ledger.step_sent(message_id, at=at, sent_message_id=message_id)
