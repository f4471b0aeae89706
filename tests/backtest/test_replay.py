"""A replay: each message meets what came before it and nothing else; both sides are understood."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from drafts import supported_languages
from tests.rig.correspondence import ME, Correspondence
from tests.rig.word_judge import WordJudge
from triage.archive import Archive
from triage.backtest import Backtest, Dossier, Replayed
from triage.chronology import chronology
from triage.clients.advice import advice
from triage.clients.invoice import Invoice, Payment
from triage.clients.money import Money
from triage.clients.profile import Client, ClientBook
from triage.conclude import Conclusion
from triage.desk import Desk, desk_without_config

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TOM = "Tom Keel <tom@keel.example>"
EVA = "Eva Moss <eva@moss.example>"


def desk(book: ClientBook | None = None) -> Desk:
    made = desk_without_config(Path("unused"), frozenset(supported_languages()), book)
    return replace(made, identity=replace(made.identity, address=ME))


def replayed(
    mail: Correspondence, folder: Path, book: ClientBook | None = None, judge: WordJudge | None = None
) -> tuple[list[Replayed], list[Dossier]]:
    path = mail.as_mbox(folder / f"{len(list(folder.iterdir()))}.mbox")
    the_judge = judge or WordJudge()
    with closing(Archive(path)) as archive:
        order = chronology(archive, archive.names, NOW)
        replay = Backtest(archive, order, desk(book), lambda: the_judge)
        return list(replay.run()), list(replay.dossiers())


def concluded(one: Replayed) -> Conclusion:
    assert one.judged.conclusion is not None
    return one.judged.conclusion


def creeping() -> Correspondence:
    mail = Correspondence()
    for number in range(6):
        mail.got(number * 5, TOM, f"Please add page {number + 4} for free, and soon.", f"Page {number + 4}")
    return mail


def test_nothing_leaks_from_the_future(tmp_path: Path) -> None:
    """Every message of a whole archive is dealt with as if the archive ended with it."""
    mail = creeping()
    mail.mails[3:3] = [mail.mails.pop()]
    mail.sent(31, TOM, "As agreed, this is extra.")
    whole, _ = replayed(mail, tmp_path)
    for count in range(1, len(whole) + 1):
        sooner = Correspondence(sorted(mail.mails, key=lambda one: one["Date"].datetime)[:count])
        part, _ = replayed(sooner, tmp_path)
        assert seen(part[-1]) == seen(whole[count - 1])


def seen(one: Replayed) -> tuple[object, ...]:
    conclusion = concluded(one)
    reply = conclusion.reply
    return (
        conclusion.decision,
        reply and reply.text,
        reply and reply.moves,
        one.contact and one.contact.traits,
    )


def test_history_changes_what_is_drafted(tmp_path: Path) -> None:
    replies = [concluded(one).reply for one in replayed(creeping(), tmp_path)[0]]
    written = [reply for reply in replies if reply]
    assert len(written) == 6
    assert written[0].moves != written[-1].moves
    assert not set(written[0].phrases) & set(written[1].phrases)


def test_each_client_has_a_past_of_their_own(tmp_path: Path) -> None:
    mail = creeping()
    mail.got(40, EVA, "Please add page 4 for free, and soon.", "Page 4")
    alone, _ = replayed(Correspondence(mail.mails[:1]), tmp_path)
    beside, _ = replayed(mail, tmp_path)
    first, last = concluded(alone[0]).reply, concluded(beside[-1]).reply
    assert first is not None
    assert last is not None
    assert first.moves == last.moves


def test_own_mail_is_never_judged(tmp_path: Path) -> None:
    mail = Correspondence()
    mail.got(0, TOM, "When will it be ready?")
    mail.sent(1, TOM, "Calling me useless helps nobody; I won't do it for free.")
    judge = WordJudge()
    lines, _ = replayed(mail, tmp_path, judge=judge)
    assert judge.asked == ["When will it be ready?"]
    assert (concluded(lines[1]).decision.action, concluded(lines[1]).decision.reason) == (
        "leave_alone",
        "own mail",
    )
    assert lines[1].client == "tom@keel.example"


def test_answers_are_told_with_their_time(tmp_path: Path) -> None:
    mail = Correspondence()
    first = mail.got(0, TOM, "When will it be ready?", "Ready?")
    mail.got(1, TOM, "And how much?", "Price")
    mail.got(2, TOM, "Are you there?", "Hello")
    mail.sent(0.5, TOM, "On Friday.", "Something else", answers=first)
    mail.sent(3, TOM, "900 EUR.", "Re: Price")
    lines, _ = replayed(mail, tmp_path)
    after = {one.entry.subject: one.answered_after for one in lines if one.entry.sender == "tom@keel.example"}
    assert after == {"Ready?": timedelta(hours=12), "Price": timedelta(days=2), "Hello": None}


def test_the_first_answer_counts(tmp_path: Path) -> None:
    mail = Correspondence()
    mail.got(0, TOM, "And how much?", "Price")
    mail.sent(1, TOM, "900 EUR.", "Re: Price")
    mail.sent(9, TOM, "Does that suit you?", "Re: Price")
    lines, _ = replayed(mail, tmp_path)
    assert lines[0].answered_after == timedelta(days=1)


def test_a_later_answer_changes_no_decision(tmp_path: Path) -> None:
    mail = Correspondence()
    asked = mail.got(0, TOM, "Please do it for free.")
    alone, _ = replayed(mail, tmp_path)
    mail.sent(1, TOM, "No.", answers=asked)
    beside, _ = replayed(mail, tmp_path)
    assert concluded(alone[0]).decision == concluded(beside[0]).decision
    assert concluded(beside[0]).decision.action == "draft"


def test_several_addresses_of_one_client_fall_together(tmp_path: Path) -> None:
    book = ClientBook((Client("Keel & Brass", addresses=("tom@keel.example",), domains=("brass.example",)),))
    mail = Correspondence()
    mail.got(0, TOM, "Please do it for free.")
    mail.got(1, "office@brass.example", "Please do it for free.")
    mail.got(2, EVA, "Hello.")
    lines, dossiers = replayed(mail, tmp_path, book)
    assert [one.client for one in lines] == ["Keel & Brass", "Keel & Brass", "eva@moss.example"]
    assert [(one.client, len(one.contacts)) for one in dossiers] == [
        ("Keel & Brass", 2),
        ("eva@moss.example", 1),
    ]


def test_machines_are_no_clients(tmp_path: Path) -> None:
    mail = Correspondence()
    mail.got(0, "News <news@shop.example>", "Everything for free!")
    mail.mails[0]["List-Id"] = "<news.shop.example>"
    lines, dossiers = replayed(mail, tmp_path)
    assert concluded(lines[0]).decision.reason == "mailing list"
    assert dossiers == []


def test_whom_one_only_wrote_to_is_a_client_if_money_was_asked_for(tmp_path: Path) -> None:
    mail = Correspondence()
    mail.sent(0, TOM, "A friendly reminder that invoice 12 was due on Monday.", "Invoice 12")
    mail.sent(1, EVA, "Shall we have lunch?", "Lunch")
    lines, dossiers = replayed(mail, tmp_path)
    assert [one.client for one in dossiers] == ["tom@keel.example"]
    assert [one.step for one in lines] == ["reminder", None]


def test_a_copy_is_neither_judged_nor_counted_again(tmp_path: Path) -> None:
    mail = creeping()
    mail.mails.append(mail.mails[0])
    judge = WordJudge()
    lines, dossiers = replayed(mail, tmp_path, judge=judge)
    assert len(lines) == 7
    assert lines[1].judged.error == "a copy of an earlier message"
    assert len(dossiers[0].contacts) == 6
    assert sum(text.startswith("Please add page 4") for text in judge.asked) == 1


def test_what_cannot_be_read_gives_a_line(tmp_path: Path) -> None:
    folder = creeping().as_folder(tmp_path / "mail")
    (folder / "99999.eml").write_bytes(b"\x00\xff" * 300)
    judge = WordJudge()
    with closing(Archive(folder)) as archive:
        order = chronology(archive, archive.names, NOW)
        lines = list(Backtest(archive, order, desk(), lambda: judge).run())
    assert len(lines) == 7
    assert concluded(lines[-1]).decision.reason.startswith("unreadable")


def test_a_payment_is_not_known_before_its_day(tmp_path: Path) -> None:
    total = Money(Decimal(900), "EUR")
    bill = Invoice(
        "12", total, date(2025, 3, 1), date(2025, 3, 10), payments=(Payment(date(2025, 4, 20), total),)
    )
    book = ClientBook((Client("Keel", addresses=("tom@keel.example",), invoices=(bill,)),))
    mail = Correspondence()
    mail.got(20, TOM, "I can't pay invoice 12 yet.", "Invoice 12")
    (line,), before = replayed(mail, tmp_path, book)
    told_of = concluded(line).reading.brief.facts(line.contact.when.date() if line.contact else NOW.date())
    assert [bill.number for bill in told_of["invoices"]] == ["12"]
    mail.got(60, TOM, "Hello again.", "Hello")
    _, after = replayed(mail, tmp_path, book)
    told = [advice(one.contacts, one.invoices, one.end).name for one in (*before, *after)]
    assert told == ["reminder", "watch"]


@pytest.mark.parametrize("count", [1, 63, 64, 65, 130])
def test_batches_lose_nothing(tmp_path: Path, count: int) -> None:
    mail = Correspondence()
    for number in range(count):
        mail.got(number / 10, TOM, f"Message {number}.", f"Subject {number}")
    lines, _ = replayed(mail, tmp_path)
    assert [one.entry.subject for one in lines] == [f"Subject {number}" for number in range(count)]
