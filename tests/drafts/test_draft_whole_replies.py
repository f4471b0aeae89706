"""A message goes in, a reply that may be sent comes out."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from drafts import Freelancer, Situation, write

NOW = datetime(2025, 3, 10, 15, 20, tzinfo=ZoneInfo("Europe/Dublin"))


def scope_message() -> Situation:
    """A client who wants something small on top."""
    ask = "please also run over the account pages and the wishlist when you have it open"
    return Situation(
        now=NOW,
        language="en",
        new_text=f"The plan said checkout flow only, but {ask}. Link and logins same as last time.",
        subject="build 2.3",
        hear_by=NOW + timedelta(hours=18, minutes=40),
        freelancer=Freelancer("Alex Reed"),
        client_name="Priya Nair",
        labels={"hostility": "clear", "scope_pressure": "flagged", "payment_issue": "clear"},
        severity=1,
        evidence=(("scope_pressure", ask),),
    )


def test_an_ask_is_answered_by_name_and_with_its_date() -> None:
    reply = write(scope_message())
    assert reply.is_sendable, reply.lint
    assert reply.text.startswith("Hi Priya,\n\n")
    assert "run over the account pages and the wishlist" in reply.text
    assert "by Tuesday at 10 am" in reply.text
    assert reply.text.endswith("Best regards,\nAlex Reed\n")
    assert reply.moves == ("acknowledge", "restate_agreement", "offer_options", "next_step")


def test_the_same_situation_is_answered_the_same() -> None:
    assert write(scope_message()) == write(scope_message())
