"""Several programs that change the client file at the same time lose nothing of each other's."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.rig.books import euros, file_of
from triage.client_file import load_clients, writing
from triage.client_file.writing import add_client
from triage.clients.invoice import Invoice
from triage.clients.profile import Client, ClientBook
from triage.errors import ConfigError
from triage.files import locked

ROOT = Path(__file__).parents[2]
START = date(2026, 1, 1)
PAYING = """
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from triage.client_file.writing import record_payment
from triage.clients.invoice import Payment
from triage.clients.money import Money
path, who = Path(sys.argv[1]), int(sys.argv[2])
for at in range(5):
    day = date(2026, 1, 1) + timedelta(days=10 * who + at)
    record_payment(path, "1", Payment(day, Money(Decimal(1), "EUR")))
"""


def test_payments_noted_by_three_programs_at_once_are_all_there(tmp_path: Path) -> None:
    bill = Invoice("1", euros("15"), START, START + timedelta(days=14))
    path = file_of(ClientBook((Client("A", invoices=(bill,)),)), tmp_path / "clients.toml")
    running = [
        subprocess.Popen([sys.executable, "-c", PAYING, str(path), str(who)], cwd=ROOT) for who in range(3)
    ]
    assert [process.wait(120) for process in running] == [0, 0, 0]
    (invoice,) = load_clients(path).clients[0].invoices
    assert len(invoice.payments) == 15
    assert invoice.state == "paid"


def test_who_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "clients.toml"
    monkeypatch.setattr(writing, "WAIT_SECONDS", 0.1)
    with (
        locked(tmp_path / ".clients.toml.lock", 0),
        pytest.raises(ConfigError, match=r"Another program is changing clients\.toml"),
    ):
        add_client(path, Client("A"))
    assert not path.exists()
    add_client(path, Client("A"))
    assert path.exists()


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL on Windows")
def test_a_lock_goes_with_the_program_that_held_it(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    holding = "import sys, time; from pathlib import Path; from triage.files import locked\n"
    holding += "with locked(Path(sys.argv[1]), 1):\n    print('held', flush=True)\n    time.sleep(60)\n"
    holder = subprocess.Popen(
        [sys.executable, "-c", holding, str(lock)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(TimeoutError), locked(lock, 0.1):
        pytest.fail("two hold one lock")
    holder.kill()
    holder.wait()
    holder.stdout.close()
    started = time.monotonic()
    with locked(lock, 5):
        assert time.monotonic() - started < 5
