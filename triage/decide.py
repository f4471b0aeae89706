"""The decision table: what is done with a message, and why. Pure, read from the top down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Action = Literal["draft", "hold_later", "flag_only", "leave_alone"]

# What the reasons of two rows begin with: alarms know such messages by it.
FORGED = "no draft, the sender may be forged"
NEW_DETAILS = "no draft, the message names new payment details"


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a decision may depend on; ``None`` stands for "nothing to report" in the text fields."""

    unreadable: str | None = None
    gate: str | None = None
    answered: bool = False
    forged: str | None = None
    new_payment_details: bool = False
    flagged: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    civil: str | None = None
    expects_answer: bool = True
    language: str = "en"
    language_supported: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done, and the reason as the user reads it."""

    action: Action
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: the first whose ``when`` holds decides."""

    when: Callable[[Facts], bool]
    action: Action
    reason: Callable[[Facts], str]


TABLE: tuple[Row, ...] = (
    Row(lambda f: f.unreadable is not None, "leave_alone", lambda f: f"unreadable: {f.unreadable}"),
    Row(lambda f: f.gate is not None, "leave_alone", lambda f: str(f.gate)),
    Row(lambda f: f.answered, "leave_alone", lambda _: "already answered"),
    Row(
        lambda f: f.forged is not None,
        "flag_only",
        lambda f: f"{FORGED}: {f.forged}",
    ),
    Row(
        lambda f: f.new_payment_details,
        "flag_only",
        lambda _: f"{NEW_DETAILS}: ask by a number or an address that you knew before",
    ),
    Row(
        lambda f: bool(f.flagged) and not f.language_supported,
        "flag_only",
        lambda f: f"{_names(f.flagged)}; no reply texts for the language '{f.language}'",
    ),
    Row(lambda f: bool(f.flagged), "draft", lambda f: _names(f.flagged)),
    Row(
        lambda f: f.civil is not None and f.expects_answer and f.language_supported,
        "draft",
        lambda f: f"{f.civil} of a client on file, nothing flagged",
    ),
    Row(
        lambda f: bool(f.unsure) and f.expects_answer,
        "hold_later",
        lambda f: (
            f"unsure about {_names(f.unsure)}: read it yourself; a holding reply comes before the deadline"
        ),
    ),
    Row(
        lambda f: f.expects_answer,
        "hold_later",
        lambda _: "nothing flagged; a holding reply comes before the deadline",
    ),
    Row(lambda _: True, "leave_alone", lambda _: "no answer expected"),
)


def decide(facts: Facts) -> Decision:
    """The first row of ``TABLE`` that fits."""
    row = next(row for row in TABLE if row.when(facts))
    return Decision(row.action, row.reason(facts))


def _names(labels: tuple[str, ...]) -> str:
    return ", ".join(label.replace("_", " ") for label in labels)
