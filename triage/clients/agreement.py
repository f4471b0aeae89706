"""What freelancer and client have agreed: the ground that every reply stands on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from triage.clients.money import Money, Price


@dataclass(frozen=True, slots=True)
class Agreement:
    """The terms of one project; what was never agreed is None or empty, and no reply mentions it.

    ``scope`` and ``exclusions`` are noun phrases in the client's language ("five page templates").
    ``rounds_used`` counts the revision rounds done so far. ``rush_percent`` is the surcharge for rushed work,
    ``rush_fee`` the same as a fixed sum. ``payment_days`` run from the date of an invoice. ``working_hours``
    ("09:00-17:00") and ``channels`` ("mail", "phone") are those agreed with this client.
    """

    agreed_on: date | None = None
    scope: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    rounds_included: int | None = None
    rounds_used: int | None = None
    rate: Price | None = None
    extra_round: Money | None = None
    rush_percent: Decimal | None = None
    rush_fee: Money | None = None
    deadline: date | None = None
    payment_days: int | None = None
    deposit_percent: Decimal | None = None
    late_fee: str = ""
    channels: tuple[str, ...] = ()
    working_hours: str = ""
