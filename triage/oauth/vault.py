"""Grants and client secrets in the system's keyring, cut to what one entry of it can hold."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress

from triage.credentials import SERVICE, drop, keep, kept
from triage.errors import CredentialError
from triage.oauth.grant import Grant, grant_from

# Windows takes 2560 bytes an entry and counts two a character; elsewhere there is room.
ENTRY_LENGTH = 1200 if os.name == "nt" else 1_000_000
_MARK = "parts"


def kept_grant(account: str, username: str) -> Grant | None:
    """The account's grant; None where there is none or what is there can't be put together."""
    head = kept(_service(account), username)
    text = head
    if head is not None and head.startswith(_MARK):
        text = _joined(account, username, head)
        # another program may have put a newer one in place between two looks
        text = text or _joined(account, username, kept(_service(account), username) or "")
    return grant_from(text) if text else None


def keep_grant(account: str, username: str, grant: Grant, length: int = ENTRY_LENGTH) -> None:
    """Put the grant in place of an earlier one; killed at any point, one of the two can be read whole."""
    before, text = kept(_service(account), username) or "", grant.as_text()
    head = text
    if len(text) > length:
        slot = "b" if _slot(before) == "a" else "a"
        parts = [text[start : start + length] for start in range(0, len(text), length)]
        for number, part in enumerate(parts):
            keep(_service(account, f"{slot}{number}"), username, part)
        head = f"{_MARK} {slot} {len(parts)} {_sum(text)}"
    keep(_service(account), username, head)
    _drop_parts(account, username, before)


def forget_grant(account: str, username: str) -> bool:
    """Take the grant out of the keyring; False where there was none."""
    head = kept(_service(account), username)
    if head is None:
        return False
    drop(_service(account), username)
    _drop_parts(account, username, head)
    return True


def kept_client_secret(account: str, client_id: str) -> str | None:
    """The secret of the client registration, where it has one."""
    return kept(_service(account, "client"), client_id)


def keep_client_secret(account: str, client_id: str, value: str) -> None:
    """Put the client's secret in place of an earlier one."""
    keep(_service(account, "client"), client_id, value)


def forget_client_secret(account: str, client_id: str) -> bool:
    """Take the client's secret out of the keyring; False where there was none."""
    return drop(_service(account, "client"), client_id)


def _service(account: str, part: str = "") -> str:
    """Each part is a service of its own: Windows moves entries about that share one."""
    return f"{SERVICE}-oauth{part and '-'}{part}:{account}"


def _joined(account: str, username: str, head: str) -> str | None:
    parts = [kept(service, username) or "" for service in _services(account, head)]
    text = "".join(parts)
    return text if parts and _sum(text) == head.rpartition(" ")[2] else None


def _services(account: str, head: str) -> Iterator[str]:
    """Where the parts lie that a head tells of."""
    mark, *told = head.split(" ")
    if mark == _MARK and len(told) == 3 and told[1].isdecimal():
        for number in range(min(int(told[1]), 100)):
            yield _service(account, f"{told[0]}{number}")


def _slot(head: str) -> str:
    return head.split(" ")[1] if head.startswith(f"{_MARK} ") else ""


def _drop_parts(account: str, username: str, head: str) -> None:
    # what stays behind is of no use to anybody who can't read the rest as well
    with suppress(CredentialError):
        for service in _services(account, head):
            drop(service, username)


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
