"""Senders that imitate a known client: homoglyphs, one letter's difference, a known name elsewhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from triage.mail.message import Address
from triage.mail.organisation import is_freemail, is_same_organisation, organisation

MIN_LABEL = 4
# Letters of other scripts, and digits, drawn like a Latin letter (the part of UTS #39 that fraud uses).
_DRAWN_ALIKE = {
    "a": "аɑα@",
    "b": "ƅв",
    "c": "сϲҫ",
    "d": "ԁɗ",
    "e": "еєҽ3",
    "g": "ɡ9",
    "h": "һհн",
    "i": "іıӏ1!|",
    "j": "јϳ",
    "k": "кκ",
    "m": "м",
    "n": "пո",
    "o": "οоօ0",
    "p": "рρ",
    "q": "ԛ",
    "s": "ѕ5$",
    "t": "тτ",
    "u": "υս",
    "v": "ѵν",
    "w": "ԝѡ",
    "x": "хχ",
    "y": "уүγ",
}
_CONFUSABLE = str.maketrans({sign: letter for letter, signs in _DRAWN_ALIKE.items() for sign in signs})
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"), ("ii", "u"))
_EMAIL_IN_NAME = re.compile(r"[^\s<>\"'()@]{1,64}@[^\s<>\"'()@]{1,190}\.[a-z]{2,24}", re.IGNORECASE)


def look_alike(sender: Address, known: Collection[Address]) -> str | None:
    """A sentence saying how the sender imitates a known one, or None; a known domain's address never does."""
    email = sender.email.lower()
    if any(email == one.email.lower() or is_same_organisation(sender.domain, one.domain) for one in known):
        return None
    for one in known:
        reason = _imitates(sender, one)
        if reason is not None:
            return reason
    return _shows_other_address(sender)


def _imitates(sender: Address, client: Address) -> str | None:
    domain, theirs = decoded(sender.domain), decoded(client.domain)
    if is_freemail(client.domain):
        if domain == theirs and _is_near(_local(sender), _local(client), least=6):
            return "The address differs from a known client's by hardly a letter."
    elif skeleton(domain) == skeleton(theirs):
        return "The sender's domain imitates a known client's with letters that look alike."
    elif _is_near(
        organisation(domain).partition(".")[0], organisation(theirs).partition(".")[0], least=MIN_LABEL + 1
    ):
        return "The sender's domain differs from a known client's by one letter."
    elif _contains(organisation(domain), organisation(theirs)):
        return "The sender's domain is a known client's with something added."
    if _is_same_name(sender.name, client.name):
        return "The sender has a known client's name, but an address that is not known."
    return None


def _local(address: Address) -> str:
    return address.email.rpartition("@")[0].lower()


def decoded(domain: str) -> str:
    """A domain with its punycode labels shown as the letters they stand for."""
    labels = []
    for label in domain.lower().split("."):
        try:
            labels.append(label.encode("ascii").decode("idna") if label.startswith("xn--") else label)
        except UnicodeError:
            labels.append(label)
    return ".".join(labels)


def skeleton(text: str) -> str:
    """A text reduced to what the eye sees: accents dropped, look-alike letters and letter pairs merged."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in folded if not unicodedata.combining(char)).translate(_CONFUSABLE)
    for pair, single in _PAIRS:
        plain = plain.replace(pair, single)
    return plain.replace("l", "i")


def _is_near(one: str, other: str, *, least: int) -> bool:
    """Whether two names differ, and by one letter at most: added, dropped, changed or swapped."""
    if one == other or min(len(one), len(other)) < least or abs(len(one) - len(other)) > 1:
        return False
    if skeleton(one) == skeleton(other):
        return True
    start = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    a, b = one[start:], other[start:]
    is_swapped = len(a) >= 2 and len(b) >= 2 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:]
    return is_swapped or a[1:] == b[1:] or a[1:] == b or a == b[1:]


def _contains(domain: str, theirs: str) -> bool:
    """Whether a domain is the client's name with a hyphen and a word, such as ``acme-billing``."""
    label, client = domain.partition(".")[0], theirs.partition(".")[0]
    return len(client) >= MIN_LABEL and label != client and client in label.split("-")


def _is_same_name(one: str, other: str) -> bool:
    """Whether two display names read the same; a single short word is no name to recognise anybody by."""
    seen, theirs = (" ".join(sorted(re.findall(r"[^\W_]+", skeleton(name)))) for name in (one, other))
    return seen == theirs and len(seen) >= 6 and " " in seen


def _shows_other_address(sender: Address) -> str | None:
    shown = _EMAIL_IN_NAME.search(sender.name[:500])
    if shown is None:
        return None
    domain = shown.group().rpartition("@")[2].lower()
    if shown.group().lower() == sender.email.lower() or is_same_organisation(domain, sender.domain):
        return None
    return "The sender's name shows an address that is not the one it was sent from."
