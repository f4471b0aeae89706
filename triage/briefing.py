"""What a draft may know of a client: the client file's values as the facts that drafts are written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from drafts import situation as facts
from triage.clients.agreement import Agreement
from triage.clients.invoice import Invoice
from triage.clients.money import Money, Price
from triage.clients.profile import Client, ClientBook, Project
from triage.mail.message import Address

# The configuration's names for what a draft may offer, and the reply's.
POLICY_KEYS: Mapping[str, str] = {
    "offer_call": "offers_call",
    "call_link": "call_link",
    "offer_rush": "offers_rush",
    "offer_instalments": "offers_instalments",
    "allow_discount": "allows_discount",
    "allow_refund": "allows_refund",
    "walk_away": "walks_away",
    "payment_details": "payment_details",
}


@dataclass(frozen=True, slots=True)
class Brief:
    """What is known of the sender: the client, if it is one, and the project that the message speaks of."""

    client: Client | None = None
    project: Project | None = None
    is_prospect: bool = False

    def facts(self, today: date) -> dict[str, Any]:
        """The fields of a drafts.Situation that come from the client file."""
        if self.client is None:
            return {"is_prospect": self.is_prospect}
        client = self.client
        return {
            "agreement": agreement_fact(self.project) if self.project else None,
            "invoices": unpaid(client, today),
            "form": client.address_form,
            "greeting_name": client.greeting_name,
            "gifts_left": client.gifts_left,
            "temper": client.temper,
        }


def brief(book: ClientBook, address: str, subject: str, text: str) -> Brief:
    """Who writes, and about which project; a file without any client makes nobody a prospect."""
    client = book.client_of(address)
    if client is None:
        return Brief(is_prospect=bool(book.clients))
    return Brief(client, client.project_of(subject, text))


def known_addresses(book: ClientBook) -> tuple[Address, ...]:
    """Every client's addresses, against which look-alikes are seen; a bare domain counts as one."""
    return tuple(
        Address(name, email)
        for client in book.clients
        for email in (*client.addresses, *(f"mail@{domain}" for domain in client.domains))
        for name in (client.name, *client.people)
    )


def agreement_fact(project: Project) -> facts.Agreement:
    """One project's terms, in the reply's words."""
    agreed = project.agreement
    own = {one.name: _value(getattr(agreed, one.name)) for one in fields(Agreement)}
    return facts.Agreement(
        project=project.name,
        delivered=project.delivered,
        approved=project.approved,
        mistakes=project.mistakes,
        **own,
    )


def unpaid(client: Client, today: date) -> tuple[facts.Invoice, ...]:
    """What the client owes by ``today``, the oldest first; a payment of a later day hasn't come yet."""
    known = [one.as_of(today) for one in client.invoices if one.issued <= today]
    owed = [one for one in known if one.state in ("open", "disputed", "plan")]
    return tuple(invoice_fact(one) for one in sorted(owed, key=lambda one: (one.due, one.number)))


def invoice_fact(invoice: Invoice) -> facts.Invoice:
    """One invoice, in the reply's words."""
    return facts.Invoice(
        number=invoice.number,
        total=_money(invoice.total),
        open=_money(invoice.open),
        issued=invoice.issued,
        due=invoice.due,
        is_disputed=invoice.is_disputed,
        plan=tuple((payment.on, _money(payment.money)) for payment in invoice.plan),
    )


def policy_for(policy: facts.Policy, client: Client | None) -> facts.Policy:
    """The freelancer's policy with what holds for this client alone."""
    if client is None:
        return policy
    own: dict[str, Any] = {POLICY_KEYS[k]: v for k, v in client.policy.items() if k in POLICY_KEYS}
    return replace(policy, **own)


def _value(value: object) -> Any:
    if isinstance(value, Money):
        return _money(value)
    return facts.Price(_money(value.money), value.unit) if isinstance(value, Price) else value


def _money(money: Money) -> facts.Money:
    return facts.Money(**asdict(money))
