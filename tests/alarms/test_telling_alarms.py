"""Alarms told from a ledger: each once, by every way, naming nobody, through failures and deaths."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.rig.alarm_world import (
    CLIENTS,
    DAY,
    HOUR,
    NOON,
    Notified,
    alarm_config,
    fraud,
    given_up,
    letter,
    opened,
    reminder,
)
from triage.alarms_due import next_alarm_at, tell_alarms
from triage.config import Config
from triage.ledger.sqlite import SqliteLedger

MINUTE = timedelta(minutes=1)
SOON = 5 * MINUTE


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return alarm_config(tmp_path)


@pytest.fixture
def ledger(config: Config) -> Iterator[SqliteLedger]:
    with opened(config) as ledger:
        yield ledger


def told(config: Config, ledger: SqliteLedger, now: datetime) -> list[str]:
    """The titles that a look at this moment tells, the next one coming soon."""
    notified = Notified()
    tell_alarms(config, ledger, now, notified, gap=SOON)
    return notified.titles


NEAR, MISSED = "An answer is due", "An answer is late"


def test_a_deadline_is_told_once_before_and_once_after(config: Config, ledger: SqliteLedger) -> None:
    letter(ledger, 1, NOON - 22 * HOUR)  # due at two, which is 14:00 in Berlin
    assert told(config, ledger, NOON - HOUR) == []
    assert told(config, ledger, NOON) == [NEAR]
    assert told(config, ledger, NOON + MINUTE) == []
    assert told(config, ledger, NOON + HOUR) == []
    assert told(config, ledger, NOON + 2 * HOUR) == [MISSED]
    assert told(config, ledger, NOON + 3 * HOUR) == []


def test_an_answer_ends_it(config: Config, ledger: SqliteLedger) -> None:
    row_id = letter(ledger, 1, NOON - 22 * HOUR)
    ledger.close_obligation(row_id, how="answered", at=NOON - HOUR)
    assert told(config, ledger, NOON) == []
    assert told(config, ledger, NOON + 9 * HOUR) == []


def test_a_snooze_moves_it(config: Config, ledger: SqliteLedger) -> None:
    row_id = letter(ledger, 1, NOON - 22 * HOUR)
    assert told(config, ledger, NOON) == [NEAR]
    ledger.open_obligation(row_id, due=NOON + 26 * HOUR, holding_at=None)
    assert told(config, ledger, NOON + HOUR) == []
    assert told(config, ledger, NOON + 24 * HOUR) == [NEAR]


def test_every_kind_is_told(config: Config, ledger: SqliteLedger) -> None:
    tell_alarms(config, ledger, NOON - HOUR, Notified(), gap=SOON)
    acts: list[tuple[Callable[[], object], str]] = [
        (lambda: letter(ledger, 2, NOON, severity=3, draft=True), "A draft is ready for a severe message"),
        (lambda: fraud(ledger, 3, NOON), "A message may be a fraud"),
        (lambda: fraud(ledger, 4, NOON, by_details=True), "A message may be a fraud"),
        (lambda: given_up(ledger, 5, NOON), "A message could not be handled"),
        (lambda: reminder(ledger, "2026-014", NOON), "A payment reminder is ready"),
        (lambda: ledger.note_trouble("studio", "login", NOON - HOUR), "The login is refused"),
    ]
    for step, (act, title) in enumerate(acts):
        act()
        now = NOON + step * 11 * MINUTE
        assert told(config, ledger, now) == [title]
        assert told(config, ledger, now + MINUTE) == []


def test_a_severe_message_without_a_draft_or_answered_already_is_no_alarm(
    config: Config, ledger: SqliteLedger
) -> None:
    letter(ledger, 1, NOON, severity=3)
    letter(ledger, 2, NOON, severity=2, draft=True)
    answered = letter(ledger, 3, NOON, severity=3, draft=True)
    ledger.close_obligation(answered, how="answered", at=NOON)
    discarded = letter(ledger, 4, NOON, severity=3, draft=True)
    ledger.mark_draft("<re-4@studio.example>", "discarded")
    assert discarded
    assert told(config, ledger, NOON) == []


def test_one_mail_of_several_reminders_is_one_alarm_and_what_was_sent_is_none(
    config: Config, ledger: SqliteLedger
) -> None:
    reminder(ledger, "2026-014", NOON)
    sent = reminder(ledger, "2026-015", NOON)
    ledger.step_sent(sent, at=NOON, sent_message_id="<sent@studio.example>")
    assert told(config, ledger, NOON + MINUTE) == ["A payment reminder is ready"]


def test_of_a_conversation_the_oldest_message_alone_is_told(config: Config, ledger: SqliteLedger) -> None:
    ids = [letter(ledger, uid, NOON - 22 * HOUR + uid * MINUTE) for uid in (1, 2, 3)]
    for row_id in ids:
        ledger._change("UPDATE message SET conversation = 9 WHERE id = ?", row_id)
    notified = Notified()
    tell_alarms(config, ledger, NOON + 5 * MINUTE, notified, gap=SOON)
    assert notified.titles == [NEAR]
    assert f"Message {ids[0]} " in notified.text


def test_nothing_of_a_clients_is_told_unless_wanted(tmp_path: Path) -> None:
    for wanted in (False, True):
        folder = tmp_path / str(wanted)
        folder.mkdir()
        flag = str(wanted).lower()
        config = alarm_config(
            folder, f"desktop = true\nshow_client = {flag}\nshow_subject = {flag}", clients=CLIENTS
        )
        with opened(config) as ledger:
            letter(ledger, 1, NOON - 22 * HOUR)
            fraud(ledger, 2, NOON)
            reminder(ledger, "2026-014", NOON)
            notified = Notified()
            tell_alarms(config, ledger, NOON, notified, gap=SOON)
        assert len(notified.pushes) == 3
        for secret in ("Pell", "graham", "Zq", "2026-014"):
            assert (secret in notified.text) is wanted


def test_a_forged_message_bears_no_clients_name(tmp_path: Path) -> None:
    config = alarm_config(tmp_path, "desktop = true\nshow_client = true", clients=CLIENTS)
    with opened(config) as ledger:
        fraud(ledger, 2, NOON)
        notified = Notified()
        tell_alarms(config, ledger, NOON, notified, gap=SOON)
    assert "Pell & Sons" not in notified.text
    assert "graham@pellandsons.example" in notified.text


def test_four_at_once_are_one_summary_and_then_it_is_still(config: Config, ledger: SqliteLedger) -> None:
    for uid in range(4):
        letter(ledger, uid + 1, NOON - 22 * HOUR)
    assert told(config, ledger, NOON) == ["4 things to look at"]
    fraud(ledger, 9, NOON)
    assert told(config, ledger, NOON + MINUTE) == []
    assert told(config, ledger, NOON + 11 * MINUTE) == ["A message may be a fraud"]


def test_an_urgent_deadline_waits_for_nothing(config: Config, ledger: SqliteLedger) -> None:
    for uid in range(4):
        letter(ledger, uid + 1, NOON - 22 * HOUR)
    assert told(config, ledger, NOON) == ["4 things to look at"]
    letter(ledger, 8, NOON - DAY + 25 * MINUTE)
    assert told(config, ledger, NOON + MINUTE) == [NEAR]


def test_a_fortnight_of_sleep_and_two_thousand_messages_are_one_summary(
    config: Config, ledger: SqliteLedger
) -> None:
    """All of them known again: none missed, one notification, and a quiet day after it."""
    tell_alarms(config, ledger, NOON - 14 * DAY, Notified(), gap=SOON)
    with ledger.together():
        for uid in range(2000):
            is_severe = uid % 40 == 0
            received = NOON - 14 * DAY + uid * 9 * MINUTE
            letter(ledger, uid + 1, received, severity=3 * is_severe, draft=is_severe)
    notified = Notified()
    found = tell_alarms(config, ledger, NOON, notified, gap=SOON)
    assert notified.titles == [f"{len(found):,} things to look at"]
    assert "answers are late" in notified.text
    assert "50 drafts for severe messages" in notified.text
    assert len({one.key for one in found if one.kind == "deadline_missed"}) == 2000
    for minutes in (1, 5, 11):
        assert told(config, ledger, NOON + minutes * MINUTE) == []


def test_at_night_it_is_quiet_and_told_in_the_morning(config: Config, ledger: SqliteLedger) -> None:
    night = NOON + 11 * HOUR  # 23:00 in Berlin
    fraud(ledger, 1, night)
    assert told(config, ledger, night) == []
    assert told(config, ledger, night + 7 * HOUR + 59 * MINUTE) == []
    assert told(config, ledger, night + 8 * HOUR) == ["A message may be a fraud"]


def test_what_was_there_before_alarms_were_wanted_is_left_alone(config: Config, ledger: SqliteLedger) -> None:
    letter(ledger, 1, NOON - 30 * DAY, severity=3, draft=True)
    fraud(ledger, 2, NOON - 3 * DAY)
    reminder(ledger, "2026-014", NOON - 5 * DAY)
    letter(ledger, 3, NOON - HOUR, severity=3, draft=True)
    assert told(config, ledger, NOON) == ["A draft is ready for a severe message"]


def test_of_an_account_that_is_gone_nothing_is_told(config: Config, ledger: SqliteLedger) -> None:
    fraud(ledger, 1, NOON)
    ledger._change("UPDATE message SET account = 'former'")
    ledger.note_trouble("former", "login", NOON - 5 * HOUR)
    assert told(config, ledger, NOON) == []


def test_without_a_way_nothing_happens_at_all(tmp_path: Path) -> None:
    config = alarm_config(tmp_path, "")
    with opened(config) as ledger:
        fraud(ledger, 1, NOON)
        notified = Notified()
        assert tell_alarms(config, ledger, NOON, notified) == []
        assert next_alarm_at(config, ledger, NOON) is None
        assert (notified.pushes, ledger.alarms_begun()) == ([], None)


# --------------------------------------------------------------------------------------- failures and deaths

PUSH = 'desktop = true\nurl_command = "echo json://127.0.0.1:9/a json://127.0.0.1:9/b"'


def failing(*names: str | None) -> Notified:
    """A notifier that fails where the address is one of these; None is the desktop."""
    return Notified(fails=lambda delivery: "it is out of order" if delivery.address in names else None)


def test_a_way_that_fails_is_told_in_one_sentence_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = alarm_config(tmp_path)
    with opened(config) as ledger, caplog.at_level(logging.WARNING):
        fraud(ledger, 1, NOON)
        (one,) = tell_alarms(config, ledger, NOON, failing(None), gap=SOON)
        assert (one.is_told, one.why) == (False, "it is out of order")
        assert [record.getMessage() for record in caplog.records] == ["alarms by desktop: it is out of order"]
        assert next_alarm_at(config, ledger, NOON + MINUTE) == NOON + 2 * MINUTE
        assert told(config, ledger, NOON + MINUTE) == []
        assert told(config, ledger, NOON + 2 * MINUTE) == ["A message may be a fraud"]
        assert told(config, ledger, NOON + 3 * MINUTE) == []


def test_it_is_given_up_after_six_tries(tmp_path: Path) -> None:
    config = alarm_config(tmp_path)
    with opened(config) as ledger:
        given_up(ledger, 1, NOON - 3 * HOUR)
        tries = 0
        for minutes in range(0, 13 * 60, 2):
            tries += bool(tell_alarms(config, ledger, NOON - 3 * HOUR + minutes * MINUTE, failing(None)))
        assert tries == 6
        assert told(config, ledger, NOON + 2 * DAY) == []


def test_one_way_that_fails_doubles_nothing_on_the_other(tmp_path: Path) -> None:
    config = alarm_config(tmp_path, PUSH)
    with opened(config) as ledger:
        fraud(ledger, 1, NOON)
        both = ("json://127.0.0.1:9/a", "json://127.0.0.1:9/b")
        first = failing(*both)
        tell_alarms(config, ledger, NOON, first, gap=SOON)
        assert [address for address, _ in first.pushes] == [None]
        second = Notified()
        tell_alarms(config, ledger, NOON + 2 * MINUTE, second, gap=SOON)
        assert [address for address, _ in second.pushes] == list(both)
        assert told(config, ledger, NOON + 3 * MINUTE) == []


def test_one_of_several_addresses_is_enough(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    config = alarm_config(tmp_path, PUSH)
    with opened(config) as ledger:
        fraud(ledger, 1, NOON)
        tell_alarms(config, ledger, NOON, failing("json://127.0.0.1:9/a"), gap=SOON)
        assert "alarms by push: it is out of order" in caplog.text
        assert told(config, ledger, NOON + 9 * MINUTE) == []


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("false", "alarms.url_command failed with exit status 1"),
        ("no-such-program-here", "alarms.url_command can't be started"),
        ("echo", "alarms.url_command printed nothing"),
    ],
)
def test_addresses_that_can_not_be_had_hold_up_no_other_way(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, command: str, why: str
) -> None:
    config = alarm_config(tmp_path, f'desktop = true\nurl_command = "{command}"')
    with opened(config) as ledger:
        fraud(ledger, 1, NOON)
        assert told(config, ledger, NOON) == ["A message may be a fraud"]
        assert why in caplog.text
        assert next_alarm_at(config, ledger, NOON + MINUTE) == NOON + 2 * MINUTE


def test_dead_between_claim_and_telling_it_is_not_told_twice(config: Config, ledger: SqliteLedger) -> None:
    """At worst the alarm is lost: the deadline is told again when it is missed, the digest has the rest."""
    letter(ledger, 1, NOON - 22 * HOUR)
    with pytest.raises(KeyboardInterrupt):
        tell_alarms(config, ledger, NOON, Notified(interrupt=KeyboardInterrupt()), gap=SOON)
    assert told(config, ledger, NOON + 5 * MINUTE) == []
    assert told(config, ledger, NOON + 2 * HOUR) == [MISSED]


def test_dead_after_telling_and_before_the_record_it_is_not_told_twice(
    config: Config, ledger: SqliteLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    fraud(ledger, 1, NOON)
    first = Notified()
    with monkeypatch.context() as dying:
        dying.setattr(ledger, "alarms_done", _die)
        with pytest.raises(KeyboardInterrupt):
            tell_alarms(config, ledger, NOON, first, gap=SOON)
    assert first.titles == ["A message may be a fraud"]
    assert told(config, ledger, NOON + 9 * HOUR) == []


def _die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_two_processes_tell_each_alarm_once(config: Config, ledger: SqliteLedger) -> None:
    fraud(ledger, 1, NOON)
    with opened(config) as other:
        assert told(config, other, NOON) + told(config, ledger, NOON) == ["A message may be a fraud"]


# ---------------------------------------------------------------------------------------- when to look again


def test_the_daemon_knows_when_to_look_again(config: Config, ledger: SqliteLedger) -> None:
    assert next_alarm_at(config, ledger, NOON) is None
    letter(ledger, 1, NOON - 20 * HOUR)
    assert next_alarm_at(config, ledger, NOON) == NOON + 2 * HOUR
    assert told(config, ledger, NOON + 2 * HOUR) == [NEAR]
    assert next_alarm_at(config, ledger, NOON + 2 * HOUR) == NOON + 4 * HOUR


def test_a_broken_login_is_looked_at_after_its_hour(config: Config, ledger: SqliteLedger) -> None:
    ledger.note_trouble("studio", "login", NOON)
    assert next_alarm_at(config, ledger, NOON) == NOON + HOUR


def test_after_a_burst_the_next_look_waits(config: Config, ledger: SqliteLedger) -> None:
    for uid in range(4):
        letter(ledger, uid + 1, NOON - 22 * HOUR)
    told(config, ledger, NOON)
    fraud(ledger, 9, NOON)
    assert next_alarm_at(config, ledger, NOON + MINUTE) == NOON + 10 * MINUTE


# ------------------------------------------------------------------------------------------------ the digest

MORNING = 'desktop = true\ndigest_at = "08:00"'
EIGHT = NOON - 4 * HOUR


def test_the_digest_comes_once_a_day_with_what_the_night_brought(tmp_path: Path) -> None:
    config = alarm_config(tmp_path, MORNING, clients=CLIENTS)
    with opened(config) as ledger:
        tell_alarms(config, ledger, EIGHT - DAY, Notified(), gap=SOON)
        row_id = letter(ledger, 1, EIGHT - 12 * HOUR, severity=3, draft=True)
        fraud(ledger, 2, EIGHT - 3 * HOUR)
        assert told(config, ledger, EIGHT - 2 * HOUR) == []
        notified = Notified()
        tell_alarms(config, ledger, EIGHT + MINUTE, notified, gap=SOON)
        assert notified.titles == ["Inbox Triage: the digest"]
        assert "2 await an answer" in notified.text
        assert "1 draft waits, 1 client is late with a payment, 1 thing needs a look" in notified.text
        assert not any(secret in notified.text for secret in ("Pell", "Zq", "graham"))
        assert told(config, ledger, EIGHT + HOUR) == []
        assert next_alarm_at(config, ledger, EIGHT + HOUR) is not None
        ledger.close_obligation(row_id, how="done", at=EIGHT)
        assert told(config, ledger, EIGHT + DAY) == ["Inbox Triage: the digest"]


def test_a_laptop_opened_at_noon_gets_its_digest_then(tmp_path: Path) -> None:
    config = alarm_config(tmp_path, MORNING)
    with opened(config) as ledger:
        tell_alarms(config, ledger, EIGHT - DAY, Notified(), gap=SOON)
        letter(ledger, 1, NOON - HOUR)
        assert told(config, ledger, NOON) == ["Inbox Triage: the digest"]


def test_an_empty_digest_is_silence(tmp_path: Path) -> None:
    config = alarm_config(tmp_path, MORNING)
    with opened(config) as ledger:
        assert told(config, ledger, EIGHT) == []
        letter(ledger, 1, NOON)
        assert told(config, ledger, NOON) == []
        assert next_alarm_at(config, ledger, NOON) is not None


def test_a_near_deadline_stands_beside_the_digest(tmp_path: Path) -> None:
    config = alarm_config(tmp_path, MORNING)
    with opened(config) as ledger:
        letter(ledger, 1, EIGHT - 23 * HOUR)
        assert told(config, ledger, EIGHT) == [NEAR, "Inbox Triage: the digest"]
