"""The check of ``triage doctor`` that looks at the ways to tell alarms, without telling one."""

from __future__ import annotations

from collections.abc import Iterator

from triage.commands.checks import Check, failed
from triage.config import Config
from triage.errors import ExitCode, TriageError


def check_alarms(config: Config) -> Iterator[Check]:
    """A row for each way that is configured; nothing is pushed and nothing shown."""
    from triage.notify.addresses import scheme_of
    from triage.notify.delivery import Delivery, deliver
    from triage.telling import channels_of, push_addresses

    if not config.alarms.is_on:
        yield Check("", "alarms", True, "none configured")
        return
    for channel in channels_of(config):
        try:
            addresses = push_addresses(config) if channel == "push" else [None]
            names = [scheme_of(one) if one is not None else "desktop" for one in addresses]
        except TriageError as error:
            yield failed("", "alarms", error)
            continue
        for name, (outcome,) in zip(names, deliver([Delivery(one) for one in addresses]), strict=True):
            code = ExitCode.DONE if outcome.is_told else ExitCode.USAGE
            yield Check("", "alarms", outcome.is_told, name, "" if outcome.is_told else outcome.why, code)
