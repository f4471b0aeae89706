"""The client file as a book, and every problem in it at once with its line and what to write instead."""

from __future__ import annotations

import logging
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.rig.books import euros
from triage.client_file import load_book, load_clients
from triage.client_file.loading import check_text
from triage.clients.invoice import Payment
from triage.clients.money import Price
from triage.clients.profile import ClientBook
from triage.config import load_config
from triage.errors import ConfigError, ExitCode

GOOD = """\
[[clients]]
name = "Harbour Bakery"
people = ["Nora Lind"]
addresses = ["nora@harbourbakery.example"]
domains = ["HarbourBakery.example"]
language = "en"
address_form = "familiar"
greeting_name = "Nora"
gifts_left = 1
temper = "approver"
[clients.policy]
offer_call = true
[[clients.projects]]
name = "Website"
keywords = ["homepage", "shop"]
delivered = ["the five page templates"]
approved = []
mistakes = ["the price list went out a day late"]
closed = false
[clients.projects.agreement]
agreed_on = 2026-03-02
scope = ["five page templates"]
exclusions = ["a booking form"]
rounds_included = 2
rounds_used = 3
rate = "85 EUR/hour"
extra_round = "240 EUR"
rush_percent = 12.5
deadline = 2026-05-15
payment_days = 14
deposit_percent = 30
late_fee = "interest of 9 percentage points above the base rate"
channels = ["mail"]
working_hours = "09:00-17:00"
[[clients.invoices]]
number = "2026-014"
project = "Website"
total = "1200.00 EUR"
issued = 2026-03-20
due = 2026-04-03
payments = [{ on = 2026-04-10, money = "400 EUR" }]
plan = [{ on = 2026-05-10, money = "800 EUR" }]
disputed = true
cancelled = false
"""


def problems(text: str) -> list[str]:
    """What is told of a file."""
    with pytest.raises(ConfigError) as told:
        check_text(text, "clients.toml")
    return list(told.value.problems)


def test_every_key_arrives() -> None:
    (client,) = check_text(GOOD, "clients.toml").clients
    assert (client.name, client.people, client.line) == ("Harbour Bakery", ("Nora Lind",), 1)
    assert (client.addresses, client.domains) == (("nora@harbourbakery.example",), ("harbourbakery.example",))
    assert (client.language, client.address_form, client.greeting_name) == ("en", "familiar", "Nora")
    assert (client.gifts_left, client.temper, client.policy) == (1, "approver", {"offer_call": True})
    (project,) = client.projects
    assert (project.name, project.keywords, project.is_closed) == ("Website", ("homepage", "shop"), False)
    assert (project.delivered, project.approved) == (("the five page templates",), ())
    assert project.mistakes == ("the price list went out a day late",)
    agreed = project.agreement
    assert (agreed.agreed_on, agreed.deadline) == (date(2026, 3, 2), date(2026, 5, 15))
    assert (agreed.scope, agreed.exclusions) == (("five page templates",), ("a booking form",))
    assert (agreed.rounds_included, agreed.rounds_used) == (2, 3)
    assert (agreed.rate, agreed.extra_round) == (Price(euros("85"), "hour"), euros("240"))
    assert (agreed.rush_percent, agreed.rush_fee) == (Decimal("12.5"), None)
    assert (agreed.payment_days, agreed.deposit_percent) == (14, Decimal(30))
    assert (agreed.channels, agreed.working_hours) == (("mail",), "09:00-17:00")
    assert agreed.late_fee.startswith("interest")
    (invoice,) = client.invoices
    assert (invoice.number, invoice.project, invoice.total) == ("2026-014", "Website", euros("1200.00"))
    assert (invoice.issued, invoice.due) == (date(2026, 3, 20), date(2026, 4, 3))
    assert invoice.payments == (Payment(date(2026, 4, 10), euros("400")),)
    assert (invoice.open, invoice.state) == (euros("800.00"), "disputed")
    assert (invoice.is_disputed, invoice.is_cancelled) == (True, False)


