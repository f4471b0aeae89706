"""Which words of a greeting are the recipient's name, and how that name is to be said again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from triage.mail.message import Address

_ORGANISATION = frozenset(
    """
    ag agency agentur bakery bv co company corp e.v ev gbr gmbh inc kg llc llp ltd office plc sa sarl shop
    sl srl studio studios team ug verein verlag
    """.split()  # noqa: SIM905
)
_PARTICLES = frozenset(
    "al bin da das de del della den der di do dos du el la le ten ter van von zu zum y".split()  # noqa: SIM905
)
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_LIKE = 3
"""Letters that a short form ("Kev") shares with its name."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a mail is for; ``parts`` are the words of a person's name in natural order, ``hints`` those that
    the address gives. Without ``parts`` nobody knows the name."""

    parts: tuple[str, ...]
    hints: tuple[str, ...] = ()

    def name_form(self, words: Sequence[str], title: str = "") -> str | None:
        """How these words name the recipient: ``{first}``, ``{last}``, ``{full}``, ``Herr {last}``.

        None where they are somebody else's name, or nobody's.
        """
        if not words or not all(self._is_theirs(word) for word in words):
            return None
        if title:
            return f"{title} {{last}}"
        if len(words) > 1:
            return "{full}"
        is_first = not self.parts or _is_alike(words[0], self.parts[0])
        return "{first}" if is_first or len(self.parts) < 2 else "{last}"

    def _is_theirs(self, word: str) -> bool:
        known = (*self.parts, *self.hints)
        if any(_is_alike(word, part) for part in known) or (self.parts and word.lower() in _PARTICLES):
            return True
        # where only the address is known ("pweiss@", "info@") any name may be theirs
        return not self.parts and word[:1].isupper()


def recipient_of(address: Address) -> Recipient:
    """What a To line tells of a person's name."""
    local = tuple(
        part for part in re.split(r"[._+-]", _plain(address.email.partition("@")[0])) if len(part) > 1
    )
    parts = tuple(person_name(address).split())
    if not parts and len(local) > 1 and not any(re.search(r"\d", part) for part in local):
        return Recipient(local)
    return Recipient(parts, local)


def person_name(address: Address) -> str:
    """A display name in natural order; empty where it is none, or a firm's."""
    name = re.sub(r"\(.*?\)|[\"']", "", address.name[:200]).strip()
    if name.count(",") == 1:
        name = " ".join(reversed([part.strip() for part in name.split(",")]))
    words = name.split()
    joined = _letters(name)
    domain = _letters(address.domain.rpartition(".")[0])
    is_firm = bool({word.lower().strip(".") for word in words} & _ORGANISATION) or (
        len(joined) > 3 and len(words) > 1 and joined in domain
    )
    is_name = 0 < len(words) <= 6 and all(_WORD.fullmatch(word) for word in words)
    return name if is_name and not is_firm else ""


def called(form: str, address: Address) -> str:
    """The name that a form makes of a person's display name; empty where it can't."""
    words = person_name(address).split()
    if not words:
        return ""
    start = next((i for i, word in enumerate(words[1:], 1) if word.lower() in _PARTICLES), len(words) - 1)
    has_last = len(words) > 1
    if "{first}" not in form and not has_last:
        return ""
    said = {"{first}": words[0], "{last}": " ".join(words[start:]), "{full}": " ".join(words)}
    return next((form.replace(part, name) for part, name in said.items() if part in form), "")


def _is_alike(word: str, part: str) -> bool:
    one, other = _letters(word), _letters(part)
    if one == other:
        return bool(one)
    return min(len(one), len(other)) >= _LIKE and (one.startswith(other) or other.startswith(one))


def _plain(text: str) -> str:
    """Text without accents, in small letters; umlauts lose their dots."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def _letters(text: str) -> str:
    return "".join(letter for letter in _plain(text) if letter.isalnum())
