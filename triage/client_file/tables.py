"""The tables of the client file, key by key; clients.example.toml says in words what each is for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field, field_validator

from triage.client_file.fields import (
    Amount,
    Count,
    Day,
    Days,
    Domains,
    Language,
    Percent,
    Phrases,
    Share,
    UnitPrice,
)
from triage.clients.agreement import Agreement
from triage.clients.invoice import Invoice, Payment
from triage.clients.profile import AddressForm, Client, ClientBook, Pattern, Project, Temper
from triage.config.fields import Distinct, FilledLine, Flag, HoursSpan, Line, MailAddress
from triage.config.model import Drafting
from triage.config.section import Section


class AgreementTable(Section):
    """``[clients.projects.agreement]``."""

    agreed_on: Day | None = None
    scope: Phrases = ()
    exclusions: Phrases = ()
    rounds_included: Count | None = None
    rounds_used: Count | None = None
    rate: UnitPrice | None = None
    extra_round: Amount | None = None
    rush_percent: Percent | None = None
    rush_fee: Amount | None = None
    deadline: Day | None = None
    payment_days: Days | None = None
    deposit_percent: Share | None = None
    late_fee: Line = ""
    channels: Phrases = ()
    working_hours: HoursSpan | None = None

    def value(self) -> Agreement:
        """The agreement itself."""
        terms: dict[str, Any] = {name: getattr(self, name) for name in type(self).model_fields}
        return Agreement(**terms | {"working_hours": self.working_hours or ""})


class ProjectTable(Section):
    """``[[clients.projects]]``."""

    name: FilledLine
    keywords: Phrases = ()
    delivered: Phrases = ()
    approved: Phrases = ()
    mistakes: Phrases = ()
    closed: Flag = False
    agreement: AgreementTable = Field(default_factory=AgreementTable)

    def value(self) -> Project:
        """The project itself."""
        return Project(
            name=self.name,
            keywords=self.keywords,
            agreement=self.agreement.value(),
            delivered=self.delivered,
            approved=self.approved,
            mistakes=self.mistakes,
            is_closed=self.closed,
        )


class PaymentTable(Section):
    """One payment or instalment: ``{ on = 2026-04-10, money = "400 EUR" }``."""

    on: Day
    money: Amount

    def value(self) -> Payment:
        """The payment itself."""
        return Payment(self.on, self.money)


class InvoiceTable(Section):
    """``[[clients.invoices]]``."""

    number: FilledLine
    project: Line = ""
    total: Amount
    issued: Day
    due: Day
    payments: tuple[PaymentTable, ...] = ()
    plan: tuple[PaymentTable, ...] = ()
    disputed: Flag = False
    cancelled: Flag = False

    def value(self) -> Invoice:
        """The invoice itself."""
        return Invoice(
            number=self.number,
            total=self.total,
            issued=self.issued,
            due=self.due,
            project=self.project,
            payments=tuple(payment.value() for payment in self.payments),
            plan=tuple(payment.value() for payment in self.plan),
            is_disputed=self.disputed,
            is_cancelled=self.cancelled,
        )


class ClientTable(Section):
    """``[[clients]]``; ``policy`` overrides the configuration's ``[drafting]`` for this client."""

    name: FilledLine
    people: Phrases = ()
    addresses: Annotated[tuple[MailAddress, ...], Distinct] = ()
    domains: Domains = ()
    language: Language | None = None
    address_form: AddressForm | None = None
    greeting_name: Line = ""
    gifts_left: Count = 0
    temper: Temper | None = None
    patterns: tuple[Pattern, ...] | None = None
    policy: Drafting = Field(default_factory=Drafting)
    projects: tuple[ProjectTable, ...] = ()
    invoices: tuple[InvoiceTable, ...] = ()

    @field_validator("policy")
    @classmethod
    def _has_one_language(cls, policy: Drafting) -> Drafting:
        if "languages" in policy.model_fields_set:
            raise ValueError("languages is for all clients; write this client's own with the key language")
        return policy

    def value(self, line: int = 0) -> Client:
        """The client itself; ``line`` is where it stands in the file."""
        return Client(
            name=self.name,
            people=self.people,
            addresses=self.addresses,
            domains=self.domains,
            language=self.language,
            address_form=self.address_form,
            greeting_name=self.greeting_name,
            projects=tuple(project.value() for project in self.projects),
            invoices=tuple(invoice.value() for invoice in self.invoices),
            policy={key: getattr(self.policy, key) for key in sorted(self.policy.model_fields_set)},
            gifts_left=self.gifts_left,
            temper=self.temper,
            patterns=self.patterns,
            line=line,
        )


class ClientsFile(Section):
    """The whole file."""

    clients: tuple[ClientTable, ...] = ()

    def value(self, lines: Sequence[int] = ()) -> ClientBook:
        """The book; ``lines`` says where each client stands."""
        numbers = (*lines, *[0] * len(self.clients))
        return ClientBook(
            tuple(client.value(line) for client, line in zip(self.clients, numbers, strict=False))
        )
