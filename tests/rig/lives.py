"""Scripted lives of clients: who wrote what kind of message on which day, without a word of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from triage.clients.advice import Advice, advice
from triage.clients.incident import Contact
from triage.clients.invoice import Invoice

START = datetime(2025, 1, 6, 10, tzinfo=UTC)


def day(number: float) -> datetime:
    """The moment so many days into the story."""
    return START + timedelta(days=number)


@dataclass
class Life:
    """A client's story, told day by day; each method adds a message and gives the life back."""

    contacts: list[Contact] = field(default_factory=list)

    def good(self, *days: float, **traits: int) -> Life:
        """Ordinary messages of the client."""
        return self._wrote(days, traits=traits)

    def hostile(self, *days: float, severity: int = 2, **traits: int) -> Life:
        """Messages flagged as hostility."""
        return self._wrote(days, ("hostility",), severity, traits)

    def scope(self, *days: float, severity: int = 2, **traits: int) -> Life:
        """Messages flagged as scope pressure."""
        return self._wrote(days, ("scope_pressure",), severity, traits)

    def late(self, *days: float, severity: int = 1, **traits: int) -> Life:
        """Messages flagged as a payment issue that speak of lateness."""
        return self._wrote(days, ("payment_issue",), severity, traits or {"late": 1})

    def doubtful(self, label: str, *days: float, **traits: int) -> Life:
        """Messages that the classifier is unsure of."""
        for when in days:
            self._add(when, unsure=(label,), severity=1, traits=traits)
        return self

    def paid(self, *days: float) -> Life:
        """The client says that the money is on its way."""
        return self._wrote(days, traits={"paid": 1})

    def apology(self, *days: float) -> Life:
        """The client is sorry for what was written."""
        return self._wrote(days, traits={"apology": 1})

    def own(self, *days: float, **traits: int) -> Life:
        """Messages of the freelancer."""
        for when in days:
            self._add(when, is_own=True, traits=traits)
        return self

    def sent(self, step: str, on: float) -> Life:
        """A step of the payment ladder, really sent."""
        return self.own(on, **{step: 1})

    def received(self, *days: float) -> Life:
        """The freelancer confirms that money came."""
        return self.own(*days, received=1, money=1)

    def at(self, number: float, *invoices: Invoice) -> Advice:
        """The advice on that day."""
        return advice(self.contacts, invoices, day(number))

    def _wrote(
        self,
        days: Sequence[float],
        labels: tuple[str, ...] = (),
        severity: int = 0,
        traits: dict[str, int] | None = None,
    ) -> Life:
        for when in days:
            self._add(when, flagged=labels, severity=severity, traits=traits or {})
        return self

    def _add(self, when: float, **fields: object) -> None:
        identity = f"<{len(self.contacts)}@story.example>"
        self.contacts.append(Contact(identity, day(when), **fields))  # type: ignore[arg-type]
