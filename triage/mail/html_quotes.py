"""Finds in an HTML tree what mail programs mark as quoted, and marks it for the text that is made of it."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

# Private-use characters, taken out of every input before, so that no sender can write them.
QUOTE_START = "\ue0f0"
QUOTE_END = "\ue0f1"
MAX_QUOTES = 2_000

_QUOTE_CLASSES = frozenset(
    {
        "yahoo_quoted",
        "protonmail_quote",
        "tutanota_quote",
        "zmail_extra",
        "moz-cite-prefix",
        "moz-forward-container",
        "moz-email-headers-table",
        "gmail_attr",
        "x_gmail_attr",
        "outlookmessageheader",
        "appleoriginalcontents",
        "quoted-text",
        "quoted_text",
        "front-blockquote",
        "zendesk_quote",
        "freshdesk_quote",
        "cite-prefix",
        "wm_reply",
        "mail_quote",
        "mailru-blockquote",
        "js-helper-quote",
        "ms-outlook-mobile-reference-message",
        "ms-outlook-mobile-body-separator-line",
        "oldreply",
    }
)
# Containers that hold an attribution, a blockquote and, between the quotes, the writer's own answers.
_MIXED_CLASSES = frozenset({"gmail_quote", "gmail_quote_container", "x_gmail_quote"})
_QUOTE_IDS = frozenset(
    {"reply-intro", "olk_src_body_section", "mail-editor-reference-message-container", "replysplit"}
)
# From these on, everything up to the end of their parent is the earlier message.
_FROM_HERE_IDS = frozenset({"divrplyfwdmsg", "x_divrplyfwdmsg", "stopspelling", "isforwardcontent"})
# Gmail's "indent more" is the writer's own text, moved to the right.
_INDENT = re.compile(r"margin:\s*0(?:px)?\s+0(?:px)?\s+0(?:px)?\s+40px;\s*border:\s*none", re.IGNORECASE)


def mark_quotes(root: HtmlElement) -> None:
    """Put QUOTE_START and QUOTE_END, each on a line of its own, around every quoted part of the tree."""
    from_here: list[HtmlElement] = []
    quotes: list[HtmlElement] = []
    for element in root.iter("blockquote", "div", "table", "p", "span"):
        if _is_from_here(element):
            from_here.append(element)
        elif _is_quote(element):
            quotes.append(element)
    for element in from_here[:1]:
        _mark_rest(element)
    for element in quotes[:MAX_QUOTES]:
        _enclose(element)


def _classes(element: HtmlElement) -> frozenset[str]:
    return frozenset((element.get("class") or "")[:500].lower().split())


def _is_from_here(element: HtmlElement) -> bool:
    return (element.get("id") or "").lower() in _FROM_HERE_IDS and element.getparent() is not None


def _is_quote(element: HtmlElement) -> bool:
    if element.tag == "blockquote":
        return not _INDENT.search((element.get("style") or "")[:500])
    classes = _classes(element)
    if classes & _QUOTE_CLASSES or (element.get("id") or "").lower() in _QUOTE_IDS:
        return True
    return bool(classes & _MIXED_CLASSES) and element.find(".//blockquote") is None


def _enclose(element: HtmlElement) -> None:
    start, end = _line(QUOTE_START), _line(QUOTE_END)
    start.tail, element.text = element.text, None
    element.insert(0, start)
    element.append(end)


def _line(text: str) -> HtmlElement:
    line = HtmlElement(text)
    line.tag = "div"
    return line


def _mark_rest(element: HtmlElement) -> None:
    parent = element.getparent()
    parent.insert(parent.index(element), _line(QUOTE_START))
    parent.append(_line(QUOTE_END))
