"""The draft as MIME: right recipient, right thread, right alias, and no way to inject a header."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.quoprimime import body_encode
from email.utils import format_datetime

from triage.mail.message import Address, Message
from triage.mail.organisation import is_same_organisation
from triage.mail.seal import sealed

MAX_REFERENCES = 40
MAX_SUBJECT_CHARS = 300
MAX_NAME_CHARS = 120
MAX_LINE = 76
MAX_DOMAIN_CHARS = 253
_SAFE_ID = re.compile(r"<[!#-'*+./0-:=?@A-Z^-~\-\[\]$]{1,480}>")
_SAFE_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\.?")
_SAFE_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_REPLY_PREFIX = re.compile(
    r"\s*(?:re|aw|antw|antwort|sv|vs|rép|res|resp|rif|r|odp|ynt|atb|vá|отв|на|回复|回覆"
    r"|答复|答覆"
    r"|返信)"
    r"\s?(?:\[\d{1,4}\]|\(\d{1,4}\)|[\^*]\d{1,4}|\d{1,4})?\s?[:：]\s*",
    re.IGNORECASE,
)
_GATEWAY_TAG = re.compile(
    r"\s*[\[(]\s?(?:ext|extern(?:al|e)?(?: e-?mail| sender)?)\s?[\])]\s*:?\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the account's owner is: the name shown, the main address, and every alias that mail may come to."""

    name: str
    address: str
    aliases: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """The main address and the aliases, as written."""
        return (self.address, *self.aliases)


def message_key(message: Message) -> str:
    """A stable identity for the ledger: the Message-ID where it is sane, else a hash of the content."""
    if message.message_id and _SAFE_ID.fullmatch(message.message_id):
        return message.message_id
    return f"sha256:{message.content_hash}"


def draft_message_id(account: str, message_key: str, kind: str, domain: str) -> str:
    """The same Message-ID for the same draft on every run: it can be searched before it is written."""
    digest = hashlib.sha256("\x00".join((account, message_key, kind)).encode("utf-8", "replace")).hexdigest()
    ascii_domain = _ascii_domain(domain)
    return f"<{digest[:40]}@{ascii_domain or 'draft.invalid'}>"


def draft_reference(message_id: str) -> str:
    """What marks a draft of ours beside its Message-ID, which mail programs replace when it is edited."""
    return hashlib.sha256(message_id.encode()).hexdigest()[:16]


def reply_recipient(message: Message, own: Collection[str]) -> Address | None:
    """The one person the reply goes to, or None when there is no address that is safe to write to.

    Reply-To is followed only to the sender's own organisation, never to a list and never to ourselves.
    """
    mine = {address.lower() for address in own}
    sender = _safe(message.sender)
    if sender is None or sender.email.lower() in mine:
        return None
    if len(message.reply_to) != 1 or _is_list_mail(message):
        return sender
    wanted = _safe(message.reply_to[0])
    if (
        wanted is None
        or wanted.email.lower() in mine
        or not is_same_organisation(wanted.domain, sender.domain)
    ):
        return sender
    return wanted if wanted.name else Address(sender.name, wanted.email)


def _is_list_mail(message: Message) -> bool:
    return any(message.header(name) is not None for name in ("List-Id", "List-Post", "Mailing-List"))


def _safe(address: Address | None) -> Address | None:
    """The address in its form on the wire, or None where it can't be written there safely."""
    if address is None or len(address.email) > 254:
        return None
    local, _, domain = address.email.rpartition("@")
    ascii_domain = _ascii_domain(domain)
    if ascii_domain is None or not _SAFE_LOCAL.fullmatch(local):
        return None
    return Address(_one_line(address.name, MAX_NAME_CHARS), f"{local}@{ascii_domain}")


def _ascii_domain(domain: str) -> str | None:
    lowered = domain.strip().lower()
    if len(lowered) > MAX_DOMAIN_CHARS:  # no name is as long, and to encode one takes quadratic time
        return None
    if not lowered.isascii():
        try:
            lowered = lowered.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    return lowered if len(lowered) <= MAX_DOMAIN_CHARS and _SAFE_DOMAIN.fullmatch(lowered) else None


def reply_subject(subject: str) -> str:
    """The subject with one "Re: " in front, whatever pile of reply marks stood there before."""
    rest = _one_line(subject, MAX_SUBJECT_CHARS)
    while found := _REPLY_PREFIX.match(rest) or _GATEWAY_TAG.match(rest):
        rest = rest[found.end() :]
    return f"Re: {rest}".rstrip()


def from_address(message: Message, identity: Identity) -> Address:
    """Ourselves under the address that the message came to, or under the main address."""
    ours = {address.lower(): address for address in reversed(identity.addresses)}
    for candidate in _received_at(message):
        if candidate.lower() in ours:
            return Address(identity.name, ours[candidate.lower()])
    return Address(identity.name, identity.address)


def _received_at(message: Message) -> list[str]:
    """Addresses that the message was sent to, the most telling first."""
    found = [address.email for address in (*message.to, *message.cc)]
    for name in ("X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To"):
        found += [value.strip().strip("<>") for value in message.headers_all(name)]
    return found