def test_what_was_never_agreed_is_none_or_empty() -> None:
    (client,) = check_text('[[clients]]\nname = "A"\n[[clients.projects]]\nname = "P"\n', "c").clients
    agreed = client.projects[0].agreement
    assert {getattr(agreed, name) for name in agreed.__slots__} == {None, "", ()}
    assert (client.language, client.gifts_left, client.invoices, client.policy) == (None, 0, (), {})


@pytest.mark.parametrize("text", ["", "\n# nobody yet\n", "\ufeff# nobody yet\n", "clients = []\n"])
def test_a_file_without_clients_is_an_empty_book(text: str) -> None:
    assert check_text(text, "c") == ClientBook()


def test_a_mark_in_front_and_other_line_ends_are_borne() -> None:
    book = check_text("\ufeff" + GOOD.replace("\n", "\r\n"), "c")
    assert book == check_text(GOOD, "c")


ABOVE = '[[clients]]\nname = "Harbour Bakery"\n'
PROJECT = f'{ABOVE}[[clients.projects]]\nname = "Website"\n[clients.projects.agreement]\n'
BILL = (
    f'{ABOVE}[[clients.invoices]]\nnumber = "1"\ntotal = "100 EUR"\nissued = 2026-03-20\ndue = 2026-04-03\n'
)
WHO = "clients[0] “Harbour Bakery”"

