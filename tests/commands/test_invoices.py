"""``triage invoices`` as it is typed: what is written, what is printed, what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.rig.mailbox import Mailbox
from tests.rig.settings import config_text
from triage.client_file import load_clients
from triage.clients.invoice import Invoice
from triage.commands import app
from triage.ledger import StepPlan, open_ledger

CLIENTS = """\
# my clients
[[clients]]
name = "Harbour Bakery"
addresses = ["nora@harbourbakery.example"]
language = "en"
[[clients.projects]]
name = "Website"  # since March
[clients.projects.agreement]
payment_days = 14
[[clients.invoices]]
number = "2026-014"
project = "Website"
total = "1200.00 EUR"
issued = 2026-03-20
due = 2026-04-03
[[clients]]
name = "Weiss"
addresses = ["k@weiss.example"]
"""
KEYS = {
    "number", "client", "project", "total", "paid", "open", "issued", "due", "state", "days_overdue",
    "next_step", "next_step_on", "why", "last_step", "last_step_sent",
}  # fmt: skip


class Shop:
    """A configuration and a client file of a test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "clients.toml"
        nowhere = Mailbox("none", "127.0.0.1", 1, "mara", "unused")
        (folder / "config.toml").write_text(config_text(nowhere, folder, folder / "cache"), encoding="utf-8")
        self.file.write_text(CLIENTS, encoding="utf-8")
        self.file.chmod(0o600)

    def run(self, *words: str, now: str = "2026-04-15T10:00+02:00", status: int = 0) -> str:
        """What the command prints; stderr where it ends with a status of its own."""
        command = ["invoices", *words, "--config", str(self.folder / "config.toml"), "--now", now]
        done = CliRunner().invoke(app, command)
        assert done.exit_code == status, done.output
        return done.stderr if status else done.stdout

    def refuse(self, *words: str) -> str:
        """The sentence of a refusal, which writes nothing."""
        before = self.file.read_bytes()
        said = self.run(*words, status=2)
        assert self.file.read_bytes() == before
        return said

    def records(self, *words: str, now: str = "2026-04-15T10:00+02:00") -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run("list", "--json", *words, now=now).splitlines()]

    def invoice(self, number: str) -> Invoice:
        book = load_clients(self.file)
        return next(one for client in book.clients for one in client.invoices if one.number == number)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


class TestAdd:
    """Entering an invoice."""

    def test_it_is_written_and_the_comments_stay(self, shop: Shop) -> None:
        said = shop.run(
            "add", "15", "--client", "k@weiss.example", "--total", "90 EUR", "--due", "2026-05-01"
        )
        assert said == "Invoice 15 is due on 2026-05-01.\n"
        found = shop.invoice("15")
        assert (found.issued, found.due, str(found.total.amount)) == (
            date(2026, 4, 15),
            date(2026, 5, 1),
            "90",
        )
        text = shop.file.read_text(encoding="utf-8")
        assert text.startswith("# my clients\n")
        assert "# since March" in text

    def test_the_agreement_says_when_it_is_due(self, shop: Shop) -> None:
        line = shop.run("add", "15", "--client", "Harbour Bakery", "--total", "90.00 EUR", "--json")
        record = json.loads(line)
        assert (record["due"], record["state"], record["next_step_on"]) == (
            "2026-04-29",
            "open",
            "2026-05-04",
        )

    def test_all_problems_at_once(self, shop: Shop) -> None:
        said = shop.refuse("add", "15", "--client", "Weis", "--total", "90 EURO", "--due", "tomorrow")
        assert [line.split(":")[1].strip() for line in said.splitlines()] == ["--client", "--total", "--due"]

    def test_an_unknown_currency(self, shop: Shop) -> None:
        said = shop.refuse("add", "15", "--client", "Weiss", "--total", "90 EUX", "--due", "2026-05-01")
        assert "EUX is no currency in use (ISO 4217); did you mean EUR?" in said

    def test_a_due_date_in_the_past_needs_a_word(self, shop: Shop) -> None:
        words = ("add", "15", "--client", "Weiss", "--total", "90 EUR", "--due", "2026-04-01")
        assert "it was due on 2026-04-01, and reminders of it begin at once; give --past" in shop.refuse(
            *words
        )
        shop.run(*words, "--past")
        assert (shop.invoice("15").issued, shop.invoice("15").due) == (date(2026, 4, 1), date(2026, 4, 1))

    def test_late_under_an_agreement_it_was_issued_before_that(self, shop: Shop) -> None:
        shop.run(
            "add", "15", "--client", "Harbour Bakery", "--total", "9 EUR", "--due", "2026-04-01", "--past"
        )
        assert shop.invoice("15").issued == date(2026, 3, 18)

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("--due", "2026-05-01", "--issued", "2026-05-02"), "due before it was issued"),
            (("--due", "2026-05-01", "--project", "Shop"), "there is no project “Shop” of this client"),
            ((), "--due: is missing, and no agreement on file says how many days"),
        ],
    )
    def test_what_cannot_be_meant(self, shop: Shop, words: tuple[str, ...], told: str) -> None:
        assert told in shop.refuse("add", "15", "--client", "Weiss", "--total", "90 EUR", *words)

    def test_a_number_that_is_there_already(self, shop: Shop) -> None:
        words = ("--client", "Weiss", "--total", "90 EUR", "--due", "2026-05-01")
        assert "has this number already" in shop.refuse("add", "2026-014", *words)


