"""``backtest`` and ``advise`` as the real program runs them, over a cast of scripted clients."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.rig.correspondence import ME, Correspondence
from tests.rig.mailbox import Mailbox
from tests.rig.scripted_clients import CAST, Scripted, whole_cast
from tests.rig.settings import config_text

ADVICE = {
    "nothing", "watch", "restate_terms", "deposit_first", "reminder", "second_reminder", "formal_demand",
    "final_notice", "pause", "part_ways",
}  # fmt: skip
DRAFT = {"path", "decision", "reason", "moves", "subject", "to", "body", "language", "lint"}
MORE = {"message_id", "from", "date", "client", "labels", "severity", "answered", "answered_after_h"}


def triage(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "triage", *map(str, arguments)]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    path = folder / "config.toml"
    path.write_text(config_text(Mailbox("none", "127.0.0.1", 1, "mara", "x"), folder, model_cache), "utf-8")
    return path


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory, config: Path) -> list[dict[str, Any]]:
    """The whole cast's lines."""
    archive = whole_cast().as_mbox(tmp_path_factory.mktemp("cast") / "all.mbox")
    before = archive.read_bytes()
    ran = triage("backtest", archive, "--me", ME, "--config", config, "--json")
    assert ran.returncode == 0, ran.stderr
    assert archive.read_bytes() == before
    assert sorted(path.name for path in archive.parent.iterdir()) == ["all.mbox"]
    return [json.loads(line) for line in ran.stdout.splitlines()]


def told(lines: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {line["client"]: line for line in lines if "advice" in line}


@pytest.mark.parametrize("client", CAST, ids=lambda client: client.tell.__name__)
def test_the_advice_fits_the_client(lines: list[dict[str, Any]], client: Scripted) -> None:
    line = told(lines)[client.address]
    assert line["advice"] in client.fits, line


def test_one_line_a_message_then_one_a_client(lines: list[dict[str, Any]]) -> None:
    count = len(whole_cast().mails)
    assert all(set(line) >= DRAFT | MORE for line in lines[:count])
    assert all(set(line) >= {"client", "incidents", "advice", "why"} for line in lines[count:])
    assert [line["client"] for line in lines[count:]] == sorted(told(lines), key=list(told(lines)).index)
    assert set(told(lines)) == {client.address for client in CAST}


def test_lines_come_in_the_order_of_time(lines: list[dict[str, Any]]) -> None:
    dates = [line["date"] for line in lines if "decision" in line]
    assert dates == sorted(dates)


def test_every_reason_is_a_sentence(lines: list[dict[str, Any]]) -> None:
    for line in told(lines).values():
        assert line["advice"] in ADVICE
        assert line["why"]
        assert all(reason.endswith(".") for reason in line["why"])


def test_drafts_are_those_of_the_draft_command(lines: list[dict[str, Any]]) -> None:
    drafts = [line for line in lines if line.get("decision") == "draft"]
    assert len(drafts) > 10
    assert all(line["body"] and line["to"] and not line["lint"] for line in drafts)
    assert all(
        line["body"] is None for line in lines if line.get("decision") in ("leave_alone", "hold_later")
    )


def test_own_mail_has_a_line_and_no_draft(lines: list[dict[str, Any]]) -> None:
    own = [line for line in lines if line.get("from") == ME]
    assert own
    assert {(line["decision"], line["reason"]) for line in own} == {("leave_alone", "own mail")}
    steps = {line["step"] for line in own if "step" in line}
    assert steps == {"reminder", "second_reminder", "formal_demand"}


def test_answers_within_a_day_are_counted(lines: list[dict[str, Any]]) -> None:
    creeper = told(lines)["joe@tallowgate.example"]
    assert creeper["answered_within_24h"] == creeper["answered"] == 6
    assert creeper["median_answer_h"] == pytest.approx(9.6)


def test_a_person_reads_it_too(tmp_path: Path, config: Path) -> None:
    mail = Correspondence()
    CAST[6].tell(mail, CAST[6].address)
    ran = triage("backtest", mail.as_folder(tmp_path / "mail"), "--me", ME, "--config", config)
    assert ran.returncode == 0, ran.stderr
    assert "boss@granger.example: part ways (" in ran.stdout
    assert "    Hostile on " in ran.stdout


def test_a_client_file_brings_addresses_and_invoices(tmp_path: Path, config: Path) -> None:
    clients = tmp_path / "clients.toml"
    clients.write_text(
        '[[clients]]\nname = "Fern Bakery"\naddresses = ["anna@fernbakery.example"]\n'
        'domains = ["fern-two.example"]\n'
        '[[clients.invoices]]\nnumber = "7"\ntotal = "640.00 EUR"\nissued = 2025-03-03\ndue = 2025-03-10\n',
        "utf-8",
    )
    clients.chmod(0o600)
    mail = Correspondence()
    mail.got(1, "anna@fernbakery.example", "Thanks, all fine.")
    mail.got(20, "mum@fern-two.example", "Here is the menu.")
    archive = mail.as_maildir(tmp_path / "Mail")
    ran = triage("backtest", archive, "--me", ME, "--clients", clients, "--config", config, "--json")
    assert ran.returncode == 0, ran.stderr
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [line["client"] for line in found] == ["Fern Bakery"] * 3
    assert (found[-1]["advice"], found[-1]["money"]["late"]) == ("reminder", {"EUR": "640.00"})


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.mbox", "--me", ME], "there is no such file or folder"),
        ([".", "--me", "ines"], "is no address"),
        ([".", "--me", ME, "--clients", "nowhere.toml"], "nowhere.toml"),
    ],
)
def test_what_cannot_be_meant_is_told(config: Path, arguments: list[str], sentence: str) -> None:
    ran = triage("backtest", *arguments, "--config", config, "--json")
    assert ran.returncode == 2
    assert sentence in ran.stderr
    assert ran.stdout == ""


def test_an_archive_without_a_message_has_no_line(tmp_path: Path, config: Path) -> None:
    ran = triage(
        "backtest", Correspondence().as_folder(tmp_path / "none"), "--me", ME, "--config", config, "--json"
    )
    assert (ran.returncode, ran.stdout) == (0, "")
