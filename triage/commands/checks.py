"""The checks of ``triage doctor``: each looks at one thing and knows its remedy."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from triage.config import Account, Config
from triage.errors import ConfigError, CredentialError, ExitCode, LoginRefused, TriageError

if TYPE_CHECKING:
    from triage.imap.session import Secret, Session

MAX_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Check:
    """One finding; ``account`` is empty where it is about the whole; only a failed one has a remedy."""

    account: str
    check: str
    ok: bool
    detail: str = ""
    remedy: str = ""
    exit_code: ExitCode = ExitCode.DONE

    def as_record(self) -> dict[str, object]:
        """The JSON line of the ``doctor`` contract."""
        names = ("account", "check", "ok", "detail", "remedy")
        return {name: getattr(self, name) for name in names}


def failed(account: str, check: str, error: TriageError) -> Check:
    """What an error says is its own remedy."""
    return Check(account, check, False, remedy=str(error), exit_code=error.exit_code)


def broken_configuration(error: ConfigError) -> Iterator[Check]:
    """A row for each problem of the file."""
    for problem in error.problems:
        yield Check("", "configuration", False, remedy=problem, exit_code=ExitCode.USAGE)


def check_machine(config: Config) -> Iterator[Check]:
    """What all accounts share: file, zone, ledger, classifier."""
    yield Check("", "configuration", True, str(config.paths.config))
    chosen = "" if "time_zone" in config.clock.model_fields_set else ", this machine's"
    yield Check("", "time zone", True, f"{config.clock.time_zone}{chosen}")
    yield from check_clients(config)
    yield from check_ledger(config)
    yield check_classifier(config.paths.cache)


def check_clients(config: Config) -> Iterator[Check]:
    """The client file loads; a row for each problem in it."""
    from triage.client_file import load_book
    from triage.files import is_exposed

    path = config.paths.clients
    try:
        book = load_book(config)
    except ConfigError as error:
        for problem in error.problems:
            yield Check("", "client file", False, remedy=problem, exit_code=ExitCode.USAGE)
        return
    is_open = path.exists() and is_exposed(path)
    remedy = f"Others can look into {path}: run `chmod go-rwx {path}`." if is_open else ""
    count = f"{len(book.clients)} clients in {path}" if book.clients else "no clients yet"
    yield Check("", "client file", not is_open, count, remedy, _code(not is_open, ExitCode.USAGE))


def check_ledger(config: Config) -> Iterator[Check]:
    """It opens, it can be written, nothing in it is damaged, nobody else can read it."""
    from triage.access import ledger_path
    from triage.files import is_exposed
    from triage.ledger import open_ledger

    path = ledger_path(config)
    try:
        with open_ledger(path) as ledger:
            damage = ledger.damage()
    except TriageError as error:
        yield failed("", "ledger", error)
        return
    remedy = f"The ledger {path} is damaged: restore it from a backup, or move it away." if damage else ""
    yield Check("", "ledger", not damage, str(path), remedy, _code(not damage, ExitCode.LEDGER_UNUSABLE))
    open_to_others = [place for place in (path.parent, path) if is_exposed(place)]
    remedy = "".join(
        f"Others can look into {place}: run `chmod go-rwx {place}`." for place in open_to_others[:1]
    )
    yield Check("", "privacy", not open_to_others, "", remedy, _code(not open_to_others, ExitCode.USAGE))


def check_classifier(cache: Path) -> Check:
    """The model is there, or can be trained and kept."""
    from classifiers.errors import ModelRefused
    from classifiers.judge import MODEL_FILE
    from classifiers.storage import fingerprint, load

    if not _is_writable(cache):
        remedy = f"The folder {cache} can't be written: set storage.cache_folder to one that can."
        return Check("", "classifier", False, remedy=remedy, exit_code=ExitCode.USAGE)
    try:
        load(cache / MODEL_FILE, fingerprint())
    except ModelRefused:
        return Check("", "classifier", True, "not trained yet: the first sweep does it")
    return Check("", "classifier", True, "trained")


def _is_writable(folder: Path) -> bool:
    """Whether a file can be made there, or in the nearest folder above that exists."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def check_account(config: Config, account: Account, now: datetime) -> Iterator[Check]:
    """Secret, connection, login, and all that a pass needs of the mailbox."""
    from triage.access import secret_of

    try:
        secret = secret_of(account)
    except CredentialError as error:
        yield failed(account.name, "secret", error)
        return
    yield Check(account.name, "secret", True, _came_from(account))
    yield from check_mailbox(config, account, secret, now)


