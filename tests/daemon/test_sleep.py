"""A laptop's life: nights, a fortnight in a drawer, a clock that is set, a battery that runs down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.daemon.house import eventually, running, settings, through
from tests.rig.dovecot import Dovecot
from tests.rig.mailbox import Mailbox
from tests.rig.proxy import FaultProxy
from triage.access import ledger_path
from triage.desk import promise_of
from triage.ledger.sqlite import open_ledger_copy
from triage.power import Power

pytestmark = pytest.mark.dovecot

FORTNIGHT = timedelta(days=14)
MESSAGES = 2000
#: One in twenty-five is from a client; the others are what an inbox fills up with.
HUMAN_EVERY = 25
LETTER = """From: Client {number} <client{number}@clients.example>
To: mara@studio.example
Subject: Question {number}
Message-ID: <asleep-{number}@clients.example>
Content-Type: text/plain; charset=utf-8
{more}
Dear Mara, when can I see the {what} version of the page? Best wishes, client {number}
"""


def letter_of(number: int) -> bytes:
    """A client's question, hostile now and then, or a list's."""
    what = "useless" if number % 400 == 0 else "next"
    more = "" if number % HUMAN_EVERY == 0 else "List-Id: <offers.clients.example>\n"
    return LETTER.format(number=number, what=what, more=more).encode()


def fill(mailbox: Mailbox, begin: datetime) -> dict[str, datetime]:
    """2,000 messages over a fortnight; when those of clients arrived, by Message-ID."""
    moments = [(begin + FORTNIGHT * n / MESSAGES).replace(microsecond=0) for n in range(MESSAGES)]
    with mailbox.second_client() as client:
        for first in range(0, MESSAGES, 200):
            some = range(first, first + 200)
            client.multiappend("INBOX", [{"msg": letter_of(n), "date": moments[n]} for n in some])
    return {f"<asleep-{n}@clients.example>": moments[n] for n in range(0, MESSAGES, HUMAN_EVERY)}


@pytest.mark.slow
def test_a_fortnight_asleep_with_two_thousand_messages(
    dovecot: Dovecot, alice: Mailbox, tmp_path: Path
) -> None:
    """The connections die in silence; after waking none is missed, and every deadline is right."""
    with FaultProxy(dovecot.port) as proxy:
        config = through(settings(alice, tmp_path), proxy.port)
        # Dovecot takes no date of the future: the daemon begins a fortnight ago, and wakes today
        with running(config, alice, -FORTNIGHT) as house:
            assert house.has_passed()
            assert house.is_listening()
            proxy.faults.blackhole = True
            arrived = fill(alice, datetime.now(UTC) - FORTNIGHT)
            known = len(house.passes)
            proxy.faults.blackhole = False
            house.time.sleep(FORTNIGHT)
            woken = house.time.now()
            assert eventually(lambda: len(house.passes) > known, 170)
            ended, summary = house.passes[known]
            begun = ended - timedelta(seconds=summary.duration_s)
            assert begun - woken < timedelta(seconds=30)
            assert (summary.seen, summary.failed, summary.error) == (MESSAGES, 0, None)
            assert len(alice.stored("Drafts")) == summary.drafted
    with open_ledger_copy(ledger_path(config)) as ledger:
        waiting = {found.row.key: found for found in ledger.open_obligations()}
    assert waiting.keys() == arrived.keys()
    promise = promise_of(config)
    for key, moment in arrived.items():
        found = waiting[key]
        assert found.row.received == moment
        assert found.due == promise.due(moment, woken) == moment + timedelta(hours=24)


def test_a_clock_that_is_set_back_delays_no_pass(alice: Mailbox, tmp_path: Path) -> None:
    with running(settings(alice, tmp_path), alice) as house:
        assert house.has_passed()
        house.time.sleep(-timedelta(days=2))
        assert house.has_passed(2)
        (one,) = house.daemon._served
        assert eventually(lambda: one.plan.next_at <= house.time.now() + timedelta(minutes=61), 10)


def test_after_a_night_one_pass_runs_and_not_a_hundred(alice: Mailbox, tmp_path: Path) -> None:
    with running(settings(alice, tmp_path, poll=1), alice) as house:
        assert house.has_passed()
        assert house.is_listening()
        house.time.sleep(timedelta(hours=9))
        assert house.has_passed(2)
        assert house.is_listening()
        assert not eventually(lambda: len(house.passes) > 2, 1.5)


def test_on_battery_the_next_look_is_later_and_said_to_be(alice: Mailbox, tmp_path: Path) -> None:
    low = Power(is_on_battery=True, percent=9)
    with running(settings(alice, tmp_path, poll=5), alice, power=lambda: low) as house:
        assert house.has_passed()
        (one,) = house.daemon._served
        wait = one.plan.next_at - house.time.now()
        assert timedelta(minutes=55) < wait <= timedelta(hours=1)


def test_a_holding_reply_comes_in_time_however_seldom_is_looked(alice: Mailbox, tmp_path: Path) -> None:
    """On battery, with a poll of a day: the rule of 24 hours is no matter of power."""
    config = settings(alice, tmp_path, poll=24 * 60)
    with running(config, alice, power=lambda: Power(is_on_battery=True, percent=9)) as house:
        assert house.has_passed()
        assert house.is_listening()
        alice.deliver(letter_of(25))
        assert house.has_passed(2)
        with open_ledger_copy(ledger_path(config)) as ledger:
            (waiting,) = ledger.open_obligations()
        assert waiting.holding_at is not None
        (one,) = house.daemon._served
        assert eventually(lambda: one.plan.next_at == waiting.holding_at, 5)
