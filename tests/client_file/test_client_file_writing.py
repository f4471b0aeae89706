"""Edits keep every comment and the order, and never leave a file that would not load."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rig.books import WHOLE_BOOKS, agreements, books, clients, euros, file_of, invoices
from triage.client_file import load_clients
from triage.client_file.writing import (
    HEAD,
    add_client,
    add_invoice,
    add_project,
    editing,
    record_payment,
    replace_text,
    set_cancelled,
    set_disputed,
    set_plan,
    set_value,
)
from triage.clients.agreement import Agreement
from triage.clients.invoice import Invoice, Payment
from triage.clients.money import Money, Price
from triage.clients.profile import Client, ClientBook, Project
from triage.errors import ConfigError

COMMENTED = """\
# Our clients.

# The first one.
[[clients]]
name = "A"   # as on the door
addresses = [
  "a@a.example",  # the office
  "b@a.example",
]
# about the policy
[clients.policy]
offer_call = true

  # Indented, like its table.
  [[clients.projects]]
  name = "Web"
  [clients.projects.agreement]
  rate = "85 EUR/hour"   # raised in spring
[[clients.invoices]]
number = "1"
total = "100 EUR"  # without tax
issued = 2026-03-20
due = 2026-04-03
payments = [
  { on = 2026-03-25, money = "10 EUR" },  # cash
]
# sent by post

# The second one,
# who is new.
[[clients]]
name = "B"

# that's all
"""
BILL = Invoice("2", euros("50"), date(2026, 4, 1), date(2026, 4, 15), project="Web")
PAID = Payment(date(2026, 4, 2), euros("20"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A client file with comments everywhere."""
    made = tmp_path / "clients.toml"
    made.write_text(COMMENTED, encoding="utf-8")
    made.chmod(0o600)
    return made


def added(before: str, after: str) -> str:
    """What stands in a text that didn't before; fails where anything else has changed."""
    start = next(
        (at for at, pair in enumerate(zip(before, after, strict=False)) if len(set(pair)) > 1), len(before)
    )
    rest = len(before) - start
    assert after[len(after) - rest :] == before[start:], after
    return after[start : len(after) - rest]


def test_a_client_comes_last_and_nothing_else_changes(path: Path) -> None:
    book = add_client(path, Client("C", addresses=("c@c.example",), projects=(Project("Logo"),)))
    new = added(COMMENTED, path.read_text(encoding="utf-8"))
    assert (
        new.strip()
        == '[[clients]]\nname = "C"\naddresses = ["c@c.example"]\n\n[[clients.projects]]\nname = "Logo"'
    )
    assert [client.name for client in book.clients] == ["A", "B", "C"]
    assert load_clients(path) == book


def test_an_invoice_stands_with_its_client_before_the_comment_on_the_next(path: Path) -> None:
    book = add_invoice(path, "a@a.example", BILL, replace(BILL, number="3"))
    text = path.read_text(encoding="utf-8")
    new = added(COMMENTED, text)
    assert new.count("[[clients.invoices]]") == 2
    assert text.index("# sent by post") < text.index('number = "2"') < text.index("# The second one,")
    assert [invoice.number for invoice in book.clients[0].invoices] == ["1", "2", "3"]
    assert book.clients[0].invoices[1] == BILL


def test_a_project_stands_behind_the_others(path: Path) -> None:
    agreed = Agreement(rounds_used=0, rate=Price(euros("85"), "hour"), rush_percent=Decimal("12.5"))
    book = add_project(path, "a", Project("Logo", agreement=agreed))
    text = path.read_text(encoding="utf-8")
    assert "rounds_used = 0" in added(COMMENTED, text)
    assert text.index("# raised in spring") < text.index('"Logo"') < text.index("[[clients.invoices]]")
    assert book.clients[0].projects[1] == Project("Logo", agreement=agreed)


def test_the_first_project_of_a_client_has_its_place(path: Path) -> None:
    book = add_project(path, "B", Project("Logo"))
    assert added(COMMENTED, path.read_text(encoding="utf-8")).strip() == '[[clients.projects]]\nname = "Logo"'
    assert [project.name for project in book.clients[1].projects] == ["Logo"]


