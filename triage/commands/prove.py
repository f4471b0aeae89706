"""``triage doctor --prove``: a pass under guard, and what can be seen of its promises, line by line."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from triage.commands.checks import Check, failed
from triage.commands.guard import Witness, witnessed
from triage.commands.remains import Remains, files_under, words_of
from triage.errors import ExitCode, TriageError
from triage.observer import Observer

if TYPE_CHECKING:
    from triage.conclude import Conclusion
    from triage.config import Account, Config
    from triage.imap.session import Secret
    from triage.order import Summary

LOOK_BACK = timedelta(days=7)
MAX_FLAGS = 5_000
Flags = dict[tuple[str, int, int], frozenset[bytes]]


@dataclass
class _Reader(Observer):
    """Keeps the words of the messages that are read, for the search afterwards."""

    texts: list[tuple[str, str]] = field(default_factory=list)

    def handled(self, conclusion: Conclusion, received: datetime) -> None:
        reading = conclusion.reading
        self.texts.append((reading.new_text, reading.message.subject))


def prove(config: Config, account: Account, now: datetime, *, for_real: bool) -> Iterator[Check]:
    """Run a pass over the account under guard, and tell of each promise whether it was kept.

    A rehearsal reads the last seven days as if never read before, and writes nothing; a real pass is one.
    """
    from triage.access import secret_of

    reader = _Reader()
    try:
        with witnessed() as witness:
            secret = secret_of(account)
            before = _flags(account, secret)
            summary = _pass(config, account, secret, now, reader, for_real)
            after = _flags(account, secret)
    except TriageError as error:
        yield failed(account.name, "pass", error)
        return
    yield _pass_check(account.name, summary, reader, for_real)
    yield _sending(account.name, witness)
    yield _network(config, account, witness, for_real)
    yield _commands(account.name, witness, for_real)
    yield _flags_check(account.name, before, after)
    yield _keyring(account)
    yield from _files(config, account.name, reader, secret.value)


def _pass(
    config: Config, account: Account, secret: Secret, now: datetime, reader: _Reader, for_real: bool
) -> Summary:
    """A real pass, or a rehearsal on an empty memory, so that all mail of the last days is gone through."""
    from triage.order import Order
    from triage.sweep import sweep

    if for_real:
        return sweep(config, account, Order(observer=reader, secret=secret))
    with tempfile.TemporaryDirectory(prefix="triage-") as empty:
        storage = config.storage.model_copy(
            update={"state_folder": Path(empty), "cache_folder": config.paths.cache}
        )
        rehearsed = config.model_copy(update={"storage": storage}).read_from(config.paths.config)
        order = Order(dry_run=True, since=now - LOOK_BACK, observer=reader, secret=secret)
        return sweep(rehearsed, account, order)


def _flags(account: Account, secret: Secret) -> Flags:
    """The flags of the newest messages of each watched folder, by folder, UIDVALIDITY and UID."""
    from triage.access import server_of
    from triage.imap.inbox import open_inbox
    from triage.imap.session import open_session

    found: Flags = {}
    with open_session(server_of(account), secret) as session:
        for folder in account.folders:
            inbox = open_inbox(session, folder)
            for start in range(0, len(uids := inbox.uids()[-MAX_FLAGS:]), 500):
                for uid, answer in session.fetch(uids[start : start + 500], ["FLAGS"]).items():
                    flags = frozenset(answer.get(b"FLAGS", ())) - {b"\\Recent"}
                    found[folder, inbox.uidvalidity, uid] = flags
            session.leave()
    return found


def _pass_check(account: str, summary: Summary, reader: _Reader, for_real: bool) -> Check:
    kind = "a real pass" if for_real else "a rehearsal"
    if summary.error:
        return Check(account, "pass", False, remedy=summary.error, exit_code=summary.exit_code)
    detail = f"{kind}: {len(reader.texts)} messages read, {summary.drafted} drafts"
    return Check(account, "pass", True, detail if for_real else f"{detail} intended")


def _sending(account: str, witness: Witness) -> Check:
    """Nothing that can send is loaded, nothing has spoken to a sending port."""
    remedy = (
        f"The process can send mail ({', '.join(witness.sends)}): please report it." if witness.sends else ""
    )
    return _check(account, "sending", "no SMTP module is loaded, no connection to a sending port", remedy)


def _network(config: Config, account: Account, witness: Witness, for_real: bool) -> Check:
    """Only the configured hosts were talked to: the account's by this process, those of pushes for alarms."""
    own, pushes = hosts_of(account), hosts_of_pushes(config) if for_real else {}
    strangers = [*witness.strangers(set(own)), *witness.strangers_of_alarms(set(pushes))]
    named = ", ".join(f"{host} ({use})" for host, use in sorted({**pushes, **own}.items()))
    remedy = (
        f"Connections to others than {named}: {', '.join(strangers)}; please report it." if strangers else ""
    )
    seen = ", ".join(f"{host}:{port}" for host, port in sorted(witness.connected | witness.alarmed))
    return _check(account.name, "network", f"connections to {named} alone ({seen})", remedy)


