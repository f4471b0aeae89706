"""What a subject is about, whatever marks of replies and forwards mail programs have piled before it."""

from __future__ import annotations

import re
import unicodedata

_MAX_CHARS = 300
_COUNT = r"\s?(?:\[\d{1,4}\]|\(\d{1,4}\)|[\^*]\d{1,4}|\d{1,4})?\s?[:：]\s*"
_REPLY = re.compile(
    r"\s*(?:re|aw|antw|antwort|sv|vs|vast|rép|rep|réf|ref|res|resp|rif|r|odp|ynt|atb|vá|bls|απ|σχετ|отв|ответ|на"
    r"|回复|回覆|答复|答覆|返信|회신|رد|تم الرد|השב|תגובה)\.?" + _COUNT,
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"\s*(?:fwd?|wg|weitergeleitet|tr|trans|rv|reenv|enc|i|inoltra|inoltrato|doorst|vb|vl|vid\.?bef|vs|vidb|pd"
    r"|továbbítás|i̇lt|ilt|πρθ|пересл|转发|轉寄|転送|전달|הועבר)\.?" + _COUNT,
    re.IGNORECASE,
)
_TAG = re.compile(
    r"\s*[\[(]\s?(?:ext|extern(?:al|e)?(?: e-?mail| sender)?|spam\??|bulk)\s?[\])]\s*:?\s*", re.IGNORECASE
)


def matter(subject: str) -> str:
    """The subject's own words, for comparing: without marks, case, odd spaces; empty where there are none."""
    rest = _plain(subject)
    while found := _REPLY.match(rest) or _FORWARD.match(rest) or _TAG.match(rest):
        rest = rest[found.end() :]
    return rest.strip().casefold()


def is_reply_subject(subject: str) -> bool:
    """Whether a mark of a reply stands before the subject, behind tags of gateways at most."""
    return _REPLY.match(_untagged(subject)) is not None


def is_forward(subject: str) -> bool:
    """Whether the mark nearest to the reader is that of a forward: "Fwd: Re: Logo", not "Re: Fwd: Logo"."""
    rest = _untagged(subject)
    return _FORWARD.match(rest) is not None and _REPLY.match(rest) is None


def _untagged(subject: str) -> str:
    rest = _plain(subject)
    while found := _TAG.match(rest):
        rest = rest[found.end() :]
    return rest


def _plain(subject: str) -> str:
    """One line of composed characters; longer text is cut."""
    text = unicodedata.normalize("NFKC", subject[: _MAX_CHARS * 4])
    return re.sub(r"[\s\u200b-\u200f\ufeff]+", " ", text).strip()[:_MAX_CHARS]
