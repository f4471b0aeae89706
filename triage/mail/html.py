"""HTML to the text that a reader sees; quoted parts stand behind ``>`` as in a plain message."""

from __future__ import annotations

import html as entities
import re

from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from triage.mail.hidden import drop_hidden
from triage.mail.html_quotes import QUOTE_END, QUOTE_START, mark_quotes

MAX_HTML_CHARS = 1_500_000
MAX_ELEMENTS = 40_000
# lxml drops what is nested deeper than 255; the text engine recurses once a level.
MAX_DEPTH = 120
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe0f]"
)
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_TAG = re.compile(r"<[^<>]{0,20000}>")
_BLOCK = re.compile(r"<(?:br|p|div|tr|li|h[1-6]|blockquote)\b[^<>]{0,20000}>", re.IGNORECASE)
_DROPPED = re.compile(r"<(head|style|script|title)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_SENTINELS = re.compile(f"[{QUOTE_START}{QUOTE_END}]")
_TABLE_TAGS = frozenset({"table", "tbody", "thead", "tfoot", "tr", "td", "th", "center"})


def html_to_text(html: str) -> str:
    """The visible text of an HTML part, whose quote containers are marked line by line with ``>``.

    Text that is hidden from the reader (display, visibility, size, colour, comments, head) is left out.
    Bounded to MAX_HTML_CHARS and MAX_ELEMENTS; raises nothing for any content.
    """
    source = _SENTINELS.sub("", html[:MAX_HTML_CHARS].replace("\x00", ""))
    root = _tree(source)
    if root is None or _is_too_large(root):
        return _tidy(_tags_stripped(source))
    drop_hidden(root)
    mark_quotes(root)
    _flatten(root)
    return _tidy(Inscriptis(root, ParserConfig(css=STRICT_CSS_PROFILE)).get_text())


def _tree(source: str) -> HtmlElement | None:
    if not source.strip():
        return None
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        return document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError, TypeError):
        return None


def _is_too_large(root: HtmlElement) -> bool:
    return sum(1 for _ in root.iter()) > MAX_ELEMENTS or _is_cut_by_depth(root)


def _is_cut_by_depth(root: HtmlElement) -> bool:
    """Whether the parser reached the depth below which it forgets content."""
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth >= 250:
            return True
    return False


def _flatten(root: HtmlElement) -> None:
    """Unwrap layout tables, whose cells would stand side by side, and what is nested too deeply."""
    depth = 0
    too_deep: list[HtmlElement] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth += 1
        if depth > MAX_DEPTH:
            too_deep.append(element)
        elif element.tag == "table" and _is_layout(element):
            _unwrap_table(element)
    for element in too_deep:
        element.drop_tag()


def _is_layout(table: HtmlElement) -> bool:
    """Whether a table only arranges the page: it holds another one, or its rows are single or long cells."""
    if table.find(".//table") is not None:
        return True
    return any(len(row) < 2 for row in table.iter("tr")) or any(
        cell.find("p") is not None or cell.find("div") is not None or cell.find("br") is not None
        for cell in table.iter("td")
    )


def _unwrap_table(table: HtmlElement) -> None:
    for element in table.iter(*_TABLE_TAGS):
        if element is table or not any(parent.tag == "table" for parent in _up_to(element, table)):
            element.tag = "div"


def _up_to(element: HtmlElement, table: HtmlElement) -> list[HtmlElement]:
    """Ancestors of a cell below its outermost table."""
    found: list[HtmlElement] = []
    for parent in element.iterancestors():
        if parent is table:
            break
        found.append(parent)
    return found


def _tags_stripped(source: str) -> str:
    """A reading by pattern alone, for markup that no tree can hold."""
    visible = _BLOCK.sub("\n", _DROPPED.sub(" ", source))
    return entities.unescape(_TAG.sub(" ", visible))


def _tidy(text: str) -> str:
    """Lines without invisible characters, at most two blank ones together, quotes behind ``>``."""
    lines: list[str] = []
    depth = blank = 0
    for raw in _SPACES.sub(" ", _INVISIBLE.sub("", text)).split("\n"):
        depth += raw.count(QUOTE_START)
        line = _SENTINELS.sub("", raw).rstrip()
        marked = f"{'>' * min(depth, 9)} {line.lstrip()}".rstrip() if depth else line
        depth = max(0, depth - raw.count(QUOTE_END))
        blank = 0 if line else blank + 1
        if line or blank <= 2:
            lines.append(marked)
    return "\n".join(lines).strip("\n")