def hosts_of(account: Account) -> dict[str, str]:
    """The hosts that the configuration names for an account, and for what: mail, and tokens by OAuth."""
    hosts = {}
    if account.oauth is not None:
        from triage.oauth.providers import hosts_of as hosts_of_provider

        hosts = dict.fromkeys(hosts_of_provider(account.oauth), "sign-in")
    mail = account.host.lower().strip("[]")
    return hosts | {mail: "mail, sign-in" if mail in hosts else "mail"}


def hosts_of_pushes(config: Config) -> dict[str, str]:
    """The hosts of the push addresses; none where these can't be had, which another check tells."""
    from triage.notify.hosts import push_hosts
    from triage.telling import push_addresses

    if not config.alarms.pushes:
        return {}
    try:
        addresses = push_addresses(config)
        return {host: "alarms" for address in addresses for host in push_hosts(address)}
    except TriageError:
        return {}


def _commands(account: str, witness: Witness, for_real: bool) -> Check:
    """What was said to the server; a rehearsal changes nothing there."""
    verbs = ", ".join(sorted(witness.verbs))
    changing = [] if for_real else witness.changing
    remedy = (
        f"A rehearsal has changed something: {', '.join(changing)}; please report it." if changing else ""
    )
    return _check(account, "commands", verbs, remedy)


def _flags_check(account: str, before: Flags, after: Flags) -> Check:
    """What was there before has the same flags afterwards."""
    changed = [place for place, flags in before.items() if after.get(place, flags) != flags]
    remedy = (
        f"{len(changed)} messages have other flags now: if you read mail meanwhile, run this again; "
        "else please report it."
        if changed
        else ""
    )
    return _check(account, "flags", f"{len(before)} messages with the same flags before and after", remedy)


def _keyring(account: Account) -> Check:
    """Where the secret lies."""
    if account.secret_command:
        return Check(account.name, "keyring", True, "not used: a command prints the secret")
    import keyring

    backend = type(keyring.get_keyring())
    name = f"{backend.__module__}.{backend.__qualname__}"
    is_plain = any(word in name.lower() for word in ("plaintext", "null", "fail"))
    remedy = (
        f"The keyring {name} keeps secrets in the clear, or not at all: install a keyring of your system, or "
        "set password_command."
        if is_plain
        else ""
    )
    return _check(account.name, "keyring", name, remedy)


def _files(config: Config, account: str, reader: _Reader, secret: str) -> Iterator[Check]:
    """What lies on the disk: who may read it, and that no word of a message or secret stands in it."""
    paths = config.paths
    folders = [paths.state, paths.cache]
    files = files_under(folders)
    logs = [path for path in _logs(config) if path.exists()]
    own = [path for path in (paths.config, paths.clients, paths.phrases) if path.exists()]
    private = [folder for folder in folders if folder.exists()] + files + logs
    yield _modes(account, private + [path for path in own if path != paths.config])
    remains = Remains(files + logs)
    yield Check(account, "ledger", True, "; ".join(remains.tables()) or "not begun yet")
    leaks = remains.with_words(words_of(reader.texts))
    remedy = (
        f"Words of a message stand in {leaks[0]}: please report it, and delete the file." if leaks else ""
    )
    detail = f"none of the wording of {len(reader.texts)} messages in {len(files + logs)} files"
    yield _check(account, "text", detail, remedy)
    found = Remains([*files, *logs, *own]).with_secret(secret)
    remedy = f"The secret stands in {found[0]}: remove it there, and change it." if found else ""
    yield _check(account, "secret on disk", "in no file", remedy)


def _logs(config: Config) -> Sequence[Path]:
    """The log file and the ones before it."""
    log = config.log.file
    return sorted(log.parent.glob(f"{log.name}*")) if log else ()


def _modes(account: str, private: Collection[Path]) -> Check:
    """Folders 0700, files 0600."""
    from triage.files import HAS_MODES, is_exposed

    exposed = [path for path in private if is_exposed(path)]
    remedy = f"Others can look into {exposed[0]}: run `chmod go-rwx {exposed[0]}`." if exposed else ""
    more = f" ({len(exposed) - 1} more)" if len(exposed) > 1 else ""
    detail = f"{len(private)} files and folders, yours alone" if HAS_MODES else f"not used on {sys.platform}"
    return _check(account, "modes", detail, remedy and remedy[:-1] + more + ".")


def _check(account: str, name: str, detail: str, remedy: str) -> Check:
    ok = not remedy
    return Check(
        account, name, ok, detail if ok else "", remedy, ExitCode.DONE if ok else ExitCode.SOME_FAILED
    )
