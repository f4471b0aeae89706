"""What the freelancer has answered: by the thread's headers, or else by client, subject and time."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from triage.mail.reply import reply_subject

_NO_SUBJECT = "re:"


@dataclass
class Answers:
    """Replies seen in Sent. A reply answers what it refers to, and all earlier mail of its thread with it."""

    _by_id: dict[str, datetime] = field(default_factory=dict)
    _by_matter: dict[tuple[str, str], list[datetime]] = field(default_factory=dict)

    def note(self, pointed: Iterable[str], to: Iterable[str], subject: str, sent: datetime) -> None:
        """Add one sent message: the Message-IDs it refers to, recipients, subject and INTERNALDATE."""
        for message_id in pointed:
            self._by_id.setdefault(message_id, sent)
        matter = _matter(subject)
        if matter != _NO_SUBJECT:
            for address in to:
                insort(self._by_matter.setdefault((address.lower(), matter), []), sent)

    def time_of(
        self, message_id: str | None, client: str, subject: str, received: datetime
    ) -> datetime | None:
        """When a message was answered: referred to, or followed by mail to its sender on its subject."""
        if message_id is not None and message_id in self._by_id:
            return self._by_id[message_id]
        sent = self._by_matter.get((client.lower(), _matter(subject)), [])
        following = bisect_left(sent, received)
        return sent[following] if following < len(sent) else None


def _matter(subject: str) -> str:
    return reply_subject(subject).lower()
