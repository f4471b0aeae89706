"""How advice about a client is shown: one JSON object, or a few lines for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from triage.clients.advice import advice_on, worst_of
from triage.clients.debt import owed
from triage.clients.incident import Cause, Contact, answering, incidents_of, trend
from triage.clients.invoice import Invoice
from triage.clients.money import Money
from triage.clients.profile import Pattern, Temper
from triage.clients.standing import standing_of
from triage.clients.temper import Trait, nature


def advice_record(
    client: str,
    contacts: Sequence[Contact],
    invoices: Sequence[Invoice],
    now: datetime,
    causes: Mapping[str, Sequence[Cause]] | None = None,
) -> dict[str, Any]:
    """One client's line: advice with its reasons and counts; ``causes`` are those that the user named."""
    standing = standing_of(contacts, invoices, now)
    known = standing.contacts
    advised = advice_on(standing)
    incidents = incidents_of(known, causes)
    answers = answering(known)
    money = owed(invoices, now.date())
    return {
        "client": client,
        "incidents": len(incidents),
        "advice": advised.name,
        "why": list(advised.why),
        "messages": standing.messages,
        "by_label": dict(Counter(label for one in incidents for label in one.labels)),
        "causes": dict(Counter(cause for one in incidents for cause in one.causes)),
        "severity": worst_of(incidents),
        "trend": trend(known, now),
        "late_payments": standing.late_payments,
        "money": {"open": _sums(money.open), "late": _sums(money.late)},
        "awaited_answer": answers.awaited,
        "answered": answers.answered,
        "answered_within_24h": answers.within_24h,
        "median_answer_h": round(answers.median.total_seconds() / 3600, 2) if answers.median else None,
        "first": known[0].when.isoformat() if known else None,
        "last": known[-1].when.isoformat() if known else None,
    }


def _sums(amounts: Iterable[Money]) -> dict[str, str]:
    return {money.currency: f"{money.amount:.2f}" for money in amounts}


def advice_text(record: Mapping[str, Any]) -> str:
    """The same for a person."""
    head = f"{record['client']}: {str(record['advice']).replace('_', ' ')}"
    incidents = "1 incident" if record["incidents"] == 1 else f"{record['incidents']} incidents"
    counted = f"{incidents} in {record['messages']} messages, trend {record['trend']}"
    lines = [f"{head} ({counted})", *(f"    {reason}" for reason in record["why"])]
    late = ", ".join(f"{amount} {currency}" for currency, amount in record["money"]["late"].items())
    return "\n".join([*lines, *([f"    late by the client file: {late}"] if late else [])])


def nature_record(
    contacts: Sequence[Contact], temper: Temper | None, patterns: Sequence[Pattern] | None
) -> dict[str, Any]:
    """Temper and patterns, each with its reason; ``temper`` is null while none shows."""
    told = nature(contacts, temper, patterns)
    return {
        "temper": _trait(told.temper) if told.temper else None,
        "patterns": [_trait(pattern) for pattern in told.patterns],
    }


def _trait(trait: Trait) -> dict[str, str]:
    return {"name": trait.name, "why": trait.why}


def nature_text(record: Mapping[str, Any]) -> list[str]:
    """The same for a person; for the freelancer's eyes alone."""
    shown = [("temper", record["temper"])] if record["temper"] else []
    shown += [("pattern", pattern) for pattern in record["patterns"]]
    return [f"    {kind}: {told['name'].replace('_', ' ')} ({told['why']})" for kind, told in shown]