def thread_references(message: Message) -> tuple[str, ...]:
    """The References of a reply (RFC 5322 3.6.4): the parent's chain and the parent, hostile tokens dropped.

    A chain longer than MAX_REFERENCES keeps its first and its last ones, as mail programs do.
    """
    chain = message.references or ((message.in_reply_to,) if message.in_reply_to else ())
    ids = [one for one in (*chain, message.message_id) if one and _SAFE_ID.fullmatch(one)]
    unique = list(dict.fromkeys(reversed(ids)))[::-1]
    if len(unique) > MAX_REFERENCES:
        unique = [unique[0], *unique[-(MAX_REFERENCES - 1) :]]
    return tuple(unique)


def compose(
    message: Message, body: str, identity: Identity, *, message_id: str, now: datetime, reference: str
) -> bytes:
    """The draft that answers ``message``: CRLF lines of ASCII, text/plain in UTF-8, exactly one recipient.

    Raises ValueError when there is no recipient that is safe to write to, or ``message_id`` is no Message-ID.
    """
    return draft_mime(
        from_address(message, identity),
        reply_recipient(message, identity.addresses),
        [_subject_line(reply_subject(message.subject)), f"Message-ID: {message_id}", *_thread_lines(message)],
        body,
        message_id=message_id,
        now=now,
        reference=reference,
    )


def draft_mime(
    sender: Address,
    recipient: Address | None,
    headers: Sequence[str],
    body: str,
    *,
    message_id: str,
    now: datetime,
    reference: str,
) -> bytes:
    """A draft's bytes; ``headers`` are the lines for subject, Message-ID and thread, safe and folded already.

    Raises ValueError when an address can't be written safely, or ``message_id`` is no Message-ID.
    """
    safe_recipient, safe_sender = _safe(recipient), _safe(sender)
    if safe_recipient is None or safe_sender is None or not _SAFE_ID.fullmatch(message_id):
        raise ValueError("a draft needs one safe recipient, an own address and a Message-ID")
    encoding, payload = _encoded(body)
    lines = [
        f"Date: {format_datetime(now)}",
        f"From: {_mailbox(safe_sender)}",
        f"To: {_mailbox(safe_recipient)}",
        *headers,
        f"X-Draft-Reference: {_token(reference)}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Transfer-Encoding: {encoding}",
    ]
    return sealed(("\r\n".join(lines) + "\r\n\r\n").encode("ascii") + payload)


def _subject_line(subject: str) -> str:
    """The Subject header; "Re: " stays readable in front of encoded words, where servers look for it."""
    rest = subject.removeprefix("Re:").strip()
    return f"Subject: Re: {_words(rest, len('Subject: Re: '))}".rstrip()


def _thread_lines(message: Message) -> list[str]:
    return thread_headers(message.message_id, thread_references(message))


def thread_headers(answered: str | None, references: Sequence[str]) -> list[str]:
    """In-Reply-To and References; an id that isn't safe to write is left out."""
    lines: list[str] = []
    if answered and _SAFE_ID.fullmatch(answered):
        lines.append(f"In-Reply-To: {answered}")
    kept = [one for one in references if _SAFE_ID.fullmatch(one)]
    if kept:
        lines.append("References: " + "\r\n ".join(kept))
    return lines


def subject_header(subject: str) -> str:
    """The Subject of a mail that answers nothing, on lines of their own where it is long."""
    return f"Subject: {_words(_one_line(subject, MAX_SUBJECT_CHARS), len('Subject: '))}".rstrip()


def _token(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._:+/=@-]", "", text)[:200]


def _one_line(text: str, limit: int) -> str:
    """Text as one line without control characters; longer text is cut."""
    return re.sub(r"\s+", " ", _CONTROL.sub(" ", text[: limit * 8])).strip()[:limit].rstrip()


def _words(text: str, used: int) -> str:
    """Header text, encoded (RFC 2047) where it is not plain ASCII, folded below 78 characters."""
    if text.isascii() and "=?" not in text:
        return Header(text, "us-ascii", maxlinelen=78, header_name="x" * (used - 2)).encode(linesep="\r\n")
    return Header(text, "utf-8", maxlinelen=75, header_name="x" * (used - 2)).encode(linesep="\r\n")


def _mailbox(address: Address) -> str:
    """``"Name, with comma" <address>``; a name beyond ASCII as encoded words, the address on its own line."""
    name = _one_line(address.name, MAX_NAME_CHARS)
    if not name:
        return address.email
    if not name.isascii() or "=?" in name:
        return f"{_words(name, 6)}\r\n <{address.email}>"
    if re.search(r'[()<>@,;:\\".\[\]]', name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    joint = " " if len(name) + len(address.email) < 68 else "\r\n "
    return f"{name}{joint}<{address.email}>"


def _encoded(body: str) -> tuple[str, bytes]:
    """The body in the transfer encoding that keeps it readable: 7bit, else quoted-printable, else base64."""
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", body.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.strip("\n") + "\n"
    data = text.encode("utf-8", "replace")
    if text.isascii() and all(
        len(line) <= MAX_LINE and not line.startswith("From ") for line in text.split("\n")
    ):
        return "7bit", data.replace(b"\n", b"\r\n")
    if sum(byte > 127 for byte in data) * 3 > len(data):
        encoded = base64.encodebytes(data.replace(b"\n", b"\r\n"))
        return "base64", encoded.replace(b"\n", b"\r\n")
    quoted = body_encode(data.decode("latin-1"), maxlinelen=MAX_LINE, eol="\r\n")
    return "quoted-printable", quoted.encode("ascii")