def test_a_payment_joins_the_others(path: Path) -> None:
    book = record_payment(path, "1", PAID)
    text = path.read_text(encoding="utf-8")
    assert {"# cash", "# without tax", "# sent by post"} <= set(re.findall("# .*", text))
    assert book.clients[0].invoices[0].payments == (Payment(date(2026, 3, 25), euros("10")), PAID)


def test_what_is_noted_of_an_invoice_stands_in_its_table(path: Path) -> None:
    set_disputed(path, "1", True)
    set_plan(path, "1", [Payment(date(2026, 5, 1), euros("45")), Payment(date(2026, 6, 1), euros("45"))])
    text = path.read_text(encoding="utf-8")
    new = added(COMMENTED, text)
    assert "disputed = true" in new
    assert "2026-06-01" in new
    assert text.index("disputed") < text.index("# The second one,")
    assert load_clients(path).clients[0].invoices[0].state == "disputed"
    set_disputed(path, "1", False)
    assert load_clients(path).clients[0].invoices[0].state == "plan"
    set_plan(path, "1", [])
    assert load_clients(path).clients[0].invoices[0].state == "open"
    assert set_cancelled(path, "1", True).clients[0].invoices[0].state == "cancelled"


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        (("clients", 0, "gifts_left"), 2, "gifts_left = 2"),
        (("clients", 1, "language"), "de", 'language = "de"'),
        (("clients", 0, "projects", 0, "agreement", "rounds_used"), 3, "rounds_used = 3"),
        (("clients", 0, "projects", 0, "agreement", "deadline"), date(2026, 5, 1), "deadline = 2026-05-01"),
        (("clients", 0, "projects", 0, "agreement", "extra_round"), euros("240"), 'extra_round = "240 EUR"'),
        (("clients", 0, "projects", 0, "delivered"), ("the logo",), 'delivered = ["the logo"]'),
        (("clients", 1, "policy", "offer_call"), True, "[clients.policy]\noffer_call = true"),
    ],
)
def test_any_key_can_be_set(path: Path, place: tuple[int | str, ...], value: object, told: str) -> None:
    set_value(path, place, value)
    assert told in added(COMMENTED, path.read_text(encoding="utf-8"))


def test_a_key_keeps_its_comment_when_it_changes_and_can_be_taken_out(path: Path) -> None:
    place = ("clients", 0, "projects", 0, "agreement", "rate")
    set_value(path, place, Price(Money(Decimal("90.50"), "EUR"), "hour"))
    assert '  rate = "90.50 EUR/hour"   # raised in spring\n' in path.read_text(encoding="utf-8")
    book = set_value(path, place, None)
    assert book.clients[0].projects[0].agreement.rate is None
    assert set_value(path, place, None) == book


def test_every_comment_outlives_every_edit(path: Path) -> None:
    add_invoice(path, "A", BILL)
    record_payment(path, "2", PAID)
    set_disputed(path, "1", True)
    add_project(path, "B", Project("Logo"))
    add_client(path, Client("C"))
    set_value(path, ("clients", 0, "temper"), "approver")
    text = path.read_text(encoding="utf-8")
    comments = re.findall("# .*", COMMENTED)
    assert [found for found in re.findall("# .*", text) if found in comments] == comments
    assert re.search(r"# The second one,\n# who is new\.\n\[\[clients\]\]\nname = \"B\"", text)
    assert "\n  # Indented, like its table.\n  [[clients.projects]]\n" in text


