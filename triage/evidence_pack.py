"""An evidence pack: a client's messages and the replies fetched again, with hashes, dates and an index.

The mailbox is only read (EXAMINE, BODY.PEEK). Every file is readable by its owner alone. ``SHA256SUMS`` is
written last: a pack without it was not finished.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Literal

from triage.access import enter
from triage.config import Account
from triage.errors import ConfigError, FolderMissing, TriageError
from triage.evidence_index import Dossier, Exhibit, as_html, as_markdown, manifest, sums_file
from triage.files import PRIVATE_FILE, PRIVATE_FOLDER
from triage.imap.inbox import Inbox, open_inbox
from triage.imap.session import FetchRefused, Session
from triage.mail.parse import parse
from triage.mail.reply import message_key

Format = Literal["md", "html"]
Words = Callable[[Exhibit, bytes], tuple[tuple[str, str], ...]]
"""The words behind each flag of a message: (label, words)."""

FOLDER_GONE = "its folder isn't there any more"
MESSAGE_GONE = "it isn't in its folder any more"
ACCOUNT_GONE = "its account isn't in the configuration any more"
REFUSED = "the server can't hand it out"
_FROM_LINE = re.compile(rb"^(>*From )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message was seen last, and the exhibit it is to be."""

    account: str
    folder: str
    uidvalidity: int
    uid: int
    exhibit: Exhibit


def prepare_folder(folder: Path) -> None:
    """Make the pack's folder (0700); one that holds anything raises ConfigError."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ConfigError("--export: the folder isn't empty; name a new one, nothing is written over.")
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        folder.chmod(PRIVATE_FOLDER)
        (folder / "messages").mkdir(mode=PRIVATE_FOLDER)
    except OSError as error:
        raise ConfigError(f"--export: the folder can't be made ({error.strerror}).") from None


def write_pack(
    folder: Path,
    format_: Format,
    dossier: Dossier,
    places: Sequence[Place],
    accounts: Sequence[Account],
    words_of: Words,
    progress: Callable[[int], None] = lambda _done: None,
) -> Dossier:
    """Fetch every message, write all files into the prepared folder; returns the dossier as written.

    Raises WorldError where a server can't be reached: then the pack is unfinished.
    """
    try:
        return _written(_Folder(folder), format_, dossier, places, accounts, words_of, progress)
    except OSError as error:
        raise TriageError(
            f"The evidence pack can't be written ({error.strerror}): free some space, or name another folder."
        ) from None


def _written(
    files: _Folder,
    format_: Format,
    dossier: Dossier,
    places: Sequence[Place],
    accounts: Sequence[Account],
    words_of: Words,
    progress: Callable[[int], None],
) -> Dossier:
    exhibits = []
    with files.appending("messages.mbox") as mbox:
        for done, (exhibit, raw) in enumerate(fetched(places, accounts), start=1):
            if raw is None:
                exhibits.append(exhibit)
            else:
                exhibits.append(replace(exhibit, evidence=words_of(exhibit, raw)))
                files.write(exhibit.file, raw)
                mbox(_as_mbox(exhibit, raw))
            progress(done)
    whole = replace(dossier, exhibits=tuple(sorted(exhibits, key=lambda exhibit: exhibit.number)))
    index = as_html(whole) if format_ == "html" else as_markdown(whole)
    files.write(f"index.{format_}", index.encode())
    files.write("manifest.json", (json.dumps(manifest(whole), ensure_ascii=False, indent=1) + "\n").encode())
    files.write("SHA256SUMS", sums_file(files.hashes.items()).encode())
    return whole


class _Folder:
    """Writes files that are their owner's alone (0600), each once, and keeps their SHA-256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.hashes: dict[str, str] = {}

    def write(self, name: str, content: bytes) -> None:
        """One whole file."""
        with self.appending(name) as append:
            append(content)

    def appending(self, name: str) -> _Appending:
        """A file that grows piece by piece."""
        return _Appending(self._folder / name, lambda digest: self.hashes.update({name: digest}))


