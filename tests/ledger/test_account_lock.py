"""One pass over an account at a time, held by real processes and freed by their death."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from triage.errors import LedgerUnusable, PassRunning
from triage.ledger.lock import account_lock, lock_path

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys
from pathlib import Path
from triage.ledger.lock import account_lock
with account_lock(Path(sys.argv[1]), sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(folder: Path, account: str) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock until its stdin closes."""
    command = [sys.executable, "-c", HOLDER, str(folder), account]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_pass_is_refused_and_told_who_is_at_work(tmp_path: Path) -> None:
    with another_process(tmp_path, "studio") as holder:
        sentence = rf"Another pass is running on this account \(process {holder.pid}\)"
        with pytest.raises(PassRunning, match=sentence):
            account_lock(tmp_path, "studio").__enter__()


def test_another_account_is_not_in_the_way(tmp_path: Path) -> None:
    with another_process(tmp_path, "studio"), account_lock(tmp_path, "other"):
        pass


def test_death_frees_the_lock(tmp_path: Path) -> None:
    with another_process(tmp_path, "studio") as holder:
        holder.kill()
        holder.wait()
        with account_lock(tmp_path, "studio"):
            assert lock_path(tmp_path, "studio").read_text() == f"{os.getpid()}\n"


def test_one_who_waits_gets_it_when_the_other_is_done(tmp_path: Path) -> None:
    with another_process(tmp_path, "studio") as holder:
        assert holder.stdin is not None
        threading.Timer(0.3, holder.stdin.close).start()
        begun = time.monotonic()
        with account_lock(tmp_path, "studio", wait=20):
            assert 0.2 < time.monotonic() - begun < 15
        holder.wait()
        assert holder.returncode == 0


def test_waiting_ends(tmp_path: Path) -> None:
    with another_process(tmp_path, "studio"):
        begun = time.monotonic()
        with pytest.raises(PassRunning):
            account_lock(tmp_path, "studio", wait=0.3).__enter__()
        assert 0.2 < time.monotonic() - begun < 5


def test_two_threads_of_one_process_are_kept_apart_too(tmp_path: Path) -> None:
    with account_lock(tmp_path, "studio"), pytest.raises(PassRunning, match=str(os.getpid())):
        account_lock(tmp_path, "studio").__enter__()


def test_it_is_free_again_after_an_error_inside(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), account_lock(tmp_path, "studio"):
        raise RuntimeError
    with account_lock(tmp_path, "studio"):
        pass


@pytest.mark.parametrize("other", ["a/b", "a b", "a_b", "a:b", "ä_b", "A_B"])
def test_names_that_look_alike_have_files_of_their_own(tmp_path: Path, other: str) -> None:
    assert lock_path(tmp_path, "a.b") != lock_path(tmp_path, other)
    assert lock_path(tmp_path, other).parent == tmp_path
    assert lock_path(tmp_path, other).name.isascii()


def test_a_file_without_a_number_is_no_riddle(tmp_path: Path) -> None:
    with another_process(tmp_path, "studio"):
        lock_path(tmp_path, "studio").write_text("")
        with pytest.raises(PassRunning, match="process number unknown"):
            account_lock(tmp_path, "studio").__enter__()


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(LedgerUnusable, match=r"lock file .* can't be written"):
        account_lock(tmp_path / "state", "studio").__enter__()


@pytest.mark.skipif(os.name == "nt", reason="modes mean nothing on Windows")
def test_the_lock_file_is_closed_to_others(tmp_path: Path) -> None:
    with account_lock(tmp_path / "state", "studio"):
        assert oct(lock_path(tmp_path / "state", "studio").stat().st_mode & 0o777) == "0o600"
        assert oct((tmp_path / "state").stat().st_mode & 0o777) == "0o700"
