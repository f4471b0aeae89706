"""Whatever notation a person has chosen, commands can add to it and change it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import tomlkit

from tests.rig.books import euros
from triage.client_file import load_clients
from triage.client_file import writing as edits
from triage.client_file.writing import (
    add_client,
    add_invoice,
    add_project,
    editing,
    record_payment,
    set_plan,
    set_value,
)
from triage.clients.agreement import Agreement
from triage.clients.invoice import Invoice, Payment
from triage.clients.profile import Client, Project
from triage.errors import ConfigError

A = '[[clients]]\nname = "A"\n'
P, Q = ('[[clients.projects]]\nname = "P"\n', '[[clients.projects]]\nname = "Q"\n')
LAYOUTS = {
    "plain": A,
    "without an end": A.rstrip(),
    "empty lists": f"{A}projects = []\ninvoices = [] # none\n",
    "one line": 'clients = [{ name = "A" }, { name = "B" }]\n',
    "lines in brackets": 'clients = [\n  { name = "A", projects = [{ name = "P" }], invoices = [] },\n]\n',
    "dotted keys": f'{A}policy.offer_call = true\npolicy.call_link = "x"\n',
    "dotted agreement": f'{A}{P}agreement.scope = ["x"]\n',
    "quoted keys": '[["clients"]]\n"name" = "A"\n[[clients.\'projects\']]\nname = "P"\n',
    "apart": f"{A}{P}[clients.policy]\n{Q}",
    "long name": "[[clients]]\nname = '''\nA'''\n",
    "indented": '  [[clients]]\n  name = "A"\n    [[clients.projects]]\n    name = "P"\n  [[clients]]\n'
    '  name = "B"\n',
}


@pytest.fixture(params=LAYOUTS)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file in each notation."""
    made = tmp_path / "clients.toml"
    made.write_text(LAYOUTS[request.param], encoding="utf-8")
    made.chmod(0o600)
    return made


BILL = Invoice("9", euros("50"), date(2026, 1, 1), date(2026, 1, 8), "Logo")
AGREED = Agreement(agreed_on=date(2026, 1, 2), scope=("a logo",))


def test_every_notation_can_be_added_to(path: Path) -> None:
    before = len(load_clients(path).clients)
    add_project(path, "A", Project("Logo", agreement=AGREED))
    add_invoice(path, "A", BILL)
    record_payment(path, "9", Payment(date(2026, 1, 3), euros("20")))
    set_plan(path, "9", [Payment(date(2026, 2, 3), euros("30"))])
    record_payment(path, "9", Payment(date(2026, 2, 3), euros("30")))
    book = add_client(
        path, Client("C", policy={"offer_call": True}, projects=(Project("P", agreement=AGREED),))
    )
    client = book.named("A")
    assert client is not None
    assert client.projects[-1] == Project("Logo", agreement=AGREED)
    assert [invoice.state for invoice in client.invoices] == ["paid"]
    assert len(client.invoices[0].plan) == 1
    assert book.clients[-1].policy == {"offer_call": True}
    assert book.clients[-1].projects[0].agreement == AGREED
    assert len(book.clients) == before + 1
    assert load_clients(path) == book


def test_a_key_of_a_table_that_is_not_there_yet_can_be_set(path: Path) -> None:
    add_project(path, "A", Project("Last"))
    last = len(load_clients(path).clients[0].projects) - 1
    set_value(path, ("clients", 0, "projects", last, "agreement", "rounds_used"), 1)
    set_value(path, ("clients", 0, "policy", "allow_refund"), True)
    client = load_clients(path).clients[0]
    assert client.projects[last].agreement.rounds_used == 1
    assert client.policy["allow_refund"] is True


def test_an_edit_that_came_out_otherwise_is_not_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()
    monkeypatch.setattr(edits, "_in_the_manner_of", lambda _before, text: text.replace("true", "false"))
    with pytest.raises(ConfigError, match="laid out in a way that only you can change"):
        set_value(path, ("clients", 0, "policy", "allow_refund"), True)
    assert path.read_bytes() == before


def test_a_text_that_the_editor_reads_otherwise_is_left_alone(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()
    as_it_is = tomlkit.parse
    monkeypatch.setattr(tomlkit, "parse", lambda text: as_it_is(text.replace("A", "Z")))
    with pytest.raises(ConfigError, match="edit it by hand"), editing(path):
        pytest.fail("an edit began")
    assert path.read_bytes() == before
