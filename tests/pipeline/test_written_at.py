"""When a message was written, and what of it reaches the situation that a reply is drafted from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from triage.clock.working_time import WorkingTime
from triage.conclude import Occasion, read, situation_of, written_at
from triage.desk import Desk, desk_without_config
from triage.mail.parse import parse

NOW = datetime.fromisoformat("2026-03-10T16:00:00+00:00")


def mail(sent: str, text: str = "Could you send the film by tomorrow at 10:30?") -> bytes:
    date = f"Date: {sent}\r\n" if sent else ""
    return f"From: Nora <nora@bakery.example>\r\nTo: me@studio.example\r\n{date}\r\n{text}\r\n".encode()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_without_config(tmp_path, frozenset({"en", "de"}))


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("sent", "arrived", "written"),
    [
        ("Tue, 10 Mar 2026 09:00:00 -0500", "2026-03-10T14:00:20+00:00", "2026-03-10T09:00:00-05:00"),
        ("Tue, 10 Mar 2026 09:00:00 -0500", None, "2026-03-10T09:00:00-05:00"),
        # queued for two days; a clock that runs an hour ahead
        ("Sun, 08 Mar 2026 09:00:00 +0000", "2026-03-10T14:00:00+00:00", "2026-03-08T09:00:00+00:00"),
        ("Tue, 10 Mar 2026 15:00:00 +0000", "2026-03-10T14:00:00+00:00", "2026-03-10T15:00:00+00:00"),
        # clocks that can't be right: the server's counts
        ("Thu, 01 Jan 2004 00:00:00 +0000", "2026-03-10T14:00:00+00:00", "2026-03-10T14:00:00+00:00"),
        ("Fri, 10 Mar 2028 09:00:00 +0000", "2026-03-10T14:00:00+00:00", "2026-03-10T14:00:00+00:00"),
        ("Fri, 10 Mar 2028 09:00:00 +0000", None, None),
        ("", "2026-03-10T14:00:00+00:00", "2026-03-10T14:00:00+00:00"),
        ("", None, None),
    ],
)
def test_the_messages_own_date_counts_where_it_can_be_true(
    desk: Desk, sent: str, arrived: str | None, written: str | None
) -> None:
    occasion = Occasion(desk, NOW, received=moment(arrived))
    assert written_at(parse(mail(sent)), occasion) == moment(written)


@pytest.mark.parametrize(
    ("text", "hear_by"),
    [
        ("Could you send the film by tomorrow at 10:30?", "2026-03-11T10:00"),
        ("Could you send the film by Thursday?", "2026-03-11T12:00"),  # in time anyway
        ("Thank you for the film.", "2026-03-11T12:00"),
        ("We'll send you the music by tomorrow at 10:30.", "2026-03-11T12:00"),  # not ours to meet
        ("I needed the film by 5 March.", "2026-03-11T12:00"),  # over
    ],
)
def test_an_answer_is_promised_before_the_client_needs_it(desk: Desk, text: str, hear_by: str) -> None:
    office = replace(desk, working=WorkingTime(UTC))
    reading = read(mail("Tue, 10 Mar 2026 15:00:00 +0000", text), office)
    made = situation_of(reading, None, Occasion(office, NOW))
    assert made.received == datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
    assert made.hear_by == datetime.fromisoformat(hear_by).replace(tzinfo=UTC)
