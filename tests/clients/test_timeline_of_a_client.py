"""The timeline's pure half: what became of everything, in order, and what it adds up to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.clients.invoice import Invoice, Payment
from triage.clients.money import Money
from triage.clients.timeline import (
    DraftState,
    Event,
    Letter,
    OwnTold,
    Reviewed,
    Sent,
    StepTold,
    Story,
    severity_by_week,
    timeline,
    totals_of,
)

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def hours(count: float) -> datetime:
    return START + timedelta(hours=count)


def letter(number: int = 1, at: float = 0, **changes: object) -> Letter:
    fields: dict[str, object] = {"flagged": ("hostility",), "severity": 2, "due": hours(at + 24)}
    fields |= changes
    return Letter(number, f"<{number}@client.example>", hours(at), f"Letter {number}", **fields)  # type: ignore[arg-type]


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def told(story: Story, now: datetime = NOW) -> list[tuple[str, str]]:
    return [(event.kind, event.what) for event in timeline(story, now, BERLIN)]


def test_a_letter_its_draft_and_the_reply_in_order() -> None:
    story = Story(
        letters=(letter(closed=hours(3), closed_how="answered"),),
        drafts=(
            DraftState(1, "reply", "planned", hours(0.1)),
            DraftState(1, "reply", "present", hours(0.2)),
            DraftState(1, "reply", "sent", hours(3)),
        ),
        sent=(Sent("<r@studio.example>", hours(3), "Re: Letter 1", ("<1@client.example>",)),),
    )
    assert told(story) == [
        ("incident", "Letter 1"),
        ("draft", "a reply, left in Drafts"),
        ("draft", "a reply, sent"),
        ("reply", "Re: Letter 1"),
    ]
    reply = timeline(story, NOW, BERLIN)[-1]
    assert (reply.took, reply.is_late, reply.letter) == (timedelta(hours=3), False, 1)


def test_a_reply_after_the_promised_hour_is_late_and_the_hour_is_told() -> None:
    story = Story(
        letters=(letter(closed=hours(30), closed_how="answered"),),
        sent=(Sent("", hours(30), "Re: Letter 1", ("<1@client.example>",)),),
    )
    assert [event.kind for event in timeline(story, NOW, BERLIN)] == ["incident", "unanswered", "reply"]
    assert timeline(story, NOW, BERLIN)[-1].is_late


def test_a_letter_still_open_is_unanswered_once_its_hour_has_passed() -> None:
    story = Story(letters=(letter(),))
    assert told(story, hours(23)) == [("incident", "Letter 1")]
    assert [kind for kind, _ in told(story, hours(25))] == ["incident", "unanswered"]


def test_only_the_first_reply_to_a_letter_has_taken_a_time() -> None:
    answers = ("<1@client.example>",)
    story = Story(
        letters=(letter(closed=hours(1), closed_how="answered"),),
        sent=(Sent("<a>", hours(1), "Re", answers), Sent("<b>", hours(5), "Re", answers)),
    )
    times = [event.took for event in timeline(story, NOW, BERLIN) if event.kind == "reply"]
    assert times == [timedelta(hours=1), None]


def test_an_answer_known_only_by_its_obligation_is_told_too() -> None:
    story = Story(letters=(letter(closed=hours(2), closed_how="answered"),))
    (reply,) = [event for event in timeline(story, NOW, BERLIN) if event.kind == "reply"]
    assert (reply.at, reply.took) == (hours(2), timedelta(hours=2))


def test_mail_by_subject_that_closed_the_obligation_is_told_once() -> None:
    story = Story(
        letters=(letter(closed=hours(2), closed_how="answered"),), sent=(Sent("<x>", hours(2), "Letter 1"),)
    )
    assert [event.took for event in timeline(story, NOW, BERLIN) if event.kind == "reply"] == [
        timedelta(hours=2)
    ]


def test_an_obligation_closed_otherwise_is_no_reply() -> None:
    story = Story(letters=(letter(closed=hours(2), closed_how="withdrawn"),))
    assert "reply" not in [kind for kind, _ in told(story)]
    assert totals_of(story, NOW, BERLIN).replies == 0


def test_an_unflagged_letter_is_a_message_without_severity() -> None:
    (event,) = timeline(Story(letters=(letter(flagged=(), severity=3, due=None),)), NOW, BERLIN)
    assert (event.kind, event.severity, event.labels) == ("message", 0, ())


def test_what_was_left_alone_says_why_and_counts_as_no_message() -> None:
    story = Story(letters=(letter(flagged=(), severity=0, due=None, gate="automatic reply"),))
    assert timeline(story, NOW, BERLIN)[0].state == "left alone: automatic reply"
    assert totals_of(story, NOW, BERLIN).messages == 0


def bill(**changes: object) -> Invoice:
    fields: dict[str, object] = {"issued": date(2026, 3, 20), "due": date(2026, 4, 3)}
    return Invoice("2026-014", euros("1200"), **(fields | changes))  # type: ignore[arg-type]


def test_an_invoice_paid_in_part_and_late() -> None:
    paid = bill(payments=(Payment(date(2026, 4, 1), euros("400")), Payment(date(2026, 4, 10), euros("300"))))
    events = timeline(Story(invoices=(paid,)), NOW, BERLIN)
    assert [(e.kind, e.money, e.is_late) for e in events] == [
        ("invoice", euros("1200"), False),
        ("payment", euros("400"), False),
        ("due", euros("800"), True),
        ("payment", euros("300"), True),
    ]
    assert all(event.is_day for event in events)
    totals = totals_of(Story(invoices=(paid,)), NOW, BERLIN)
    assert (totals.owed, totals.late_money) == ((euros("500"),), (euros("500"),))


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"payments": (Payment(date(2026, 4, 3), euros("1200")),)}, ["invoice", "payment"]),
        ({"is_cancelled": True}, ["invoice"]),
        ({"due": date(2026, 6, 1)}, ["invoice"]),
    ],
)
def test_money_that_is_not_late_is_not_told_as_late(changes: dict[str, object], kinds: list[str]) -> None:
    assert [event.kind for event in timeline(Story(invoices=(bill(**changes),)), NOW, BERLIN)] == kinds


def test_days_begin_at_midnight_where_the_freelancer_is() -> None:
    event = timeline(Story(invoices=(bill(),)), NOW, BERLIN)[0]
    assert event.at == datetime(2026, 3, 20, tzinfo=BERLIN)


def test_currencies_are_never_added_up() -> None:
    story = Story(
        invoices=(bill(), Invoice("7", Money(Decimal(90), "CHF"), date(2026, 4, 1), date(2026, 4, 2)))
    )
    assert totals_of(story, NOW, BERLIN).owed == (Money(Decimal(90), "CHF"), euros("1200"))


def test_steps_and_reviews() -> None:
    story = Story(
        letters=(letter(),),
        steps=(StepTold("2026-014", "formal_demand", "sent", hours(50), hours(60)),),
        reviews=(Reviewed(1, hours(70), "missed_deadline", "an update every Friday"),),
    )
    assert told(story)[2:] == [
        ("step", "formal demand for invoice 2026-014, drafted"),
        ("step", "formal demand for invoice 2026-014, sent"),
        ("review", "looked back: missed deadline; an update every Friday"),
    ]


def test_mails_of_our_own_accord_are_drafts_too() -> None:
    own = (
        OwnTold("progress_update", "Website", "sent", hours(1)),
        OwnTold("feedback", "", "planned", hours(2)),
    )
    assert told(Story(own=own)) == [("draft", "an update on Website, left in Drafts")]


def test_nothing_of_the_future_is_told() -> None:
    story = Story(letters=(letter(), letter(2, at=2000)), sent=(Sent("", hours(5000), "Re"),))
    assert [event.letter for event in timeline(story, NOW, BERLIN) if event.kind == "incident"] == [1]


def test_totals_count_letters_answers_and_times() -> None:
    answered = [
        letter(n, at=n, closed=hours(n + took), closed_how="answered")
        for n, took in ((1, 2), (2, 4), (3, 40))
    ]
    totals = totals_of(Story(letters=(*answered, letter(4, flagged=("payment_issue",)))), NOW, BERLIN)
    assert (totals.messages, totals.awaited, totals.replies, totals.in_time) == (4, 4, 3, 2)
    assert totals.median == timedelta(hours=4)
    assert totals.incidents == {"hostility": 3, "payment_issue": 1}


def test_severity_by_week_has_no_gaps_and_ends_now() -> None:
    events = [
        Event(datetime(2026, 3, 4, tzinfo=UTC), "incident", "", severity=1),
        Event(datetime(2026, 3, 6, tzinfo=UTC), "incident", "", severity=3),
        Event(datetime(2026, 3, 25, tzinfo=UTC), "message", ""),
    ]
    weeks = severity_by_week(events, datetime(2026, 4, 1, tzinfo=UTC))
    assert [severity for _, severity in weeks] == [3, 0, 0, 0, 0]
    assert weeks[0][0] == date(2026, 3, 2)
    assert severity_by_week([], NOW) == ()
    assert len(severity_by_week(events, datetime(2030, 1, 1, tzinfo=UTC))) == 26


@given(
    st.lists(
        st.tuples(st.integers(0, 900), st.booleans(), st.integers(0, 3), st.integers(0, 90)), max_size=12
    )
)
def test_the_order_is_that_of_time_and_no_letter_is_lost(made: list[tuple[int, bool, int, int]]) -> None:
    letters = tuple(
        letter(n, at=at, severity=severity, closed=hours(at + took) if closed else None,
               closed_how="answered" if closed else None)
        for n, (at, closed, severity, took) in enumerate(made)
    )  # fmt: skip
    events = timeline(Story(letters=letters), NOW, BERLIN)
    assert [event.at for event in events] == sorted(event.at for event in events)
    shown = {event.letter for event in events if event.kind == "incident"}
    assert shown == {one.id for one in letters if one.at <= NOW}
