"""Bytes to text under the charset that a sender claims, which is often not the one that was used."""

from __future__ import annotations

import codecs
import re

# Codecs that are no charset of mail: some decode in quadratic time, some run on one platform only.
_REFUSED = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem", "uu", "palmos"}
)
# What senders call charsets: Python's name for them, or the superset that is really in use.
_ALIASES = {
    "x-unknown": "utf-8",
    "unknown-8bit": "utf-8",
    "default": "utf-8",
    "utf8mb4": "utf-8",
    "x-mac-roman": "mac-roman",
    "x-sjis": "cp932",
    "x-gbk": "gbk",
    "x-euc-jp": "euc_jp",
    "cp-850": "cp850",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "gb2312": "gb18030",
    "shift_jis": "cp932",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
}
# With C1 (0x80–0x9f): terminals obey those as they do ESC.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def codec_for(charset: str | None) -> str | None:
    """Python's name for a charset of mail, or None where there is none that is safe to use."""
    name = (charset or "").strip().strip("\"'").lower()[:40]
    name = _ALIASES.get(name, name)
    try:
        found = codecs.lookup(name).name if name else None
    except (LookupError, ValueError):
        return None
    return None if found in _REFUSED or found is None else found


def decode(data: bytes, charset: str | None) -> tuple[str, str | None]:
    """The text of ``data`` and a defect in plain words, or None where the claimed charset was right.

    Order: the claimed charset; UTF-8, which is hardly ever valid by chance; Windows-1252, the usual case.
    """
    claimed = codec_for(charset)
    for codec in (claimed, "utf-8"):
        text = _strict(data, codec)
        if text is not None:
            is_right = codec == claimed or not charset or data.isascii()
            return clean(text), None if is_right else "text is not in the charset it claims"
    return clean(data.decode("cp1252", "replace")), "text is in no charset it claims"


def _strict(data: bytes, codec: str | None) -> str | None:
    if codec is None:
        return None
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError, ValueError, TypeError):
        return None


def clean(text: str) -> str:
    """Text without control characters, lone surrogates and carriage returns: every sink can take it."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