WRONG_KEYS = [
    (ABOVE + 'addresses = "nora@x.example"', 3, f"{WHO}, addresses: must be a list: put what stands there"),
    (ABOVE + 'addresses = ["nora"]', 3, f"{WHO}, addresses[0]: is no mail address"),
    (ABOVE + 'addresses = ["a@x.example",\n"b@x"\n, 5]', 5, f"{WHO}, addresses[2]: must be text in quotes."),
    (ABOVE + 'addresses = ["a@x.example", "a@x.example"]', 3, f"{WHO}, addresses: names something twice."),
    (ABOVE + 'domains = ["gmail.com"]', 3, f"{WHO}, domains[0]: is a mail provider that anybody uses"),
    (ABOVE + 'domains = ["mail.gmx.de"]', 3, f"{WHO}, domains[0]: is a mail provider that anybody uses"),
    (ABOVE + 'domains = ["co.uk"]', 3, f"{WHO}, domains[0]: is shared by a whole country"),
    (ABOVE + 'domains = ["@x.example"]', 3, f"{WHO}, domains[0]: must be the part behind the @ alone"),
    (ABOVE + 'domains = ["https://x.example/"]', 3, f"{WHO}, domains[0]: must be the part behind the @"),
    (ABOVE + 'domains = ["example"]', 3, f"{WHO}, domains[0]: must be the part behind the @ alone"),
    (ABOVE + 'language = "German"', 3, f'{WHO}, language: must be a language\'s two letters: write "de".'),
    (ABOVE + 'language = "français"', 3, f'{WHO}, language: must be a language\'s two letters: write "fr".'),
    (ABOVE + 'language = "pt-BR"', 3, f'{WHO}, language: must be a language\'s two letters: write "pt".'),
    (ABOVE + 'language = "xx"', 3, f"{WHO}, language: must be a language's two letters"),
    (ABOVE + 'address_form = "du"', 3, f'{WHO}, address_form: must be one of "formal" or "familiar".'),
    (ABOVE + "gifts_left = -1", 3, f"{WHO}, gifts_left: must be at least 0."),
    (ABOVE + "gifts_left = true", 3, f"{WHO}, gifts_left: must be a whole number."),
    (ABOVE + 'temper = "angry"', 3, f'{WHO}, temper: must be one of "controller", "performer"'),
    (ABOVE + 'greeting_name = "No\\nra"', 3, f"{WHO}, greeting_name: must be one line"),
    (ABOVE + 'curency = "EUR"', 3, f"{WHO}, curency: there is no such key; known here are address_form"),
    (ABOVE + 'currency = "EUR"', 3, f"{WHO}, currency: there is no such key; write the currency with each"),
    (ABOVE + 'email = "x"', 3, f"{WHO}, email: there is no such key; did you mean addresses?"),
    (ABOVE + "adresses = []", 3, f"{WHO}, adresses: there is no such key; did you mean addresses?"),
    (
        ABOVE + 'rate = "85 EUR/hour"',
        3,
        f"{WHO}, rate: there is no such key here; it belongs in [clients.pro",
    ),
    (
        ABOVE + "[clients.policy]\noffer_cal = true",
        4,
        f"{WHO}, policy.offer_cal: there is no such key; did you",
    ),
    (ABOVE + "[clients.policy]\noffer_call = 1", 4, f"{WHO}, policy.offer_call: must be true or false."),
    (
        ABOVE + '[clients.policy]\nlanguages = ["de"]',
        3,
        f"{WHO}, policy: languages is for all clients; write",
    ),
    (
        ABOVE + "[[clients.policy]]\noffer_call = true",
        3,
        f"{WHO}, policy: is one table: write its header with",
    ),
    (ABOVE + '[clients.projects]\nname = "x"', 3, f"{WHO}, projects: is a list of tables: write its header"),
    (ABOVE + "[[clients.projects]]\nclosed = false", 3, f"{WHO}, projects[0].name: is missing; add it."),
    (ABOVE + '[[clients.projects]]\nname = ""', 4, f"{WHO}, projects[0].name: is empty; fill it in."),
    (PROJECT + 'rate = "85"', 6, f"{WHO}, projects[0].agreement.rate: must be a price for one unit"),
    (PROJECT + "extra_round = 240", 6, f"{WHO}, projects[0].agreement.extra_round: must be an amount and"),
    (PROJECT + 'extra_round = "0 EUR"', 6, f"{WHO}, projects[0].agreement.extra_round: must be more than 0."),
    (PROJECT + 'rush_fee = "5 EUX"', 6, f"{WHO}, projects[0].agreement.rush_fee: EUX is no currency in use"),
    (PROJECT + 'rush_percent = "50%"', 6, f"{WHO}, projects[0].agreement.rush_percent: must be a number wit"),
    (PROJECT + "rush_percent = nan", 6, f"{WHO}, projects[0].agreement.rush_percent: must be more than 0"),
    (
        PROJECT + "deposit_percent = 101",
        6,
        f"{WHO}, projects[0].agreement.deposit_percent: must be more than",
    ),
    (
        PROJECT + 'deadline = "2026-05-15"',
        6,
        f"{WHO}, projects[0].agreement.deadline: must be a date without",
    ),
    (PROJECT + 'deadline = "15.05.2026"', 6, "write 2026-05-15."),
    (PROJECT + "deadline = 2026-05-15T10:00:00", 6, "must be a day without a time: write 2026-05-15."),
    (PROJECT + "deadline = 10:00:00", 6, f"{WHO}, projects[0].agreement.deadline: must be a date without"),
    (PROJECT + "deadline = 0026-05-15", 6, "is a year that can't be meant"),
    (PROJECT + "rounds_included = 2.0", 6, f"{WHO}, projects[0].agreement.rounds_included: must be a whole"),
    (
        PROJECT + 'rounds_used = "two"',
        6,
        f"{WHO}, projects[0].agreement.rounds_used: must be a whole number.",
    ),
    (PROJECT + "payment_days = 400", 6, f"{WHO}, projects[0].agreement.payment_days: must be at most 365."),
    (PROJECT + 'working_hours = "9 to 5"', 6, f"{WHO}, projects[0].agreement.working_hours: must be an open"),
    (PROJECT + 'scope = ["a", ""]', 6, f"{WHO}, projects[0].agreement.scope[1]: is empty; fill it in."),
    (PROJECT + 'scope = "five pages"', 6, f"{WHO}, projects[0].agreement.scope: must be a list: put what"),
    (PROJECT + "revisions = 2", 6, "there is no such key; did you mean rounds_included?"),
    (BILL + "amount = 5", 8, f"{WHO}, invoices[0].amount: there is no such key; did you mean total?"),
    (BILL + "disputed = 1", 8, f"{WHO}, invoices[0].disputed: must be true or false."),
    (BILL + 'payments = [{ money = "5 EUR" }]', 8, f"{WHO}, invoices[0].payments[0].on: is missing; add it."),
    (BILL.replace("100 EUR", "-5 EUR"), 5, f"{WHO}, invoices[0].total: must be more than 0."),
    (BILL.replace("100 EUR", "1.200,00 €"), 5, 'quotes: write "1200.00 EUR".'),
    (BILL.replace('"1"', "1"), 4, f"{WHO}, invoices[0].number: must be text in quotes."),
    ("clients = 5", 1, "clients: must be a list"),
    (
        '\n[clients]\nname = "A"',
        2,
        "clients: is a list of tables: write its header with two brackets, [[clients]].",
    ),
    ('[[client]]\nname = "A"', 1, "client: there is no such key; did you mean clients?"),
    ('[[clients]]\nlanguage = "en"', 1, "clients[0], name: is missing; add it."),
    ("[[clients]]\nname = 5", 2, "clients[0], name: must be text in quotes."),
]


