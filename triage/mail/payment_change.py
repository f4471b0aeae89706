"""A message that gives new bank details or a new address to pay to: the commonest fraud by mail."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator

from triage.mail.message import Message
from triage.mail.new_text import new_text as new_text_of
from triage.mail.payment_words import (
    ANOTHER_BANK,
    ASKED,
    CHANGED_ACCOUNT,
    FROM_NOW_ON,
    NUMBER,
    OF_A_PAGE,
    OURS,
    SPOKEN_OF,
    UNCHANGED,
    WARNED,
    YOURS,
)
from triage.mail.skeleton import latin

MAX_CHARS = 20_000
MAX_HTML_CHARS = 400_000
MAX_NAMES = 50
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n\s*\n")
_TAG = re.compile(r"<[^<>]{0,5000}>")
_WORD_BREAKS = re.compile(r"[\W_]+")


def names_new_payment_details(new_text: str) -> bool:
    """Whether a sentence says that bank details, or where to pay, have changed; in seven languages.

    An alarm and no verdict: the user should ask by a channel known before. Raises nothing, linear.
    """
    text = new_text[:MAX_CHARS]
    if SPOKEN_OF.search(latin(text)) is None:
        return False
    return any(_tells_of_change(one) for one in _sentences(text))


def brings_new_payment_details(message: Message, new_text: str) -> bool:
    """Whether a message does so anywhere: in its new text, its subject, its HTML, or an attachment's name.

    The HTML counts by itself: of two alternatives most programs show the one that others don't read.
    """
    if names_new_payment_details(new_text) or names_new_payment_details(message.subject):
        return True
    names = (_WORD_BREAKS.sub(" ", one.filename) for one in message.attachments[:MAX_NAMES])
    if any(names_new_payment_details(name) for name in names):
        return True
    if message.html is None or message.is_from_html or not _may_speak_of_it(message.html):
        return False
    return names_new_payment_details(new_text_of("", html=message.html))


def _may_speak_of_it(html: str) -> bool:
    """A quick look at HTML without its tags, before it is rendered."""
    seen = latin(entities.unescape(_TAG.sub("", html[:MAX_HTML_CHARS])))
    return SPOKEN_OF.search(seen) is not None


def _sentences(text: str) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(text):
        flat = " ".join(latin(sentence).split())
        if flat:
            yield flat


def _tells_of_change(sentence: str) -> bool:
    """Whether one sentence, in small letters on one line, tells of new details of the writer's."""
    is_new = NUMBER.search(sentence) and FROM_NOW_ON.search(sentence)
    is_new = is_new or ANOTHER_BANK.search(sentence) or CHANGED_ACCOUNT.search(sentence)
    if not is_new or UNCHANGED.search(sentence) or WARNED.search(sentence):
        return False
    if NUMBER.search(sentence):
        return True
    if OF_A_PAGE.search(sentence) or (sentence.endswith("?") and ASKED.search(sentence)):
        return False
    return not YOURS.search(sentence) or OURS.search(sentence) is not None
