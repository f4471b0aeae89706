"""A draft of our own accord as MIME: it answers no message, but may go on with a thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from triage.mail.message import Address
from triage.mail.reply import MAX_REFERENCES, Identity, draft_mime, subject_header, thread_headers


def compose_new(
    recipient: Address,
    subject: str,
    body: str,
    identity: Identity,
    *,
    message_id: str,
    now: datetime,
    reference: str,
    thread: Sequence[str] = (),
) -> bytes:
    """The draft to ``recipient`` alone: CRLF lines of ASCII, text/plain in UTF-8, from the main address.

    ``thread`` holds the Message-IDs of earlier mail on the matter, the latest last: that one is answered.
    Raises ValueError when an address can't be written safely, or ``message_id`` is no Message-ID.
    """
    earlier = tuple(dict.fromkeys(thread))[-MAX_REFERENCES:]
    return draft_mime(
        Address(identity.name, identity.address),
        recipient,
        [
            subject_header(subject),
            f"Message-ID: {message_id}",
            *thread_headers(earlier[-1] if earlier else None, earlier),
        ],
        body,
        message_id=message_id,
        now=now,
        reference=reference,
    )
