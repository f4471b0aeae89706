"""Which mail of ours a notice of failed delivery is about, and whom it did not reach (RFC 3464)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from triage.mail.message import Message

_MAX_BYTES = 400_000
_MESSAGE_ID = re.compile(rb"^[ \t>]{0,8}Message-ID:[ \t]{0,4}\r?\n?[ \t]{0,8}(<[^<>\s]{1,480}>)", re.I | re.M)
_ACTION = re.compile(rb"^Action:[ \t]{0,8}([a-z-]{1,20})", re.I | re.M)
_RECIPIENT = re.compile(
    rb"^(?:Final|Original)-Recipient:[ \t]{0,8}(?:[\w-]{1,20}[ \t]{0,4};)?[ \t]{0,8}"
    rb"<?([^\s<>;]{1,250}@[^\s<>;]{1,250})",
    re.I | re.M,
)
# A mail that is still on its way may yet arrive.
_ONLY_LATE = re.compile(
    r"\b(?:delay(?:ed)?|warning|will (?:keep|continue)|still being retried|verzögert|verzögerung"
    r"|retard[ée]e?|retrasad[oa]|atrasad[oa]|ritard\w{1,5}|vertraagd)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed delivery: the Message-IDs it may be about, and the recipients in lower case; none: all."""

    message_ids: tuple[str, ...]
    recipients: tuple[str, ...] = ()


def failed_delivery(bounce: Message, raw: bytes) -> Failure | None:
    """What a bounce says of our mail, or None where it names none or says only that it takes longer."""
    body = raw[:_MAX_BYTES]
    actions = {found.decode("ascii").lower() for found in _ACTION.findall(body)}
    if actions and "failed" not in actions:
        return None
    if not actions and _ONLY_LATE.search(bounce.subject):
        return None
    named = [*bounce.references, *([bounce.in_reply_to] if bounce.in_reply_to else [])]
    named += [found.decode("ascii", "replace") for found in _MESSAGE_ID.findall(body)]
    ids = tuple(one for one in dict.fromkeys(named) if one != bounce.message_id)
    return Failure(ids, _recipients(bounce, body)) if ids else None


def _recipients(bounce: Message, body: bytes) -> tuple[str, ...]:
    told = [found.decode("ascii", "replace") for found in _RECIPIENT.findall(body)]
    for header in bounce.headers_all("X-Failed-Recipients"):
        told += [one for one in re.split(r"[\s,;]+", header) if "@" in one]
    return tuple(dict.fromkeys(one.lower() for one in told))
