"""Looking back on an incident that is over: what it was, what lay behind it, what to change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from triage.clients.incident import CAUSES, Cause, Contact, causes_of
from triage.clients.missing import unfinished
from triage.clients.profile import Client
from triage.clients.timeline import Letter

EpisodeState = Literal["open", "awaiting", "reviewed"]

# So long without a new flag, an incident is taken to be over.
QUIET = timedelta(days=7)

CHANGES: Mapping[Cause, tuple[str, ...]] = {
    "policy_not_understood": (
        "put in writing what is included and what isn't, with the price of one more round",
        "repeat the terms in the first mail of each project",
    ),
    "poor_communication": (
        "send a short update on a fixed day of each week, also when there is nothing new",
        "say in the first mail when you answer, and how you are reached",
    ),
    "expectation_unmet": (
        "have the client approve a sketch or an example before the work itself begins",
        "restate the brief in your own words and wait for a yes",
    ),
    "quality": (
        "go through a check list before each delivery",
        "show an early half before the whole, so that a wrong turn costs little",
    ),
    "service": (
        "name one way to reach you and the hours in which you answer",
        "confirm each request on the day it comes, with the day it will be done",
    ),
    "inconsistent_message": (
        "sum up every call in one mail, and let mail decide",
        "keep agreements to one channel",
    ),
    "missed_deadline": (
        "promise a day later than you think, and say at once when it moves",
        "agree what happens when material comes late",
    ),
    "money": (
        "ask for a deposit before the work begins, and invoice in parts",
        "agree a late fee, and send the reminder on its day",
    ),
}
# What an agreement can lack that would have helped against a cause.
_CLAUSES: Mapping[Cause, tuple[str, ...]] = {
    "policy_not_understood": ("scope", "exclusions", "rounds", "extra work"),
    "poor_communication": ("channels", "working hours"),
    "expectation_unmet": ("scope",),
    "quality": ("scope", "rounds"),
    "service": ("working hours", "channels"),
    "inconsistent_message": ("channels",),
    "missed_deadline": ("dates", "rush work"),
    "money": ("deposit", "payment terms", "late fee"),
}


@dataclass(frozen=True, slots=True)
class Episode:
    """Flagged messages of one client that belong together: none came long after the one before."""

    letters: tuple[Letter, ...]

    @property
    def begun(self) -> datetime:
        """When the first of them came."""
        return self.letters[0].at

    @property
    def ended(self) -> datetime:
        """When the last of them came."""
        return self.letters[-1].at

    @property
    def severity(self) -> int:
        """How bad it was at its worst."""
        return max(letter.severity for letter in self.letters)

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label in it, in the order they came."""
        return tuple(dict.fromkeys(label for letter in self.letters for label in letter.flagged))


@dataclass(frozen=True, slots=True)
class Guess:
    """What probably lay behind an episode, with the reason as a sentence."""

    cause: Cause
    reason: str


def episodes(letters: Iterable[Letter], quiet: timedelta = QUIET) -> tuple[Episode, ...]:
    """A client's flagged messages as episodes, the earliest first."""
    groups: list[list[Letter]] = []
    for letter in sorted((one for one in letters if one.flagged), key=lambda one: (one.at, one.id)):
        if groups and letter.at - groups[-1][-1].at <= quiet:
            groups[-1].append(letter)
        else:
            groups.append([letter])
    return tuple(Episode(tuple(group)) for group in groups)


def still_open(episode: Episode, now: datetime, quiet: timedelta = QUIET) -> str:
    """Why an episode isn't over yet; empty where it is."""
    waiting = [letter for letter in episode.letters if letter.due is not None and letter.closed is None]
    if waiting:
        many = "one message still awaits" if len(waiting) == 1 else f"{len(waiting)} messages still await"
        return f"{many} your answer"
    closes = [letter.closed for letter in episode.letters if letter.closed is not None]
    since = max([episode.ended, *closes])
    if now - since < quiet:
        return f"quiet for {max((now - since).days, 0)} of {quiet.days} days"
    return ""


def guess(episode: Episode, contacts: Sequence[Contact]) -> Guess:
    """The likeliest cause: what most of its messages speak of, then late answers, then what is usual."""
    own = {letter.message_id for letter in episode.letters}
    by_words = Counter(
        cause for contact in contacts if contact.message_id in own for cause in causes_of(contact)
    )
    if by_words:
        best = max(by_words, key=lambda cause: (by_words[cause], -CAUSES.index(cause)))
        count, total = by_words[best], len(episode.letters)
        plural = "its one message speaks" if total == 1 else f"{count} of its {total} messages speak"
        return Guess(best, f"{plural} of {_SPOKEN[best]}")
    late = sum(
        letter.due is not None and letter.closed is not None and letter.closed > letter.due
        for letter in episode.letters
    )
    if late:
        return Guess("poor_communication", "an answer came later than promised")
    return Guess("expectation_unmet", "nothing in its words says more; name another with --cause")


_SPOKEN: Mapping[Cause, str] = {
    "policy_not_understood": "work beyond the agreement, or its terms",
    "poor_communication": "silence",
    "expectation_unmet": "something else than was expected",
    "quality": "the quality of the work",
    "service": "how they were served",
    "inconsistent_message": "different answers at different times",
    "missed_deadline": "a date that passed",
    "money": "money",
}


def suggestion(cause: Cause, client: Client | None, episode_number: int = 1) -> str:
    """What to change: a clause that the agreement lacks, else a habit; another one the second time."""
    if client is not None and (clause := _lacking(cause, client)):
        return (
            f"agree on {clause} in writing: `triage clients check --confirm` shows the mail that asks for it"
        )
    habits = CHANGES[cause]
    return habits[(episode_number - 1) % len(habits)]


def _lacking(cause: Cause, client: Client) -> str:
    lacks = {lack.topic for _, found in unfinished(client) for lack in found}
    return next((topic for topic in _CLAUSES[cause] if topic in lacks), "")