REFUSED: list[tuple[Callable[[Path], object], str]] = [
    (lambda path: add_client(path, Client("a")), "has this name already"),
    (lambda path: add_client(path, Client("C", addresses=("A@a.example",))), "has this address already"),
    (lambda path: add_client(path, Client("C", domains=("gmail.com",))), "mail provider"),
    (lambda path: add_invoice(path, "A", replace(BILL, number="1")), "has this number already"),
    (lambda path: add_invoice(path, "A", replace(BILL, project="Shop")), "no such project"),
    (
        lambda path: add_invoice(path, "A", BILL, replace(BILL, number="3", due=date(2026, 1, 1))),
        "before issued",
    ),
    (lambda path: add_invoice(path, "Z", BILL), "no such client in the client file; it has: A, B"),
    (lambda path: record_payment(path, "1", Payment(date(2026, 3, 25), euros("10"))), "noted twice"),
    (
        lambda path: record_payment(path, "1", Payment(date(2026, 4, 25), euros("91"))),
        "1 EUR more than the total",
    ),
    (
        lambda path: record_payment(path, "1", Payment(date(2026, 1, 1), euros("1"))),
        "before the invoice was issued",
    ),
    (lambda path: record_payment(path, "7", PAID), "There is no invoice 7"),
    (lambda path: set_plan(path, "1", [PAID]), "comes to 20 EUR, but 90 EUR are open"),
    (lambda path: set_value(path, ("clients", 0, "langage"), "de"), "did you mean language"),
    (lambda path: set_value(path, ("clients", 0, "gifts_left"), -1), "at least 0"),
]


@pytest.mark.parametrize(("edit", "told"), REFUSED)
def test_an_edit_that_would_break_the_file_is_refused(
    path: Path, edit: Callable[[Path], object], told: str
) -> None:
    with pytest.raises(ConfigError, match=re.escape(told)):
        edit(path)
    assert path.read_text(encoding="utf-8") == COMMENTED


def test_a_broken_file_is_told_and_not_touched(path: Path) -> None:
    path.write_text('[[clients]]\nnam = "A"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="did you mean name"):
        add_client(path, Client("B"))
    assert path.read_text(encoding="utf-8") == '[[clients]]\nnam = "A"\n'


def test_an_error_inside_an_edit_writes_nothing(path: Path) -> None:
    def fail() -> None:
        with editing(path) as edit:
            edit.document.clear()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert path.read_text(encoding="utf-8") == COMMENTED


def test_a_missing_file_begins_with_a_head(tmp_path: Path) -> None:
    path = tmp_path / "new" / "clients.toml"
    add_client(path, Client("A", policy={"offer_call": True}))
    add_client(path, Client("B"))
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"{HEAD}\n[[clients]]\n")
    assert [client.name for client in load_clients(path).clients] == ["A", "B"]
    assert load_clients(path).clients[0].policy == {"offer_call": True}


@pytest.mark.skipif(os.name == "nt", reason="modes and links are another matter on Windows")
def test_the_file_is_closed_to_others_and_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    path.chmod(0o644)
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    add_client(link, Client("C"))
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(load_clients(path).clients) == 3


def test_line_ends_and_the_mark_in_front_stay(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + COMMENTED.replace("\n", "\r\n").encode())
    add_invoice(path, "A", BILL)
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf# Our clients.\r\n")
    assert raw.count(b"\r\n") == raw.count(b"\n")
    assert raw.count(b"\xef\xbb\xbf") == 1


PAYMENT_BLOCKS = """\
[[clients]]
name = "A"
[[clients.projects]]
name = "Web"
[[clients.invoices]]
number = "1"
total = "100 EUR"
issued = 2026-03-20
due = 2026-04-03
[[clients.invoices.payments]]
on = 2026-03-25
money = "10 EUR"
[[clients.invoices.plan]]
on = 2026-05-25
money = "90 EUR"
"""


def test_payments_in_tables_of_their_own_can_be_added_to(tmp_path: Path) -> None:
    path = tmp_path / "clients.toml"
    path.write_text(PAYMENT_BLOCKS, encoding="utf-8")
    book = record_payment(path, "1", PAID)
    assert book.clients[0].invoices[0].paid == euros("30")
    assert path.read_text(encoding="utf-8").count("[[clients.invoices.payments]]") == 2
    book = set_plan(path, "1", [Payment(date(2026, 6, 1), euros("70"))])
    assert book.clients[0].invoices[0].plan == (Payment(date(2026, 6, 1), euros("70")),)


