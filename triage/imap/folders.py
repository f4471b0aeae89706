"""Where drafts and sent mail live: by configuration, by SPECIAL-USE (RFC 6154), by name."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from triage.errors import FolderMissing
from triage.imap import folder_names
from triage.imap.folder_names import folded, ranks
from triage.imap.session import Session

_UNUSABLE = frozenset({"\\noselect", "\\nonexistent"})
#: Parents that providers put above the usual folders, besides what NAMESPACE tells.
_KNOWN_PARENTS = frozenset({"", "inbox", "[gmail]", "[google mail]", "mail"})


@dataclass(frozen=True, slots=True)
class Folders:
    """The names to use with this server; ``sent`` is None where there is none to be found."""

    drafts: str
    sent: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of LIST: flags in lower case, hierarchy delimiter (empty: flat), decoded name."""

    flags: frozenset[str]
    delimiter: str
    name: str

    @property
    def is_usable(self) -> bool:
        """Whether it can be opened at all."""
        return not self.flags & _UNUSABLE

    @property
    def parent(self) -> str:
        """The path above the folder's own name, without the last delimiter; empty at the top."""
        return self.name.rpartition(self.delimiter)[0] if self.delimiter else ""

    @property
    def leaf(self) -> str:
        """The folder's own name."""
        return self.name.rpartition(self.delimiter)[2] if self.delimiter else self.name


def find_folders(session: Session, *, drafts: str | None, sent: str | None) -> Folders:
    """The folders for drafts and sent mail; a configured name wins and must exist.

    Raises FolderMissing where a configured folder, or any folder for drafts, can't be found.
    """
    search = _Search(session, list_folders(session))
    found = (
        search.configured(drafts, "drafts")
        or search.by_use("\\drafts")
        or search.by_name(folder_names.DRAFTS)
    )
    if found is None:
        raise FolderMissing(
            f"No folder for drafts was found on {session.where}: name it with the key `drafts`."
        )
    return Folders(
        found,
        search.configured(sent, "sent") or search.by_use("\\sent") or search.by_name(folder_names.SENT),
    )


def own_spelling(session: Session, name: str, key: str) -> str:
    """The server's name for a configured folder: in its own case, with its namespace prefix (``INBOX.``).

    Raises FolderMissing, which names ``key``.
    """
    search = _Search(session, list_folders(session))
    return search.configured(name, key) or name


def list_folders(session: Session) -> list[Listed]:
    """Every folder that can be opened, as LIST tells it."""
    with session.guarded():
        return [entry for entry in map(_listed, session.client.list_folders()) if entry.is_usable]


@dataclass(frozen=True)
class _Search:
    session: Session
    listed: Sequence[Listed]

    @functools.cached_property
    def prefixes(self) -> tuple[str, ...]:
        """The prefixes of the personal namespace, asked for only where the name or the place matters."""
        return _personal_prefixes(self.session)

    def configured(self, name: str | None, key: str) -> str | None:
        """The server's own spelling of a configured name, also without its namespace prefix."""
        if not name:
            return None
        for wanted in self._spellings(name):
            for entry in self.listed:
                if entry.name == wanted or folded(entry.name) == folded(wanted):
                    return entry.name
        raise FolderMissing(f'There is no folder "{name}" on {self.session.where}: correct the key `{key}`.')

    def _spellings(self, name: str) -> Iterator[str]:
        yield name
        yield from (prefix + name for prefix in self.prefixes)

    def by_use(self, use: str) -> str | None:
        """The folder that the server marks so; Cyrus tells it only when asked for it."""
        marked = [entry for entry in self.listed if use in entry.flags]
        if not marked and self.session.has("SPECIAL-USE"):
            marked = [
                entry for entry in _list_special(self.session) if use in entry.flags and entry.is_usable
            ]
        return self._best(marked, {})

    def by_name(self, names: dict[str, str]) -> str | None:
        """The folder with a usual name at a usual place; one deep among a user's own is not meant."""
        order = ranks(names)
        named = [entry for entry in self.listed if folded(entry.leaf) in order and self._is_usual(entry)]
        return self._best(named, order)

    def _is_usual(self, entry: Listed) -> bool:
        prefixes = {folded(prefix.rstrip(entry.delimiter)) for prefix in self.prefixes if entry.delimiter}
        return folded(entry.parent) in _KNOWN_PARENTS | prefixes

    def _best(self, entries: Sequence[Listed], order: dict[str, int]) -> str | None:
        """Of several: in the personal namespace, subscribed, not deep, the commoner name."""
        if len(entries) < 2:
            return entries[0].name if entries else None
        subscribed = _subscribed(self.session)
        return min(entries, key=lambda entry: self._badness(entry, subscribed, order)).name

    def _badness(self, entry: Listed, subscribed: frozenset[str], order: dict[str, int]) -> tuple[Any, ...]:
        depth = entry.name.count(entry.delimiter) if entry.delimiter else 0
        is_personal = any(
            prefix and entry.name.startswith(prefix) for prefix in self.prefixes
        ) or self._is_usual(entry)
        return (
            not is_personal,
            entry.name not in subscribed,
            depth,
            order.get(folded(entry.leaf), 0),
            entry.name,
        )


def _listed(line: tuple[Sequence[bytes], bytes | None, str]) -> Listed:
    flags, delimiter, name = line
    return Listed(
        frozenset(bytes(flag).decode("ascii", "replace").lower() for flag in flags),
        (delimiter or b"").decode("ascii", "replace"),
        name,
    )


def _list_special(session: Session) -> list[Listed]:
    """LIST (SPECIAL-USE): only for servers that name the capability; Courier answers with everything."""
    client = session.client

    def ask() -> list[Listed]:
        typ, data = client._imap._simple_command("LIST", "(SPECIAL-USE)", '""', '"*"')
        _, data = client._imap._untagged_response(typ, data, "LIST")
        return [_listed(line) for line in client._proc_folder_list(data)] if typ == "OK" else []

    return session.attempt(ask) or []


def _personal_prefixes(session: Session) -> tuple[str, ...]:
    """Prefixes of the personal namespace, such as ``INBOX.``; the popular one where the server won't say."""
    if not session.has("NAMESPACE"):
        return ("INBOX.", "INBOX/")
    with session.guarded():
        return tuple(prefix for prefix, _ in session.client.namespace().personal or () if prefix)


def _subscribed(session: Session) -> frozenset[str]:
    with session.guarded():
        return frozenset(name for _, _, name in session.client.list_sub_folders())
