"""Moments in five languages, each resolved to the day that its writer meant, or left open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from drafts.when import Moment, Relation, deadline_of, moments_in

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = "2026-03-10T15:20"


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def told(moment: Moment) -> str:
    """A moment in one line: relation, day or span, and time of day."""
    if moment.first is None:
        return f"{moment.relation} ?"
    days = f"{moment.first}" if moment.first == moment.last else f"{moment.first}/{moment.last}"
    clock = f" {moment.at:%H:%M}" if moment.at else f" {moment.part}" if moment.part else ""
    return f"{moment.relation} {days}{clock}"


def told_of(text: str, language: str, written: str = TUESDAY) -> list[str]:
    return [told(one) for one in moments_in(text, language, at(written))]


# Written on Tuesday, 10 March 2026, at 15:20.
ENGLISH = {
    "by Thursday": "by 2026-03-12",
    "before Thursday": "before 2026-03-12",
    "until Friday": "by 2026-03-13",
    "no later than Friday": "by 2026-03-13",
    "Friday at the latest": "by 2026-03-13",
    "on Monday": "on 2026-03-16",
    "from Monday": "from 2026-03-16",
    "not before Monday": "from 2026-03-16",
    "after Monday": "after 2026-03-16",
    "since Monday": "since 2026-03-09",
    "next Friday": "on 2026-03-20",
    "this Friday": "on 2026-03-13",
    "this coming Monday": "on 2026-03-16",
    "last Friday": "on 2026-03-06",
    "Friday next week": "on 2026-03-20",
    "a week on Friday": "on 2026-03-20",
    "Friday week": "on 2026-03-20",
    "by Fri": "by 2026-03-13",
    "Friday the 13th": "on 2026-03-13",
    "by Friday noon": "by 2026-03-13 noon",
    "Friday morning": "on 2026-03-13 morning",
    "Friday at 5pm": "on 2026-03-13 17:00",
    "by 10:30 on Friday": "by 2026-03-13 10:30",
    "by EOD Friday": "by 2026-03-13 close",
    "by 5pm EST on Friday": "by 2026-03-13",
    "today": "on 2026-03-10",
    "tonight": "on 2026-03-10 night",
    "this afternoon": "on 2026-03-10 afternoon",
    "by end of day": "by 2026-03-10 close",
    "by 5pm": "by 2026-03-10 17:00",
    "tomorrow": "on 2026-03-11",
    "by tomorrow noon": "by 2026-03-11 noon",
    "the day after tomorrow": "on 2026-03-12",
    "yesterday": "on 2026-03-09",
    "in two weeks": "on 2026-03-24",
    "in a fortnight": "on 2026-03-24",
    "within 10 days": "by 2026-03-20",
    "within 48 hours": "by 2026-03-12 15:20",
    "in 3 months": "on 2026-06-10",
    "two weeks ago": "on 2026-02-24",
    "a week from tomorrow": "on 2026-03-18",
    "this week": "on 2026-03-09/2026-03-15",
    "next week": "on 2026-03-16/2026-03-22",
    "last week": "on 2026-03-02/2026-03-08",
    "early next week": "on 2026-03-16/2026-03-17",
    "by the end of next week": "by 2026-03-20/2026-03-22",
    "next month": "on 2026-04-01/2026-04-30",
    "by the end of the month": "by 2026-03-31",
    "at month end": "on 2026-03-31",
    "mid-April": "on 2026-04-11/2026-04-20",
    "by the end of Q2": "by 2026-06-30",
    "by the end of the year": "by 2026-12-31",
    "the weekend": "on 2026-03-14/2026-03-15",
    "12 March": "on 2026-03-12",
    "by March 20th": "by 2026-03-20",
    "on the 1st of April": "on 2026-04-01",
    "the first of May": "on 2026-05-01",
    "12 May 2027": "on 2027-05-12",
    "Friday, 13 March": "on 2026-03-13",
    "by the 12th": "by 2026-03-12",
    "on the 5th": "on 2026-04-05",
    "the 3rd of next month": "on 2026-04-03",
    "2026-03-12": "on 2026-03-12",
    "by 14/3": "by 2026-03-14",
    "by 3/14/2026": "by 2026-03-14",
    "before the fair on the 12th": "before 2026-03-12",
    "before Christmas": "before 2026-12-24/2026-12-25",
    "in June": "on 2026-06-01/2026-06-30",
    "from 12 to 14 March": "on 2026-03-12/2026-03-14",
    "week 12": "on 2026-03-16/2026-03-22",
    "by may": "by 2026-05-01/2026-05-31",
    "I sent it on Monday": "on 2026-03-09",
    "The invoice of 3 March": "on 2026-03-03",
}
GERMAN = {
    "bis Freitag": "by 2026-03-13",
    "bis spätestens Freitag um 12 Uhr": "by 2026-03-13 12:00",
    "spätestens am Donnerstag": "by 2026-03-12",
    "vor Freitag": "before 2026-03-13",
    "ab Montag": "from 2026-03-16",
    "seit Montag": "since 2026-03-09",
    "nach Ostermontag": None,
    "kommenden Dienstag": "on 2026-03-17",
    "nächsten Montag": "on 2026-03-16",
    "diesen Freitag": "on 2026-03-13",
    "letzten Freitag": "on 2026-03-06",
    "nächste Woche Freitag": "on 2026-03-20",
    "Freitag in einer Woche": "on 2026-03-20",
    "Freitagabend": "on 2026-03-13 evening",
    "bis Mo": "by 2026-03-16",
    "morgen": "on 2026-03-11",
    "bis morgen früh": "by 2026-03-11 morning",
    "übermorgen": "on 2026-03-12",
    "heute Abend": "on 2026-03-10 evening",
    "in zwei Wochen": "on 2026-03-24",
    "in acht Tagen": "on 2026-03-17/2026-03-18",
    "binnen 7 Tagen": "by 2026-03-17",
    "innerhalb von 24 Stunden": "by 2026-03-11 15:20",
    "vor zwei Wochen": "on 2026-02-24",
    "Ende der Woche": "on 2026-03-13/2026-03-15",
    "bis Ende des Monats": "by 2026-03-31",
    "zum Monatsende": "on 2026-03-31",
    "Mitte April": "on 2026-04-11/2026-04-20",
    "am 12.": "on 2026-03-12",
    "am 5.": "on 2026-04-05",
    "bis zum 12. März": "by 2026-03-12",
    "12.3.": "on 2026-03-12",
    "am 12.03.2026": "on 2026-03-12",
    "Freitag, den 13. März": "on 2026-03-13",
    "vor der Messe am 12.": "before 2026-03-12",
    "KW 12": "on 2026-03-16/2026-03-22",
    "im Mai": "on 2026-05-01/2026-05-31",
    "am Wochenende": "on 2026-03-14/2026-03-15",
    "vom 12. bis 14. März": "on 2026-03-12/2026-03-14",
    "Ich habe am Montag überwiesen": "on 2026-03-09",
    "Wir haben am Montag eine Sitzung": "on 2026-03-16",
}
SPANISH = {
    "el viernes": "on 2026-03-13",
    "para el viernes": "by 2026-03-13",
    "antes del viernes": "before 2026-03-13",
    "a más tardar el jueves": "by 2026-03-12",
    "a partir del lunes": "from 2026-03-16",
    "desde el lunes": "since 2026-03-09",
    "el próximo viernes": "on 2026-03-13",
    "el viernes que viene": "on 2026-03-13",
    "el lunes pasado": "on 2026-03-09",
    "el viernes a las 10": "on 2026-03-13 10:00",
    "viernes 13": "on 2026-03-13",
    "mañana por la mañana": "on 2026-03-11 morning",
    "pasado mañana": "on 2026-03-12",
    "esta tarde": "on 2026-03-10 afternoon",
    "hoy": "on 2026-03-10",
    "ayer": "on 2026-03-09",
    "dentro de dos semanas": "on 2026-03-24",
    "en quince días": "on 2026-03-24/2026-03-25",
    "hace dos semanas": "on 2026-02-24",
    "la semana que viene": "on 2026-03-16/2026-03-22",
    "a fin de mes": "on 2026-03-31",
    "a finales de la semana que viene": "on 2026-03-20/2026-03-22",
    "el 12 de marzo": "on 2026-03-12",
    "antes del 12": "before 2026-03-12",
    "el día 5": "on 2026-04-05",
    "el 12/3": "on 2026-03-12",
    "12/03/2026": "on 2026-03-12",
    "antes de la feria del 12": "before 2026-03-12",
    "en mayo": "on 2026-05-01/2026-05-31",
    "El lunes mandé la factura": "on 2026-03-09",
}
FRENCH = {
    "vendredi": "on 2026-03-13",
    "avant vendredi": "before 2026-03-13",
    "d'ici vendredi": "by 2026-03-13",
    "pour vendredi": "by 2026-03-13",
    "au plus tard mercredi": "by 2026-03-11",
    "à partir de lundi": "from 2026-03-16",
    "depuis lundi": "since 2026-03-09",
    "lundi prochain": "on 2026-03-16",
    "lundi dernier": "on 2026-03-09",
    "vendredi en huit": "on 2026-03-20",
    "vendredi à 14h": "on 2026-03-13 14:00",
    "vendredi 14 h 30": "on 2026-03-13 14:30",
    "demain matin": "on 2026-03-11 morning",
    "après-demain": "on 2026-03-12",
    "aujourd'hui": "on 2026-03-10",
    "ce soir": "on 2026-03-10 evening",
    "dans deux semaines": "on 2026-03-24",
    "d'ici deux semaines": "by 2026-03-24",
    "sous 48 heures": "by 2026-03-12 15:20",
    "il y a deux semaines": "on 2026-02-24",
    "la semaine prochaine": "on 2026-03-16/2026-03-22",
    "fin de mois": "on 2026-03-31",
    "à la fin du mois": "on 2026-03-31",
    "mi-mars": "on 2026-03-11/2026-03-20",
    "début avril": "on 2026-04-01/2026-04-10",
    "le 12 mars": "on 2026-03-12",
    "le 1er avril": "on 2026-04-01",
    "jusqu'au 15": "by 2026-03-15",
    "pour le 12/3": "by 2026-03-12",
    "avant le salon du 12": "before 2026-03-12",
    "le lundi 16 mars": "on 2026-03-16",
}
PORTUGUESE = {
    "até sexta": "by 2026-03-13",
    "na sexta-feira": "on 2026-03-13",
    "antes de sexta": "before 2026-03-13",
    "sexta que vem": "on 2026-03-13",
    "próxima sexta": "on 2026-03-13",
    "a partir de segunda-feira": "from 2026-03-16",
    "sexta às 15h": "on 2026-03-13 15:00",
    "até às 17h de sexta": "by 2026-03-13 17:00",
    "no máximo até quinta": "by 2026-03-12",
    "amanhã de manhã": "on 2026-03-11 morning",
    "depois de amanhã": "on 2026-03-12",
    "hoje à tarde": "on 2026-03-10 afternoon",
    "daqui a duas semanas": "on 2026-03-24",
    "há duas semanas": "on 2026-02-24",
    "semana que vem": "on 2026-03-16/2026-03-22",
    "mês que vem": "on 2026-04-01/2026-04-30",
    "até ao fim do mês": "by 2026-03-31",
    "no início de abril": "on 2026-04-01/2026-04-10",
    "no dia 14": "on 2026-03-14",
    "até dia 12": "by 2026-03-12",
    "dia 14 de março": "on 2026-03-14",
    "até 12/03": "by 2026-03-12",
    "antes da feira do dia 12": "before 2026-03-12",
    "em 48 horas": "on 2026-03-12 15:20",
    "no fim de semana": "on 2026-03-14/2026-03-15",
    "Paguei na segunda": "on 2026-03-09",
}
TABLES: dict[str, Mapping[str, str | None]] = {
    "en": ENGLISH,
    "de": GERMAN,
    "es": SPANISH,
    "fr": FRENCH,
    "pt": PORTUGUESE,
}
ALL = [(language, text, days) for language, table in TABLES.items() for text, days in table.items()]


@pytest.mark.parametrize(("language", "text", "days"), ALL)
def test_a_moment_is_resolved_against_the_day_of_the_message(
    language: str, text: str, days: str | None
) -> None:
    assert told_of(text, language) == ([days] if days else [])


@pytest.mark.parametrize(("language", "text", "days"), [case for case in ALL if case[2]])
def test_it_is_the_same_amid_other_words_and_keeps_its_own(language: str, text: str, days: str) -> None:
    whole = f"Aaa bbb.\n{text.rstrip('.')}. Ccc ddd."
    (found,) = moments_in(whole, language, at(TUESDAY))
    assert told(found) == days
    assert whole[found.start : found.end] == found.words
    assert found.words.rstrip(".").strip() in text


# What may be this day or that one, and what only looks like a day.
OPEN = [
    ("en", "by Tuesday", ["by ?"]),  # on a Tuesday: today's or next week's
    ("en", "by 3/12", ["by ?"]),
    ("en", "Friday, 14 March", ["on ?"]),  # which is a Saturday
    ("en", "you promised it by Friday", ["by ?"]),
    ("en", "in a few days", []),
    ("en", "the next few days", []),
    ("en", "the 3rd round", []),
    ("en", "the 12th may be late", ["on 2026-03-12"]),
    ("en", "it may take 12 hours", []),
    ("en", "every Monday", []),
    ("en", "we march on", []),
    ("en", "24/7", []),
    ("en", "3/4 of the pages", []),
    ("en", "within 14 days of the invoice", []),
    ("en", "in February", ["on ?"]),  # of this year, or of the next
    ("en", "by noon", ["by ?"]),  # which has passed
    ("en", "Good Friday", []),
    ("en", "on the 30th of February", ["on ?"]),
    ("de", "nächsten Freitag", ["on ?"]),
    ("de", "Guten Morgen", []),
    ("de", "Morgen Alex,\nalles gut?", []),
    ("de", "jeden Montag", []),
    ("de", "am 3. Entwurf", []),
    ("de", "So geht das nicht", []),
    ("es", "los lunes", []),
    ("es", "por la mañana", []),
    ("es", "el 50% de la factura", []),
    ("fr", "vendredi prochain", ["on ?"]),
    ("fr", "le lundi", ["on ?"]),  # this one, or every one
    ("fr", "tous les lundis", []),
    ("fr", "les mots de passe", []),
    ("pt", "a segunda versão", []),
    ("pt", "na segunda rodada", []),
    ("it", "domani", []),
]


@pytest.mark.parametrize(("language", "text", "expected"), OPEN)
def test_nothing_is_guessed(language: str, text: str, expected: list[str]) -> None:
    assert told_of(text, language) == expected


@pytest.mark.parametrize(
    ("written", "text", "days"),
    [
        ("2026-01-30T10:00", "by the end of the month", "by 2026-01-31"),
        ("2026-01-31T10:00", "in a month", "on 2026-02-28"),
        ("2026-01-31T10:00", "by the end of next month", "by 2026-02-28"),
        ("2026-01-30T10:00", "on the 29th", "on ?"),  # February 2026 has none
        ("2026-01-30T10:00", "tomorrow", "on 2026-01-31"),
        ("2026-02-28T10:00", "tomorrow", "on 2026-03-01"),
        ("2028-02-28T10:00", "tomorrow", "on 2028-02-29"),
        ("2028-02-10T10:00", "by 29 February", "by 2028-02-29"),
        ("2026-02-10T10:00", "by 29 February", "by ?"),
        ("2028-01-31T10:00", "by the end of next month", "by 2028-02-29"),
        ("2028-02-29T10:00", "in 12 months", "on 2029-02-28"),
        ("2026-12-30T10:00", "by Friday", "by 2027-01-01"),
        ("2026-12-30T10:00", "on 4 January", "on 2027-01-04"),
        ("2027-01-04T10:00", "The invoice of 20 December", "on 2026-12-20"),
        ("2026-12-30T10:00", "by the end of the year", "by 2026-12-31"),
        ("2026-12-30T10:00", "next week", "on 2027-01-04/2027-01-10"),
        ("2026-12-30T10:00", "week 1", "on 2027-01-04/2027-01-10"),
        ("2026-12-31T23:30", "tomorrow", "on 2027-01-01"),
        ("2026-10-15T10:00", "by the end of the quarter", "by 2026-12-31"),
        # the clocks go forward on 29 March 2026 and back on 25 October
        ("2026-03-28T15:00", "tomorrow", "on 2026-03-29"),
        ("2026-03-28T15:00", "within 24 hours", "by 2026-03-29 16:00"),
        ("2026-10-24T15:00", "within 24 hours", "by 2026-10-25 14:00"),
        ("2026-03-27T15:00", "by Monday", "by 2026-03-30"),
        ("2026-03-29T02:30", "in two weeks", "on 2026-04-12"),
    ],
)
def test_month_ends_leap_days_summer_time_and_the_turn_of_the_year(
    written: str, text: str, days: str
) -> None:
    assert told_of(text, "en", written) == [days]


@pytest.mark.parametrize(
    ("zone", "days"),
    [("Europe/Berlin", "2026-03-12"), ("UTC", "2026-03-12"), ("America/New_York", "2026-03-11")],
)
def test_a_message_of_late_evening_is_of_the_freelancers_day(zone: str, days: str) -> None:
    """Sent at 23:50 in New York, which is 04:50 on Wednesday in Berlin."""
    sent = at("2026-03-10T23:50", "America/New_York").astimezone(ZoneInfo(zone))
    (found,) = moments_in("I need it tomorrow.", "en", sent)
    assert str(found.first) == days


def test_without_the_day_of_writing_only_a_whole_date_is_known() -> None:
    found = moments_in("by 12 March 2027, 2027-03-14, tomorrow, on Friday or by the 3rd", "en", None)
    known = [str(one.first) if one.first else "?" for one in found]
    assert known == ["2027-03-12", "2027-03-14", "?", "?", "?"]


def test_a_day_of_the_past_and_one_to_come_are_told_apart_by_the_clause() -> None:
    assert told_of("I sent it on Monday, you'll get the rest on Friday.", "en") == [
        "on 2026-03-09",
        "on 2026-03-13",
    ]


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("by Thursday", "2026-03-12T23:59"),
        ("by Thursday at 5pm", "2026-03-12T17:00"),
        ("by Thursday noon", "2026-03-12T12:00"),
        ("before Thursday", "2026-03-12T00:00"),
        ("before the fair on the 12th", "2026-03-12T00:00"),
        ("by the end of next week", "2026-03-20T23:59"),  # read strictly
        ("within 24 hours", "2026-03-11T15:20"),
    ],
)
def test_a_deadline_is_over_when_the_client_would_say_so(text: str, over: str) -> None:
    (found,) = moments_in(text, "en", at(TUESDAY))
    assert deadline_of(found, at(TUESDAY)) == at(over)


def test_what_is_no_deadline_or_no_day_has_no_end() -> None:
    for text in ("on Thursday", "from Thursday", "by Tuesday"):
        (found,) = moments_in(text, "en", at(TUESDAY))
        assert deadline_of(found, at(TUESDAY)) is None


def test_relations_say_which_are_deadlines() -> None:
    known = {relation: Moment("", 0, 0, relation).is_deadline for relation in Relation}
    assert {relation for relation, is_deadline in known.items() if is_deadline} == {
        Relation.BY,
        Relation.BEFORE,
    }
