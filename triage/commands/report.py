"""``triage report``: how the promise of an answer was kept in a period, with a chart."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.commands.common import (
    ConfigOption,
    JsonOption,
    accounts_of,
    emit,
    exits,
    parse_moment,
)
from triage.config import Config, load_config
from triage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.views.period import Period
    from triage.views.report import GroupedBy, Report

USUAL_DAYS = 30
MOST_DAYS = 36_600


@exits
def report(
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="The first day, such as 2026-03-01.")
    ] = None,
    to: Annotated[str | None, typer.Option(metavar="DAY", help="The last day. Left out: today.")] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=MOST_DAYS, help="So many days up to today (30).")
    ] = None,
    by: Annotated[str | None, typer.Option(help="Only the groups by client, or by label.")] = None,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write a chart (SVG).")] = None,
    csv: Annotated[bool, typer.Option("--csv", help="A table for a spreadsheet on stdout.")] = False,
    account: Annotated[list[str] | None, typer.Option(help="Only this account; may be given again.")] = None,
    now: Annotated[str | None, typer.Option(help="Take this ISO 8601 time as the present.")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Show how many answers were in time, how long answers and drafts took, and what became of drafts."""
    from triage.commands.report_view import print_csv, print_report, promised_text, records

    grouped = _grouped(by)
    if csv and json:
        raise ConfigError("report: --csv and --json exclude each other; choose one.")
    settings = load_config(config)
    moment = parse_moment(now, "--now") or datetime.now(UTC)
    period = _period(settings, from_, to, days, moment)
    names = [chosen.name for chosen in accounts_of(settings, account)]
    found = _found(settings, names, period, moment)
    if svg is not None:
        _draw(svg, found, grouped, settings)
    if json:
        for record in records(found, grouped, settings.clock):
            emit(record)
    elif csv:
        print_csv(found, grouped)
    else:
        print_report(found, grouped, promised_text(settings.clock))


def _grouped(by: str | None) -> tuple[GroupedBy, ...]:
    if by is None:
        return ("client", "label")
    for known in ("client", "label"):
        if by == known:
            return (known,)
    raise ConfigError(f"--by: '{by}' is none of client, label.")


def _period(config: Config, from_: str | None, to: str | None, days: int | None, now: datetime) -> Period:
    """The days asked for by the user's clock; raises ConfigError where they make no period."""
    from triage.views.period import Period

    if days is not None and from_ is not None:
        raise ConfigError("report: --days and --from exclude each other; choose one.")
    zone = config.clock.zone
    last = _day(to, "--to") or now.astimezone(zone).date()
    first = _day(from_, "--from") or last - timedelta(days=(days or USUAL_DAYS) - 1)
    if first > last:
        raise ConfigError(f"report: the period begins on {first}, after its end on {last}.")
    if (last - first).days >= MOST_DAYS:
        raise ConfigError("report: the period is longer than a century; name a later --from.")
    return Period(first, last, zone)


def _day(text: str | None, name: str) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 1988 <= day.year <= 9000:  # as for moments: no mail is older
        raise ConfigError(f"{name}: '{text}' is no day, such as 2026-03-12.")
    return day


def _found(config: Config, accounts: Sequence[str], period: Period, now: datetime) -> Report:
    from triage.access import ledger_path
    from triage.alarm_facts import namer
    from triage.client_file import load_book
    from triage.desk import promise_of
    from triage.ledger.sqlite import open_ledger_copy
    from triage.views.report import Facts, report_of

    book = load_book(config)
    promise = promise_of(config)
    # what has not come yet can't be reported on
    span = (accounts, period.begin, min(period.end, now + timedelta(microseconds=1)))
    with open_ledger_copy(ledger_path(config)) as ledger:
        facts = Facts(
            *ledger.came_in(*span),
            promises=ledger.promises(*span),
            drafts=ledger.draft_ends(*span),
            steps=[step for step in ledger.steps() if step.account in accounts],
            invoices=[invoice for client in book.clients for invoice in client.invoices],
        )
    return report_of(
        facts, period, now, lambda received: promise.due(received, received), namer(lambda: book)
    )


def _draw(path: Path, found: Report, grouped: tuple[GroupedBy, ...], config: Config) -> None:
    from triage.commands.report_view import promised_text
    from triage.files import write_private
    from triage.views.charts import chart

    groups = [group for by in grouped for group in found.groups(by)] if len(grouped) == 1 else found.by_label
    title = f"Answers within {promised_text(config.clock)}, {found.period}"
    try:
        write_private(path, chart(found, groups, title))
    except OSError as error:
        raise ConfigError(f"--svg: the picture can't be written ({error.strerror}).") from None
