"""From a step of the payment ladder to its mail: the facts, the text, the bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from drafts import situation as facts
from drafts.situation import Situation
from triage.briefing import Brief, invoice_fact, policy_for
from triage.clients.invoice import Invoice
from triage.clients.ladder import Late, Step
from triage.clients.profile import Client, Project
from triage.clients.voice_reading import fingerprint
from triage.clock.working_time import hear_by
from triage.desk import Desk
from triage.mail.message import Address
from triage.mail.new_mail import compose_new
from triage.mail.new_text import new_text
from triage.mail.reply import draft_message_id, draft_reference
from triage.voicing import with_voice

if TYPE_CHECKING:
    from drafts.situation import Reply

# Shorter numbers stand in too many subjects by chance.
LEAST_NUMBER = 3


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice and what of it is asked for."""

    invoice: Invoice
    late: Late


@dataclass(frozen=True, slots=True)
class DueStep:
    """One step that is due to one client, for one or several invoices, the oldest first."""

    client: Client
    step: Step
    bills: tuple[Bill, ...]

    @property
    def numbers(self) -> tuple[str, ...]:
        """The invoices' numbers."""
        return tuple(bill.invoice.number for bill in self.bills)


@dataclass(frozen=True, slots=True)
class Writing:
    """What a step's mail is written with besides the client file.

    ``recipient`` is whom it goes to, ``said`` the phrases that the client was sent before, ``thread`` the
    Message-IDs of earlier mail about the invoice, the latest last.
    """

    desk: Desk
    now: datetime
    recipient: Address
    language: str
    legal_text: str = ""
    said: frozenset[str] = frozenset()
    thread: tuple[str, ...] = ()


def write_step(due: DueStep, writing: Writing, is_clear: Callable[[str], bool] | None) -> Reply:
    """The text of the mail with its lint, and its subject."""
    from drafts.compose import write

    # The legal text is the freelancer's own: it isn't ours to find fault with.
    return write(situation_of(due, writing), None if due.step == "final_notice" else is_clear)


def situation_of(due: DueStep, writing: Writing) -> Situation:
    """The facts that the mail may draw on: of its invoices, and of no message."""
    desk, client = writing.desk, due.client
    now = writing.now.astimezone(desk.working.zone)
    bills = tuple(_bill_fact(bill) for bill in due.bills)
    known = Brief(client, _project(client, due.bills[0].invoice)).facts(now.date())
    voiced = with_voice(known, desk.voice, writing.recipient, client, writing.language, desk.freelancer)
    return Situation(
        now=now,
        language=writing.language,
        kind=due.step,
        subject="",
        new_text="",
        client_name=writing.recipient.name,
        freelancer=desk.freelancer,
        policy=policy_for(desk.policy, client),
        hear_by=hear_by(now, desk.working),
        working_hours=desk.working.hours,
        said=writing.said,
        legal_text=writing.legal_text if due.step == "final_notice" else "",
        **voiced | {"invoice": bills[0], "invoices": bills},
    )


def _bill_fact(bill: Bill) -> facts.Invoice:
    """The invoice as the mail asks for it: under a plan, what was missed of it is the whole matter."""
    fact = invoice_fact(bill.invoice)
    if not bill.invoice.plan:
        return fact
    late = facts.Money(bill.late.money.amount, bill.late.money.currency)
    return replace(fact, total=late, open=late, due=bill.late.since, plan=())


def _project(client: Client, invoice: Invoice) -> Project | None:
    named = (project for project in client.projects if project.name == invoice.project)
    return next(named, None) or client.project_of("", "")


def covers(reply: Reply, numbers: Collection[str]) -> bool:
    """Whether the mail names every invoice that it is about."""
    return all(number in reply.text and names(reply.subject, number) for number in numbers)


def names(subject: str, number: str) -> bool:
    """Whether a subject names the invoice of this number, and not a longer number that holds it."""
    if len(number) < LEAST_NUMBER:
        return False
    return bool(re.search(rf"(?<![\w/-]){re.escape(number)}(?!\w|[-/]\w)", subject, re.IGNORECASE))


def step_id(due: DueStep, desk: Desk) -> str:
    """The Message-ID of the mail: the same for the same demand, whenever it is computed."""
    asked = [f"{b.invoice.number} {b.late.since} {b.late.money.amount.normalize():f}" for b in due.bills]
    return draft_message_id(
        desk.account, "\n".join(asked), due.step, desk.identity.address.rpartition("@")[2]
    )


def step_bytes(reply: Reply, writing: Writing, message_id: str) -> bytes:
    """The mail as it goes to the server; raises ValueError where the client's address can't be written."""
    return compose_new(
        writing.recipient,
        reply.subject,
        reply.text,
        writing.desk.identity,
        message_id=message_id,
        now=writing.now.astimezone(writing.desk.working.zone),
        # The second half tells later whether the draft was sent as it is: our words show nobody's voice.
        reference=f"{draft_reference(message_id)}-{fingerprint(new_text(reply.text))}",
        thread=writing.thread,
    )


def recipient_of(client: Client, letters: Sequence[str]) -> Address | None:
    """Whom a mail of our own accord goes to; ``letters`` are the addresses that wrote, the latest last."""
    address = next(iter(client.addresses), None) or next(reversed(letters), None)
    return Address(_person(client, address), address) if address else None


def _person(client: Client, address: str) -> str:
    """The person behind the address: one of the client's people, or a client who is one; else nobody."""
    local = address.partition("@")[0].casefold()
    fitting = (name for name in (*client.people, client.name) if any(word in local for word in _words(name)))
    return next(fitting, client.people[0] if len(client.people) == 1 else "")


def _words(name: str) -> list[str]:
    return re.findall(r"\w{3,}", name.casefold())
