"""``triage voice``: how the freelancer writes, shown, set by hand, learnt from Sent, or forgotten."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from triage.clients.voice import BOUND, EVERY_CLIENT, EVERY_LANGUAGE, VoiceBook
from triage.commands.common import (
    ConfigOption,
    JsonOption,
    VerboseOption,
    accounts_of,
    configure_logging,
    emit,
    exits,
    say,
    stop_on_signals,
)
from triage.commands.habits import client_keys, print_habits, records_of_all, records_of_client
from triage.config import load_config
from triage.errors import ConfigError, ExitCode, TriageError
from triage.voice_file import load_voice, voice_path

if TYPE_CHECKING:
    from triage.clients.profile import ClientBook
    from triage.config import Account, Config
    from triage.voice_learning import Learnt

LANGUAGES = ("en", "de", "es", "fr", "pt", "it", "nl")

voice = typer.Typer(
    help="How you write: greeting, sign-off, form of address and length, learnt from Sent or set by hand.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
ClientArgument = Annotated[str | None, typer.Argument(help="A client of the client file, or an address.")]


@voice.command()
@exits
def show(client: ClientArgument = None, config: ConfigOption = None, json: JsonOption = False) -> None:
    """Show what drafts are written in: each habit, and how many mails it stands on."""
    settings = load_config(config)
    book = load_voice(voice_path(settings.paths.state))
    clients = _client_book(settings)
    if client is not None:
        client_keys(clients, client)  # a name that nobody has is a mistake
    records = list(records_of_client(book, clients, client) if client else records_of_all(book, clients))
    if json:
        for record in records:
            emit(record)
    else:
        print_habits(records)


@voice.command("set")
@exits
def set_(
    key: Annotated[str, typer.Argument(help="greeting, sign_off, form, words or contractions.")],
    value: Annotated[str, typer.Argument(help='What it shall be; "" goes back to what is learnt.')],
    client: Annotated[str | None, typer.Option(help="For this client alone.")] = None,
    language: Annotated[
        str | None, typer.Option(help="For mails in this language. A greeting's: the one you write most.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Fix a habit by hand; it wins over what is learnt."""
    from triage.clients.voice_setting import checked, told
    from triage.voice_learning import change

    settings = load_config(config)
    try:
        fixed = checked(key, value or _harmless(key))
    except ValueError as error:
        raise ConfigError(f"voice set {key}: {error}.") from None
    keys = client_keys(_client_book(settings), client) if client else ()
    state = settings.paths.state
    code = _language(load_voice(voice_path(state)), key, keys, language)
    name = keys[-1] if keys else EVERY_CLIENT
    change(state, lambda book: book.with_fixed(name, code, key, fixed if value else None))
    whose = f" for {client}" if client else ""
    where = f" ({code})" if code else ""
    typer.echo(f"{key}{where}{whose}: {told(fixed) if value else 'as learnt'}")


@voice.command()
@exits
def learn(
    limit: Annotated[int, typer.Option(min=1, max=5000, help="So many of the newest sent mails.")] = 500,
    account: Annotated[list[str] | None, typer.Option(help="Only this account; may be given again.")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Read the newest mails of Sent now and learn from them; no word of them is kept."""
    settings = load_config(config)
    configure_logging(verbose, settings.log.level)
    worst = ExitCode.DONE
    with stop_on_signals() as stop:
        for chosen in accounts_of(settings, account):
            try:
                with _progress(chosen.name, quiet=json) as progress:
                    learnt = _learn(settings, chosen, limit, progress, stop)
            except TriageError as error:
                say(error)
                worst = max(worst, error.exit_code)
                continue
            record = {"account": chosen.name, "read": learnt.read, "new": learnt.new}
            if json:
                emit(record)
            else:
                typer.echo(
                    f"{chosen.name}: {learnt.read} sent mails read, {learnt.new} of them told something new."
                )
    raise typer.Exit(int(worst))


@voice.command()
@exits
def forget(client: ClientArgument = None, config: ConfigOption = None) -> None:
    """Forget what was learnt and set, for one client or altogether."""
    from triage.voice_learning import change, forget_all

    settings = load_config(config)
    if client is None:
        forget_all(settings.paths.state)
        typer.echo(
            "Forgotten. Passes learn from what you send from now on; `triage voice learn` reads Sent again."
        )
        return
    keys = client_keys(_client_book(settings), client)
    before, after = change(settings.paths.state, lambda book: book.forgotten(keys))
    typer.echo(f"Forgotten: what {len(before.samples) - len(after.samples)} mails to {client} told.")


def _client_book(settings: Config) -> ClientBook:
    from triage.client_file import load_book

    return load_book(settings)


def _language(book: VoiceBook, key: str, keys: tuple[str, ...], given: str | None) -> str:
    """The language a habit is fixed for; one that isn't words of a language holds for all."""
    from triage.clients.voice import usual_language

    if given is not None and given not in LANGUAGES:
        raise ConfigError(f"--language: '{given}' is none of {', '.join(LANGUAGES)}.")
    if given is not None or key not in BOUND:
        return given or EVERY_LANGUAGE
    return usual_language(book, keys) or usual_language(book, ()) or "en"


def _harmless(key: str) -> str:
    """Some value of a habit that is to be taken back, so that its name is checked all the same."""
    return {"form": "formal", "words": "100", "contractions": "yes"}.get(key, "Hello")


def _learn(
    settings: Config,
    account: Account,
    limit: int,
    progress: Callable[[int, int], None],
    stop: Callable[[], bool],
) -> Learnt:
    from triage.access import enter, ledger_path
    from triage.imap.folders import find_folders
    from triage.ledger.sqlite import open_ledger_copy
    from triage.voice_learning import Learnt, learn_newest, writer_of

    with (
        open_ledger_copy(ledger_path(settings)) as ledger,
        enter(account) as session,
    ):
        folders = find_folders(session, drafts=account.drafts, sent=account.sent)
        if folders.sent is None:
            return Learnt(0, 0)
        return learn_newest(
            session,
            folders.sent,
            most=limit,
            state=settings.paths.state,
            writer=writer_of(settings, account, ledger),
            progress=progress,
            stop=stop,
        )


@contextmanager
def _progress(account: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr where a person looks on."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"{account}: reading Sent", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
