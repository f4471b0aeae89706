"""Takes out of an HTML tree what a reader does not see: preheaders, tracking text, white on white."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml.html import HtmlElement

_NEVER_SHOWN = frozenset(
    {
        "head",
        "style",
        "script",
        "title",
        "template",
        "noscript",
        "object",
        "svg",
        "select",
        "textarea",
        "meta",
    }
)
_NAMED = {
    "white": "ffffff",
    "black": "000000",
    "transparent": "transparent",
    "#fff": "ffffff",
    "snow": "fffafa",
    "whitesmoke": "f5f5f5",
    "silver": "c0c0c0",
    "gray": "808080",
    "grey": "808080",
    "red": "ff0000",
    "blue": "0000ff",
    "yellow": "ffff00",
}
_RGB = re.compile(
    r"rgba?\(\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*(?:[,/]\s*([\d.]{1,8}%?)\s*)?\)"
)
_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})\b")
_SIZE = re.compile(r"([\d.]{1,12})\s*(px|pt|em|rem|%|)")
_COLOURED_SHEET = re.compile(r"background", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Look:
    """What a text inherits from the elements around it."""

    is_tiny: bool = False
    is_invisible: bool = False
    colour: str | None = None
    background: str | None = None

    @property
    def is_hidden(self) -> bool:
        """Whether text that looks like this cannot be read."""
        return (
            self.is_tiny or self.is_invisible or (self.colour is not None and self.colour == self.background)
        )


def drop_hidden(root: HtmlElement) -> None:
    """Remove hidden elements from the tree and blank hidden text, in one walk without recursion."""
    has_coloured_sheet = any(_COLOURED_SHEET.search(sheet.text or "") for sheet in root.iter("style"))
    # A page is white unless a style sheet, which is not read here, may say otherwise.
    first = _Look(background=None if has_coloured_sheet else "ffffff")
    dropped: list[HtmlElement] = []
    stack: list[tuple[HtmlElement, _Look]] = [(root, first)]
    while stack:
        element, outer = stack.pop()
        if not isinstance(element.tag, str):
            continue
        look = _appearance(element, outer)
        if look is None:
            dropped.append(element)
            continue
        _blank(element, look)
        stack.extend((child, look) for child in element)
    for element in dropped:
        if element.getparent() is not None:
            element.drop_tree()


def _appearance(element: HtmlElement, outer: _Look) -> _Look | None:
    """How an element's text looks, or None where the whole element is hidden."""
    if element.tag in _NEVER_SHOWN:
        return None
    if not element.attrib:
        return outer
    style = _style(element)
    return None if _is_gone(element, style) else _look(element, style, outer)


def _blank(element: HtmlElement, look: _Look) -> None:
    """Empty the text that stands directly in an element, where it is hidden."""
    if not look.is_hidden:
        return
    element.text = None
    for child in element:
        child.tail = None


def _style(element: HtmlElement) -> dict[str, str]:
    """The inline style as a mapping, later declarations winning, names and values in lower case."""
    source = (element.get("style") or "")[:4000].lower()
    pairs = (part.partition(":") for part in source.split(";") if ":" in part)
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}


def _is_gone(element: HtmlElement, style: dict[str, str]) -> bool:
    if element.get("hidden") is not None or style.get("display") == "none":
        return True
    if style.get("mso-hide") == "all" and style.get("display", "none") == "none":
        return True
    if style.get("opacity", "1").rstrip("%").strip() in ("0", "0.0", "0.00", ".0"):
        return True
    if style.get("overflow") != "hidden":
        return False
    return any(_is_zero(style.get(name, "")) for name in ("height", "max-height", "width", "max-width"))


def _is_zero(value: str) -> bool:
    size = _SIZE.match(value)
    return size is not None and _number(size[1]) <= 1 and size[2] in ("px", "pt", "")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1000.0


def _look(element: HtmlElement, style: dict[str, str], outer: _Look) -> _Look:
    look = outer
    if "font-size" in style:
        look = replace(look, is_tiny=_is_tiny(style["font-size"], outer.is_tiny))
    if "visibility" in style:
        look = replace(look, is_invisible=style["visibility"] in ("hidden", "collapse"))
    background = _colour(style.get("background-color") or style.get("background") or element.get("bgcolor"))
    if "background-image" in style or element.get("background") or "url(" in style.get("background", ""):
        look = replace(look, background=None)
    elif background not in (None, "transparent"):
        look = replace(look, background=background)
    colour = _colour(style.get("color") or (element.get("color") if element.tag == "font" else None))
    return replace(look, colour=colour) if colour else look


def _is_tiny(value: str, outer: bool) -> bool:
    size = _SIZE.match(value)
    if size is None:
        return False
    number = _number(size[1])
    if size[2] in ("px", "pt", ""):
        return number <= 1
    return number == 0 or outer


def _colour(value: str | None) -> str | None:
    """A colour as six hexadecimal digits, ``transparent``, or None where it cannot be told."""
    text = (value or "").strip().lower()[:80]
    if not text:
        return None
    if found := _HEX.search(text):
        digits = found[1]
        return digits if len(digits) == 6 else "".join(one * 2 for one in digits)
    if found := _RGB.search(text):
        if found[4] and _number(found[4].rstrip("%")) == 0:
            return "transparent"
        return "".join(f"{min(int(part), 255):02x}" for part in found.groups()[:3])
    return _NAMED.get(text.split()[0])