class _Appending:
    """A new file as a context manager whose value adds bytes to it; its hash is told when it is closed."""

    def __init__(self, path: Path, tell: Callable[[str], object]) -> None:
        self._path = path
        self._tell = tell
        self._digest = hashlib.sha256()
        self._stack = ExitStack()

    def __enter__(self) -> Callable[[bytes], None]:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        file = self._stack.enter_context(os.fdopen(os.open(self._path, flags, PRIVATE_FILE), "wb"))

        def append(content: bytes) -> None:
            file.write(content)
            self._digest.update(content)

        return append

    def __exit__(self, *_error: object) -> None:
        self._stack.close()
        self._tell(self._digest.hexdigest())


# --------------------------------------------------------------------------------------------------- fetching


def fetched(places: Iterable[Place], accounts: Iterable[Account]) -> Iterator[tuple[Exhibit, bytes | None]]:
    """Every exhibit with its bytes, None for one that is gone; one connection an account."""
    by_name = {account.name: account for account in accounts}
    ordered = sorted(places, key=lambda place: (place.account, place.folder, place.uid))
    for name, group in groupby(ordered, key=lambda place: place.account):
        if name in by_name:
            with enter(by_name[name]) as session:
                yield from _of_account(session, list(group))
        else:
            yield from ((_gone(place, ACCOUNT_GONE), None) for place in group)


def _of_account(session: Session, places: Sequence[Place]) -> Iterator[tuple[Exhibit, bytes | None]]:
    for folder, group in groupby(places, key=lambda place: place.folder):
        try:
            inbox = open_inbox(session, folder)
        except FolderMissing:
            yield from ((_gone(place, FOLDER_GONE), None) for place in group)
            continue
        for place in group:
            yield _one(session, inbox, place)


def _one(session: Session, inbox: Inbox, place: Place) -> tuple[Exhibit, bytes | None]:
    """One message by its UID, or by its Message-ID where the folder was rebuilt meanwhile."""
    uids = [place.uid] if inbox.uidvalidity == place.uidvalidity and place.uid else []
    for uid in (*uids, *_found_by_id(session, place)):
        try:
            answer = session.fetch([uid], ("INTERNALDATE", "BODY.PEEK[]")).get(uid, {})
        except FetchRefused:
            return _gone(place, REFUSED), None
        raw = answer.get(b"BODY[]")
        if isinstance(raw, bytes) and _is_it(raw, place):
            moment = answer.get(b"INTERNALDATE")
            return _present(place, raw, moment), raw
    return _gone(place, MESSAGE_GONE), None


def _found_by_id(session: Session, place: Place) -> Iterator[int]:
    """Asked only when the known place has not led to the message."""
    message_id = place.exhibit.message_id
    if message_id.startswith("<") and message_id.isascii():
        yield from session.search(["HEADER", "Message-ID", message_id])


def _is_it(raw: bytes, place: Place) -> bool:
    """Whether these are the bytes of the message that is remembered, not of one that took its place."""
    wanted = place.exhibit.message_id
    message = parse(raw)
    return not wanted or wanted in (message_key(message), message.message_id)


def _present(place: Place, raw: bytes, received: object) -> Exhibit:
    exhibit = place.exhibit
    return replace(
        exhibit,
        received=received.astimezone(UTC) if isinstance(received, datetime) else None,
        date_header=parse(raw).header("Date") or "",
        sha256=hashlib.sha256(raw).hexdigest(),
        size=len(raw),
        file=f"messages/{exhibit.number:04}.eml",
    )


def _gone(place: Place, why: str) -> Exhibit:
    return replace(place.exhibit, gone=why)


def _as_mbox(exhibit: Exhibit, raw: bytes) -> bytes:
    """The message for an mbox: lines end with LF, lines that begin like a separator are quoted (mboxrd)."""
    moment = (exhibit.received or exhibit.remembered).strftime("%a %b %d %H:%M:%S %Y")
    body = _FROM_LINE.sub(rb">\1", raw.replace(b"\r\n", b"\n"))
    return (
        b"From MAILER-DAEMON "
        + moment.encode()
        + b"\n"
        + body
        + (b"" if body.endswith(b"\n") else b"\n")
        + b"\n"
    )
