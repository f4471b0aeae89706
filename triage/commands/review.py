"""``triage review``: look back on incidents that are over, and keep what was learnt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.commands.common import (
    ConfigOption,
    JsonOption,
    VerboseOption,
    configure_logging,
    emit,
    exits,
    parse_moment,
)
from triage.config import Config, load_config
from triage.errors import ConfigError

if TYPE_CHECKING:
    from triage.clients.incident import Cause
    from triage.clients.profile import ClientBook
    from triage.clients.review import Episode, EpisodeState, Guess
    from triage.ledger.chronicle import ReviewRow
    from triage.ledger.sqlite import SqliteLedger
    from triage.story import Whose

QUIET_DAYS = 7


@dataclass(frozen=True, slots=True)
class LookedAt:
    """One episode of a client's: where it stands, and what is or may be learnt from it."""

    who: Whose
    episode: Episode
    state: EpisodeState
    why_open: str
    guess: Guess
    change: str
    review: ReviewRow | None

    @property
    def cause(self) -> str:
        """The cause on record, else the likeliest."""
        return self.review.cause if self.review else self.guess.cause


@exits
def review(
    client: Annotated[
        str | None, typer.Argument(help="Whose incidents to look back on. Left out: list all that await it.")
    ] = None,
    cause: Annotated[str | None, typer.Option(help="What lay behind it, where the guess is wrong.")] = None,
    change: Annotated[str | None, typer.Option(help="What you will change, in your own words.")] = None,
    quiet_days: Annotated[
        int, typer.Option(min=0, help="So many days without a new flag end an incident.")
    ] = QUIET_DAYS,
    sample: Annotated[
        bool, typer.Option("--sample", help="Label mail drawn at random instead; a number says how many.")
    ] = False,
    teach: Annotated[
        bool, typer.Option("--correct", help="With --sample: later mail is judged by your labels, too.")
    ] = False,
    now: Annotated[str | None, typer.Option(help="Take this ISO 8601 time as the present.")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Look back on incidents that are over: what happened, its cause, what to change."""
    configure_logging(verbose)
    if sample or teach:
        _sample(config, client, now, is_other=bool(cause or change) or not sample, teach=teach, json=json)
        return
    named = _cause(cause)
    if client is None and (named or change):
        raise ConfigError("review: --cause and --change are about one client; name the client too.")
    settings = load_config(config)
    moment = parse_moment(now, "--now") or datetime.now(UTC)
    found = _looked_at(settings, client, moment, timedelta(days=quiet_days))
    if client is not None:
        found = _kept(settings, found, named, change, moment)
    else:
        found = [one for one in found if one.state == "awaiting"]
    if json:
        for one in found:
            emit(record_of(one))
    else:
        _print(found, client, settings)


def _sample(
    config: Path | None, number: str | None, now: str | None, *, is_other: bool, teach: bool, json: bool
) -> None:
    from triage.commands.review_sample import review_sample

    if is_other:
        raise ConfigError(
            "review: --sample goes with a number and --correct alone, and --correct with --sample alone."
        )
    moment = parse_moment(now, "--now") or datetime.now(UTC)
    review_sample(load_config(config), number, moment, teach=teach, json=json)


def record_of(one: LookedAt) -> dict[str, object]:
    """One JSON line an episode; ``guess`` is the likeliest cause whatever was put on record."""
    episode = one.episode
    return {
        "client": one.who.name,
        "state": one.state,
        "why_open": one.why_open or None,
        "ids": [letter.id for letter in episode.letters],
        "from": episode.begun.isoformat(),
        "to": episode.ended.isoformat(),
        "labels": list(episode.labels),
        "severity": episode.severity,
        "subjects": [letter.subject for letter in episode.letters],
        "cause": one.cause,
        "guess": one.guess.cause,
        "reason": one.review.reason if one.review else one.guess.reason,
        "change": one.review.change if one.review else one.change,
        "reviewed": one.review.at.isoformat() if one.review else None,
    }


def _cause(name: str | None) -> Cause | None:
    """The cause of this name, however its words are joined."""
    from triage.clients.incident import CAUSES

    if name is None:
        return None
    wanted = "_".join(name.lower().replace("-", " ").replace("_", " ").split())
    known = next((cause for cause in CAUSES if cause == wanted), None)
    if known is None:
        raise ConfigError(f"--cause: '{name}' is none of {', '.join(CAUSES)}.")
    return known


def _looked_at(settings: Config, client: str | None, now: datetime, quiet: timedelta) -> list[LookedAt]:
    """The episodes of one client, or of all."""
    from triage.access import ledger_path
    from triage.client_file import load_book
    from triage.ledger.sqlite import open_ledger_copy
    from triage.story import find_client

    book = load_book(settings)
    with open_ledger_copy(ledger_path(settings)) as ledger:
        whose = (
            [find_client(client, book, ledger, "review")] if client is not None else _everybody(book, ledger)
        )
        return [one for who in whose for one in _of_client(ledger, who, now, quiet)]


def _everybody(book: ClientBook, ledger: SqliteLedger) -> list[Whose]:
    """Whoever has written, each client on file once."""
    from triage.story import Whose, whose

    found: dict[str, Whose] = {}
    for sender in sorted({sender.lower() for sender in ledger.senders()}):
        client = book.client_of(sender)
        who = whose(client) if client else Whose(sender, frozenset({sender}))
        found.setdefault(who.name, who)
    return list(found.values())


def _of_client(ledger: SqliteLedger, who: Whose, now: datetime, quiet: timedelta) -> Iterator[LookedAt]:
    from triage.clients.review import episodes, guess, still_open, suggestion
    from triage.history import on_record
    from triage.story import letter_of

    rows = [row for row in ledger.letters(who.addresses, who.domains) if row.row.received <= now]
    contacts = on_record(ledger, who).contacts
    reviews = {review.row_id: review for review in ledger.reviews()}
    causes: list[str] = []
    for episode in episodes((letter_of(row) for row in rows), quiet):
        likely = guess(episode, contacts)
        kept = [reviews[letter.id] for letter in episode.letters if letter.id in reviews]
        # A new flag reopens what was reviewed before it came.
        whole = kept[-1] if len(kept) == len(episode.letters) else None
        why = "" if whole else still_open(episode, now, quiet)
        state: EpisodeState = "reviewed" if whole else "open" if why else "awaiting"
        causes.append(whole.cause if whole else likely.cause)
        change = suggestion(likely.cause, who.client, causes.count(likely.cause))
        yield LookedAt(who, episode, state, why, likely, change, whole)


def _kept(
    settings: Config, found: list[LookedAt], cause: Cause | None, change: str | None, now: datetime
) -> list[LookedAt]:
    """Put on record what is over: all that await it, else the last one on record if that is changed."""
    from dataclasses import replace

    from triage.access import ledger_path
    from triage.ledger.sqlite import open_ledger

    awaiting = [one for one in found if one.state == "awaiting"]
    again = [one for one in found if one.state == "reviewed"][-1:] if cause or change else []
    changed = {id(one): _review_of(one, cause, change, now) for one in awaiting or again}
    if changed:
        with open_ledger(ledger_path(settings)) as ledger, ledger.together():
            for one in awaiting or again:
                for letter in one.episode.letters:
                    ledger.review(replace(changed[id(one)], row_id=letter.id))
    return [replace(o, review=changed[id(o)], state="reviewed") if id(o) in changed else o for o in found]


def _review_of(one: LookedAt, cause: Cause | None, change: str | None, now: datetime) -> ReviewRow:
    from triage.clients.review import suggestion
    from triage.ledger.chronicle import ReviewRow

    before = one.review
    chosen = cause or (before.cause if before else one.guess.cause)
    is_own = cause is not None and cause != one.guess.cause
    reason = "named by you" if is_own else before.reason if before and not cause else one.guess.reason
    usual = suggestion(cause, one.who.client) if is_own and cause else before.change if before else one.change
    return ReviewRow(one.episode.letters[0].id, now, chosen, reason, change or usual)


def _print(found: list[LookedAt], client: str | None, settings: Config) -> None:
    from rich.console import Console
    from rich.text import Text

    from triage.evidence_index import one_line

    console = Console(highlight=False)
    if not found:
        typer.echo("No incident awaits a review." if client is None else "This client has had no incident.")
        return
    zone = settings.clock.zone
    for one in found:
        begun, ended = one.episode.begun.astimezone(zone), one.episode.ended.astimezone(zone)
        days = (
            f"{begun:%Y-%m-%d}" if begun.date() == ended.date() else f"{begun:%Y-%m-%d} to {ended:%Y-%m-%d}"
        )
        labels = ", ".join(label.replace("_", " ") for label in one.episode.labels)
        console.print(
            Text(f"{one.who.name} · {days} · {labels}, severity {one.episode.severity}", style="bold")
        )
        for letter in one.episode.letters:
            console.print(Text(f"  #{letter.id} {one_line(letter.subject) or '(no subject)'}"))
        for name, said in _told(one):
            console.print(Text(f"  {name:8} {said}"))
        console.print()
    if client is None:
        typer.echo("`triage review CLIENT` puts them on record; --cause and --change say it differently.")


def _told(one: LookedAt) -> Iterator[tuple[str, str]]:
    if one.state == "open":
        yield "open", f"{one.why_open}; it can be looked back on when it is over"
        return
    reason = one.review.reason if one.review else one.guess.reason
    yield "cause", f"{one.cause.replace('_', ' ')} ({reason})"
    yield "change", one.review.change if one.review else one.change
    if one.review:
        yield "kept", f"on record since {one.review.at:%Y-%m-%d}"
