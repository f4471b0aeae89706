"""The worked cases as tests read them: a message, what the client file says, and what the answer must do."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from drafts import Freelancer, History, Policy, Situation
from drafts.situation import Agreement, Invoice, Money, Price, Voice
from tests.rig.situations import LABELS, situation

Table = Mapping[str, Any]
# The configuration's names of what a draft may offer, as the cases use them.
POLICY = {
    "offer_call": "offers_call",
    "call_link": "call_link",
    "offer_rush": "offers_rush",
    "offer_instalments": "offers_instalments",
    "allow_discount": "allows_discount",
    "allow_refund": "allows_refund",
    "payment_details": "payment_details",
    "legal_words": "legal_words",
    "walk_away": "walks_away",
}
CASE_KEYS = {
    *("title", "from", "subject", "text", "language", "severity", "moves", "says", "never", *LABELS),
    *("client", "agreement", "invoices", "history", "policy", "voice", "kind", "about_invoice", "legal_text"),
    *("greeting_name", "address_form", "gifts_left", "temper", "is_prospect", "reply", "refused"),
    "said_before",
}
CLIENT_KEYS = ("greeting_name", "gifts_left", "temper", "is_prospect")


@dataclass(frozen=True)
class Case:
    """One worked case: ``table`` as written, ``client`` the part of its file that it names."""

    table: Table
    client: Table

    def said_of_client(self, key: str, nothing: Any) -> Any:
        """What the case, or else its client's entry, says under ``key``."""
        return self.table.get(key, self.client.get(key, nothing))

    @property
    def situation(self) -> Situation:
        """Everything that the reply is written from."""
        case = self.table
        bills = [invoice(one) for one in self.said_of_client("invoices", [])]
        about = [bill for bill in bills if bill.number == case.get("about_invoice")]
        agreed, history = self.said_of_client("agreement", None), self.said_of_client("history", None)
        voice = self.said_of_client("voice", None)
        return situation(
            case.get("text", ""),
            {label: case[label] for label in LABELS if label in case},
            subject=case.get("subject", ""),
            client_name=case["from"],
            language=case.get("language", "en"),
            severity=case.get("severity", 0),
            kind=case.get("kind", "reply"),
            agreement=agreement(agreed) if agreed else None,
            invoices=tuple(bills),
            invoice=about[0] if about else None,
            history=past(history) if history is not None else None,
            policy=policy(self.said_of_client("policy", {})),
            voice=Voice(**voice) if voice else None,
            form=self.said_of_client("address_form", None),
            legal_text=case.get("legal_text", ""),
            said=frozenset(case.get("said_before", ())),
            freelancer=Freelancer("Alex Reed"),
            **{key: self.said_of_client(key, default(key)) for key in CLIENT_KEYS},
        )


def cases(folder: Path) -> list[Case]:
    """Every case of a folder, in the order of its files."""
    return [case for file in sorted(folder.glob("*.toml")) for case in cases_of(file)]


def cases_of(file: Path) -> list[Case]:
    """The cases of one file, each with the client that it names."""
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    clients = data.get("clients", {})
    return [Case(case, clients[case["client"]] if "client" in case else {}) for case in data["case"]]


def default(key: str) -> Any:
    """What a situation holds where nothing is said."""
    return next(one.default for one in fields(Situation) if one.name == key)


def agreement(table: Table) -> Agreement:
    """An agreement as the client file writes it."""
    return Agreement(**{key: value(key, given) for key, given in table.items()})


def value(key: str, given: Any) -> Any:
    """One term: money, price, percentage or list of phrases from what the file holds."""
    if key in ("extra_round", "rush_fee"):
        return money(given)
    if key == "rate":
        amount, _, unit = given.partition("/")
        return Price(money(amount), unit)
    if key.endswith("_percent"):
        return Decimal(str(given))
    return tuple(given) if isinstance(given, list) else given


def money(text: str) -> Money:
    """An amount as the client file writes it: "1200.00 EUR"."""
    found = re.fullmatch(r"([\d.]+) ([A-Z]{3})", text)
    assert found, text
    return Money(Decimal(found[1]), found[2])


def invoice(table: Table) -> Invoice:
    """An unpaid invoice; ``paid`` is what has come in of its total."""
    total = money(table["total"])
    paid = money(table["paid"]).amount if "paid" in table else Decimal(0)
    due: date = table["due"]
    is_open = Money(total.amount - paid, total.currency)
    return Invoice(table["number"], total, is_open, table.get("issued", due), due)


def past(table: Table) -> History:
    """Earlier incidents, by label; ``severe`` counts the worst."""
    counts = {label: count for label, count in table.items() if label != "severe"}
    return History(counts, severe=table.get("severe", 0))


def policy(table: Table) -> Policy:
    """What the freelancer allows, under the configuration's names."""
    given: dict[str, Any] = {
        POLICY[key]: tuple(one) if isinstance(one, list) else one for key, one in table.items()
    }
    return Policy(**given)
