"""A ledger with mail in it, a configuration with alarms, and a notifier that keeps what it is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from triage.access import ledger_path
from triage.alarms.words import Push
from triage.config import Config, load_config
from triage.decide import FORGED, NEW_DETAILS
from triage.ledger.contract import StepPlan
from triage.ledger.sqlite import SqliteLedger, open_ledger
from triage.notify.delivery import Delivery, Outcome

# A Tuesday at noon in Berlin.
NOON = datetime(2026, 3, 10, 11, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CLIENTS = """
[[clients]]
name = "Pell & Sons"
addresses = ["graham@pellandsons.example"]
[[clients.projects]]
name = "Logo"
[[clients.invoices]]
number = "2026-014"
total = "1200.00 EUR"
issued = 2026-01-10
due = 2026-02-01
"""


def alarm_config(folder: Path, alarms: str = "desktop = true", more: str = "", clients: str = "") -> Config:
    """One account, in Berlin, with this table of alarms; a client file if there are clients."""
    (folder / "clients.toml").write_text(clients, encoding="utf-8")
    (folder / "clients.toml").chmod(0o600)
    path = folder / "config.toml"
    path.write_text(
        f"""
[freelancer]
name = "Mara Lindqvist"
[[accounts]]
name = "studio"
address = "mara@studio.example"
host = "127.0.0.1"
port = 1
security = "plaintext"
password_command = "echo secret"
[clock]
time_zone = "Europe/Berlin"
{more}
[alarms]
{alarms}
[storage]
state_folder = '{folder / "state"}'
cache_folder = '{folder / "cache"}'
""",
        encoding="utf-8",
    )
    return load_config(path)


@dataclass
class Notified:
    """A notifier: keeps every push by its address (None: the desktop); fails where it is told to."""

    pushes: list[tuple[str | None, Push]] = field(default_factory=list)
    fails: Callable[[Delivery], str | None] = lambda _: None
    interrupt: BaseException | None = None

    def __call__(self, deliveries: Sequence[Delivery]) -> list[list[Outcome]]:
        """Keep them, or fail, or break off as a dying process does."""
        if self.interrupt is not None:
            raise self.interrupt
        found = []
        for delivery in deliveries:
            why = self.fails(delivery)
            if why is None:
                self.pushes += [(delivery.address, push) for push in delivery.pushes]
            found.append([Outcome(why is None, why or "") for _ in delivery.pushes])
        return found

    @property
    def titles(self) -> list[str]:
        """The titles told, in order."""
        return [push.title for _, push in self.pushes]

    @property
    def text(self) -> str:
        """All that was told."""
        return "\n".join(f"{push.title}\n{push.body}" for _, push in self.pushes)


@contextmanager
def opened(config: Config) -> Any:
    """The configuration's ledger."""
    with open_ledger(ledger_path(config)) as ledger:
        yield ledger


def letter(
    ledger: SqliteLedger,
    uid: int,
    received: datetime,
    *,
    client: str = "graham@pellandsons.example",
    subject: str = "Re: Zq the logo",
    within: timedelta = DAY,
    severity: int = 0,
    draft: bool = False,
) -> int:
    """A message that awaits an answer within a day; its id."""
    row = ledger.claim(
        "studio", "INBOX", 7, uid, key=f"<{uid}@client.example>", content_hash=f"content {uid}",
        received=received, client=client, subject=subject,
    ).row  # fmt: skip
    labels = {"hostility": ("flagged", 0.97)} if severity else {}
    ledger.judged(row.id, gate=None, language="en", labels=labels, severity=severity)
    if draft:
        ledger.plan(
            row.id, draft_message_id=f"<re-{uid}@studio.example>", decision="draft", reason="hostility"
        )
        ledger.placed(row.id, uid=uid, uidvalidity=1, content_hash="as written")
    ledger.open_obligation(row.id, due=received + within, holding_at=None)
    ledger.settle(row.id, outcome="draft" if draft else "hold_later", reason="hostility")
    return row.id


def fraud(ledger: SqliteLedger, uid: int, received: datetime, *, by_details: bool = False) -> int:
    """A message that may be a fraud."""
    row_id = letter(ledger, uid, received)
    ledger.settle(
        row_id, outcome="flag_only", reason=f"{NEW_DETAILS if by_details else FORGED}: Zq look-alike"
    )
    return row_id


def given_up(ledger: SqliteLedger, uid: int, received: datetime) -> int:
    """A message that failed three times."""
    row = ledger.claim(
        "studio", "INBOX", 7, uid, key=f"<{uid}@client.example>", content_hash=f"content {uid}",
        received=received, client="graham@pellandsons.example", subject="Zq",
    ).row  # fmt: skip
    for _ in range(3):
        ledger.failed(row.id, reason="ValueError")
    ledger.give_up(row.id, reason="gave up after 3 attempts: ValueError")
    return row.id


def reminder(ledger: SqliteLedger, number: str, drafted: datetime) -> str:
    """A payment reminder that lies in Drafts; its Message-ID."""
    message_id = f"<step-{number}@studio.example>"
    ledger.plan_steps(
        [StepPlan("Pell & Sons", number, "reminder", date(2026, 2, 1), "1200.00 EUR")],
        account="studio", message_id=message_id, subject=f"Invoice Zq-{number}", content_hash="h", at=drafted,
    )  # fmt: skip
    ledger.step_placed(message_id, content_hash="h")
    return message_id
