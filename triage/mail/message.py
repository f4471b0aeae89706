"""The value that every other part works on: one parsed message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of RFC 5322: display name (decoded, may be empty) and address (domain in lower case)."""

    name: str
    email: str

    @property
    def domain(self) -> str:
        """The part behind the last ``@``, in lower case; empty where there is none."""
        return self.email.rpartition("@")[2].lower() if "@" in self.email else ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the message's text: decoded file name, media type, its other parameters."""

    filename: str
    media_type: str
    parameters: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as a reader sees it, with what was odd about it in ``defects``.

    ``headers`` keeps order and repetition, unfolded and decoded, names as written. ``text`` is the readable
    text: the plain part, or the HTML part without hidden text and with its quotes behind ``>``;
    ``is_from_html`` says which. ``html`` is the HTML part as sent, where there is one. Copies of a message
    have one ``content_hash``, whatever way they came.
    """

    message_id: str | None
    subject: str
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    in_reply_to: str | None
    references: tuple[str, ...]
    date: datetime | None
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str | None
    media_type: str
    attachments: tuple[Attachment, ...]
    content_hash: str
    defects: tuple[str, ...] = field(default=())
    is_from_html: bool = False
    _by_name: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the headers once: they are asked for by name dozens of times."""
        found: dict[str, tuple[str, ...]] = {}
        for name, value in self.headers:
            key = name.lower()
            found[key] = (*found[key], value) if key in found else (value,)
        object.__setattr__(self, "_by_name", found)

    @property
    def is_readable(self) -> bool:
        """Whether anything a person could read was found: a sender and a subject or some text."""
        return self.sender is not None and bool(self.text.strip() or self.subject.strip())

    def header(self, name: str) -> str | None:
        """The topmost header of that name, compared without case, or None."""
        found = self._by_name.get(name.lower())
        return found[0] if found else None

    def headers_all(self, name: str) -> tuple[str, ...]:
        """Every header of that name from the top down, compared without case."""
        return self._by_name.get(name.lower(), ())
