"""The kinds of alarm, in the order in which they are told."""

from __future__ import annotations

from typing import Literal

AlarmKind = Literal[
    "deadline_near", "deadline_missed", "draft_ready", "payment_step", "forged", "given_up",
    "login_broken", "no_pass", "digest",
]  # fmt: skip
KINDS: tuple[AlarmKind, ...] = (
    "deadline_near", "deadline_missed", "draft_ready", "payment_step", "forged", "given_up",
    "login_broken", "no_pass", "digest",
)  # fmt: skip
"""The digest is one more, with rules of its own."""