@pytest.mark.parametrize(("text", "line", "told"), WRONG_KEYS)
def test_a_wrong_key_is_told_with_its_line(text: str, line: int, told: str) -> None:
    (problem,) = problems(text)
    assert problem.startswith(f"clients.toml, line {line}: ")
    assert told in problem


OTHER = '[[clients]]\nname = "Weiss"\n'
CONTRADICTIONS = [
    (ABOVE + '[[clients]]\nname = " harbour  BAKERY"', 4, "name: clients[0] (line 2) has this name already"),
    (
        ABOVE + 'addresses = ["a@x.example"]\n' + OTHER + 'addresses = ["b@x.example", "A@x.example"]',
        6,
        "clients[1] “Weiss”, addresses[1]: clients[0] (line 3) has this address already; leave it with one",
    ),
    (
        ABOVE + 'domains = ["x.example"]\n' + OTHER + 'domains = ["X.example"]',
        6,
        "clients[1] “Weiss”, domains[0]: clients[0] (line 3) has this domain already",
    ),
    (
        ABOVE + '[[clients.projects]]\nname = "Web"\n[[clients.projects]]\nname = "web"',
        6,
        f"{WHO}, projects[1].name: clients[0].projects[0] (line 4) has this name already",
    ),
    (
        BILL + OTHER + BILL.removeprefix(ABOVE),
        11,
        "clients[1] “Weiss”, invoices[0].number: clients[0].invoices[0] (line 4) has this number already",
    ),
    (PROJECT + 'rush_percent = 5\nrush_fee = "5 EUR"', 7, "agreement.rush_fee: stands beside rush_percent"),
    (
        PROJECT + "deadline = 2026-03-01\nagreed_on = 2026-03-02",
        6,
        f"{WHO}, projects[0].agreement.deadline: is before agreed_on",
    ),
    (
        PROJECT + 'scope = ["Five  pages"]\nexclusions = ["a form",\n"five pages"]',
        8,
        f"{WHO}, projects[0].agreement.exclusions[1]: stands in scope too",
    ),
    (BILL + 'project = "Webiste"', 8, "project: this client has no such project; add it with [[clients.proj"),
    (
        PROJECT + BILL.removeprefix(ABOVE) + 'project = "Webiste"',
        11,
        f"{WHO}, invoices[0].project: this client has no such project; did you mean “Website”?",
    ),
    (
        PROJECT + BILL.removeprefix(ABOVE) + 'project = "Logo"',
        11,
        f"{WHO}, invoices[0].project: this client has no such project; it has “Website”.",
    ),
    (BILL.replace("2026-04-03", "2026-03-19"), 7, f"{WHO}, invoices[0].due: is before issued"),
    (
        BILL + 'payments = [{ on = 2026-03-19, money = "5 EUR" }]',
        8,
        f"{WHO}, invoices[0].payments[0].on: came in before the invoice was issued",
    ),
    (
        BILL + 'plan = [{ on = 2026-03-19, money = "100 EUR" }]',
        8,
        f"{WHO}, invoices[0].plan[0].on: is before the invoice was issued",
    ),
    (
        BILL + 'payments = [{ on = 2026-03-21, money = "5 USD" }]',
        8,
        f"{WHO}, invoices[0].payments[0].money: is in USD, the invoice in EUR",
    ),
    (
        BILL
        + 'payments = [{ on = 2026-03-21, money = "60 EUR" },\n{ on = 2026-03-22, money = "60.50 EUR" }]',
        9,
        f"{WHO}, invoices[0].payments[1]: brings what was paid to 20.50 EUR more than the total",
    ),
    (
        BILL
        + 'payments = [{ on = 2026-03-21, money = "60 EUR" },\n{ on = 2026-03-21, money = "60.00 EUR" }]',
        9,
        f"{WHO}, invoices[0].payments[1]: is the same as payments[0]: one payment noted twice",
    ),
    (
        BILL + 'plan = [{ on = 2026-05-01, money = "60 EUR" }]',
        8,
        f"{WHO}, invoices[0].plan: comes to 60 EUR, but 100 EUR are open",
    ),
    (
        BILL
        + 'payments = [{ on = 2026-04-01, money = "100 EUR" }]\n'
        + 'plan = [{ on = 2026-05-01, money = "60 EUR" }]',
        9,
        f"{WHO}, invoices[0].plan: comes to 60 EUR, but nothing is open",
    ),
]


