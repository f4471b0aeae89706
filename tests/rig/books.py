"""Random books of clients, all of them right, and the file that holds one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import tomlkit
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from triage.client_file.rendering import client_table
from triage.clients.agreement import Agreement
from triage.clients.invoice import Invoice, Payment
from triage.clients.money import Money, Price
from triage.clients.profile import Client, ClientBook, Project

# A whole book takes a while to invent, more so on a machine with other work.
WHOLE_BOOKS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CURRENCIES = ("EUR", "USD", "GBP", "CHF")
# No control characters: a name becomes part of a line of mail.
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\x7f"),
    min_size=1,
    max_size=20,
).map(str.strip)
NAMES = WORDS.filter(bool)
DAYS = st.dates(date(2000, 1, 1), date(2150, 12, 31))
CENTS = st.integers(1, 10**9)
COUNTS = st.integers(0, 1000)
PERCENT = st.integers(1, 10_000).map(lambda tenths: Decimal(tenths) / 100)


def euros(text: str) -> Money:
    """An amount in euros."""
    return Money(Decimal(text), "EUR")


def money(currency: str) -> st.SearchStrategy[Money]:
    """Any amount of one currency, written with cents or without."""
    return CENTS.map(lambda cents: Money(Decimal(cents).scaleb(-2), currency)) | CENTS.map(
        lambda whole: Money(Decimal(whole), currency)
    )


def phrases() -> st.SearchStrategy[tuple[str, ...]]:
    """Different phrases."""
    return st.lists(NAMES, max_size=3, unique_by=lambda text: " ".join(text.split()).casefold()).map(tuple)


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    """An agreement that doesn't contradict itself."""
    currency = draw(st.sampled_from(CURRENCIES))
    both = draw(phrases())
    cut = draw(st.integers(0, len(both)))
    agreed_on, deadline = sorted((draw(DAYS), draw(DAYS)))
    is_percent = draw(st.booleans())
    units = st.sampled_from(("hour", "day", "round", "page", "word", "project"))
    return Agreement(
        agreed_on=draw(st.none() | st.just(agreed_on)),
        scope=both[:cut],
        exclusions=both[cut:],
        rounds_included=draw(st.none() | COUNTS),
        rounds_used=draw(st.none() | COUNTS),
        rate=draw(st.none() | st.builds(Price, money(currency), units)),
        extra_round=draw(st.none() | money(currency)),
        rush_percent=draw(st.none() | PERCENT) if is_percent else None,
        rush_fee=None if is_percent else draw(st.none() | money(currency)),
        deadline=draw(st.none() | st.just(deadline)),
        payment_days=draw(st.none() | st.integers(0, 365)),
        deposit_percent=draw(st.none() | PERCENT),
        late_fee=draw(st.just("") | NAMES),
        channels=draw(phrases()),
        working_hours=draw(st.sampled_from(("", "09:00-17:00", "8:30-12:00"))),
    )


@st.composite
def invoices(draw: st.DrawFn, number: str, projects: tuple[str, ...]) -> Invoice:
    """An invoice whose payments and plan add up."""
    currency = draw(st.sampled_from(CURRENCIES))
    issued = draw(DAYS)
    parts = draw(st.lists(CENTS, min_size=1, max_size=5, unique=True))
    paid = draw(st.integers(0, len(parts)))
    dated = [
        Payment(issued + timedelta(days=at), Money(Decimal(cents).scaleb(-2), currency))
        for at, cents in enumerate(parts)
    ]
    return Invoice(
        number=number,
        total=Money(Decimal(sum(parts)).scaleb(-2), currency),
        issued=issued,
        due=issued + timedelta(days=draw(st.integers(0, 90))),
        project=draw(st.sampled_from(("", *projects))),
        payments=tuple(dated[:paid]),
        plan=tuple(dated[paid:]) if draw(st.booleans()) else (),
        is_disputed=draw(st.booleans()),
        is_cancelled=draw(st.booleans()),
    )


@st.composite
def clients(draw: st.DrawFn, key: str) -> Client:
    """A client whose names, addresses and numbers hold ``key``, so that no other has them."""
    called = draw(phrases())
    projects = tuple(
        Project(name, draw(phrases()), draw(agreements()), draw(phrases()), is_closed=draw(st.booleans()))
        for name in called
    )
    numbers = [f"{key}-{at}" for at in range(draw(st.integers(0, 3)))]
    return Client(
        name=f"{draw(NAMES)} {key}",
        people=draw(phrases()),
        addresses=tuple(f"{part}@{key}.example" for part in ("nora", "info")[: draw(st.integers(0, 2))]),
        domains=(f"{key}.example",)[: draw(st.integers(0, 1))],
        language=draw(st.sampled_from((None, "en", "de", "nl"))),
        address_form=draw(st.sampled_from((None, "formal", "familiar"))),
        greeting_name=draw(st.just("") | NAMES),
        projects=projects,
        invoices=tuple(draw(invoices(number, called)) for number in numbers),
        policy=draw(st.sampled_from(({}, {"offer_call": True}, {"call_link": "x", "allow_refund": False}))),
        gifts_left=draw(st.integers(0, 3)),
        temper=draw(st.sampled_from((None, "approver", "controller"))),
        patterns=draw(st.sampled_from((None, (), ("know_it_all", "emotional_buyer")))),
    )


def books() -> st.SearchStrategy[ClientBook]:
    """Up to three clients."""
    some = st.integers(0, 3).flatmap(lambda n: st.tuples(*[clients(f"k{at}") for at in range(n)]))
    return some.map(ClientBook)


def file_of(book: ClientBook, path: Path) -> Path:
    """The book as a file."""
    document = tomlkit.document()
    tables = tomlkit.aot()
    for client in book.clients:
        tables.append(client_table(client))
    if book.clients:
        document.append("clients", tables)
    path.write_bytes(document.as_string().encode())
    path.chmod(0o600)
    return path
