"""``triage forget``: take all that is known of one client out of the program's memory."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, Any

import typer

from triage.commands.common import ConfigOption, JsonOption, emit, exits
from triage.config import load_config
from triage.errors import ConfigError

if TYPE_CHECKING:
    from triage.clients.profile import ClientBook
    from triage.config import Config
    from triage.ledger.forgetting import Whom
    from triage.ledger.sqlite import SqliteLedger
    from triage.story import Whose

LOCK_WAIT_S = 10.0


@exits
def forget(
    client: Annotated[str, typer.Argument(help="The client's name or address.")],
    client_file: Annotated[
        bool, typer.Option("--client-file", help="Remove the client's entry in the client file as well.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be removed; remove nothing.")
    ] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Remove all that is remembered of a client; no mail is touched."""
    from triage.access import ledger_path
    from triage.client_file import load_book
    from triage.ledger.sqlite import open_ledger_copy

    settings = load_config(config)
    book = load_book(settings)
    with open_ledger_copy(ledger_path(settings)) as rehearsal:
        who = _who(client, book, rehearsal)
        record = _looked(settings, who, rehearsal, client_file)
    if not dry_run:
        if not yes:
            typer.confirm(f"{_told(record)} Forget it for good?", abort=True, err=True)
        _forget(settings, who, client_file)
    if json:
        emit(record | {"dry_run": dry_run})
    else:
        typer.echo(_told(record) + (" Nothing was removed." if dry_run else " Forgotten."))


def _who(name: str, book: ClientBook, ledger: SqliteLedger) -> Whose:
    """The client; an address that never wrote is one too, since mail may have gone there."""
    from triage.story import Whose, find_client

    try:
        return find_client(name, book, ledger, "forget")
    except ConfigError:
        address = name.strip().lower()
        if address.count("@") != 1 or any(part == "" for part in address.split("@")):
            raise
        return Whose(address, frozenset({address}))


def _whom(who: Whose) -> Whom:
    """The client as the ledger and the voice know it: by addresses, domains, its name, its invoices."""
    from triage.ledger.forgetting import Whom

    invoices = who.client.invoices if who.client else ()
    return Whom(
        frozenset({*who.addresses, who.name.lower()}),
        who.domains,
        frozenset(invoice.number for invoice in invoices),
    )


def _voice_keys(who: Whose) -> tuple[str, ...]:
    return (*who.addresses, *(f"@{domain}" for domain in who.domains), who.name)


def _looked(config: Config, who: Whose, copy: SqliteLedger, client_file: bool) -> dict[str, Any]:
    """What there is to forget: tried on a copy in memory."""
    from triage.voice_file import load_voice, voice_path

    drafts = copy.standing_drafts(_whom(who))
    voice = load_voice(voice_path(config.paths.state))
    without = voice.forgotten(_voice_keys(who))
    is_on_file = who.client is not None
    return {
        "client": who.name,
        "rows": copy.forget(_whom(who)),
        "habits": len(voice.samples) - len(without.samples) + len(voice.fixed) - len(without.fixed),
        "client_file": "removed" if client_file and is_on_file else "kept" if is_on_file else "none",
        "drafts_left": drafts,
    }


def _forget(config: Config, who: Whose, client_file: bool) -> None:
    """Forget, while no pass is running: it would write down again what it has read."""
    from triage.access import ledger_path
    from triage.client_file.writing import remove_client
    from triage.ledger.lock import account_lock
    from triage.ledger.sqlite import open_ledger
    from triage.voice_file import voice_path
    from triage.voice_learning import change

    path = ledger_path(config)
    with ExitStack() as held:
        for account in config.accounts:
            held.enter_context(account_lock(config.paths.state, account.name, wait=LOCK_WAIT_S))
        if client_file and who.client is not None:
            remove_client(config.paths.clients, who.client.name)
        if voice_path(config.paths.state).exists():
            change(config.paths.state, lambda voice: voice.forgotten(_voice_keys(who)))
        if path.exists():
            with open_ledger(path) as ledger:
                ledger.forget(_whom(who))


def _told(record: dict[str, Any]) -> str:
    """The record in a sentence or three."""
    rows = record["rows"]
    told = (
        f"{record['client']}: {rows['message']} messages, {rows['draft']} drafts, "
        f"{rows['sent_mail']} mails sent, "
        f"{rows['ladder_step'] + rows['own_mail']} reminders and updates, {rows['correction']} corrections, "
        f"{record['habits']} habits."
    )
    if record["drafts_left"]:
        told += f" {record['drafts_left']} drafts stay in your Drafts folder: delete them there."
    if record["client_file"] == "kept":
        told += " The client file keeps its entry: add --client-file, or its reminders may be drafted anew."
    return told
