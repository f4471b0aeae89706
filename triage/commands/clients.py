"""``triage clients``: who your clients are, what you have agreed with them, and what they owe."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from triage.client_file import load_clients
from triage.clients.profile import Client, ClientBook
from triage.commands.common import ConfigOption, JsonOption, emit, exits, parse_moment, say
from triage.config import default_paths, load_config
from triage.errors import ConfigError, ExitCode

clients = typer.Typer(
    help="Show, check and change the client file: who your clients are and what you have agreed.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)

FileOption = Annotated[
    Path | None, typer.Option("--clients", help="Another client file than the configuration's.")
]
NowOption = Annotated[str | None, typer.Option("--now", help="Take this ISO 8601 time as the present.")]
Several = list[str] | None


@clients.command()
@exits
def add(
    name: Annotated[str | None, typer.Argument(help="The client's name; without one you are asked.")] = None,
    person: Annotated[Several, typer.Option(help="Who writes for them; may be repeated.")] = None,
    address: Annotated[Several, typer.Option(help="Their mail address; may be repeated.")] = None,
    domain: Annotated[Several, typer.Option(help="A domain that is theirs alone; may be repeated.")] = None,
    language: Annotated[str | None, typer.Option(help="The language you write in, two letters.")] = None,
    form: Annotated[str | None, typer.Option(help="How you address them: formal or familiar.")] = None,
    greeting_name: Annotated[str | None, typer.Option(help="How you greet them: Nora, Mr Weiss.")] = None,
    project: Annotated[
        str | None, typer.Option(help="What you do for them; also for a known client.")
    ] = None,
    term: Annotated[
        Several, typer.Option(help='Of its agreement: rate="85 EUR/hour"; may be repeated.')
    ] = None,
    config: ConfigOption = None,
    clients_file: FileOption = None,
) -> None:
    """Put a client into the client file, or a project of one who is in it; asks where no name is given."""
    from triage.commands.answers import Asker
    from triage.commands.client_entry import asked_client, table_of

    path, _ = file_in_use(config, clients_file)
    given = {
        "name": name, "people": person, "addresses": address, "domains": domain, "language": language,
        "address_form": form, "greeting_name": greeting_name,
    }  # fmt: skip
    table = table_of(given, project, term or ())
    if name is None:
        if not sys.stdin.isatty():
            raise ConfigError(
                "NAME: is missing; give the client's name, or run this at a terminal to be asked."
            )
        table = asked_client(Asker(may_ask=True)) | table
    _put(path, table)
    typer.echo(f"Written: {path}", err=True)


@clients.command()
@exits
def show(
    name: Annotated[str | None, typer.Argument(metavar="[CLIENT]", help="A name or an address.")] = None,
    config: ConfigOption = None,
    clients_file: FileOption = None,
    now: NowOption = None,
    json: JsonOption = False,
) -> None:
    """Show all clients, or one in full: agreement, rounds, invoices, and what was never agreed."""
    from triage.commands.client_pages import client_record, print_client, print_clients

    today = (parse_moment(now, "--now") or datetime.now(UTC)).astimezone().date()
    book = book_in_use(config, clients_file)
    chosen = book.clients if name is None else (client_named(book, name),)
    if json:
        for client in chosen:
            emit(client_record(client, today))
    elif name is not None:
        print_client(chosen[0], today)
    elif chosen:
        print_clients(chosen, today)
    else:
        typer.echo("There are no clients yet: `triage clients add` puts one in.")


@clients.command()
@exits
def edit(config: ConfigOption = None, clients_file: FileOption = None) -> None:
    """Open the client file in your editor; what is wrong in it never takes the place of what was right."""
    from triage.commands.client_editor import edit_in_editor

    typer.echo(edit_in_editor(file_in_use(config, clients_file)[0]), err=True)


@clients.command()
@exits
def check(
    config: ConfigOption = None,
    clients_file: FileOption = None,
    confirm: Annotated[
        str | None, typer.Option(metavar="CLIENT", help="The mail that asks to confirm the agreement.")
    ] = None,
    project: Annotated[str | None, typer.Option(help="With --confirm: which project's.")] = None,
    now: NowOption = None,
    json: JsonOption = False,
) -> None:
    """Tell everything that is wrong in the client file, and what its agreements lack."""
    from triage.commands.client_pages import lack_records, lack_text, problem_record

    try:
        book = book_in_use(config, clients_file)
    except ConfigError as error:
        for problem in error.problems if json else ():
            emit(problem_record(problem))
        if not json:
            say(error)
        raise typer.Exit(int(ExitCode.USAGE)) from None
    if confirm is not None:
        moment = parse_moment(now, "--now") or datetime.now(UTC)
        return _show_mail(config, book, client_named(book, confirm), project, moment, json)
    records = [record for client in book.clients for record in lack_records(client)]
    for record in records:
        if json:
            emit(record)
        else:
            typer.echo(lack_text(record))
    if not json:
        typer.echo(_summary(book, len(records)), err=True)
    return None


def file_in_use(config: Path | None, named: Path | None) -> tuple[Path, bool]:
    """The client file, and whether the user named it; without a configuration the usual one."""
    if named is not None:
        return named.expanduser(), True
    usual = default_paths()
    if config is None and not usual.config.exists():
        return usual.clients, False
    settings = load_config(config)
    return settings.paths.clients, settings.storage.clients_file is not None


def book_in_use(config: Path | None, named: Path | None) -> ClientBook:
    """The clients of that file; the usual one may be missing."""
    path, is_named = file_in_use(config, named)
    return load_clients(path, may_be_missing=not is_named)


def client_named(book: ClientBook, name: str) -> Client:
    """The client of this name or address; raises ConfigError with the known names."""
    client = book.named(name)
    if client is None:
        known = ", ".join(f"“{client.name}”" for client in book.clients) or "nobody yet"
        raise ConfigError(f"CLIENT: there is no such client; the client file has: {known}.")
    return client


def _put(path: Path, table: dict[str, Any]) -> None:
    """A client that isn't in the file yet, or a project of one that is."""
    from triage.client_file.writing import add_client, add_project
    from triage.commands.client_entry import entered_client

    client = entered_client(table)
    known = load_clients(path, may_be_missing=True).named(client.name)
    if known is None:
        add_client(path, client)
    elif set(table) <= {"name", "projects"} and client.projects:
        add_project(path, known.name, client.projects[0])
    else:
        raise ConfigError(
            "NAME: there is such a client already; give a --project to add, or use `triage clients edit`."
        )


def _summary(book: ClientBook, gaps: int) -> str:
    if not book.clients:
        return "There are no clients yet: `triage clients add` puts one in."
    if not gaps:
        return "Nothing is wrong in the client file, and nothing is missing."
    return (
        "Nothing is wrong in the client file. `--confirm CLIENT` shows a mail that settles what is missing."
    )


def _show_mail(
    config: Path | None, book: ClientBook, client: Client, project: str | None, now: datetime, json: bool
) -> None:
    """The mail that asks the client to confirm the agreement; nothing is written anywhere."""
    from triage.commands.agreement_mail import agreement_mail
    from triage.desk import desk_of

    settings = load_config(config)
    mail = agreement_mail(desk_of(settings, settings.accounts[0], book), client, project, now)
    if json:
        emit(mail.as_record())
    else:
        typer.echo(mail.as_text())
