"""``show`` and the facts: days in words and as ISO 8601, sums with their currency, invoices on file."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from drafts.resolved import named_in
from drafts.when import Moment, Relation
from triage.commands import app
from triage.commands.facts_view import facts_record, in_words, iso, lines_of

WRITTEN = datetime(2026, 3, 10, 15, 20, tzinfo=ZoneInfo("Europe/Berlin"))
CLIENTS = """
[[clients]]
name = "Pell & Sons"
addresses = ["kevin@pellandsons.example"]
[[clients.projects]]
name = "Shop"
[clients.projects.agreement]
rate = "85 CAD/hour"
[[clients.invoices]]
number = "2026-014"
project = "Shop"
total = "900.00 CAD"
issued = 2026-02-01
due = 2026-02-15
"""


def letter(body: str, subject: str = "the shop", sent: str = "Tue, 10 Mar 2026 15:20:00 +0100") -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = "Kevin Doyle <kevin@pellandsons.example>"
    message["To"] = "Mara Lindqvist <mara@studio.example>"
    message["Subject"] = subject
    message["Message-ID"] = "<facts@pellandsons.example>"
    if sent:
        message["Date"] = sent
    message.set_content(body)
    return message.as_bytes()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with one client on file, and no mailbox that anybody would ask."""
    (tmp_path / "clients.toml").write_text(CLIENTS, encoding="utf-8")
    path = tmp_path / "config.toml"
    path.write_text(
        '[freelancer]\nname = "Mara Lindqvist"\n\n[clock]\ntime_zone = "Europe/Berlin"\n\n'
        '[[accounts]]\nname = "studio"\naddress = "mara@studio.example"\nhost = "127.0.0.1"\n',
        encoding="utf-8",
    )
    return path


def facts(config: Path, raw: bytes) -> list[dict[str, str | None]]:
    path = config.parent / "message.eml"
    path.write_bytes(raw)
    shown = CliRunner().invoke(app, ["show", str(path), "--json", "--config", str(config)])
    assert shown.exit_code == 0, shown.output
    found: list[dict[str, str | None]] = json.loads(shown.stdout)["facts"]
    return found


def test_a_message_is_shown_with_what_it_names(config: Path) -> None:
    body = (
        "Please send the photos by Thursday noon, before the fair on the 12th. "
        "I paid $450 of invoice 14, that is 50%. The rest comes in two weeks, or by 3/12."
    )
    found = facts(config, letter(body))
    assert [(one["kind"], one["words"], one["value"]) for one in found] == [
        ("deadline", "by Thursday noon", "2026-03-12"),
        ("deadline", "before the fair on the 12th", "2026-03-12"),
        ("amount", "$450", "450 CAD"),
        ("invoice", "invoice 14", "2026-014"),
        ("percentage", "50%", "50"),
        ("date", "in two weeks", "2026-03-24"),
        ("deadline", "by 3/12", None),
    ]
    assert found[0]["text"] == "by Thursday noon (12 March)"
    assert found[1]["relation"] == "before"
    assert found[-1]["text"] == "by 3/12"


def test_the_language_is_told_from_the_text(config: Path) -> None:
    body = "Guten Tag Frau Lindqvist, die Fotos brauche ich bis nächste Woche Freitag um 14 Uhr. Danke."
    (found,) = facts(config, letter(body))
    assert (found["kind"], found["value"]) == ("deadline", "2026-03-20T14:00")


def test_the_subject_of_an_answer_is_older_than_the_answer(config: Path) -> None:
    fresh = facts(config, letter("The photos, please.", "Invoice 14: photos by Friday"))
    assert [one["words"] for one in fresh] == ["Invoice 14", "by Friday"]
    answer = facts(config, letter("The photos, please.", "Re: Invoice 14: photos by Friday"))
    assert [one["words"] for one in answer] == ["Invoice 14"]


def test_a_message_without_a_sane_date_has_no_tomorrow(config: Path) -> None:
    for sent in ("", "Tue, 10 Mar 2099 15:20:00 +0100"):
        (found,) = facts(config, letter("The photos by tomorrow, please.", sent=sent))
        assert (found["words"], found["value"]) == ("by tomorrow", None)


def test_a_night_elsewhere_is_morning_here(config: Path) -> None:
    (found,) = facts(config, letter("By tomorrow, please.", sent="Tue, 10 Mar 2026 23:50:00 -0500"))
    assert found["value"] == "2026-03-12"


MOMENT = Moment("by\nFriday", 0, 9, Relation.BY, date(2026, 3, 13), date(2026, 3, 13))


def test_a_moment_is_written_in_words_and_figures() -> None:
    later = WRITTEN.replace(hour=17, minute=0).time()
    week = replace(MOMENT, words="next week", first=date(2026, 12, 28), last=date(2027, 1, 3))
    assert (in_words(MOMENT, 2026), iso(MOMENT)) == ("by Friday (13 March)", "2026-03-13")
    assert in_words(MOMENT, 2025) == "by Friday (13 March 2026)"
    assert in_words(replace(MOMENT, at=later), 2026) == "by Friday (13 March 17:00)"
    assert iso(replace(MOMENT, at=later)) == "2026-03-13T17:00"
    assert (in_words(week, 2026), iso(week)) == (
        "next week (28 December – 3 January 2027)",
        "2026-12-28/2027-01-03",
    )
    unknown = replace(MOMENT, first=None, last=None)
    assert (in_words(unknown, 2026), iso(unknown)) == ("by Friday", None)


def test_lines_name_each_thing_once_and_nothing_that_is_not_there() -> None:
    named = named_in("By Friday, I said by Friday: €1,200, 1.200 € and 10%.", "en", WRITTEN)
    assert list(lines_of(named, WRITTEN)) == [
        "By Friday (13 March), by Friday",
        "€1,200 (1200 EUR), 1.200 € (1200 EUR)",
        "10%",
    ]
    nothing = named_in("Hello there.", "en", WRITTEN)
    assert list(lines_of(nothing, WRITTEN)) == []
    assert facts_record(nothing, WRITTEN) == []
