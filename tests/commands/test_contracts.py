"""The JSON Lines that other programs rely on, as the real program prints them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.rig.mailbox import Mailbox
from tests.rig.mixed_mail import case, thirty
from tests.rig.settings import config_text
from triage.config.paths import CONFIG_VARIABLE

LABELS = {"hostility", "scope_pressure", "payment_issue"}
VERDICTS = {"flagged", "unsure", "clear"}


def triage(*arguments: str | Path, config: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program as a script does: no terminal, nothing on standard input."""
    environment = {**os.environ, **({CONFIG_VARIABLE: str(config)} if config else {})}
    command = [sys.executable, "-m", "triage", *map(str, arguments)]
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, env=environment
    )


def lines(ran: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.stdout.splitlines()]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Some of the thirty as files, and one that is no message."""
    folder = tmp_path / "mail"
    folder.mkdir()
    for key in ("angry", "late", "more", "civil", "list", "hidden", "empty"):
        (folder / f"{key}.eml").write_bytes(case(key).raw)
    (folder / "noise.eml").write_bytes(bytes(range(256)) * 8)
    return folder


@pytest.fixture
def config(tmp_path: Path, model_cache: Path) -> Path:
    """A configuration whose mailbox is never asked."""
    path = tmp_path / "config.toml"
    nowhere = Mailbox("none", "127.0.0.1", 1, "mara", "unused")
    path.write_text(config_text(nowhere, tmp_path, model_cache), encoding="utf-8")
    return path


def test_classify_prints_one_line_a_message(files: Path, config: Path) -> None:
    ran = triage("classify", "--json", files, config=config)
    assert ran.returncode == 0, ran.stderr
    records = {Path(record["path"]).stem: record for record in lines(ran)}
    assert set(records) == {path.stem for path in files.iterdir()}
    for record in records.values():
        assert {
            "path",
            "message_id",
            "from",
            "subject",
            "language",
            "new_text",
            "gate",
            "labels",
            "severity",
            "evidence",
        } <= set(record)
        assert set(record["labels"]) == LABELS
        assert all(0 <= found["probability"] <= 1 for found in record["labels"].values())
        assert {found["verdict"] for found in record["labels"].values()} <= VERDICTS
        assert record["severity"] in {0, 1, 2, 3}
        for evidence in record["evidence"]:
            assert evidence["text"] in record["new_text"] or evidence["text"] in record["subject"]
    assert records["angry"]["labels"]["hostility"]["verdict"] == "flagged"
    assert records["late"]["labels"]["payment_issue"]["verdict"] == "flagged"
    assert records["more"]["labels"]["scope_pressure"]["verdict"] == "flagged"
    assert records["list"]["gate"] == "mailing list"
    assert {found["verdict"] for found in records["civil"]["labels"].values()} <= {"clear", "unsure"}
    assert records["hidden"]["labels"]["hostility"]["verdict"] == "clear"
    assert "error" in records["noise"]


def test_draft_prints_the_reply_or_why_there_is_none(files: Path, config: Path) -> None:
    ran = triage("draft", "--json", files, "--now", "2026-03-10T21:00+01:00", config=config)
    assert ran.returncode == 0, ran.stderr
    records = {Path(record["path"]).stem: record for record in lines(ran)}
    for record in records.values():
        assert {"path", "decision", "reason", "moves", "subject", "to", "body", "language", "lint"} <= set(
            record
        )
        assert record["reason"]
        assert (record["body"] is None) == (record["decision"] != "draft")
    reply = records["more"]
    assert (reply["to"], reply["subject"], reply["language"]) == (
        "jo@client.example",
        "Re: Landing pages",
        "en",
    )
    assert "acknowledge" in reply["moves"]
    assert "Mara Lindqvist" in reply["body"]
    assert records["list"]["decision"] == "leave_alone"


def test_draft_repeats_itself_to_the_letter(files: Path, config: Path) -> None:
    """The same message at the same time gets the same reply: a user can ask again."""
    runs = [triage("draft", "--json", files, "--now", "2026-03-10T21:00Z", config=config) for _ in range(2)]
    assert runs[0].stdout == runs[1].stdout


def test_files_need_no_configuration(files: Path, tmp_path: Path, model_cache: Path) -> None:
    """Classifying a saved mail works before ``init``; the freelancer's name is taken from its To."""
    environment = {
        **os.environ,
        CONFIG_VARIABLE: str(tmp_path / "absent.toml"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    place = tmp_path / "cache" / "inbox-triage"
    place.mkdir(parents=True, mode=0o700)
    for path in model_cache.iterdir():
        if path.is_file():
            (place / path.name).write_bytes(path.read_bytes())
    command = [sys.executable, "-m", "triage", "draft", "--json", str(files / "more.eml")]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
    (record,) = lines(ran)
    assert record["body"].rstrip().endswith("Mara Lindqvist")


def test_sweep_status_and_explain_on_a_mailbox(mailbox: Mailbox, tmp_path: Path, model_cache: Path) -> None:
    mailbox.deliver(case("more").raw, case("when").raw, case("list").raw)
    path = tmp_path / "config.toml"
    path.write_text(config_text(mailbox, tmp_path, model_cache), encoding="utf-8")

    swept = triage("sweep", "--json", "--config", path)
    assert swept.returncode == 0, swept.stderr
    (summary,) = lines(swept)
    assert set(summary) >= {"account", "seen", "flagged", "drafted", "left_alone", "failed", "duration_s"}
    assert (summary["seen"], summary["drafted"], summary["left_alone"], summary["failed"]) == (3, 1, 1, 0)

    told = lines(triage("status", "--json", "--config", path))
    assert len(told) == 2
    for record in told:
        assert {"account", "client", "subject", "received", "due", "state", "labels", "draft_state"} <= set(
            record
        )
    by_subject = {record["subject"]: record for record in told}
    assert by_subject["Landing pages"]["labels"] == ["scope_pressure"]
    assert by_subject["Landing pages"]["draft_state"] == "present"
    assert (by_subject["Timing"]["labels"], by_subject["Timing"]["draft_state"]) == ([], "none")

    number = str(by_subject["Landing pages"]["id"])
    (explained,) = lines(triage("explain", number, "--json", "--config", path))
    assert explained["decision"] == "draft"
    assert explained["evidence"]
    for human in (triage("status", "--config", path), triage("explain", number, "--config", path)):
        assert human.returncode == 0
        assert "Landing pages" in human.stdout


def test_a_dry_run_tells_every_intended_write(mailbox: Mailbox, tmp_path: Path, model_cache: Path) -> None:
    mailbox.deliver(case("more").raw, case("list").raw)
    path = tmp_path / "config.toml"
    path.write_text(config_text(mailbox, tmp_path, model_cache), encoding="utf-8")
    (summary,) = lines(triage("sweep", "--dry-run", "--json", "--config", path))
    writes = [write["write"] for write in summary["intended"]]
    assert sorted(writes) == ["draft", "ledger", "ledger"]
    human = triage("sweep", "--dry-run", "--config", path).stdout
    assert "would place a draft to" in human
    assert "mailing list" in human
    assert mailbox.stored("Drafts") == {}


def test_the_public_malformed_messages_all_get_a_line(config: Path) -> None:
    corpus = Path(__file__).parents[2] / "../shared/data/mime"
    if not corpus.is_dir():
        pytest.skip("PUBLIC TEST MAIL ABSENT: ../shared/data/mime is not beside the checkout")
    wanted = sorted(corpus.rglob("*.eml"))
    assert len(wanted) > 100
    ran = triage("classify", "--json", *wanted, config=config)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert [record["path"] for record in lines(ran)] == [str(path) for path in wanted]


def test_the_thirty_are_all_read(tmp_path: Path, config: Path) -> None:
    for found in thirty():
        (tmp_path / "mail").mkdir(exist_ok=True)
        (tmp_path / "mail" / f"{found.key}.eml").write_bytes(found.raw)
    records = lines(triage("classify", "--json", tmp_path / "mail", config=config))
    gated = {Path(record["path"]).stem for record in records if record["gate"]}
    assert gated == {found.key for found in thirty() if found.is_gated}
