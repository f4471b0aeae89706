"""Whatever mail comes, whatever fails: the log at debug level holds no address, subject, word or secret."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.rig.dovecot import Dovecot
from tests.rig.mailbox import Mailbox, on_dovecot
from tests.rig.mixed_mail import ANGRY, LATE, MORE, thirty
from tests.rig.settings import config_text
from triage import conclude
from triage.commands.common import configure_logging
from triage.config import Config, load_config
from triage.errors import AppendRefused
from triage.imap import drafts_box
from triage.sweep import sweep

ODD = (
    b"From: =?utf-8?q?Quill=C3=A9?= <quille@zierlich.example>\r\nSubject: Zwirnspule\r\n"
    b"Content-Type: multipart/mixed\r\n\r\nno parts, Kupferkessel everywhere\r\n",
    b"From: quille@zierlich.example, rand@zierlich.example\r\nSubject: Zwirnspule 2\r\n\r\nKupferkessel\r\n",
    b"Subject: Zwirnspule drei\r\n\r\nnobody wrote the Kupferkessel\r\n",
    b"From: <quille@zierlich.example>\r\nReply-To: <rand@zierlich.example>\r\nDate: never\r\n"
    b"Content-Type: text/html; charset=x-klingon\r\n\r\n<p>Kupferkessel \xff\xfe</p>\r\n",
    b"From: quille@zierlich.example\r\nMessage-ID: <zwirn@zierlich.example>\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n%%%Kupferkessel\r\n",
    b"From: Bank <bank@zierlich.example>\r\nSubject: Zwirnspule\r\n\r\nOur Kupferkessel has a new IBAN.\r\n",
    b"X" * 5000 + b"Kupferkessel",
)
MARKS = (
    "zierlich", "quille", "zwirnspule", "kupferkessel", "client.example", "studio.example", "incompetent",
    "landing pages",
)  # fmt: skip
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w+")


@pytest.fixture
def mailbox(dovecot: Dovecot) -> Mailbox:
    """A mailbox full of odd mail, with a password that stands nowhere by chance."""
    box = on_dovecot(dovecot, dovecot.user("storm"))
    box.deliver(*(found.raw for found in thirty()), *ODD)
    return box


@pytest.fixture
def config(mailbox: Mailbox, tmp_path: Path, model_cache: Path) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(config_text(mailbox, tmp_path, model_cache), encoding="utf-8")
    return load_config(path)


def assert_names_nobody(told: str, mailbox: Mailbox) -> None:
    small = told.lower()
    assert [mark for mark in MARKS if mark in small] == []
    assert ADDRESS.findall(told) == []
    assert mailbox.password not in told
    for text in (ANGRY, LATE, MORE):
        words = text.lower().split()
        runs = {" ".join(words[at : at + 4]) for at in range(len(words) - 3)}
        assert [run for run in runs if run in small] == []


@pytest.mark.dovecot
def test_a_pass_over_odd_mail_logs_no_word_of_it(config: Config, mailbox: Mailbox) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "triage", "sweep", "-v", "--json", "--config", str(config.paths.config)],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert json.loads(done.stdout.splitlines()[-1])["seen"] == 37
    assert_names_nobody(done.stderr, mailbox)


@pytest.mark.dovecot
@pytest.mark.parametrize("where", ["reading", "judging", "placing", "refusing"])
def test_failures_of_every_step_are_logged_without_names(
    where: str,
    config: Config,
    mailbox: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Each failure's own text quotes the message, as errors of libraries do."""
    configure_logging(verbose=True)
    caplog.set_level(logging.DEBUG)
    broken = RuntimeError(f"can't handle {ANGRY!r} of quille@zierlich.example with {mailbox.password}")

    def failing(*_: object, **__: object) -> object:
        raise broken

    def refusing(*_: object, **__: object) -> object:
        raise AppendRefused("The server refuses to store a draft: check the rights of the folder.")

    target, work = {
        "reading": ("triage.pipeline.read", failing),
        "judging": ("triage.pipeline.judge", failing),
        "placing": ("triage.placing.put_once", failing),
        "refusing": ("triage.placing.put_once", refusing),
    }[where]
    monkeypatch.setattr(target, work)
    summary = sweep(config, config.accounts[0])
    assert summary.failed or summary.error
    assert caplog.records or where == "refusing"
    assert_names_nobody(caplog.text + str(summary.error), mailbox)


def test_the_modules_that_are_broken_above_are_the_ones_in_use() -> None:
    """A renamed function would make the test above break nothing."""
    assert conclude.read.__module__ == "triage.conclude"
    assert drafts_box.put_once.__module__ == "triage.imap.drafts_box"


@pytest.mark.dovecot
def test_poison_is_put_aside_after_three_attempts_and_shown(
    config: Config, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = conclude.read

    def choking(raw: bytes, *more: object) -> object:
        if b"<files@mixed.example>" in raw:
            raise ValueError("poison")
        return honest(raw, *more)  # type: ignore[arg-type]

    monkeypatch.setattr("triage.pipeline.read", choking)
    failed = [sweep(config, config.accounts[0]).failed for _ in range(4)]
    assert failed == [1, 1, 1, 0]
    (row,) = [row for row in status_of(config) if "3 attempts" in str(row["reason"])]
    assert (row["state"], row["due"]) == ("given_up", None)


def status_of(config: Config) -> list[dict[str, object]]:
    """What `triage status` prints."""
    later = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    command = [sys.executable, "-m", "triage", "status", "--json", "--now", later]
    done = subprocess.run(
        [*command, "--config", str(config.paths.config)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]
