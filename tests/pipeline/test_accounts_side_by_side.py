"""Several accounts in one sweep: side by side, each with its own line, none in another's way."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from classifiers.judge import load_or_train
from tests.rig.dovecot import Dovecot
from tests.rig.mailbox import Mailbox, on_dovecot
from tests.rig.many_accounts import many_accounts
from tests.rig.proxy import FaultProxy, Faults
from tests.rig.word_judge import WordJudge
from triage import conclude
from triage.access import persevere
from triage.commands import app
from triage.commands import sweep as command
from triage.config import Account
from triage.errors import ExitCode
from triage.side_by_side import side_by_side


def letter(number: int, words: str = "When can I have the menu?") -> bytes:
    return (
        f"From: Nora <nora{number}@harbourbakery.example>\r\nTo: mara{number}@studio.example\r\n"
        f"Subject: The menu {number}\r\nMessage-ID: <menu-{number}@harbourbakery.example>\r\n\r\n{words}\r\n"
    ).encode()


def swept(path: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["sweep", "--config", str(path), *options])


def lines(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def boxes(dovecot: Dovecot) -> Callable[[int], list[Mailbox]]:
    """So many mailboxes."""
    return lambda count: [on_dovecot(dovecot, dovecot.user("alice")) for _ in range(count)]


@pytest.fixture(autouse=True)
def _judge(monkeypatch: pytest.MonkeyPatch) -> None:
    judge = WordJudge()
    monkeypatch.setattr(conclude, "load_classifier", lambda *_: judge)


class TestOrderAndBound:
    """The bare mechanism."""

    def test_results_come_in_the_order_of_the_work_whatever_ends_first(self) -> None:
        gates = [threading.Event() for _ in range(5)]

        def piece(number: int) -> Callable[[], int]:
            def work() -> int:
                if number < 4:  # each waits for the one after it
                    assert gates[number + 1].wait(10)
                gates[number].set()
                return number

            return work

        assert list(side_by_side([piece(number) for number in range(5)], 5)) == [0, 1, 2, 3, 4]

    @pytest.mark.parametrize("most", [1, 3, 20])
    def test_so_many_at_once_and_no_more(self, most: int) -> None:
        running: list[int] = []
        highest = []

        def work() -> None:
            running.append(1)
            highest.append(len(running))
            time.sleep(0.02)
            running.pop()

        assert list(side_by_side([work] * 12, most)) == [None] * 12
        assert max(highest) <= most
        if most > 1:
            assert max(highest) > 1

    def test_a_single_piece_runs_in_the_calling_thread(self) -> None:
        assert list(side_by_side([threading.get_ident], 8)) == [threading.get_ident()]

    @pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
    def test_one_that_raises_gives_none_and_the_others_go_on(self) -> None:
        def broken() -> int:
            raise ZeroDivisionError

        assert list(side_by_side([lambda: 1, broken, lambda: 3], 1)) == [1, None, 3]
        for thread in threading.enumerate():
            if thread.name == "beside":  # its error is told within this test
                thread.join(10)

    def test_nothing_to_do(self) -> None:
        assert list(side_by_side([], 4)) == []


@pytest.mark.dovecot
def test_of_ten_accounts_eight_wait_for_their_servers_at_once(
    boxes: Callable[[int], list[Mailbox]], dovecot: Dovecot, tmp_path: Path
) -> None:
    """No server says a word until eight are asked: counted, since time tells little on a busy machine."""
    mailboxes = boxes(10)
    for number, mailbox in enumerate(mailboxes):
        mailbox.deliver(letter(number))
    with FaultProxy(dovecot.port, Faults(blackhole=True)) as proxy:
        path = many_accounts(mailboxes, [proxy.port] * 10, tmp_path, tmp_path)
        asked: list[int] = []

        def let_them_speak() -> None:
            end = time.monotonic() + 20
            while proxy.traffic.connections < command.AT_ONCE and time.monotonic() < end:
                time.sleep(0.02)
            time.sleep(0.3)  # for a ninth, which must not come
            asked.append(proxy.traffic.connections)
            proxy.faults.blackhole = False

        watcher = threading.Thread(target=let_them_speak)
        watcher.start()
        result = swept(path, "--json")
        watcher.join()
    assert asked == [command.AT_ONCE]
    assert -(-10 // command.AT_ONCE) / 10 < 1 / 3  # rounds of waiting, against ten
    assert result.exit_code == ExitCode.DONE
    assert [line["account"] for line in lines(result)] == [f"box{number}" for number in range(10)]
    assert [line["seen"] for line in lines(result)] == [1] * 10


@pytest.mark.dovecot
def test_one_that_fails_stops_no_other_and_the_worst_is_the_exit_code(
    boxes: Callable[[int], list[Mailbox]], dovecot: Dovecot, tmp_path: Path
) -> None:
    mailboxes = boxes(4)
    for number, mailbox in enumerate(mailboxes):
        mailbox.deliver(letter(number))
    refusing = FaultProxy(dovecot.port, Faults(refuse=True))
    with refusing:
        ports = [dovecot.port, refusing.port, dovecot.port, dovecot.port]
        path = many_accounts(mailboxes, ports, tmp_path, tmp_path)
        text = path.read_text(encoding="utf-8")
        path.write_text(text[::-1].replace("drowssap ohce", "gnorw ohce", 1)[::-1], encoding="utf-8")
        result = swept(path, "--json")
    found = lines(result)
    assert [line["account"] for line in found] == ["box0", "box1", "box2", "box3"]
    assert [line["seen"] for line in found] == [1, 0, 1, 0]
    assert ["error" in line for line in found] == [False, True, False, True]
    assert result.exit_code == ExitCode.LOGIN_REFUSED


@pytest.mark.dovecot
def test_a_fault_of_the_program_s_own_costs_one_account_alone(
    boxes: Callable[[int], list[Mailbox]], dovecot: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = persevere

    def odd(account: Account, work: Callable[[], None]) -> None:
        if account.name == "box1":
            raise ZeroDivisionError
        whole(account, work)

    monkeypatch.setattr("triage.sweep.persevere", odd)
    result = swept(many_accounts(boxes(3), [dovecot.port] * 3, tmp_path, tmp_path), "--json")
    assert ["ZeroDivisionError" in str(line.get("error")) for line in lines(result)] == [False, True, False]
    assert result.exit_code == ExitCode.SOME_FAILED


@pytest.mark.dovecot
def test_a_mail_to_several_accounts_gets_one_draft(
    boxes: Callable[[int], list[Mailbox]], dovecot: Dovecot, tmp_path: Path
) -> None:
    mailboxes = boxes(6)
    for mailbox in mailboxes:
        mailbox.deliver(letter(1, "Your menu is useless."))
    found = lines(swept(many_accounts(mailboxes, [dovecot.port] * 6, tmp_path, tmp_path), "--json"))
    assert [line["seen"] for line in found] == [1] * 6
    assert sum(int(str(line["drafted"])) for line in found) == 1
    assert sum(len(mailbox.stored("Drafts")) for mailbox in mailboxes) == 1


@pytest.mark.dovecot
def test_a_rehearsal_tells_each_account_s_writes_together(
    boxes: Callable[[int], list[Mailbox]], dovecot: Dovecot, tmp_path: Path
) -> None:
    mailboxes = boxes(4)
    for number, mailbox in enumerate(mailboxes):
        mailbox.deliver(*(letter((number + 1) * 10 + each, "Your menu is useless.") for each in range(3)))
    path = many_accounts(mailboxes, [dovecot.port] * 4, tmp_path, tmp_path)
    said = swept(path, "--dry-run").stdout
    groups = re.split(r"^box\d: .*\n", said, flags=re.MULTILINE)[:4]
    for number, group in enumerate(groups):
        assert re.findall(r"would place a draft to .*nora(\d)\d@", group) == [str(number + 1)] * 3
    intended = [line["intended"] for line in lines(swept(path, "--dry-run", "--json"))]
    assert all(f"nora{number}" in str(writes) for number, writes in enumerate(intended, 1))
    assert [len(writes) for writes in intended] == [6] * 4  # type: ignore[arg-type]


@pytest.mark.dovecot
@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_stops_all_and_begins_none(
    boxes: Callable[[int], list[Mailbox]], dovecot: Dovecot, tmp_path: Path
) -> None:
    with FaultProxy(dovecot.port, Faults(delay=0.4)) as proxy:
        path = many_accounts(boxes(20), [proxy.port] * 20, tmp_path, tmp_path)
        run = [sys.executable, "-m", "triage", "sweep", "--json", "--config", str(path)]
        with subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            end = time.monotonic() + 60
            while proxy.traffic.connections < command.AT_ONCE:
                assert time.monotonic() < end
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            said, trouble = process.communicate(timeout=60)
    found = [json.loads(line) for line in said.splitlines()]
    assert "Traceback" not in trouble
    assert len(found) == command.AT_ONCE
    assert all(line["error"].startswith("stopped before the end") for line in found)
    assert process.returncode != ExitCode.DONE
    assert proxy.traffic.connections == command.AT_ONCE


def test_the_classifier_judges_for_several_threads_as_for_one(model_cache: Path) -> None:
    classifier = load_or_train(model_cache)
    items = [
        ("The menu", "Your menu is useless and late."),
        ("Rechnung", "Die Rechnung kann ich erst im Mai bezahlen."),
        ("Logo", "Could you add three more pages for free?"),
        ("Bonjour", "Merci, tout est parfait."),
    ] * 3
    expected = classifier.judge_many(items)
    found = side_by_side([lambda: [classifier.judge_many(items) for _ in range(3)]] * 4, 4)
    assert list(found) == [[expected] * 3] * 4
