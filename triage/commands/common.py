"""What every command shares: options, errors as one sentence with an exit status, JSON Lines, logging."""

from __future__ import annotations

import functools
import json
import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar

import typer

from triage.config import Account, Config, Log, load_config
from triage.errors import ConfigError, ExitCode, TriageError

P = ParamSpec("P")
R = TypeVar("R")

# No mail is older than IMAP (RFC 1064); beyond these years sums of times overflow.
_EARLIEST, _LATEST = 1988, 9000
_LOG_LINE = "%(levelname)s %(name)s: %(message)s"

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="The configuration file. Default: the user's own, see `triage doctor`."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON Lines on stdout, nothing else there.")]
LogFileOption = Annotated[
    Path | None, typer.Option("--log-file", help="Log to this file, whatever [log] names; for services.")
]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Say more on stderr.")]


def exits(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a TriageError into its sentence on stderr and its exit status; Ctrl-C into a quiet 1."""

    @functools.wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except TriageError as error:
            say(error)
            raise typer.Exit(int(error.exit_code)) from None
        except BrokenPipeError:
            # The reader of our output has gone (``triage status | head``): nothing is wrong here.
            silence_stdout()
            raise typer.Exit(int(ExitCode.DONE)) from None

    return guarded


def say(error: TriageError) -> None:
    """Write the error's sentence to stderr, one line a problem."""
    lines = error.problems if isinstance(error, ConfigError) else (str(error),)
    for line in lines:
        typer.echo(f"triage: {line}", err=True)
        note_in_log("triage", line)


def note_in_log(whose: str, sentence: str | None) -> None:
    """Keep what was said on stderr in the log's file too, where there is one: stderr may go nowhere."""
    if sentence and any(isinstance(handler, logging.FileHandler) for handler in logging.root.handlers):
        logging.getLogger("triage").warning("%s: %s", whose, sentence)


def silence_stdout() -> None:
    """Keep the interpreter from complaining at exit about a closed stdout."""
    sys.stdout = open("/dev/null" if sys.platform != "win32" else "nul", "w", encoding="utf-8")  # noqa: SIM115,PTH123


def emit(record: dict[str, Any]) -> None:
    """Write one JSON line to stdout at once; what stdout or a reader of lines can't take is escaped."""
    line = json.dumps(record, ensure_ascii=False, default=_plain)
    try:
        line.encode(sys.stdout.encoding or "utf-8")
        has_breaks = len(line.splitlines()) > 1  # U+2028 and its like
    except UnicodeEncodeError:  # a pipe on Windows, a file name that is no text
        has_breaks = True
    sys.stdout.write((json.dumps(record, default=_plain) if has_breaks else line) + "\n")
    sys.stdout.flush()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def parse_moment(text: str | None, name: str) -> datetime | None:
    """Read an ISO 8601 date or time; without a zone it is the machine's local time."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.astimezone()
        is_near = _EARLIEST <= moment.astimezone(UTC).year <= _LATEST
    except (ValueError, OverflowError, OSError):  # Windows refuses local times before 1970
        is_near = False
    if not is_near:
        raise ConfigError(
            f"{name}: '{text}' is no ISO 8601 time, such as 2026-03-12 or 2026-03-12T21:00+01:00."
        )
    return moment


def configure_logging(
    verbose: bool, level: str = "warning", log: Log | None = None, file: Path | None = None
) -> None:
    """Logs go to stderr or a file, of ``log`` or ``file``: ours from the level on, or all if ``verbose``."""
    log = log or Log()
    path = file or log.file
    if path is not None:
        _log_to_file(log, path)
    else:
        logging.basicConfig(stream=sys.stderr, format=_LOG_LINE, level=logging.WARNING)
    logging.getLogger("triage").setLevel(logging.DEBUG if verbose else level.upper())
    # imaplib's and imapclient's own debug output would show commands and addresses.
    logging.getLogger("imapclient").setLevel(logging.ERROR)


def settings_with_log(config: Path | None, verbose: bool, file: Path | None) -> Config:
    """The configuration, with the log as it says; ``file`` is there before, for what is wrong in it."""
    if file is not None:
        configure_logging(verbose, file=file)
    settings = load_config(config)
    configure_logging(verbose, settings.log.level, settings.log, file)
    return settings


def _log_to_file(log: Log, path: Path) -> None:
    from triage.log_file import open_log

    logging.basicConfig(
        handlers=[open_log(path, log.megabytes, log.keep)],
        format=f"%(asctime)s %(process)d {_LOG_LINE}",
        level=logging.WARNING,
    )


def accounts_of(config: Config, names: Sequence[str] | None) -> tuple[Account, ...]:
    """The accounts of these names, or all; an unknown name raises ConfigError with the known ones."""
    if not names:
        return config.accounts
    known = {account.name: account for account in config.accounts}
    unknown = [name for name in names if name not in known]
    if unknown:
        listed = ", ".join(known)
        raise ConfigError(
            *(
                f"--account: there is no account '{name}'; the configuration has: {listed}."
                for name in unknown
            )
        )
    return tuple(known[name] for name in dict.fromkeys(names))


@contextmanager
def stop_on_signals() -> Iterator[Callable[[], bool]]:
    """SIGTERM and SIGINT ask the work to stop at the next message; a second one ends the process as usual."""
    asked = threading.Event()

    def ask(signum: int, _frame: object) -> None:
        asked.set()
        signal.signal(signum, previous[signal.Signals(signum)])

    previous = {signum: signal.signal(signum, ask) for signum in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield asked.is_set
    finally:
        for signum, handler in previous.items():
            signal.signal(signum, handler)
