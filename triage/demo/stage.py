"""The demo's run: fill an embedded mail server, sweep it as any account is swept, read it back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from triage.access import server_of
from triage.conclude import Conclusion, Judge, load_classifier
from triage.config import Config, load_config
from triage.demo.letters import OWNER_ADDRESS, OWNER_NAME, Post
from triage.demo.server import EmbeddedServer
from triage.errors import TriageError
from triage.imap.session import Secret, Session, open_session
from triage.mail.message import Message
from triage.mail.parse import parse
from triage.observer import Observer
from triage.order import Order, Summary
from triage.sweep import sweep

USER = "alice"
PASSWORD = "password"  # noqa: S105 - of a server that lives in this process and listens on loopback alone

Flags = dict[int, tuple[bytes, ...]]


@dataclass(frozen=True)
class Result:
    """All that the demo has to show: two passes, and the mailbox as a second connection sees it."""

    conclusions: tuple[tuple[Conclusion, datetime], ...]
    drafts: tuple[Message, ...]
    first: Summary
    second: Summary
    drafts_after_second: int
    flags_before: Flags
    flags_after: Flags

    @property
    def is_untouched(self) -> bool:
        """Whether every flag of the inbox is what it was before."""
        return self.flags_before == self.flags_after

    def draft_for(self, conclusion: Conclusion) -> Message | None:
        """The draft in the Drafts folder that answers this message, or None."""
        wanted = conclusion.reading.message.message_id
        return next((draft for draft in self.drafts if draft.in_reply_to == wanted), None)


@dataclass
class Witness(Observer):
    """Keeps what the sweep concluded and passes the progress on."""

    progress: Observer
    seen: list[tuple[Conclusion, datetime]] = field(default_factory=list)

    def started(self, total: int) -> None:
        """Pass it on."""
        self.progress.started(total)

    def handled(self, conclusion: Conclusion, received: datetime) -> None:
        """Keep it and pass it on."""
        self.seen.append((conclusion, received))
        self.progress.handled(conclusion, received)


@dataclass(frozen=True)
class Stage:
    """The mailbox of the demo and the configuration that leads to it."""

    config: Config

    def sweep(self, now: datetime, classifier: Judge, observer: Observer | None = None) -> Summary:
        """One pass, exactly as ``triage sweep`` does it; raises TriageError where it was cut short."""
        order = Order(
            clock=lambda: now,
            observer=observer,
            secret=Secret("password", PASSWORD),
            judge_of=lambda: classifier,
        )
        summary = sweep(self.config, self.config.accounts[0], order)
        if summary.error is not None:
            raise TriageError(summary.error)
        return summary

    @contextmanager
    def connection(self) -> Iterator[Session]:
        """A connection of one's own, beside those of the sweep."""
        server = server_of(self.config.accounts[0])
        with open_session(server, Secret("password", PASSWORD)) as session:
            yield session

    def fill(self, post: Post, now: datetime) -> None:
        """Deliver the letters, each at its own time, the oldest first; the freelancer's own go to Sent."""
        with self.connection() as session:
            for folder, letters, flags in (("INBOX", post.inbox, ()), ("Sent", post.sent, (b"\\Seen",))):
                for letter in sorted(letters, key=lambda each: -each.age):
                    session.client.append(folder, post.as_mime(letter, now), flags, letter.written(now))

    def inbox_flags(self) -> Flags:
        """Every message's flags; ``\\Recent`` is the server's own and says nothing."""
        with self.connection() as session:
            session.client.select_folder("INBOX", readonly=True)
            found = session.client.fetch(session.client.search("ALL"), ["FLAGS"])
        return {
            uid: tuple(sorted(set(data[b"FLAGS"]) - {b"\\Recent"})) for uid, data in sorted(found.items())
        }

    def drafts(self) -> tuple[Message, ...]:
        """The drafts as they stand in the Drafts folder, oldest first."""
        with self.connection() as session:
            session.client.select_folder("Drafts", readonly=True)
            uids = session.client.search("ALL")
            found = session.client.fetch(uids, ["BODY.PEEK[]"]) if uids else {}
        return tuple(parse(data[b"BODY[]"]) for _, data in sorted(found.items()))


@contextmanager
def staged(folder: Path, cache: Path | None, post: Post, now: datetime) -> Iterator[Stage]:
    """Start the embedded server, write a configuration into ``folder`` and deliver the mail."""
    folders = {USER: ["Drafts", "Sent"]}
    with EmbeddedServer(users={USER: PASSWORD}, folders=folders) as server:
        path = folder / "config.toml"
        path.write_text(_settings(server.port, folder, cache), encoding="utf-8")
        stage = Stage(load_config(path))
        stage.fill(post, now)
        yield stage


def perform(stage: Stage, now: datetime, progress: Observer) -> Result:
    """Two passes with a look at the mailbox before, between and after; the training is no part of them."""
    classifier = load_classifier(stage.config.paths.cache, progress.training)
    flags_before = stage.inbox_flags()
    witness = Witness(progress)
    first = stage.sweep(now, classifier, witness)
    drafts = stage.drafts()
    second = stage.sweep(now, classifier)
    return Result(
        conclusions=tuple(witness.seen),
        drafts=drafts,
        first=first,
        second=second,
        drafts_after_second=len(stage.drafts()),
        flags_before=flags_before,
        flags_after=stage.inbox_flags(),
    )


def _settings(port: int, folder: Path, cache: Path | None) -> str:
    """The configuration of the demo; a JSON string is a TOML string too."""
    lines = [
        "[freelancer]",
        f"name = {json.dumps(OWNER_NAME)}",
        "[[accounts]]",
        'name = "demo"',
        f"address = {json.dumps(OWNER_ADDRESS)}",
        f"username = {json.dumps(USER)}",
        'host = "127.0.0.1"',
        f"port = {port}",
        'security = "plaintext"',
        "[storage]",
        f"state_folder = {json.dumps(str(folder / 'state'))}",
    ]
    if cache is not None:
        lines.append(f"cache_folder = {json.dumps(str(cache))}")
    return "\n".join(lines) + "\n"
