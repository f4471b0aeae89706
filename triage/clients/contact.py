"""Which word to a client is due without being asked for: an update while work goes on, feedback after it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from triage.clients.profile import Client, Project

ContactKind = Literal["progress_update", "feedback"]

# After so many quiet days a project that is closed and paid has ended well.
SETTLES = timedelta(days=3)
# Later, a question about it comes out of the blue.
FEEDBACK_WITHIN = timedelta(days=45)
# A flag so shortly before makes no good end.
UNTROUBLED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Habits:
    """What the freelancer wants: ``update_after_days`` 0 means never."""

    update_after_days: int = 0
    asks_feedback: bool = False

    def for_client(self, policy: Mapping[str, bool | int | str]) -> Habits:
        """The same with what holds for one client alone."""
        days = policy.get("update_after_days", self.update_after_days)
        asks = policy.get("ask_feedback", self.asks_feedback)
        return Habits(int(days), bool(asks))


def is_wanted(habits: Habits, clients: Iterable[Client]) -> bool:
    """Whether any word of our own accord is wanted, by whatever client."""
    own = (habits.for_client(client.policy) for client in clients)
    return any(one.update_after_days or one.asks_feedback for one in own)


@dataclass(frozen=True, slots=True)
class Touch:
    """What is known of the exchange with a client, by day.

    ``watched_since``: from when on sent mail is known at all. ``awaits_answer``: a message of the client's is
    still open. ``is_paused``: the payment ladder has come to its pause.
    """

    watched_since: date | None = None
    last_word: date | None = None
    last_heard: date | None = None
    last_flag: date | None = None
    awaits_answer: bool = False
    is_paused: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A mail of this kind that was drafted before, whatever became of it."""

    kind: ContactKind
    project: str
    since: date


@dataclass(frozen=True, slots=True)
class DueContact:
    """A word that is due; ``project`` is None where several are open, ``since`` tells it from the next."""

    kind: ContactKind
    project: Project | None
    since: date
    reason: str

    @property
    def written(self) -> Written:
        """How it is remembered once it is drafted."""
        return Written(self.kind, self.project.name if self.project else "", self.since)


def due_contacts(
    client: Client,
    touch: Touch,
    habits: Habits,
    today: date,
    written: Collection[Written],
    is_working_day: Callable[[date], bool],
) -> tuple[DueContact, ...]:
    """The words that are due to a client today; none on a day off, or while an answer is owed."""
    if touch.awaits_answer or touch.is_paused or not is_working_day(today):
        return ()
    own = habits.for_client(client.policy)
    found = (*_update(client, touch, own, today), *_feedback(client, touch, own, today, written))
    return tuple(one for one in found if one.written not in written)


def is_outdated(kind: ContactKind, client: Client, project: str, drafted: date, touch: Touch) -> bool:
    """Whether an unsent draft has lost its occasion: by a word sent meanwhile, or by the project's end."""
    if touch.awaits_answer or (touch.last_word is not None and touch.last_word >= drafted):
        return True
    named = next((one for one in client.projects if one.name == project), None)
    if project and named is None:
        return True
    is_closed = named.is_closed if named else all(one.is_closed for one in client.projects)
    return is_closed == (kind == "progress_update")


def _update(client: Client, touch: Touch, habits: Habits, today: date) -> Iterator[DueContact]:
    """An update, where a project is open and nothing was written for too long."""
    open_ones = [project for project in client.projects if not project.is_closed]
    if not habits.update_after_days or not open_ones:
        return
    since = touch.last_word or _unknown_since(open_ones, touch)
    days = (today - since).days if since is not None else 0
    if since is not None and days >= habits.update_after_days:
        project = open_ones[0] if len(open_ones) == 1 else None
        yield DueContact("progress_update", project, since, f"no word to this client for {days} days")


def _unknown_since(projects: list[Project], touch: Touch) -> date | None:
    """From when on silence is certain: a word sent before the first pass is not known of."""
    if touch.watched_since is None:
        return None
    agreed = [project.agreement.agreed_on for project in projects if project.agreement.agreed_on]
    return max([touch.watched_since, *agreed])


def _feedback(
    client: Client, touch: Touch, habits: Habits, today: date, written: Collection[Written]
) -> Iterator[DueContact]:
    """The question how it was, once a project, soon after it ended well."""
    asked = {one.project for one in written if one.kind == "feedback"}
    if not habits.asks_feedback or not _is_untroubled(client, touch, today):
        return
    for project in client.projects:
        ended = _ended(client, project, touch) if project.is_closed and project.name not in asked else None
        if ended is not None and today - ended <= FEEDBACK_WITHIN and _is_quiet(touch, today):
            yield DueContact("feedback", project, ended, "the project is closed, and it ended well")
            return


def _is_untroubled(client: Client, touch: Touch, today: date) -> bool:
    """Whether the client owes nothing and has given no cause for a flag of late."""
    owes = any(invoice.state in ("open", "disputed", "plan") for invoice in client.invoices)
    return not owes and (touch.last_flag is None or today - touch.last_flag > UNTROUBLED)


def _is_quiet(touch: Touch, today: date) -> bool:
    """Whether mail has come to rest on both sides."""
    return all(today - day >= SETTLES for day in (touch.last_word, touch.last_heard) if day is not None)


def _ended(client: Client, project: Project, touch: Touch) -> date | None:
    """When a closed project came to rest: the last payment for it; without one the last mail, if it may be
    about this project: the client's latest, with no other one open."""
    paid = [
        payment.on for bill in client.invoices if bill.project == project.name for payment in bill.payments
    ]
    if paid:
        return max(paid)
    is_latest = project is client.projects[-1] and all(one.is_closed for one in client.projects)
    mail = [day for day in (touch.last_word, touch.last_heard) if day is not None]
    unnamed = [payment.on for bill in client.invoices if not bill.project for payment in bill.payments]
    return max([*mail, *unnamed], default=None) if is_latest else None