def test_a_whole_text_takes_the_place_of_the_one_it_was_made_from(path: Path) -> None:
    assert replace_text(path, COMMENTED, '[[clients]]\nname = "Z"\n').clients[0].name == "Z"
    with pytest.raises(ConfigError, match="changed meanwhile"):
        replace_text(path, COMMENTED, "")
    with pytest.raises(ConfigError, match="changed meanwhile"):
        replace_text(path, None, "")
    with pytest.raises(ConfigError, match="did you mean name"):
        replace_text(path, path.read_text(encoding="utf-8"), "[[clients]]\nnam = 'a'\n")
    assert load_clients(path).clients[0].name == "Z"


def test_a_place_that_can_not_be_written_is_told(path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be written"):
        add_client(path / "below" / "clients.toml", Client("C"))


@WHOLE_BOOKS
@given(books())
def test_a_book_survives_being_written_and_read(
    tmp_path_factory: pytest.TempPathFactory, book: ClientBook
) -> None:
    path = file_of(book, tmp_path_factory.mktemp("book") / "clients.toml")
    assert without_lines(load_clients(path)) == book


@settings(WHOLE_BOOKS, max_examples=8)
@given(books())
def test_a_book_can_be_put_together_piece_by_piece(
    tmp_path_factory: pytest.TempPathFactory, book: ClientBook
) -> None:
    path = tmp_path_factory.mktemp("pieces") / "clients.toml"
    for client in book.clients:
        add_client(path, replace(client, projects=(), invoices=()))
        for project in client.projects:
            add_project(path, client.name, project)
    for client in book.clients:
        bare = [replace(invoice, payments=(), plan=()) for invoice in client.invoices]
        add_invoice(path, client.name, *bare)
        for invoice in client.invoices:
            for payment in invoice.payments:
                record_payment(path, invoice.number, payment)
            set_plan(path, invoice.number, invoice.plan)
    assert without_lines(load_clients(path, may_be_missing=True)) == book


@WHOLE_BOOKS
@given(books(), st.data())
def test_comments_outlive_an_edit_anywhere(
    tmp_path_factory: pytest.TempPathFactory, book: ClientBook, data: st.DataObject
) -> None:
    path = file_of(book, tmp_path_factory.mktemp("noted") / "clients.toml")
    lines = path.read_bytes().decode().split("\n")
    rows = [part for at, line in enumerate(lines) for part in (data.draw(BETWEEN), line, f"# behind {at}")]
    text = "\n".join(row for row in rows if row is not None)
    path.write_bytes(text.encode())
    assert tomllib.loads(text) == tomllib.loads("\n".join(lines))
    names = [client.name for client in book.clients]
    what = data.draw(st.sampled_from(("invoice", "project", "client") if names else ("client",)))
    if what == "invoice":
        add_invoice(path, data.draw(st.sampled_from(names)), data.draw(invoices("new", ())))
    elif what == "project":
        added_one = Project("new k9", agreement=data.draw(agreements()))
        add_project(path, data.draw(st.sampled_from(names)), added_one)
    else:
        add_client(path, data.draw(clients("new")))
    after = path.read_bytes().decode()
    assert remarks(after) == remarks(text)
    kept = iter(after.split("\n"))
    assert all(line in kept for line in text.split("\n") if line.strip())


BETWEEN = st.sampled_from((None, None, "", "# a remark", "  # further in", "#"))


def remarks(text: str) -> list[str]:
    """The comments of a text in their order."""
    return [line.strip() for line in text.split("\n") if line.strip().startswith("#")]


def without_lines(book: ClientBook) -> ClientBook:
    """The same book, wherever it stood."""
    return ClientBook(tuple(replace(client, line=0) for client in book.clients))


def test_the_tables_of_a_book_are_what_a_person_would_write(tmp_path: Path) -> None:
    plain: dict[str, Any] = {"name": "A", "projects": [{"name": "P"}]}
    path = file_of(ClientBook((Client("A", projects=(Project("P"),)),)), tmp_path / "c.toml")
    assert tomllib.loads(path.read_text(encoding="utf-8")) == {"clients": [plain]}
