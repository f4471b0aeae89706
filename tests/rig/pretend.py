"""A small IMAP server in memory that behaves as another is documented to: for whole passes without that.

    with pretended(Habits(index_lag=3)) as server:
        server.mail.put("INBOX", letter())

It knows the commands that the program sends, and no others. Dovecot is the measure of correctness; this is
for what Dovecot doesn't do.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import BinaryIO

from tests.rig.pretend_mail import Folder, Habits, Letter, PretendMail

_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r\n$")
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|\(([^()]*)\)|(\S+)')
_ITEM = re.compile(r"BODY(?:\.PEEK)?\[([^\]]*)\](?:<(\d+)\.(\d+)>)?|[A-Z0-9.]+")


class PretendServer:
    """Serves one mailbox on ``port`` to any password; ``commands`` holds what clients sent, without tags."""

    def __init__(self, listener: socket.socket, habits: Habits) -> None:
        self.port: int = listener.getsockname()[1]
        self.mail = PretendMail(habits)
        self.commands: list[str] = []
        self.open = 0
        self._listener = listener
        self._lock = threading.Lock()

    def serve(self) -> None:
        """Until the listener is closed; a thread for each connection."""
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._attend, args=(connection,), daemon=True).start()

    def _attend(self, connection: socket.socket) -> None:
        most = self.mail.habits.most_connections
        with connection, connection.makefile("rb") as reader, contextlib.suppress(OSError):
            self.open += 1
            try:
                if most and self.open > most:
                    connection.sendall(b"* BYE [ALERT] Too many simultaneous connections. (Failure)\r\n")
                    return
                _Talk(self, connection, reader).run()
            finally:
                self.open -= 1


class _Talk:
    """One connection."""

    def __init__(self, server: PretendServer, connection: socket.socket, reader: BinaryIO) -> None:
        self.server, self.mail, self.habits = server, server.mail, server.mail.habits
        self.connection, self.reader = connection, reader
        self.folder: Folder | None = None
        self.name = ""

    def run(self) -> None:
        """Answer commands until LOGOUT or the end."""
        self._say(b"* OK ready")
        while line := self.reader.readline():
            literals: list[bytes] = []
            while found := _LITERAL.search(line):
                if not found.group(2):
                    self._say(b"+ go on")
                literals.append(self.reader.read(int(found.group(1))))
                line = line[: found.start()] + b"LITERAL" + self.reader.readline()
            tag, _, command = line.rstrip(b"\r\n").partition(b" ")
            with self.server._lock:
                is_open = self._answer(tag, command.decode("utf-8", "replace"), literals)
            if not is_open:
                return

    def _say(self, *lines: bytes) -> None:
        self.connection.sendall(b"".join(line + b"\r\n" for line in lines))

    def _answer(self, tag: bytes, command: str, literals: list[bytes]) -> bool:
        self.server.commands.append(command)
        if (refusal := self._refusal(command)) is not None:
            if refusal:
                self._say(refusal.replace(b"TAG", tag))
            return bool(refusal)
        is_cut = self._is_cut()
        if is_cut and not self.mail.cut_is_late:
            return False
        verb, _, rest = command.partition(" ")
        if verb.upper() == "UID":
            verb, _, rest = rest.partition(" ")
            verb = "uid_" + verb
        work = getattr(self, f"_do_{verb.lower()}", None)
        lines = work(rest, literals) if work else [b"BAD unknown command"]
        if lines is None or is_cut:
            return False
        *untagged, end = lines
        if self.habits.chatter and self.folder is not None:
            untagged.append(self.habits.chatter)
        self._say(*untagged, tag + b" " + end)
        return verb.upper() != "LOGOUT"

    def _is_cut(self) -> bool:
        self.mail.cut_in = max(-1, self.mail.cut_in - 1)
        return self.mail.cut_in == 0

    def _refusal(self, command: str) -> bytes | None:
        for pattern, times, answer in self.habits.refusals:
            done = self.mail.refused.get(pattern, 0)
            if re.match(pattern, command, re.IGNORECASE) and done < times:
                self.mail.refused[pattern] = done + 1
                return answer
        return None

    # ------------------------------------------------------------------------------------ signing in, folders

    def _do_capability(self, _rest: str, _literals: list[bytes]) -> list[bytes]:
        return [b"* CAPABILITY IMAP4rev1 AUTH=PLAIN " + self.habits.capabilities.encode(), b"OK done"]

    def _do_authenticate(self, _rest: str, _literals: list[bytes]) -> list[bytes]:
        self._say(b"+ ")
        self.reader.readline()
        return [b"OK in"]

    def _do_noop(self, _rest: str, _literals: list[bytes]) -> list[bytes]:
        return [b"OK done"]

    _do_login = _do_close = _do_unselect = _do_id = _do_enable = _do_noop

    def _do_logout(self, _rest: str, _literals: list[bytes]) -> list[bytes]:
        return [b"* BYE bye", b"OK out"]

    def _do_namespace(self, _rest: str, _literals: list[bytes]) -> list[bytes]:
        told = f'* NAMESPACE (("{self.habits.prefix}" "{self._delimiter}")) NIL NIL'
        return [told.encode(), b"OK done"]

    @property
    def _delimiter(self) -> str:
        return self.habits.delimiter.replace("\\", "\\\\")

    def _do_list(self, _rest: str, _literals: list[bytes], verb: str = "LIST") -> list[bytes]:
        delimiter = f'"{self._delimiter}"' if self.habits.delimiter else "NIL"
        lines = [
            f"* {verb} ({flags}) {delimiter} {_quoted(name)}" for name, flags in self.habits.folders.items()
        ]
        return [*(line.encode() for line in lines), b"OK done"]

    def _do_lsub(self, rest: str, literals: list[bytes]) -> list[bytes]:
        return self._do_list(rest, literals, "LSUB")

    def _do_examine(self, rest: str, _literals: list[bytes], mode: bytes = b"READ-ONLY") -> list[bytes]:
        name = _tokens(rest)[0]
        self.folder, self.name = self.mail.folders.get(name), name
        if self.folder is None:
            return [b"NO [NONEXISTENT] no such folder"]
        lines = [
            b"* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)",
            f"* OK [PERMANENTFLAGS ({self.habits.permanent_flags})] limited".encode(),
            b"* %d EXISTS" % len(self.folder.shown()),
            b"* OK [UIDVALIDITY %d] valid" % self.folder.uidvalidity,
        ]
        if self.habits.tells_uidnext:
            lines.append(b"* OK [UIDNEXT %d] next" % self.folder.uidnext)
        for letter in self.folder.letters.values():
            letter.views_to_wait = max(0, letter.views_to_wait - 1)
        return [*lines, b"OK [" + mode + b"] done"]

    def _do_select(self, rest: str, literals: list[bytes]) -> list[bytes]:
        return self._do_examine(rest, literals, b"READ-WRITE")

    # ---------------------------------------------------------------------------------------------- messages

    def _do_append(self, rest: str, literals: list[bytes]) -> list[bytes] | None:
        found = _TOKEN.findall(rest)
        name = found[0][0].replace("\\\\", "\\") or found[0][2]
        flags = next((group for _, group, _ in found if group), "")
        if name not in self.mail.folders:
            return [b"NO [TRYCREATE] no such folder"]
        uid = self.mail.append(name, literals[-1], flags)
        if self.mail.lost < self.habits.loses_ok:
            self.mail.lost += 1
            return None
        told = b"[APPENDUID %d %d] " % (self.mail.folders[name].uidvalidity, uid)
        return [b"OK " + (told if self.habits.tells_appenduid else b"") + b"stored"]

    def _do_uid_search(self, rest: str, _literals: list[bytes]) -> list[bytes]:
        words = _tokens(re.sub(r"^CHARSET \S+ ", "", rest))
        hits = [uid for uid, letter in self._shown().items() if self._fits(uid, letter, words)]
        return [b"* SEARCH" + b"".join(b" %d" % uid for uid in hits), b"OK done"]

    def _fits(self, uid: int, letter: Letter, words: list[str]) -> bool:
        key = words[0].upper()
        if key == "UID":
            return uid in self._set(words[1])
        if key == "SINCE":
            return letter.arrived.date() >= _day(words[1])
        if key == "HEADER":
            if letter.searches_to_wait:
                letter.searches_to_wait -= 1
                return False
            return words[2].lower() in letter.header(words[1]).lower()
        return key == "ALL"

    def _do_uid_fetch(self, rest: str, _literals: list[bytes]) -> list[bytes]:
        numbers, _, items = rest.partition(" ")
        shown, wanted = self._shown(), self._set(numbers)
        places = {uid: place for place, uid in enumerate(sorted(shown), 1)}
        told = [_fetched(places[uid], uid, shown[uid], items) for uid in sorted(shown) if uid in wanted]
        return [*told, b"OK done"]

    def _do_fetch(self, rest: str, _literals: list[bytes]) -> list[bytes]:
        place = int(rest.split(" ", maxsplit=1)[0])
        uid = sorted(self._shown())[place - 1]
        return [b"* %d FETCH (UID %d)" % (place, uid), b"OK done"]

    def _do_uid_store(self, rest: str, _literals: list[bytes]) -> list[bytes]:
        numbers, how, flags = rest.split(" ", 2)
        for uid in self._set(numbers) & set(self._shown()):
            own = self._shown()[uid].flags
            (own.update if how.startswith("+") else own.difference_update)(flags.strip("()").split())
        return [b"OK done"]

    def _do_uid_expunge(self, rest: str, _literals: list[bytes]) -> list[bytes]:
        places = {uid: place for place, uid in enumerate(sorted(self._shown()), 1)}
        gone = self.mail.expunge(self.name, self._set(rest))
        told = [b"* %d EXPUNGE" % (places[uid] - before) for before, uid in enumerate(gone)]
        return [*told, b"OK done"]

    def _shown(self) -> dict[int, Letter]:
        return self.folder.shown() if self.folder else {}

    def _set(self, text: str) -> set[int]:
        """A sequence set; ``*`` is the last message, or, in the manner of Courier, none."""
        last = max(self._shown(), default=0)
        found: set[int] = set()
        for part in text.split(","):
            first, _, end = part.partition(":")
            ends = [last if one == "*" else int(one) for one in (first, end or first)]
            if "*" not in part or self.habits.star_in_search or int(first) <= last:
                found.update(range(min(ends), max(ends) + 1))
        return found


def _tokens(text: str) -> list[str]:
    return [(one[0].replace("\\\\", "\\") if one[0] else one[1] or one[2]) for one in _TOKEN.findall(text)]


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\") + '"'


def _day(text: str) -> date:
    return datetime.strptime(text, "%d-%b-%Y").date()


def _fetched(place: int, uid: int, letter: Letter, items: str) -> bytes:
    parts = [b"UID %d" % uid]
    for item in _ITEM.finditer(items):
        name = item.group(0)
        if name == "RFC822.SIZE":
            parts.append(b"RFC822.SIZE %d" % len(letter.raw))
        elif name == "INTERNALDATE":
            parts.append(letter.arrived.strftime('INTERNALDATE "%d-%b-%Y %H:%M:%S +0000"').encode())
        elif name == "FLAGS":
            parts.append(f"FLAGS ({' '.join(sorted(letter.flags))})".encode())
        elif name.startswith("BODY"):
            parts.append(_body(letter, item))
    return b"* %d FETCH (" % place + b" ".join(parts) + b")"


def _body(letter: Letter, item: re.Match[str]) -> bytes:
    section, start, length = item.groups()
    content = letter.raw
    if section.startswith("HEADER.FIELDS"):
        wanted = {name.lower() for name in section.partition("(")[2].strip(")").split()}
        head = letter.raw.partition(b"\r\n\r\n")[0] + b"\r\n"
        fields = re.findall(rb"(?ms)^\S+?:.*?\r\n(?=\S|\Z)", head)
        kept = [one for one in fields if one.split(b":")[0].decode("latin-1").lower() in wanted]
        content = b"".join(kept) + b"\r\n"
    if start is not None:
        content = content[int(start) : int(start) + int(length)]
    origin = f"<{start}>" if start is not None else ""
    return f"BODY[{section}]{origin} {{{len(content)}}}\r\n".encode() + content


@contextmanager
def pretended(habits: Habits | None = None) -> Iterator[PretendServer]:
    """A running server with these habits."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = PretendServer(listener, habits or Habits())
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)