def _came_from(account: Account) -> str:
    """Where the secret was found."""
    if account.auth != "oauth":
        return "from the command" if account.secret_command else "from the keyring"
    from triage.oauth.renewal import granted

    return f"signed in on {granted(account).signed_in.astimezone():%Y-%m-%d}, renewed by itself"


def check_mailbox(config: Config, account: Account, secret: Secret, now: datetime) -> Iterator[Check]:
    """Connection and login, then the folders; the first failure of these ends it."""
    from triage.access import enter

    name = account.name
    is_in = False
    try:
        with enter(account, secret) as session:
            is_in = True
            yield Check(name, "connection", True, _encryption(session))
            yield Check(name, "login", True)
            yield from _check_folders(session, account, now)
            yield from _check_learning(session, config, name)
            yield _check_idle(session, config, name)
    except LoginRefused as error:
        if not is_in:
            yield Check(name, "connection", True)
        yield failed(name, "login", error)
    except TriageError as error:
        yield failed(name, "connection", error)


def _encryption(session: Session) -> str:
    """What protects the connection."""
    sock = session.client.socket()
    version = getattr(sock, "version", None)
    return f"{version()}, certificate verified" if version else "not encrypted"


def _check_folders(session: Session, account: Account, now: datetime) -> Iterator[Check]:
    """The watched folders open; Drafts and Sent are found."""
    from triage.imap.folders import find_folders
    from triage.imap.inbox import open_inbox

    for folder in account.folders:
        try:
            opened = open_inbox(session, folder)
        except TriageError as error:
            yield failed(account.name, "folder", error)
            continue
        yield Check(account.name, "folder", True, f"{folder}: {opened.exists} messages")
        yield from _check_clock(session, account.name, now)
        session.leave()
    try:
        folders = find_folders(session, drafts=account.drafts, sent=account.sent)
    except TriageError as error:
        yield failed(account.name, "drafts", error)
        return
    yield Check(account.name, "drafts", True, folders.drafts)
    remedy = "" if folders.sent else "No folder of sent mail was found: name it with the key `sent`."
    ok = folders.sent is not None
    yield Check(account.name, "sent", ok, folders.sent or "", remedy, _code(ok, ExitCode.USAGE))


def _check_learning(session: Session, config: Config, account: str) -> Iterator[Check]:
    """The folders open by which judgements are corrected."""
    from triage.errors import FolderMissing
    from triage.imap.inbox import open_inbox

    for folder in config.learning.folders:
        try:
            open_inbox(session, folder)
        except FolderMissing:
            remedy = f"There is no folder {folder}: make it in your mail program, or correct [learning]."
            yield Check(account, "learning", False, folder, remedy, ExitCode.USAGE)
        else:
            yield Check(account, "learning", True, folder)
            session.leave()


def _check_clock(session: Session, account: str, now: datetime) -> Iterator[Check]:
    """Mail that has arrived in the future shows that this machine's clock is behind the server's."""
    uids = session.search(["ALL"])[-1:]
    for answer in session.fetch(uids, ["INTERNALDATE"]).values() if uids else ():
        arrived = answer.get(b"INTERNALDATE")
        if isinstance(arrived, datetime) and arrived.astimezone(UTC) > now + MAX_SKEW:
            remedy = "The newest message arrived in the future: set this machine's clock right."
            yield Check(account, "clock", False, remedy=remedy, exit_code=ExitCode.USAGE)
        else:
            yield Check(account, "clock", True)


def _check_idle(session: Session, config: Config, account: str) -> Check:
    if session.has("IDLE"):
        return Check(account, "idle", True, "the server tells of new mail by itself")
    return Check(
        account, "idle", True, f"not offered: the daemon looks every {config.daemon.poll_minutes:g} minutes"
    )


def _code(ok: bool, otherwise: ExitCode) -> ExitCode:
    return ExitCode.DONE if ok else otherwise
