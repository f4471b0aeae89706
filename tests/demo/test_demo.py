"""``triage demo`` as a newcomer runs it: no terminal, no configuration, an empty home."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]


def run_demo(home: Path, cache: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own whose home is empty and whose standard input is closed."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "TRIAGE_"))}
    environment |= {"HOME": str(home), "CI": "true", "PYTHONWARNINGS": "error"}
    return subprocess.run(
        [sys.executable, "-m", "triage", "demo", "--cache", str(cache), *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> list[dict[str, object]]:
    """What ``--json`` tells: one line a message, then one a pass."""
    done = run_demo(tmp_path_factory.mktemp("home"), model_cache, "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_demo_flags_drafts_and_leaves_alone(told: list[dict[str, object]]) -> None:
    messages, (first, second) = told[:-2], told[-2:]
    drafted = [message for message in messages if message["decision"] == "draft"]
    assert first["seen"] == len(messages) >= 24
    assert first["flagged"] == sum(bool(message["flagged"]) for message in messages) >= 6
    assert first["drafted"] == first["drafts"] == len(drafted) >= 6
    assert all(message["draft"] and message["evidence"] for message in drafted)
    assert all(message["draft"] is None for message in messages if message["decision"] != "draft")
    assert first["failed"] == second["failed"] == 0


def test_the_second_sweep_does_nothing_and_no_flag_changed(told: list[dict[str, object]]) -> None:
    second = told[-1]
    assert (second["seen"], second["drafted"]) == (0, 0)
    assert second["drafts"] == told[-2]["drafts"]
    assert second["flags_unchanged"] is True


def test_machines_lists_and_the_answered_get_no_draft(told: list[dict[str, object]]) -> None:
    reasons = {
        message["subject"]: message["reason"] for message in told[:-2] if message["decision"] == "leave_alone"
    }
    assert "[typecrit] Re: is this kerning a joke?" in reasons
    assert "Undelivered Mail Returned to Sender" in reasons
    assert reasons["Business cards"] == "already answered"


def test_people_see_the_same_and_the_picture_is_one(tmp_path: Path, model_cache: Path) -> None:
    picture = tmp_path / "demo.svg"
    done = run_demo(tmp_path, model_cache, "--svg", str(picture))
    assert done.returncode == 0, done.stderr
    for heading in (
        "Flagged, and why",
        "Not flagged, and why",
        "Drafts folder",
        "A second sweep",
        "0 new drafts",
    ):
        assert heading in done.stdout
    assert "In-Reply-To: <threat@dorseyfitness.example>" in done.stdout
    svg = picture.read_text(encoding="utf-8")
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    words = re.sub(r"<[^>]+>", " ", svg).replace("&#160;", " ")
    assert "useless clown" in words
    assert "0 new drafts" in words
    assert "http" not in re.sub(r'xmlns="[^"]*"', "", svg).replace("https://www.textualize.io", "")


def test_without_the_embedded_server_it_says_how_to_get_it(tmp_path: Path) -> None:
    script = "import sys; sys.modules['pymap'] = None; sys.argv[1:] = ['demo']; "
    script += "from triage.__main__ import main; main()"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "inbox-triage[demo]" in done.stderr
    assert "Traceback" not in done.stderr
