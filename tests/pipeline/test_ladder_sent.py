"""When a step counts as sent: which mail, on which day, by whichever of its dates can be right."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.rig.ladder_shelf import ZONE, Shelf, desk_of
from triage.clients.invoice import Invoice
from triage.clients.money import Money
from triage.clients.profile import Client
from triage.imap.sent import SentReply

MONDAY = date(2026, 4, 6)
NINE = datetime(2026, 4, 6, 9, tzinfo=ZONE)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def shelf() -> Shelf:
    """The reminder was drafted on Monday at nine."""
    bill = Invoice("2026-014", Money(Decimal("1200.00"), "EUR"), date(2026, 3, 20), date(2026, 4, 3))
    client = Client(
        "Harbour Bakery", addresses=("nora@bakery.example",), domains=("bakery.example",), invoices=(bill,)
    )
    made = Shelf(desk_of(client), MONDAY)
    assert made.run().drafted == 1
    return made


def mail(shelf: Shelf, at: datetime, written: datetime | None = None, **changes: Any) -> SentReply:
    """The draft as it lies in Sent, with these dates."""
    (message_id,) = shelf.drafts
    draft = shelf.mail(message_id)
    told: dict[str, Any] = {
        "message_id": message_id,
        "to": ("nora@bakery.example",),
        "subject": str(draft["Subject"]),
        "draft_reference": str(draft["X-Draft-Reference"]),
    }
    return SentReply(1, at, in_reply_to=None, references=(), date=written, **(told | changes))


def sent_on(shelf: Shelf) -> datetime | None:
    (row,) = shelf.ledger.steps()
    return row.sent


@pytest.mark.parametrize(
    ("at", "written", "sent"),
    [
        (NINE + 5 * HOUR, None, NINE + 5 * HOUR),
        (NINE + 5 * HOUR, NINE, NINE + 5 * HOUR),
        # Moved from Drafts, which keeps both dates; no earlier than it was drafted.
        (NINE - HOUR, NINE - HOUR, NINE),
        # A server's clock, or a rehearsal's, that is far off: the mail's own date, else now.
        (NINE + 900 * DAY, NINE + DAY, NINE + DAY),
        (NINE + 900 * DAY, None, NINE + 2 * DAY),
        (NINE + 900 * DAY, NINE + 800 * DAY, NINE + 2 * DAY),
    ],
)
def test_the_day_it_was_sent(shelf: Shelf, at: datetime, written: datetime | None, sent: datetime) -> None:
    shelf.sent = [mail(shelf, at, written)]
    shelf.wait(2)
    shelf.run()
    assert sent_on(shelf) == sent


def test_what_the_last_pass_did_not_see_was_sent_after_it(shelf: Shelf) -> None:
    shelf.wait(3)
    shelf.run()
    shelf.sent = [mail(shelf, NINE, NINE)]
    shelf.wait(1)
    shelf.run()
    assert sent_on(shelf) == NINE + 3 * DAY


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"draft_reference": ""}, True),
        ({"message_id": "<new@phone.example>"}, True),
        ({"message_id": "<new@phone.example>", "draft_reference": ""}, True),
        ({"message_id": None, "draft_reference": "", "to": ("TOM@Bakery.example",)}, True),
        ({"message_id": "<n@p.example>", "draft_reference": "", "subject": "About 2026-014"}, True),
        ({"message_id": "<n@p.example>", "draft_reference": "", "subject": "About the photos"}, False),
        ({"message_id": "<n@p.example>", "draft_reference": "", "subject": ""}, False),
        ({"message_id": "<n@p.example>", "draft_reference": "", "to": ("nora@other.example",)}, False),
        ({"message_id": "<n@p.example>", "draft_reference": "-", "to": ()}, False),
    ],
)
def test_which_mail_it_is(shelf: Shelf, changes: dict[str, Any], counts: bool) -> None:
    shelf.sent = [mail(shelf, NINE + HOUR, **changes)]
    shelf.wait(1)
    shelf.run()
    assert (sent_on(shelf) is not None) is counts


def test_mail_from_before_the_draft_stands_for_nothing(shelf: Shelf) -> None:
    """A pass that failed in part reads the same mail of Sent again."""
    shelf.sent = [mail(shelf, NINE - HOUR, message_id="<old@phone.example>", draft_reference="")]
    shelf.wait(1)
    shelf.run()
    assert sent_on(shelf) is None


def test_one_mail_is_one_step(shelf: Shelf) -> None:
    (message_id,) = shelf.drafts
    again = mail(shelf, NINE + HOUR)
    shelf.send(message_id)
    for days in (1, 6):
        shelf.wait(days)
        shelf.sent.append(again)
        shelf.run()
    assert [(row.step, row.state) for row in shelf.ledger.steps()] == [
        ("reminder", "sent"),
        ("second_reminder", "present"),
    ]
    assert sent_on_first(shelf) == datetime(2026, 4, 6, 13, tzinfo=UTC)


def sent_on_first(shelf: Shelf) -> datetime | None:
    return shelf.ledger.steps()[0].sent