class TestList:
    """Where each invoice stands."""

    def test_the_contract(self, shop: Shop) -> None:
        (record,) = shop.records()
        assert set(record) == KEYS
        assert (record["state"], record["days_overdue"]) == ("open", 12)
        assert (record["next_step"], record["next_step_on"], record["why"]) == ("reminder", "2026-04-15", "")

    def test_before_it_is_due_the_reminder_has_its_day(self, shop: Shop) -> None:
        (record,) = shop.records(now="2026-03-25T10:00+01:00")
        assert (record["days_overdue"], record["next_step_on"]) == (0, "2026-04-06")

    def test_what_was_sent_and_what_waits(self, shop: Shop) -> None:
        with open_ledger(shop.folder / "state" / "ledger.sqlite3") as ledger:
            step = StepPlan("Harbour Bakery", "2026-014", "reminder", date(2026, 4, 3), "1200.00 EUR")
            at = datetime(2026, 4, 6, 23, 30, tzinfo=UTC)
            ledger.plan_steps(
                [step], account="studio", message_id="<1@s.example>", subject="", content_hash="", at=at
            )
            (waiting,) = shop.records()
            assert (waiting["next_step"], waiting["next_step_on"]) == ("reminder", None)
            assert waiting["why"] == "drafted, not yet seen in Sent"
            ledger.step_sent("<1@s.example>", at=at, sent_message_id="<1@s.example>")
        (sent,) = shop.records()
        assert (sent["last_step"], sent["last_step_sent"]) == ("reminder", "2026-04-07"), "in Berlin"
        assert (sent["next_step"], sent["next_step_on"]) == ("second_reminder", "2026-04-15")

    def test_by_client_and_unpaid(self, shop: Shop) -> None:
        shop.run("add", "15", "--client", "Weiss", "--total", "90 EUR", "--due", "2026-05-01")
        shop.run("paid", "15")
        assert [record["number"] for record in shop.records("--client", "k@weiss.example")] == ["15"]
        assert [record["number"] for record in shop.records("--unpaid")] == ["2026-014"]
        assert "no such client" in shop.refuse("list", "--client", "Nobody")

    def test_the_table(self, shop: Shop) -> None:
        table = shop.run("list")
        for words in ("2026-014", "Harbour Bakery", "12 days", "reminder", "2026-04-15"):
            assert words in table
        assert "no such invoices" in shop.run("list", "--client", "Weiss")

    def test_without_a_configuration(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TRIAGE_CONFIG", str(shop.folder / "none.toml"))
        command = ["invoices", "list", "--json", "--clients", str(shop.file), "--now", "2026-04-15"]
        done = CliRunner().invoke(app, command)
        assert json.loads(done.stdout)["next_step"] == "reminder"


class TestPaid:
    """Money that came in."""

    def test_in_full_and_never_twice(self, shop: Shop) -> None:
        assert shop.run("paid", "2026-014") == "Invoice 2026-014 is paid in full.\n"
        (record,) = shop.records()
        assert (record["state"], record["open"], record["next_step"]) == ("paid", "0.00 EUR", None)
        assert "is paid in full since 2026-04-15: nothing is open on it" in shop.refuse("paid", "2026-014")

    def test_in_part(self, shop: Shop) -> None:
        said = shop.run("paid", "2026-014", "--amount", "400 EUR", "--on", "2026-04-10")
        assert said == "Invoice 2026-014 is paid in part, 800.00 EUR are open.\n"
        record = json.loads(shop.run("paid", "2026-014", "--json"))
        assert (record["state"], record["paid"]) == ("paid", "1200.00 EUR")

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("--amount", "1300 EUR"), "--amount: only 1200.00 EUR are open"),
            (("--amount", "400 USD"), "--amount: the invoice is in EUR"),
            (("--amount", "some"), "--amount: must be an amount and its currency"),
            (("--on", "2026-04-16"), "--on: is still to come"),
            (("--on", "2026-03-01"), "--on: is before the invoice was issued"),
            (("--on", "monday"), "--on: “monday” is no day"),
        ],
    )
    def test_what_cannot_be(self, shop: Shop, words: tuple[str, ...], told: str) -> None:
        assert told in shop.refuse("paid", "2026-014", *words)

    def test_the_same_payment_noted_twice(self, shop: Shop) -> None:
        shop.run("paid", "2026-014", "--amount", "400 EUR")
        assert "noted twice" in shop.refuse("paid", "2026-014", "--amount", "400 EUR")

    def test_an_unknown_number(self, shop: Shop) -> None:
        for words in (("paid", "7"), ("dispute", "7"), ("cancel", "7"), ("plan", "7", "--drop")):
            assert "there is no invoice 7 in the client file" in shop.refuse(*words)


