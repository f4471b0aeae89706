"""Alarms that were claimed, put into words and delivered; what became of each goes back to the ledger."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from triage.alarms.digest import digest_push
from triage.alarms.rules import Alarm, Rules
from triage.alarms.words import Push, Shown, pushes
from triage.config import Config
from triage.credentials import kept, printed_by
from triage.digest import digest_of
from triage.errors import CredentialError, TriageError
from triage.ledger.sqlite import SqliteLedger
from triage.notify.addresses import addresses_in
from triage.notify.delivery import Delivery, Notifier, Outcome

logger = logging.getLogger(__name__)

KEYRING_SERVICE, KEYRING_USER = "inbox-triage:alarms", "push"
SECRET_S = 10.0
"""A keyring that waits for a person, or a command that hangs, holds up no pass for longer."""


@dataclass(frozen=True, slots=True)
class Told:
    """One alarm by one way, and what became of it."""

    key: str
    kind: str
    channel: str
    is_told: bool
    why: str = ""


def channels_of(config: Config) -> list[str]:
    """The ways that are configured; all push addresses together are one, told when any of them takes it."""
    ways = {"desktop": config.alarms.desktop, "push": config.alarms.pushes}
    return [channel for channel, is_on in ways.items() if is_on]


def push_addresses(config: Config) -> list[str]:
    """The push addresses, from the command or the keyring; raises CredentialError where there are none."""
    if config.alarms.url_command is not None:
        text = printed_by(config.alarms.url_command, "alarms.url_command", SECRET_S)
    else:
        text = kept(KEYRING_SERVICE, KEYRING_USER, SECRET_S) or ""
    found = addresses_in(text)
    if not found:
        raise CredentialError("No push address is stored: run `triage alarms store`, or set push = false.")
    return found


def tell(
    config: Config,
    ledger: SqliteLedger,
    rules: Rules,
    now: datetime,
    due: Sequence[Alarm],
    taken: Mapping[str, Sequence[str]],
    notifier: Notifier,
) -> list[Told]:
    """Deliver what was claimed, by channel → keys; a channel that fails is told in the log, once."""
    by_key = {one.key: one for one in due}
    said = {
        channel: list(_in_words(config, ledger, rules, now, [by_key[key] for key in keys]))
        for channel, keys in taken.items()
        if keys
    }
    found: list[Told] = []
    for channel, outcomes in send(config, said, notifier).items():
        for push, outcome in zip(said[channel], outcomes, strict=True):
            ledger.alarms_done(push.keys, channel, is_told=outcome.is_told)
            kinds = ((key, by_key[key].kind) for key in push.keys)
            found += [Told(key, kind, channel, outcome.is_told, outcome.why) for key, kind in kinds]
        _log_failures(channel, outcomes)
    return found


def send(config: Config, said: Mapping[str, Sequence[Push]], notifier: Notifier) -> dict[str, list[Outcome]]:
    """What became of each push, by channel → pushes; those without a title are told by silence."""
    deliveries: list[tuple[str, Delivery]] = []
    found = {channel: [Outcome(True) for _ in some] for channel, some in said.items()}
    for channel, some in said.items():
        spoken = tuple(push for push in some if push.title)
        try:
            addresses = _addresses(config, channel) if spoken else []
        except TriageError as error:
            found[channel] = [Outcome(not push.title, str(error)) for push in some]
            continue
        deliveries += [(channel, Delivery(address, spoken)) for address in addresses]
    if not deliveries:
        return found
    outcomes = notifier([delivery for _, delivery in deliveries])
    for channel, some in said.items():
        of_channel = [one for (name, _), one in zip(deliveries, outcomes, strict=True) if name == channel]
        if of_channel:
            spoken_outcomes = iter([_any(tries) for tries in zip(*of_channel, strict=True)])
            found[channel] = [next(spoken_outcomes) if push.title else Outcome(True) for push in some]
    return found


def _addresses(config: Config, channel: str) -> list[str | None]:
    return [None] if channel == "desktop" else [*push_addresses(config)]


def _any(tries: Iterable[Outcome]) -> Outcome:
    """One push by several addresses: told when one of them took it, with what is wrong about the others."""
    ordered = list(tries)
    why = "; ".join(dict.fromkeys(one.why for one in ordered if one.why))
    return Outcome(any(one.is_told for one in ordered), why)


def _in_words(
    config: Config, ledger: SqliteLedger, rules: Rules, now: datetime, alarms: Sequence[Alarm]
) -> Iterator[Push]:
    """The notifications; a digest has all but the nearest deadlines in it, and an empty one is silence."""
    shown = shown_by(config, rules, now)
    digests = [one for one in alarms if one.kind == "digest"]
    if not digests:
        yield from pushes(alarms, shown, now, rules.at_most)
        return
    near = [one for one in alarms if one.kind == "deadline_near"]
    keys = [one.key for one in alarms if one.kind != "deadline_near"]
    yield from pushes(near, shown, now, rules.at_most)
    digest = digest_of(config, ledger, now)
    is_silent = digest.is_empty and len(keys) == len(digests)
    yield Push("", "", tuple(keys)) if is_silent else digest_push(digest, shown, keys)


def shown_by(config: Config, rules: Rules, now: datetime) -> Shown:
    """How much may be read by others, in the time of where the user is."""
    zone = rules.working.local(now).tzinfo or rules.working.zone
    return Shown(zone, config.alarms.show_client, config.alarms.show_subject)


def _log_failures(channel: str, outcomes: Iterable[Outcome]) -> None:
    """One sentence for each thing that is wrong; no address, no word of mail."""
    for why in dict.fromkeys(one.why for one in outcomes if one.why):
        logger.warning("alarms by %s: %s", channel, why)
