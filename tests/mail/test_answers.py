"""A reply closes what it answers, also where a phone or a new mail has lost the thread, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from triage.mail.answers import (
    Answers,
    Asked,
    Reply,
    goes_to,
    is_answer,
    is_automatic,
    is_blank,
    names_of,
    sent_at,
)
from triage.mail.parse import parse

ARRIVED = datetime(2026, 3, 10, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATER = ARRIVED + 2 * HOUR
FIRST = Asked("<a@client.example>", "jo@client.example", "Homepage", ARRIVED, conversation=1)
SECOND = replace(FIRST, key="<b@client.example>", subject="Re: Homepage", received=ARRIVED + HOUR)
THIRD = replace(FIRST, key="<c@client.example>", subject="Re: Homepage", received=ARRIVED + 3 * HOUR)
THREAD = (FIRST, SECOND, THIRD)
NAMING = Reply(("<a@client.example>",), ("Jo@client.example",), "Re: Homepage", LATER)
PHONE = Reply((), ("jo@client.example",), "Re: Homepage", LATER)


def answered(reply: Reply, messages: tuple[Asked, ...] = THREAD) -> list[str]:
    """The messages that a reply answers, where all of them are known."""
    known = [one for one in messages if one.key in reply.names]
    return [one.key[1] for one in messages if is_answer(reply, one, known)]


def test_a_reply_to_one_of_three_closes_the_older_ones_and_no_later_one() -> None:
    assert answered(NAMING) == ["a"]
    assert answered(replace(NAMING, names=("<a@client.example>", "<b@client.example>"))) == ["a", "b"]
    assert answered(replace(NAMING, names=("<b@client.example>",), at=ARRIVED + 9 * HOUR)) == ["a", "b"]
    assert answered(replace(NAMING, names=("<c@client.example>",))) == ["a", "b", "c"]


def test_what_a_reply_names_is_answered_whatever_its_subject_and_clock() -> None:
    odd = replace(NAMING, subject="Something else", at=datetime(1970, 1, 1, tzinfo=UTC))
    assert answered(odd) == ["a"]


@pytest.mark.parametrize(
    "subject",
    ["Homepage", "RE: homepage", "AW: Homepage", "RE[2]: Homepage", "Antw.: Homepage", "Antw: homepage",
     "SV: Homepage", "Fwd: Re: Homepage", "Re: Fwd: Homepage", "RV: Homepage", "[EXT] Re: Homepage",
     "[External] AW: Homepage", "Re : Homepage", "RES: Homepage", "TR: Homepage", "回复：Homepage",
     "Re: Re:  Homepage ",
     "R: Homepage", "VS: Homepage", "YNT: Homepage", "Re: [EXT] Homepage"],
)  # fmt: skip
def test_a_phone_that_names_nothing_answers_by_client_matter_and_time(subject: str) -> None:
    assert answered(replace(PHONE, subject=subject)) == ["a", "b"]


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("to", ("max@client2.example",)),
        ("subject", "Invoice"),
        ("subject", ""),
        ("subject", "Re:"),
        ("at", ARRIVED - HOUR),
        ("at", ARRIVED - timedelta(seconds=1)),
    ],
)
def test_another_client_another_subject_or_an_earlier_mail_answers_nothing(
    change: str, value: object
) -> None:
    assert answered(replace(PHONE, **{change: value})) == []  # type: ignore[arg-type]


def test_mail_without_a_subject_is_told_apart_by_its_thread_alone() -> None:
    bare = replace(FIRST, subject="")
    assert not is_answer(replace(PHONE, subject="Re: "), bare, [])
    assert is_answer(NAMING, bare, [bare])


def test_a_reply_that_names_what_nobody_knows_is_taken_by_its_matter() -> None:
    assert answered(replace(NAMING, names=("<mine-of-years-ago@studio.example>",))) == ["a", "b"]


def test_a_message_without_a_name_is_answered_by_its_matter_even_in_a_thread() -> None:
    nameless = replace(SECOND, key="sha256:0")
    assert is_answer(replace(NAMING, at=ARRIVED + 2 * HOUR), nameless, [FIRST])
    assert not is_answer(replace(NAMING, at=ARRIVED), nameless, [FIRST])


@pytest.mark.parametrize(
    ("to", "subject", "is_meant"),
    [
        ("jo@client.example", "Re: Homepage", True),
        ("JO@Client.Example", "Re: Homepage", True),
        ("boss@client.example", "Re: Homepage", True),  # their organisation answers for them
        ("boss@mail.client.example", "Re: Homepage", True),
        ("boss@client.example", "Fwd: Homepage", False),  # a forward is for whom it names
        ("jo@client.example", "Fwd: Homepage", True),
        ("printer@paper.example", "Fwd: Homepage", False),
        ("printer@paper.example", "Re: Homepage", False),  # a word among others, the client left out
        ("ben@studio.example", "Re: Homepage", False),
    ],
)
def test_only_a_word_to_the_client_is_an_answer(to: str, subject: str, is_meant: bool) -> None:
    reply = replace(NAMING, to=(to,), subject=subject)
    assert goes_to(reply, FIRST) is is_meant
    assert answered(reply) == (["a"] if is_meant else [])


def test_two_of_a_freemail_service_are_two_strangers() -> None:
    private = replace(FIRST, client="jo.1@gmail.com")
    assert not goes_to(replace(NAMING, to=("max.2@gmail.com",)), private)
    assert goes_to(replace(NAMING, to=("jo.1@gmail.com",)), private)


def test_the_address_asked_for_and_the_clients_others_count() -> None:
    form = replace(FIRST, client="form@shop.example", reply_to=("Nora@bakery.example",))
    assert goes_to(replace(NAMING, to=("nora@bakery.example",)), form)
    filed = replace(FIRST, reach=(frozenset({"jo@home.example"}), frozenset({"firm.example"})))
    assert goes_to(replace(NAMING, to=("jo@home.example",)), filed)
    assert goes_to(replace(NAMING, to=("any@firm.example",)), filed)


def test_older_mail_of_another_person_in_the_thread_stays_open_unless_written_to() -> None:
    boss = replace(FIRST, key="<boss@other.example>", client="boss@other.example")
    reply = replace(NAMING, names=("<b@client.example>",))
    assert not is_answer(reply, boss, [SECOND])
    assert is_answer(replace(reply, to=("jo@client.example", "boss@other.example")), boss, [SECOND])


# --------------------------------------------------------------------------------------------- the clock


@pytest.mark.parametrize(
    ("dated", "taken"),
    [
        (None, LATER),
        (LATER - 2 * HOUR, LATER),
        (datetime(1970, 1, 1, tzinfo=UTC), LATER),
        (datetime(2099, 1, 1, tzinfo=UTC), LATER),
        (LATER - timedelta(days=400), LATER - timedelta(days=400)),  # an old mail copied into Sent
        (datetime(2026, 3, 10, 12, tzinfo=timezone(timedelta(hours=9))), LATER),
        (datetime(2020, 3, 10, 12), LATER),
    ],
)
def test_the_moment_of_a_sent_mail(dated: datetime | None, taken: datetime) -> None:
    assert sent_at(LATER, dated, LATER + HOUR) == taken


def test_nothing_was_sent_in_the_future() -> None:
    assert sent_at(datetime(2099, 1, 1, tzinfo=UTC), None, LATER) == LATER


@pytest.mark.parametrize("raw", ["-0000", "+0000", "GMT"])
def test_a_date_without_a_known_zone_is_read_as_utc(raw: str) -> None:
    head = parse(f"From: a@b.example\nDate: Tue, 10 Mar 2026 20:00:00 {raw}\n\n".encode())
    assert head.date == ARRIVED


# ---------------------------------------------------------------------------------- what is no word at all


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied",
        "X-Autoreply: yes",
        "Precedence: auto_reply",
        "Precedence: bulk",
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"',
    ],
)
def test_what_a_program_sent_for_us_answers_nothing(headers: str) -> None:
    assert is_automatic(parse(f"From: mara@studio.example\nSubject: Away\n{headers}\n\n".encode()))


def test_what_we_sent_ourselves_is_no_program() -> None:
    assert not is_automatic(parse(b"From: mara@studio.example\nSubject: Out of office next week\n\n"))
    assert not is_automatic(parse(b"From: mara@studio.example\nAuto-Submitted: no\nSubject: Re: Logo\n\n"))


QUOTE = "\n\nOn Tue, 10 Mar 2026 at 20:00, Jo Client <jo@client.example> wrote:\n> Could we talk?\n> Jo\n"


@pytest.mark.parametrize(
    ("text", "is_empty"),
    [
        ("", True),
        ("   \n\n", True),
        (QUOTE, True),
        ("-- \nMara Lindqvist\nStudio\n", True),
        ("\n\nSent from my iPhone" + QUOTE, True),
        ("Yes." + QUOTE, False),
        ("👍" + QUOTE, False),
        ("ok", False),
    ],
)
def test_quotes_and_a_signature_say_nothing(text: str, is_empty: bool) -> None:
    head = "From: mara@studio.example\nSubject: Re: Homepage\nContent-Type: text/plain; charset=utf-8\n\n"
    assert is_blank((head + text).encode()) is is_empty


def test_a_file_alone_is_an_answer() -> None:
    raw = (
        b"From: mara@studio.example\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\nContent-Type: application/pdf; name=logo.pdf\n\nx\n--b--\n"
    )
    assert not is_blank(raw)
    assert not is_blank(b"")  # what can't be had says nothing either way


def test_an_endless_list_of_names_is_cut_in_its_middle() -> None:
    many = [f"<{number}@c.example>" for number in range(1000)]
    names = names_of(many, "<last@c.example>")
    assert len(names) == 100
    assert (names[0], names[-1]) == (many[0], "<last@c.example>")
    assert names_of(["<a@b>", "<a@b>"], "<a@b>") == ("<a@b>",)
    assert names_of((), None) == ()


def test_a_whole_correspondence_tells_when_each_was_answered_first() -> None:
    found = Answers()
    for one in THREAD:
        found.ask(one)
    found.note(["<b@client.example>"], ["jo@client.example"], "Re: Homepage", LATER)
    found.note([], ["jo@client.example"], "Re: Homepage", LATER + 5 * HOUR)
    assert [found.time_of(one) for one in THREAD] == [LATER, LATER, LATER + 5 * HOUR]
    assert found.time_of(replace(FIRST, key="<x@y>", client="max@elsewhere.example")) is None
