"""What an agreement lacks: the questions that a difficult client will ask, and no paper answers yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from triage.clients.agreement import Agreement
from triage.clients.profile import Client, Project


@dataclass(frozen=True, slots=True)
class Lack:
    """One gap: ``keys`` are those of the client file that would fill it, ``why`` is what it is needed for."""

    topic: str
    keys: tuple[str, ...]
    why: str


_CHECKLIST: tuple[tuple[Lack, Callable[[Agreement], bool]], ...] = (
    (
        Lack("confirmation", ("agreed_on",), "the day on which the client agreed to all this in writing"),
        lambda agreed: agreed.agreed_on is not None,
    ),
    (
        Lack("scope", ("scope",), "what is delivered; without it everything is"),
        lambda agreed: bool(agreed.scope),
    ),
    (
        Lack("exclusions", ("exclusions",), "what is asked for most and isn't part of it"),
        lambda agreed: bool(agreed.exclusions),
    ),
    (
        Lack("rounds", ("rounds_included",), "how many rounds of changes are included"),
        lambda agreed: agreed.rounds_included is not None,
    ),
    (
        Lack("extra work", ("extra_round", "rate"), "what one more round or hour costs"),
        lambda agreed: bool(agreed.extra_round or agreed.rate),
    ),
    (
        Lack("rush work", ("rush_percent", "rush_fee"), "what it costs if it has to be sooner"),
        lambda agreed: bool(agreed.rush_percent or agreed.rush_fee),
    ),
    (
        Lack("dates", ("deadline",), "when it is delivered"),
        lambda agreed: agreed.deadline is not None,
    ),
    (
        Lack("payment terms", ("payment_days",), "within how many days an invoice is paid"),
        lambda agreed: agreed.payment_days is not None,
    ),
    (
        Lack("deposit", ("deposit_percent",), "what is paid before the work begins"),
        lambda agreed: agreed.deposit_percent is not None,
    ),
    (
        Lack("late fee", ("late_fee",), "what late payment costs"),
        lambda agreed: bool(agreed.late_fee),
    ),
    (
        Lack("channels", ("channels",), "how the client reaches you"),
        lambda agreed: bool(agreed.channels),
    ),
    (
        Lack("working hours", ("working_hours",), "when the client reaches you"),
        lambda agreed: bool(agreed.working_hours),
    ),
)


def lacks_of(agreement: Agreement) -> tuple[Lack, ...]:
    """What the agreement says nothing of, in the order in which a contract would."""
    return tuple(lack for lack, is_there in _CHECKLIST if not is_there(agreement))


def unfinished(client: Client) -> Iterator[tuple[Project, tuple[Lack, ...]]]:
    """Each open project of the client whose agreement lacks something."""
    for project in client.projects:
        lacks = () if project.is_closed else lacks_of(project.agreement)
        if lacks:
            yield project, lacks


def unknown_by(client: Client) -> str | None:
    """Why none of the client's mail would be recognised; None if it would."""
    if client.addresses or client.domains:
        return None
    return "without addresses or domains this client's mail is taken for a stranger's"