class TestStops:
    """Dispute, plan, cancellation, and their ends."""

    def test_a_dispute(self, shop: Shop) -> None:
        shop.run("dispute", "2026-014")
        (record,) = shop.records()
        assert (record["state"], record["next_step"], record["why"]) == (
            "disputed",
            None,
            "stopped: disputed",
        )
        assert record["days_overdue"] == 12
        shop.run("dispute", "2026-014", "--resolved")
        assert shop.records()[0]["next_step"] == "reminder"

    def test_a_plan(self, shop: Shop) -> None:
        parts = ("--part", "2026-06-04 800 EUR", "--part", "2026-05-04 400.00 EUR")
        assert "in 2 parts, the last on 2026-06-04" in shop.run("plan", "2026-014", *parts)
        assert [part.on.month for part in shop.invoice("2026-014").plan] == [5, 6]
        assert shop.records()[0]["state"] == "plan"
        (missed,) = shop.records(now="2026-05-06T10:00+02:00")
        assert (missed["next_step"], missed["next_step_on"]) == ("reminder", "2026-05-07")
        assert missed["days_overdue"] == 2
        shop.run("plan", "2026-014", "--drop")
        assert shop.records()[0]["state"] == "open"

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            ((), "name the instalments, or take the plan back with --drop"),
            (("--drop", "--part", "2026-06-04 1200 EUR"), "name the instalments, or take the plan back"),
            (("--part", "2026-06-04 1100 EUR"), "come to 1100 EUR, and 1200.00 EUR are open"),
            (("--part", "2026-06-04 1200 USD"), "the invoice is in EUR"),
            (("--part", "2026-04-04 1200 EUR"), "a day of the plan has passed"),
            (("--part", "1200 EUR"), "“1200” is no day"),
            (("--part", "2026-06-04"), "must be an amount"),
        ],
    )
    def test_a_plan_that_cannot_be(self, shop: Shop, words: tuple[str, ...], told: str) -> None:
        assert told in shop.refuse("plan", "2026-014", *words)

    def test_a_cancellation(self, shop: Shop) -> None:
        shop.run("cancel", "2026-014")
        assert shop.records()[0]["state"] == "cancelled"
        for words in (("paid",), ("dispute",), ("plan",), ("cancel",)):
            assert "is cancelled: `triage invoices cancel --undo`" in shop.refuse(words[0], "2026-014")
        shop.run("cancel", "2026-014", "--undo")
        assert shop.records()[0]["state"] == "open"


