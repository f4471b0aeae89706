"""Whether a mail that was sent answers a message: by the Message-IDs that it names, or by its matter."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from triage.mail.gate import gate
from triage.mail.message import Message
from triage.mail.new_text import message_new_text
from triage.mail.nothing_said import says_nothing
from triage.mail.organisation import is_same_organisation
from triage.mail.parse import parse
from triage.mail.subjects import is_forward, matter

# Mail lies in an outbox for days at most; what is dated earlier was copied into the folder later.
LONGEST_IN_OUTBOX = timedelta(days=4)
# Clocks of servers and laptops are off by hours at most.
CLOCKS_DIFFER = timedelta(hours=2)
# No clock that shows an earlier year was ever set.
_FIRST_SANE_YEAR = 2000
_MACHINES = frozenset({"automatic reply", "read receipt", "bounce", "bulk mail"})
# Their text can't be looked into here, or a file is the answer.
_OPAQUE = ("multipart/mixed", "multipart/encrypted", "multipart/signed", "multipart/related", "text/calendar")

Reach = tuple[frozenset[str], frozenset[str]]
"""Addresses and domains of one client, in lower case."""
NOWHERE: Reach = (frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Asked:
    """A client's message. ``key`` is its Message-ID, or a hash of it; ``reply_to`` where answers were wanted.

    ``conversation`` is one number for all messages that name each other; 0 where none is known.
    """

    key: str
    client: str
    subject: str
    received: datetime
    reply_to: tuple[str, ...] = ()
    conversation: int = 0
    reach: Reach = NOWHERE

    @property
    def is_nameless(self) -> bool:
        """Whether it has no Message-ID, so that no reply can name it."""
        return not self.key.startswith("<")


@dataclass(frozen=True, slots=True)
class Reply:
    """A mail that was sent: the Message-IDs it names, its recipients, its subject and its moment."""

    names: tuple[str, ...]
    to: tuple[str, ...]
    subject: str
    at: datetime


def goes_to(reply: Reply, asked: Asked) -> bool:
    """Whether a mail went to whoever wrote a message, or to somebody of the same organisation.

    A forward to others or a word among colleagues names the message too, and is no answer to it.
    """
    addresses, domains = asked.reach
    wanted = {asked.client.lower(), *(address.lower() for address in asked.reply_to), *addresses} - {""}
    if any(to.lower() in wanted for to in reply.to):
        return True
    if is_forward(reply.subject):
        return False
    homes = [_domain(to) for to in reply.to]
    return any(home in domains or is_same_organisation(home, _domain(asked.client)) for home in homes)


def is_answer(reply: Reply, asked: Asked, known: Iterable[Asked]) -> bool:
    """Whether a reply answers a message; ``known`` are the messages that it names, as far as they are known.

    It answers what it names and all that is older in the conversation, nothing later. Where it names nothing
    known, or the message has no name, the client, the matter and the order of time decide.
    """
    if not goes_to(reply, asked):
        return False
    if asked.key in reply.names:
        return True
    named = [one for one in known if goes_to(reply, one)]
    if named and not asked.is_nameless:
        return any(_is_older(asked, one) for one in named)
    # NOTE: INTERNALDATE knows whole seconds
    return is_about(reply, asked) and asked.received <= reply.at


def is_about(reply: Reply, asked: Asked) -> bool:
    """Whether both are on one matter; mail without a subject is on none."""
    return matter(asked.subject) != "" and matter(reply.subject) == matter(asked.subject)


def _is_older(asked: Asked, named: Asked) -> bool:
    if asked.received > named.received:
        return False
    if asked.conversation and asked.conversation == named.conversation:
        return True
    is_same_client = asked.client.lower() == named.client.lower()
    return is_same_client and matter(asked.subject) == matter(named.subject) != ""


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower() if "@" in address else ""


def sent_at(arrived: datetime, dated: datetime | None, now: datetime) -> datetime:
    """When a mail in Sent was sent: when the server got its copy, unless that was copied in days later.

    A date of 1970 or 2099 says nothing, and nothing was sent after now.
    """
    moment = min(arrived.astimezone(UTC), now.astimezone(UTC))
    if dated is None or dated.tzinfo is None or dated.year < _FIRST_SANE_YEAR:
        return moment
    return dated.astimezone(UTC) if dated < moment - LONGEST_IN_OUTBOX else moment


def is_automatic(head: Message) -> bool:
    """Whether a program sent it for the freelancer: a vacation notice, a receipt; the headers suffice."""
    return gate(head, ()) in _MACHINES


def is_blank(raw: bytes) -> bool:
    """Whether a mail says nothing of its own: quotes and a signature alone. A file says something."""
    message = parse(raw)
    if message.attachments or message.media_type in _OPAQUE or not message.headers:
        return False
    return says_nothing(message_new_text(message))


@dataclass
class Answers:
    """The replies of a whole correspondence, where every message is known from the first."""

    _replies: list[Reply] = field(default_factory=list)
    _by_name: dict[str, list[int]] = field(default_factory=dict)
    _by_matter: dict[str, list[int]] = field(default_factory=dict)
    _asked: dict[str, Asked] = field(default_factory=dict)

    def ask(self, asked: Asked) -> None:
        """Add a message that a reply may name."""
        self._asked.setdefault(asked.key, asked)

    def note(self, names: Iterable[str], to: Iterable[str], subject: str, sent: datetime) -> None:
        """Add one sent message: the Message-IDs it names, recipients, subject and moment."""
        reply, number = Reply(tuple(dict.fromkeys(names)), tuple(to), subject, sent), len(self._replies)
        self._replies.append(reply)
        for name in reply.names:
            self._by_name.setdefault(name, []).append(number)
        self._by_matter.setdefault(matter(subject), []).append(number)

    def time_of(self, asked: Asked) -> datetime | None:
        """When a message was answered first."""
        numbers = {*self._by_name.get(asked.key, ()), *self._by_matter.get(matter(asked.subject), ())}
        answers = (self._replies[number] for number in numbers)
        return min((one.at for one in answers if is_answer(one, asked, self._named(one))), default=None)

    def _named(self, reply: Reply) -> list[Asked]:
        return [self._asked[name] for name in reply.names if name in self._asked]


def names_of(references: Collection[str], in_reply_to: str | None) -> tuple[str, ...]:
    """The Message-IDs that a message names, each once; of an endless list the first and the last ones."""
    named = list(dict.fromkeys((*references, *([in_reply_to] if in_reply_to else []))))
    return tuple(named if len(named) <= 100 else [*named[:20], *named[-80:]])
