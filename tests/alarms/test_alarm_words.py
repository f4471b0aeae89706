"""What a lock screen shows: ids, counts and times; a client's words only where the user wants them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.alarms.digest import AwaitingLine, Digest, DraftLine, OwedLine, TroubleLine, digest_push
from triage.alarms.kinds import KINDS, AlarmKind
from triage.alarms.rules import About, Alarm
from triage.alarms.words import Push, Shown, clock_time, one_line, pushes, time_left

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 10, 12, tzinfo=BERLIN)
DUE = NOW + timedelta(hours=1, minutes=50)
HIDDEN = Shown(BERLIN)
OPEN = Shown(BERLIN, client=True, subject=True)
TOLD = [kind for kind in KINDS if kind != "digest"]
ABOUT = About(7, "studio", "Pell & Sons", "Re: Logo", DUE, "its sender may be forged")


def alarm(kind: AlarmKind, about: About = ABOUT) -> Alarm:
    return Alarm(kind, f"{kind}:{about.id}", about, NOW)


def text(push: Push) -> str:
    return f"{push.title}\n{push.body}"


@pytest.mark.parametrize("kind", TOLD)
def test_every_kind_has_its_words_and_hides_the_client(kind: AlarmKind) -> None:
    (push,) = pushes([alarm(kind)], HIDDEN, NOW, 3)
    assert push.title
    assert push.keys == (f"{kind}:7",)
    assert "Pell" not in text(push)
    assert "Logo" not in text(push)


@pytest.mark.parametrize("kind", TOLD)
def test_shown_if_wanted(kind: AlarmKind) -> None:
    (push,) = pushes([alarm(kind)], OPEN, NOW, 3)
    assert push.body.endswith("Pell & Sons\nRe: Logo")
    (push,) = pushes([alarm(kind)], Shown(BERLIN, client=True), NOW, 3)
    assert push.body.endswith("Pell & Sons")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("deadline_near", "Message 7 is to be answered by 13:50: 1 h 50 min left."),
        ("deadline_missed", "Message 7 was to be answered by 13:50."),
        ("draft_ready", "triage show 7 --calm"),
        ("forged", "Message 7: its sender may be forged. Don't pay"),
        ("given_up", "Message 7 failed several times"),
        ("login_broken", "The account studio has let nobody in since 13:50. What to do: triage doctor"),
        ("no_pass", "The account studio could not be read since 13:50."),
    ],
)
def test_it_says_what_and_what_to_do(kind: AlarmKind, words: str) -> None:
    (push,) = pushes([alarm(kind)], HIDDEN, NOW, 3)
    assert words in push.body


@pytest.mark.parametrize("name", ["anna@studio.example", ""])
def test_an_account_named_by_an_address_is_not_named(name: str) -> None:
    (push,) = pushes([alarm("login_broken", About(account=name, due=NOW))], OPEN, NOW, 3)
    assert "@" not in text(push)
    assert "An account" in push.body


def test_up_to_three_are_told_one_by_one_and_four_as_one() -> None:
    four = [alarm(kind, About(i, due=DUE)) for i, kind in enumerate(TOLD[:4])]
    assert [push.keys for push in pushes(four[:3], HIDDEN, NOW, 3)] == [(one.key,) for one in four[:3]]
    (summary,) = pushes(four, HIDDEN, NOW, 3)
    assert summary.keys == tuple(one.key for one in four)


def test_two_thousand_are_counted_in_a_sentence() -> None:
    many = [alarm("deadline_missed", About(i, due=DUE)) for i in range(1500)]
    many += [alarm("draft_ready", About(i)) for i in range(499)] + [alarm("login_broken")]
    many += [alarm("deadline_near", About(9000 + i, due=DUE + i * timedelta(hours=1))) for i in range(3)]
    (push,) = pushes(many, OPEN, NOW, 3)
    assert push.title == "2,003 things to look at"
    assert push.body == (
        "1,500 answers are late, 499 drafts for severe messages, 1 login is refused, 3 answers are due."
        " The first deadline is 13:50. All of it: triage digest"
    )
    assert push.keys == tuple(one.key for one in many)


secrets = st.text(st.characters(codec="utf-8"), min_size=4, max_size=30).map(lambda text: f"Zq{text}")


@settings(deadline=None)
@given(secrets, secrets, st.lists(st.sampled_from(TOLD), min_size=1, max_size=8))
def test_no_text_of_a_clients_is_shown_unless_wanted(
    client: str, subject: str, kinds: list[AlarmKind]
) -> None:
    found = [alarm(kind, About(i, "studio", client, subject, DUE)) for i, kind in enumerate(kinds)]
    row = AwaitingLine(7, "studio", client, subject, NOW, DUE, "open", (), 0, "none", False)
    digest = Digest(NOW, [row], [DraftLine("studio", client, "reply", 7)], [OwedLine(client, (), ())],
                    [TroubleLine("given_up", "studio", subject, 7)])  # fmt: skip
    for push in [*pushes(found, HIDDEN, NOW, 3), digest_push(digest, HIDDEN, ["k"])]:
        assert client not in text(push)
        assert subject not in text(push)
        assert "Zq" not in text(push)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_a_clients_words_stay_on_one_line_and_turn_nothing_round(words: str) -> None:
    shown = one_line(words)
    assert len(shown) <= 80
    assert len(shown.splitlines()) <= 1
    assert not set(shown) & set("\u202e\u202d\u2066\u2067\u200f\x00\x1b\x07\n\r\t")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("  a \n b\t c ", "a b c"), ("x\u202egnp.exe", "x gnp.exe"), ("\x1b[31mred", "[31mred"),
        ("a" * 100, "a" * 79 + "…"), ("€ 1.200 – für Müller", "€ 1.200 – für Müller"),
    ],
)  # fmt: skip
def test_examples_of_one_line(words: str, shown: str) -> None:
    assert one_line(words) == shown


def test_times_are_told_where_the_user_is() -> None:
    assert clock_time(DUE.astimezone(UTC), NOW, BERLIN) == "13:50"
    assert clock_time(DUE, NOW, ZoneInfo("Asia/Tokyo")) == "21:50"
    assert clock_time(DUE + timedelta(days=4), NOW, BERLIN) == "2026-03-14 13:50"
    assert [time_left(NOW + timedelta(minutes=m), NOW) for m in (0, 59, 60, 61, 1500)] == [
        "0 min", "59 min", "1 h 00 min", "1 h 01 min", "25 h 00 min"
    ]  # fmt: skip


def rows(*folded: bool) -> list[AwaitingLine]:
    return [
        AwaitingLine(i, "studio", f"client {i}", f"subject {i}", NOW, NOW + timedelta(hours=i - 1),
                     "overdue" if i == 0 else "open", (), 0, "present", is_folded)
        for i, is_folded in enumerate(folded)
    ]  # fmt: skip


def test_the_digest_counts() -> None:
    digest = Digest(NOW, rows(False, True, False), [DraftLine("studio", "x", "reply", 1)])
    assert digest_push(digest, HIDDEN, ["digest:2026-03-10"]) == Push(
        "Inbox Triage: the digest",
        "3 await an answer, 1 late, 1 hostile; the first deadline is 13:00.\n"
        "1 draft waits. All of it: triage digest",
        ("digest:2026-03-10",),
    )


def test_the_digest_names_the_first_where_it_may_and_never_a_hostile_subject() -> None:
    digest = Digest(NOW, rows(False, True, False, False))
    body = digest_push(digest, OPEN, ["k"]).body
    assert body.splitlines()[2:] == [
        "11:00 client 0: subject 0",
        "12:00 client 1",
        "13:00 client 2: subject 2",
    ]


def test_money_that_isnt_late_is_no_news() -> None:
    assert Digest(NOW).is_empty
    assert Digest(NOW, owed=[OwedLine("x", (), ())]).is_empty
    assert not Digest(NOW, rows(False)).is_empty
    assert digest_push(Digest(NOW), HIDDEN, ["k"]).body == (
        "Nothing awaits an answer.\nAll of it: triage digest"
    )