class TestImport:
    """A bookkeeping program's list."""

    @pytest.fixture
    def table(self, shop: Shop) -> Callable[[str], str]:
        def write(text: str) -> str:
            path = shop.folder / "list.csv"
            path.write_text(text, encoding="utf-8")
            return str(path)

        return write

    def test_all_rows_and_once(self, shop: Shop, table: Callable[[str], str]) -> None:
        path = table(
            "Rechnungsnummer;Kunde;Datum;Fällig am;Brutto\n"
            "R-1;Weiss;01.04.2026;01.05.2026;1.234,50 €\n"
            "R-2;Harbour Bakery;02.04.2026;;90,00 €\n"
            "2026-014;Harbour Bakery;20.03.2026;03.04.2026;1.200,00 €\n"
        )
        assert json.loads(shop.run("import", path, "--json")) == {"added": ["R-1", "R-2"], "known": 1}
        before = shop.file.read_bytes()
        assert shop.run("import", path) == "0 invoices entered, 3 were there already.\n"
        assert shop.file.read_bytes() == before
        assert shop.invoice("R-2").due == date(2026, 4, 16)

    def test_one_wrong_row_and_none_is_entered(self, shop: Shop, table: Callable[[str], str]) -> None:
        path = table("number,client,total,due\nR-1,Weiss,9 EUR,2026-05-01\nR-2,Nobody,x,2026-05-01\n")
        said = shop.refuse("import", path)
        assert said.count("list.csv, line 3") == 2

    def test_what_is_late_needs_a_word(self, shop: Shop, table: Callable[[str], str]) -> None:
        path = table("number,client,total,due\nR-1,Weiss,9 EUR,2026-02-01\n")
        assert "give --past if that is so" in shop.refuse("import", path)
        shop.run("import", path, "--past")
        assert shop.invoice("R-1").due == date(2026, 2, 1)

    def test_what_the_user_says_of_it(self, shop: Shop, table: Callable[[str], str]) -> None:
        path = table("ref,sum,until\nR-1,1.200,05/06/2026\n")
        columns = ("--column", "number=ref", "--column", "total=sum", "--column", "due=until")
        notation = ("--decimal", "comma", "--dates", "day-first", "--currency", "chf", "--client", "Weiss")
        shop.run("import", path, *columns, *notation)
        found = shop.invoice("R-1")
        assert (str(found.total.amount), found.total.currency, found.due) == ("1200", "CHF", date(2026, 6, 5))

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("--decimal", "dot"), "--decimal: must be comma or point"),
            (("--dates", "iso"), "--dates: must be day-first or month-first"),
            (("--column", "total"), "--column: must name a column and its header"),
            (("--column", "colour=red"), "--column colour=…: there is no such column"),
        ],
    )
    def test_wrong_words(
        self, shop: Shop, table: Callable[[str], str], words: tuple[str, ...], told: str
    ) -> None:
        assert told in shop.refuse("import", table("number,client,total\n"), *words)
