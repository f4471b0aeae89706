"""The memory edge: one Ledger contract, SQLite behind it, and the lock that keeps passes apart."""

from triage.ledger.contract import (
    Claim,
    DraftRow,
    Ledger,
    MessageRow,
    Obligation,
    PassRow,
    Past,
    StepPlan,
    StepRow,
)
from triage.ledger.lock import account_lock
from triage.ledger.sqlite import SqliteLedger, open_ledger, open_ledger_copy

__all__ = [
    "Claim",
    "DraftRow",
    "Ledger",
    "MessageRow",
    "Obligation",
    "PassRow",
    "Past",
    "SqliteLedger",
    "StepPlan",
    "StepRow",
    "account_lock",
    "open_ledger",
    "open_ledger_copy",
]