@pytest.mark.parametrize(("text", "line", "told"), CONTRADICTIONS)
def test_a_contradiction_is_told_with_its_line(text: str, line: int, told: str) -> None:
    (problem,) = problems(text)
    assert problem.startswith(f"clients.toml, line {line}: ")
    assert told in problem


def test_a_plan_stays_right_while_its_instalments_come_in() -> None:
    plan = 'plan = [{ on = 2026-05-01, money = "30 EUR" }, { on = 2026-06-01, money = "30 EUR" }]\n'
    paid = (
        '{ on = 2026-04-01, money = "40 EUR" }',
        '{ on = 2026-05-01, money = "30 EUR" }',
        '{ on = 2026-06-01, money = "30 EUR" }',
    )
    for count in (1, 2, 3):
        check_text(f"{BILL}{plan}payments = [{', '.join(paid[:count])}]\n", "c")


def test_all_problems_are_told_at_once_in_the_files_order() -> None:
    text = (
        PROJECT
        + 'rate = "85"\nrush_percent = 5\nrush_fee = "5 EUX"\n'
        + BILL.removeprefix(ABOVE).replace("100 EUR", "100")
        + 'project = "Logo"\npayments = [{ on = 2026-03-21 }]\n'
        + OTHER
        + "unknown = 1\n"
    )
    told = problems(text)
    assert [int(problem.split("line ")[1].split(":")[0]) for problem in told] == [6, 8, 8, 11, 14, 15, 18]


