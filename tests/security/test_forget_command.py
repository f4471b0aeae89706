"""`triage forget` on a mailbox with two clients: one is forgotten to the last byte, nothing is read again."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.rig.mailbox import Mailbox
from tests.rig.mixed_mail import ANGRY, MORE
from tests.rig.settings import config_text
from triage.access import ledger_path
from triage.commands import app
from triage.config import Config, load_config
from triage.ledger.contract import StepPlan
from triage.ledger.sqlite import open_ledger
from triage.order import Summary
from triage.sweep import sweep

JO, NORA = "jo@quarz.example", "nora@harbourbakery.example"
CLIENTS = f"""
# The bakery pays on time.
[[clients]]
name = "Harbour Bakery"
addresses = ["{NORA}"]

[[clients]]
name = "Quarz Trading"
people = ["Jo Quarz"]
addresses = ["{JO}"]
domains = ["quarz.example"]
[[clients.invoices]]
number = "2026-777"
total = "840 EUR"
issued = 2026-01-02
due = 2026-01-16
"""


def letter(key: str, sender: str, text: str, subject: str) -> bytes:
    """A client's message."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, "Mara <mara@studio.example>", subject
    message["Message-ID"] = f"<{key}>"
    message.set_content(text + "\n")
    return message.as_bytes()


def reply(key: str, to: str, answers: str) -> bytes:
    """A mail that Mara sent."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "Mara <mara@studio.example>", to, "Re: The shop"
    message["Message-ID"], message["In-Reply-To"] = f"<{key}@studio.example>", answers
    message.set_content("Hello Jo,\n\nI will look at it tomorrow and come back to you.\n\nBest,\nMara\n")
    return message.as_bytes()


@pytest.fixture
def config(alice: Mailbox, tmp_path: Path, model_cache: Path) -> Config:
    """A mailbox in which both wrote and were answered, swept once."""
    path = tmp_path / "config.toml"
    path.write_text(config_text(alice, tmp_path, model_cache), encoding="utf-8")
    path.with_name("clients.toml").write_text(CLIENTS, encoding="utf-8")
    path.with_name("clients.toml").chmod(0o600)
    before = datetime.now(UTC) - timedelta(hours=3)
    alice.deliver(
        letter("angry.1@quarz.example", f"Jo Quarz <{JO}>", ANGRY, "The shop"),
        letter("more.2@quarz.example", "Lou Quarz <lou@quarz.example>", MORE, "Quarz landing pages"),
        letter("pages@harbourbakery.example", f"Nora <{NORA}>", MORE, "Menu pages"),
        arrived=before,
    )
    alice.deliver(
        reply("r1", f"Jo Quarz <{JO}>, Nora <{NORA}>", "<angry.1@quarz.example>"),
        reply("r2", f"Jo Quarz <{JO}>", "<angry.1@quarz.example>"),
        folder="Sent",
        arrived=before + timedelta(hours=1),
    )
    settings = load_config(path)
    assert swept(settings).seen == 3
    with open_ledger(ledger_path(settings)) as ledger:
        ledger.plan_steps(
            [StepPlan("Quarz Trading", "2026-777", "reminder", date(2026, 1, 19), "840 EUR")],
            account="studio", message_id="<s@studio.example>", subject="Invoice 2026-777", content_hash="x",
            at=before,
        )  # fmt: skip
    return settings


def swept(config: Config) -> Summary:
    """One pass."""
    summary = sweep(config, config.accounts[0])
    assert summary.error is None
    return summary


def forget(config: Config, *options: str, answer: str = "") -> Result:
    """The command, as a user calls it."""
    return CliRunner().invoke(app, ["forget", *options, "--config", str(config.paths.config)], input=answer)


def left(config: Config) -> list[str]:
    """Which marks of Jo's firm are still anywhere in the state folder."""
    held = b"".join(path.read_bytes() for path in config.paths.state.rglob("*") if path.is_file()).lower()
    return [mark for mark in ("quarz", "2026-777", "angry.1", "more.2") if mark.encode() in held]


def record_of(result: Result) -> dict[str, Any]:
    """The JSON object that the command printed."""
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.dovecot
def test_a_client_is_forgotten_to_the_last_byte(config: Config, alice: Mailbox) -> None:
    assert set(left(config)) == {"quarz", "2026-777", "angry.1", "more.2"}
    drafts, flags = alice.stored("Drafts"), alice.flags()
    record = record_of(forget(config, "Quarz Trading", "--yes", "--client-file", "--json"))
    assert (record["client"], record["client_file"]) == ("Quarz Trading", "removed")
    assert record["rows"]["message"] == 2
    assert record["rows"]["ladder_step"] == 1
    assert record["habits"] >= 1
    assert record["drafts_left"] >= 1
    assert left(config) == []
    assert (alice.stored("Drafts"), alice.flags()) == (drafts, flags), "no mail is touched"
    assert (swept(config).seen, left(config)) == (0, []), "and nothing is read again"


@pytest.mark.dovecot
def test_the_other_client_stays_as_it_was(config: Config) -> None:
    forget(config, "Quarz Trading", "--yes", "--client-file")
    text = config.paths.clients.read_text(encoding="utf-8")
    assert "# The bakery pays on time." in text
    assert "Quarz" not in text
    shown = CliRunner().invoke(
        app, ["timeline", "Harbour Bakery", "--json", "--config", str(config.paths.config)]
    )
    assert "Menu pages" in shown.stdout


@pytest.mark.dovecot
def test_a_rehearsal_and_a_no_remove_nothing(config: Config) -> None:
    before = set(left(config))
    record = record_of(forget(config, JO, "--dry-run", "--json"))
    assert (record["dry_run"], record["rows"]["message"]) == (True, 2)
    assert record["client_file"] == "kept"
    refused = forget(config, JO, answer="n\n")
    assert refused.exit_code == 1
    assert "2 messages" in refused.stderr
    assert set(left(config)) == before
    assert "Quarz" in config.paths.clients.read_text(encoding="utf-8")


@pytest.mark.dovecot
def test_an_address_that_nobody_knows_is_nothing_to_forget(config: Config) -> None:
    assert record_of(forget(config, "nobody@quarz2.example", "--yes", "--json"))["rows"]["message"] == 0
    unknown = forget(config, "Nobody At All", "--yes")
    assert unknown.exit_code == 2
    assert "no client" in unknown.stderr
