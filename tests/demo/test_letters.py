"""The demo's mail is real mail: every kind that an inbox holds, parsed back as it was meant."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from triage.demo.letters import OWNER_ADDRESS, Letter, post
from triage.mail.gate import gate
from triage.mail.new_text import message_new_text
from triage.mail.parse import parse

NOW = datetime(2026, 3, 12, 15, 30, tzinfo=UTC)
POST = post()
GATED = {"list", "newsletter", "receipt", "away", "bounce", "meeting"}


def test_there_are_two_dozen_letters_of_one_day_none_due_yet() -> None:
    assert len(POST.inbox) >= 24
    assert all(0 < letter.age < 20 for letter in POST.inbox)
    assert len({letter.message_id for letter in (*POST.inbox, *POST.sent)}) == len(POST.inbox) + len(
        POST.sent
    )


def test_every_address_is_invented() -> None:
    for letter in (*POST.inbox, *POST.sent):
        for address in (letter.sender, letter.to):
            assert address.rstrip(">").endswith(".example"), letter.key


@pytest.mark.parametrize("letter", [*POST.inbox, *POST.sent], ids=lambda letter: letter.key)
def test_each_letter_is_a_message_without_defects(letter: Letter) -> None:
    raw = POST.as_mime(letter, NOW)
    standard = message_from_bytes(raw, policy=policy.default)
    assert [part.defects for part in standard.walk() if part.defects] == []
    message = parse(raw)
    assert message.is_readable
    assert message.message_id == letter.message_id
    assert message.subject == letter.subject
    assert message.date == letter.written(NOW)


def test_the_kinds_of_an_inbox_are_all_there() -> None:
    types = {
        part.get_content_type()
        for letter in POST.inbox
        for part in message_from_bytes(POST.as_mime(letter, NOW), policy=policy.default).walk()
    }
    assert {
        "text/plain", "text/html", "multipart/alternative", "multipart/mixed", "multipart/report",
        "message/delivery-status", "text/calendar", "application/pdf", "image/jpeg",
    } <= types  # fmt: skip


@pytest.mark.parametrize("letter", POST.inbox, ids=lambda letter: letter.key)
def test_machines_and_lists_are_told_from_people(letter: Letter) -> None:
    reason = gate(parse(POST.as_mime(letter, NOW)), {OWNER_ADDRESS})
    assert (reason is not None) == (letter.key in GATED)


def test_replies_point_to_what_they_answer() -> None:
    message = parse(POST.as_mime(POST.find("shop"), NOW))
    assert message.in_reply_to == POST.find("home-live").message_id


def test_only_what_the_client_newly_wrote_counts() -> None:
    apology = message_new_text(parse(POST.as_mime(POST.find("apology"), NOW)))
    assert "I am sorry" in apology
    assert "worst rubbish" not in apology
    shop = message_new_text(parse(POST.as_mime(POST.find("shop"), NOW)))
    assert "legal action" not in shop


def test_dates_in_words_follow_the_clock() -> None:
    assert "{" not in "".join(parse(POST.as_mime(letter, NOW)).text for letter in POST.inbox)
    assert "28 February" in parse(POST.as_mime(POST.find("late"), NOW)).text
