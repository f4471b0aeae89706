"""A ledger that can't be used says so in one sentence with what to do, and is never made worse."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.rig.ledger_acts import ACCOUNT, NOW, claimed, planned, row_of
from triage.errors import ExitCode, LedgerUnusable
from triage.ledger import Ledger, open_ledger, open_ledger_copy
from triage.ledger.faults import sentence_for
from triage.ledger.migrations import MIGRATIONS, migrate

NOBODY = 65534


def filled(path: Path, messages: int = 200) -> Path:
    """A ledger with some messages."""
    with open_ledger(path) as ledger:
        for uid in range(1, messages + 1):
            planned(ledger, uid)
    return path


def used(path: Path) -> str:
    """Open, read and write: the sentence of the failure, or what the check found."""
    try:
        with open_ledger(path) as ledger:
            damage = ledger.damage()
            list(ledger.rows())
            fill_up(ledger, 1, 400)
    except LedgerUnusable as error:
        return str(error)
    return "sound" if damage is None else "damage"


def fill_up(ledger: Ledger, first: int, end: int) -> None:
    """Claim many messages."""
    for uid in range(first, end):
        claimed(ledger, uid)


@contextmanager
def as_a_user() -> Iterator[Path]:
    """A folder of one's own, without root's right to write everywhere."""
    folder = Path(tempfile.mkdtemp(prefix="ledger-"))
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o700)
        for path in sorted(folder.rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()
        folder.rmdir()


@pytest.mark.skipif(os.name == "nt", reason="modes mean nothing on Windows")
def test_a_read_only_file_says_so() -> None:
    with as_a_user() as folder:
        path = filled(folder / "ledger.sqlite3", 1)
        path.chmod(0o400)
        with pytest.raises(LedgerUnusable, match="can't be written: give your user the right"):
            open_ledger(path)


@pytest.mark.skipif(os.name == "nt", reason="modes mean nothing on Windows")
def test_a_read_only_file_can_still_be_looked_at() -> None:
    with as_a_user() as folder:
        path = filled(folder / "ledger.sqlite3", 3)
        path.chmod(0o400)
        with open_ledger_copy(path) as ledger:
            assert ledger.unsettled(ACCOUNT, "INBOX", 7) == [1, 2, 3]


@pytest.mark.parametrize("content", [b"no database at all, " * 50, b"SQLite format 3\0" + b"\xa5" * 5000])
def test_looking_at_what_is_no_ledger_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.sqlite3"
    path.write_bytes(content)
    with pytest.raises(LedgerUnusable, match=r"is no ledger|is damaged"):
        open_ledger_copy(path)
    assert path.read_bytes() == content


@pytest.mark.skipif(os.name == "nt", reason="modes mean nothing on Windows")
def test_a_read_only_folder_says_so() -> None:
    with as_a_user() as folder:
        folder.chmod(0o500)
        with pytest.raises(LedgerUnusable, match="can't be written: give your user the right"):
            open_ledger(folder / "ledger.sqlite3")
        with pytest.raises(LedgerUnusable, match="can't be written: give your user the right"):
            open_ledger(folder / "state" / "ledger.sqlite3")


def test_a_folder_in_the_files_place_says_so(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnusable, match="can't be"):
        open_ledger(tmp_path)


def test_a_file_in_the_folders_place_says_so(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(LedgerUnusable, match="can't be opened: check that its folder"):
        open_ledger(tmp_path / "state" / "ledger.sqlite3")


def test_a_full_disk_ends_the_step_and_loses_nothing_before_it(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    with open_ledger(path) as ledger:
        row = planned(ledger, 1)
        (pages,) = ledger._read("PRAGMA page_count")[0]
        ledger._read(f"PRAGMA max_page_count = {pages + 1}")
        with pytest.raises(LedgerUnusable, match=r"disk is full.*free some space"):
            fill_up(ledger, 2, 5000)
        known = {found.uid for found in ledger.rows()}
        assert known == set(range(1, len(known) + 1))
    with open_ledger(path) as ledger:
        assert ledger.damage() is None
        assert row_of(ledger, row.id) == row
        assert not claimed(ledger, 4999).is_settled


def test_a_file_that_is_no_database_says_so_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    path.write_bytes(b"Dear diary, today I was a file of another kind. " * 100)
    before = path.read_bytes()
    with pytest.raises(LedgerUnusable, match="is no ledger: move it away"):
        open_ledger(path)
    assert path.read_bytes() == before


def test_another_programs_database_says_so_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(LedgerUnusable, match="another program's database: move it away"):
        open_ledger(path)
    with closing(sqlite3.connect(path)) as connection:
        assert [name for (name,) in connection.execute("SELECT name FROM sqlite_master")] == ["bookmarks"]


def test_a_newer_schema_says_so_and_stays(tmp_path: Path) -> None:
    path = filled(tmp_path / "ledger.sqlite3", 3)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO migration (name) VALUES ('telepathy')")
    with pytest.raises(LedgerUnusable, match="newer version of Inbox Triage: update"):
        open_ledger(path)


def test_an_older_schema_is_brought_up_to_date_with_its_data(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, MIGRATIONS[:1])
        connection.execute("INSERT INTO cursor VALUES ('studio', 'INBOX', 7, 42)")
    with open_ledger(path) as ledger:
        assert ledger.cursor(ACCOUNT, "INBOX", 7) == 42
        ledger.pass_finished(ACCOUNT, NOW, {})


@pytest.mark.parametrize("kept", [0.0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_truncated_file_is_refused_or_begun_anew_never_half_believed(tmp_path: Path, kept: float) -> None:
    path = filled(tmp_path / "ledger.sqlite3")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    told = used(path)
    if kept == 0.0:
        assert told == "sound"
        with open_ledger(path) as ledger:
            assert ledger.find("1") is not None, "nothing but what was claimed anew"
    else:
        assert told == "damage" or "is damaged: restore it" in told or "is no ledger" in told


@pytest.mark.parametrize("page", [1, 2, 3, 5, 8, 12])
def test_a_damaged_page_is_told_not_raised_as_something_else(tmp_path: Path, page: int) -> None:
    path = filled(tmp_path / "ledger.sqlite3")
    content = bytearray(path.read_bytes())
    start = 4096 * (page - 1) + (100 if page == 1 else 0)
    content[start : start + 400] = b"\xa5" * 400
    path.write_bytes(content)
    told = used(path)
    assert told == "damage" or "damaged: restore it from a backup, or move it away" in told


def test_a_ledger_held_by_another_program_says_so(tmp_path: Path) -> None:
    path = filled(tmp_path / "ledger.sqlite3", 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with (
            open_ledger(path, busy_seconds=0.1) as ledger,
            pytest.raises(LedgerUnusable, match="in use by another program"),
        ):
            claimed(ledger, 2)


def test_two_connections_take_turns(tmp_path: Path) -> None:
    path = filled(tmp_path / "ledger.sqlite3", 1)
    with open_ledger(path) as one, open_ledger(path) as two:
        claimed(one, 2)
        claimed(two, 3)
        assert one.unsettled(ACCOUNT, "INBOX", 7) == two.unsettled(ACCOUNT, "INBOX", 7) == [1, 2, 3]


def test_a_table_that_is_gone_says_so(tmp_path: Path) -> None:
    path = filled(tmp_path / "ledger.sqlite3", 1)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE cursor")
    with open_ledger(path) as ledger, pytest.raises(LedgerUnusable, match="damaged"):
        ledger.cursor(ACCOUNT, "INBOX", 7)


def test_an_error_inside_a_transaction_that_is_not_the_ledgers_stays_itself(tmp_path: Path) -> None:
    with (
        open_ledger(tmp_path / "ledger.sqlite3") as ledger,
        pytest.raises(PermissionError),
        ledger.together(),
    ):
        raise PermissionError


def test_every_sentence_names_the_file_and_is_one_line() -> None:
    assert LedgerUnusable.exit_code == ExitCode.LEDGER_UNUSABLE
    codes = [
        value
        for name, value in vars(sqlite3).items()
        if name.startswith("SQLITE_") and isinstance(value, int)
    ]
    for code in codes:
        error = sqlite3.OperationalError("words that may hold anything")
        error.sqlite_errorcode = code
        sentence = sentence_for(error, "/home/anna/ledger.sqlite3")
        assert "/home/anna/ledger.sqlite3" in sentence
        assert "\n" not in sentence
        assert "words that may hold" not in sentence
        assert sentence.endswith(".")
