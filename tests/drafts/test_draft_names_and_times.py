"""How a client is greeted, how the freelancer signs, and how a time is said."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from drafts import Freelancer, write
from drafts.moments import hear_by_words
from drafts.phrasebook import phrasebook
from tests.rig.situations import HEAR_BY, NOW, situation

TEXT = "Thank you, the brochure arrived and everybody here is pleased with it."


@pytest.mark.parametrize(
    ("display", "text", "greeting"),
    [
        ("Priya Nair", TEXT, "Hi Priya,"),
        ("Nair, Priya", TEXT, "Hi Priya,"),
        ("PRIYA NAIR", TEXT, "Hi Priya,"),
        ("", TEXT, "Hello,"),
        (",", TEXT, "Hello,"),
        ("accounts@harbour.example", TEXT, "Hello,"),
        ("Harbour Road Clinic", TEXT, "Hello,"),
        ("Harbour Road Clinic", f"{TEXT}\n\nBest,\nTom", "Hi Tom,"),
        ("Tess Hollis", f"{TEXT}\n\nTess & Rob", "Hi Tess and Rob,"),
        ("Dr. Miriam Osei", f"Dear Mr Reed,\n\n{TEXT}", "Dear Dr. Osei,"),
        ("Pauline Drysdale", f"Dear Mr Reed,\n\n{TEXT}\n\nYours sincerely", "Dear Pauline Drysdale,"),
        ("Gerry via Portal", TEXT, "Hi Gerry,"),
    ],
)
def test_the_client_is_greeted_by_the_name_they_use(display: str, text: str, greeting: str) -> None:
    assert write(situation(text, client_name=display)).text.splitlines()[0] == greeting


@pytest.mark.parametrize(
    ("freelancer", "first", "last"),
    [
        (Freelancer("Alex Reed"), "Hi Priya,", "Best regards,\nAlex Reed"),
        (Freelancer("Alex Reed", "Hello", "Kind regards"), "Hello Priya,", "Kind regards,\nAlex Reed"),
        (Freelancer("Alex Reed", "Dear {name}", "Yours,\nAlex"), "Dear Priya,", "Yours,\nAlex"),
        (Freelancer("Alex Reed", "Moin", "Gruß", language="de"), "Hi Priya,", "Best regards,\nAlex Reed"),
    ],
)  # fmt: skip
def test_the_freelancers_own_greeting_and_sign_off_are_kept(
    freelancer: Freelancer, first: str, last: str
) -> None:
    text = write(situation(TEXT, freelancer=freelancer)).text.strip()
    assert text.startswith(first)
    assert text.endswith(last)


@pytest.mark.parametrize(
    ("language", "hear_by", "words"),
    [
        ("en", HEAR_BY, "by Tuesday at 10 am"),
        ("en", NOW.replace(hour=17, minute=0), "by 5 pm today"),
        ("en", HEAR_BY.replace(minute=44), "by Tuesday at 10:30 am"),
        ("en", HEAR_BY.replace(hour=12), "by Tuesday at noon"),
        ("en", HEAR_BY + timedelta(days=9), "by Thursday, 20 March, at 10 am"),
        ("en", HEAR_BY + timedelta(days=300), "by Monday, 5 January 2026, at 10 am"),
        ("de", HEAR_BY, "bis Dienstag um 10 Uhr"),
        ("de", HEAR_BY + timedelta(days=9), "bis Donnerstag, den 20. März, um 10 Uhr"),
        ("fr", HEAR_BY, "mardi à 10 h au plus tard"),
        ("es", HEAR_BY + timedelta(days=9), "a más tardar el jueves 20 de marzo a las 10:00"),
        ("pt", HEAR_BY, "até terça-feira, às 10h"),
    ],
)
def test_a_time_is_said_as_people_write_it(language: str, hear_by: datetime, words: str) -> None:
    patterns = phrasebook(language).words["hear_by"]
    assert hear_by_words(hear_by, NOW, language, patterns) == words


def test_a_time_already_past_its_half_hour_is_said_exactly() -> None:
    soon = NOW + timedelta(minutes=5)
    patterns = phrasebook("en").words["hear_by"]
    assert hear_by_words(soon, NOW, "en", patterns) == "by 3:25 pm today"


def test_the_day_is_the_freelancers_and_not_the_machines() -> None:
    tokyo = datetime(2025, 3, 11, 8, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
    patterns = phrasebook("en").words["hear_by"]
    assert hear_by_words(tokyo, NOW, "en", patterns) == "by 8 am today"