def test_a_mistake_of_type_hides_no_contradiction() -> None:
    bill = "{ issued = 2026-03-02, due = 2026-03-01 }"
    text = f'clients = [5, {{ name = "A", invoices = [3, {bill}] }}, {{ name = "a" }}]'
    told = " ".join(problems(text))
    for words in (
        "clients[0]: must be a table",
        "due: is before issued",
        "has this name already",
        "total: is mis",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[clients]]\nname = "A', "clients.toml, line 2: can't be read as TOML (Unterminated string"),
        (
            "[[clients]]\nname = A",
            "clients.toml, line 2: can't be read as TOML (Invalid value, at column 8).",
        ),
        ("[[clients]]\nname", "clients.toml, line 2: can't be read as TOML ("),
        ("x = 1\n\n[", "clients.toml, line 3: can't be read as TOML ("),
        (
            '[clients]\nname = "A"\n[clients]\nname = "B"',
            "a list of tables takes two brackets, such as [[clients]].",
        ),
        ("x = " + "9" * 5000, "clients.toml has a number that is too long to be meant."),
        ("x = " + "[" * 5000, "clients.toml is nested too deeply to be meant."),
    ],
)
def test_a_mistake_in_the_notation_is_told_alone(text: str, told: str) -> None:
    (problem,) = problems(text)
    assert told in problem


def test_no_address_is_ever_repeated() -> None:
    text = (
        f'{ABOVE}addresses = ["nora@x.example", "no ra@x.example"]\n{OTHER}addresses = ["nora@x.example"]\n'
    )
    assert "nora@" not in " ".join(problems(text))
    assert "no ra" not in " ".join(problems(text))


def test_a_missing_file_is_nobody_or_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "clients.toml"
    assert load_clients(path, may_be_missing=True) == ClientBook()
    with pytest.raises(ConfigError, match=r"There is no client file at .*`triage clients add`") as told:
        load_clients(path)
    assert told.value.exit_code == ExitCode.USAGE


def test_what_can_not_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read"):
        load_clients(tmp_path)
    with pytest.raises(ConfigError, match="can't be read"):
        load_clients(tmp_path / "nul\0")
    path = tmp_path / "clients.toml"
    path.write_bytes(b'[[clients]]\n# caf\xe9\nname = "A"\n')
    path.chmod(0o600)
    with pytest.raises(ConfigError, match=r"^clients.toml, line 2: is not in UTF-8"):
        load_clients(path)
    path.write_bytes(b"#" * (17 << 20))
    with pytest.raises(ConfigError, match="too large"):
        load_clients(path)


@pytest.mark.skipif(os.name == "nt", reason="modes mean nothing on Windows")
def test_a_file_that_others_can_read_is_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "clients.toml"
    path.write_text(GOOD, encoding="utf-8")
    path.chmod(0o644)
    with caplog.at_level(logging.WARNING, "triage"):
        assert load_clients(path).clients
    assert [record.getMessage() for record in caplog.records] == [
        "Others can read clients.toml: run `chmod go-rwx` on it"
    ]
    caplog.clear()
    path.chmod(0o600)
    assert load_clients(path).clients
    assert caplog.records == []


CONFIG = """\
[freelancer]
name = "Anna"
[[accounts]]
name = "studio"
address = "anna@studio.example"
host = "imap.studio.example"
"""


def test_the_configuration_leads_to_the_file(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG, encoding="utf-8")
    assert load_config(config).paths.clients == tmp_path / "clients.toml"
    assert load_book(load_config(config)) == ClientBook()
    (tmp_path / "clients.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "clients.toml").chmod(0o600)
    assert [client.name for client in load_book(load_config(config)).clients] == ["Harbour Bakery"]


def test_a_file_that_the_configuration_names_must_be_there(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'{CONFIG}[storage]\nclients_file = "books/mine.toml"\n', encoding="utf-8")
    settings = load_config(config)
    assert settings.paths.clients == tmp_path / "books" / "mine.toml"
    with pytest.raises(ConfigError, match="There is no client file"):
        load_book(settings)
    settings.paths.clients.mkdir(parents=True)
    with pytest.raises(ConfigError, match=r"storage\.clients_file: must be a file, and there is a folder"):
        load_config(config)
