"""Texts and mails made to keep a program busy: each a head, a unit that is repeated, and a tail."""

from __future__ import annotations

import base64
from dataclasses import dataclass


@dataclass(frozen=True)
class Bait:
    """One input that can be made as long as wanted."""

    name: str
    unit: bytes
    head: bytes = b""
    tail: bytes = b""

    def __str__(self) -> str:
        return self.name

    def of(self, size: int) -> bytes:
        """The input with so many bytes, or a few more."""
        room = max(0, size - len(self.head) - len(self.tail))
        return self.head + self.unit * (room // len(self.unit) + 1) + self.tail

    def text(self, size: int) -> str:
        """The same as text."""
        return self.of(size).decode("utf-8", "replace")


def _line(name: str, unit: str, head: str = "", tail: str = "") -> Bait:
    return Bait(name, unit.encode(), head.encode(), tail.encode())


# For every function that takes text: runs of one sign, half-finished patterns, words that they begin with.
TEXTS: tuple[Bait, ...] = (
    _line("one letter", "a"),
    _line("one letter, then a full stop", "a", tail="."),
    _line("letters without a space", "Kundenauftragsbestätigung"),
    _line("spaces", " "),
    _line("spaces, then a letter", " ", head="x", tail="x"),
    _line("newlines", "\n"),
    _line("newlines and spaces", "\n \t"),
    _line("returns", "\r"),
    _line("quote marks", ">"),
    _line("quote marks, apart", "> "),
    _line("quoted lines", "> x\n"),
    _line("angle brackets", "<"),
    _line("tags", "<b>"),
    _line("half tags", "<a href='"),
    _line("entities", "&amp;"),
    _line("ampersands", "&"),
    _line("numbers", "1"),
    _line("sums", "1.000,00 EUR "),
    _line("groups of digits", "1234 "),
    _line("dots", "."),
    _line("ends of sentences", "a. "),
    _line("colons", "a: "),
    _line("hyphens", "-"),
    _line("hyphens, apart", "- "),
    _line("rules", "-" * 79 + "\n"),
    _line("underscores", "_"),
    _line("equals signs", "="),
    _line("at signs", "@"),
    _line("addresses", "a@b.example "),
    _line("addresses without a space", "a@b."),
    _line("reply marks", "Re: "),
    _line("numbered reply marks", "Re[2]: "),
    _line("half reply marks", "re "),
    _line("gateway tags", "[EXT] "),
    _line("brackets", "["),
    _line("round brackets", "("),
    _line("quotation marks", '"'),
    _line("backslashes", "\\"),
    _line("encoded words", "=?utf-8?q?a?= "),
    _line("half encoded words", "=?utf-8?q?"),
    _line("ids", "<a@b> "),
    _line("half ids", "<a"),
    _line("attributions", "On 3 May 2025, Ada <a@b.example> wrote:\nx\n\n"),
    _line("half attributions", "On 3 May 2025, Ada "),
    _line("head lines", "From: a@b.example\nSent: x\n"),
    _line("sign-offs", "Best regards,\nBob\n\n"),
    _line("delimiters", "-- \n"),
    _line("sent from", "Sent from my "),
    _line("disclaimers", "this email is confidential "),
    _line("banners", "[EXTERNAL]\n\n"),
    _line("new account", "new iban "),
    _line("new without account", "new our "),
    _line("account closed", "old bank account was "),
    _line("paying", "please pay all of it "),
    _line("half an IBAN", "DE89 3704 "),
    _line("not changed", "ne pas "),
    _line("questions", "when can you "),
    _line("thanks", "thank you "),
    _line("many spaces in words", "a          "),
    _line("combining marks", "a\u0301"),
    _line("Cyrillic", "а"),
    _line("dotless", "İ"),
    _line("ligatures", "ﷺ"),
    _line("invisible", "\u200b"),
    _line("semicolons", "a=b; "),
    _line("commas", "a, "),
    _line("tabs", "\t"),
    _line("percent", "%41"),
    _line("exclamations", "!"),
    _line("capitals", "O" * 100 + ": x@y\n"),
    _line("a name of capitals", "x\n\n" + "O" * 110 + ":\ntel: 1\nweb: 2\n\n"),
)

_BOMB = base64.b64encode(b"a" * 3_000).replace(b"\n", b"")
_FROM = b"From: a@b.example\r\nSubject: x\r\n"


# For what takes a whole message.
MAILS: tuple[Bait, ...] = (
    Bait("no line end", b"a"),
    Bait("newlines", b"\n", _FROM + b"\r\n"),
    Bait("only newlines", b"\r\n"),
    Bait("header lines", b"A: b\r\n"),
    Bait("content headers", b"Content-Type: text/plain; a=b\r\n"),
    Bait("one long header", b"x", b"X-Long: ", b"\r\n\r\nhi"),
    Bait("one long subject", b"x y ", b"From: a@b.example\r\nSubject: ", b"\r\n\r\nhi"),
    Bait("folded header", b" b\r\n", b"From: a@b.example\r\nSubject: x\r\n", b"\r\nhi"),
    Bait("blank folds", b" \r\n", b"From: a@b.example\r\nSubject: x\r\n", b"\r\nhi"),
    Bait("recipients", b"a@b.example, ", _FROM + b"To: ", b"\r\n\r\nhi"),
    Bait("recipients, folded", b"Ada <a@b.example>,\r\n ", _FROM + b"To: ", b"z@b.example\r\n\r\nhi"),
    Bait("groups", b"g: a@b.example; ", _FROM + b"To: ", b"\r\n\r\nhi"),
    Bait("comments", b"(", b"Subject: x\r\nFrom: ", b" a@b.example\r\n\r\nhi"),
    Bait("comments, closed", b"(a)", b"Subject: x\r\nFrom: ", b" a@b.example\r\n\r\nhi"),
    Bait("quoted name", b'\\"', b'Subject: x\r\nFrom: "', b'" <a@b.example>\r\n\r\nhi'),
    Bait("route", b"@a,", b"Subject: x\r\nFrom: <", b":a@b.example>\r\n\r\nhi"),
    Bait("at signs", b"@", b"Subject: x\r\nFrom: ", b"\r\n\r\nhi"),
    Bait("senders", b"a@b.example, ", b"Subject: x\r\nFrom: ", b"\r\n\r\nhi"),
    Bait("punycode", b"a", b"Subject: x\r\nFrom: a@xn--", b".example\r\n\r\nhi"),
    Bait("punycode labels", b"xn--a-", b"Subject: x\r\nFrom: a@", b".example\r\n\r\nhi"),
    Bait("name of Cyrillic", "а".encode(), b"Subject: x\r\nFrom: ", b" <a@b.example>\r\n\r\nhi"),
    Bait("encoded words", b"=?utf-8?q?a?= ", b"From: a@b.example\r\nSubject: ", b"\r\n\r\nhi"),
    Bait("encoded words, folded", b"=?utf-8?b?YQ==?=\r\n ", b"From: a@b.example\r\nSubject: ", b"\r\n\r\nhi"),
    Bait("half encoded words", b"=?utf-8?q?", b"From: a@b.example\r\nSubject: ", b"\r\n\r\nhi"),
    Bait("one encoded word", b"=41", b"From: a@b.example\r\nSubject: =?utf-8?q?", b"?=\r\n\r\nhi"),
    Bait("encoded words in a name", b"=?utf-7?q?a?= ", b"Subject: x\r\nFrom: ", b"<a@b.example>\r\n\r\nhi"),
    Bait("references", b"<a@b> ", _FROM + b"References: ", b"\r\n\r\nhi"),
    Bait("one reference", b"a", _FROM + b"References: <", b"@b>\r\n\r\nhi"),
    Bait("half references", b"<a", _FROM + b"References: ", b"\r\n\r\nhi"),
    Bait("Message-ID", b"a", _FROM + b"Message-ID: <", b"@b>\r\n\r\nhi"),
    Bait("dates", b"1 ", _FROM + b"Date: ", b"\r\n\r\nhi"),
    Bait("date comments", b"(", _FROM + b"Date: Tue, 3 Jun 2025 09:00 ", b"\r\n\r\nhi"),
    Bait("reply addresses", b"a@b.example, ", _FROM + b"Reply-To: ", b"\r\n\r\nhi"),
    Bait("parameters", b'a="b;"; ', _FROM + b"Content-Type: text/plain; ", b"\r\n\r\nhi"),
    Bait("numbered parameters", b"a*0*=b; ", _FROM + b"Content-Type: text/plain; ", b"\r\n\r\nhi"),
    Bait("quotation marks", b'"', _FROM + b"Content-Type: text/plain; charset=", b"\r\n\r\nhi"),
    Bait(
        "file name", b"=?utf-8?q?a?=", _FROM + b'Content-Disposition: attachment; filename="', b'"\r\n\r\nhi'
    ),
    Bait("parts", b"--b\r\n\r\nx\r\n", _FROM + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"),
    Bait(
        "parts with headers",
        b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nx\r\n",
        _FROM + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n",
        b"--b--\r\n",
    ),
    Bait("empty parts", b"--b\r\n", _FROM + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"),
    Bait("half boundaries", b"--bx\r\n", _FROM + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"),
    Bait(
        "nested parts",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
        _FROM,
    ),
    Bait("attached messages", b"Content-Type: message/rfc822\r\n\r\n", _FROM),
    Bait("boundary of signs", b"-", _FROM + b"Content-Type: multipart/mixed; boundary=", b"\r\n\r\nhi"),
    Bait("base64", _BOMB + b"\r\n", _FROM + b"Content-Transfer-Encoding: base64\r\n\r\n"),
    Bait("base64 of nothing", b"%", _FROM + b"Content-Transfer-Encoding: base64\r\n\r\n"),
    Bait("quoted-printable", b"=", _FROM + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"),
    Bait("soft ends", b"=\r\n", _FROM + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"),
    Bait(
        "uuencode",
        b"M" + b"A" * 60 + b"\r\n",
        _FROM + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n",
    ),
    Bait("flowed", b"a \r\n", _FROM + b"Content-Type: text/plain; format=flowed\r\n\r\n"),
    Bait("UTF-7", b"+AGE-", _FROM + b"Content-Type: text/plain; charset=utf-7\r\n\r\n"),
    Bait("Japanese escapes", b"\x1b$B", _FROM + b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n"),
    Bait("NULs", b"\x00"),
    Bait("lone returns", b"a\r", _FROM + b"\r\n"),
    Bait("high bytes", b"\xff", _FROM + b"\r\n"),
    Bait("results", b"dkim=pass (", _FROM + b"Authentication-Results: mx; ", b"\r\n\r\nhi"),
    Bait("results, many", b"dkim=pass header.d=a; ", _FROM + b"Authentication-Results: mx; ", b"\r\n\r\nhi"),
    Bait("results, escaped", b'reason="\\', _FROM + b"Authentication-Results: mx; ", b"\r\n\r\nhi"),
    Bait("result headers", b"Authentication-Results: mx; dmarc=pass\r\n", _FROM, b"\r\nhi"),
    Bait("list headers", b"List-Id: <a.b>\r\n", _FROM, b"\r\nhi"),
    Bait("HTML, nested", b"<div>", _FROM + b"Content-Type: text/html\r\n\r\n"),
    Bait("HTML, tables", b"<table><tr><td>", _FROM + b"Content-Type: text/html\r\n\r\n"),
    Bait("HTML, quotes", b"<blockquote>a", _FROM + b"Content-Type: text/html\r\n\r\n"),
    Bait("HTML, entities", b"&amp;", _FROM + b"Content-Type: text/html\r\n\r\n"),
    Bait("HTML, ampersands", b"&", _FROM + b"Content-Type: text/html\r\n\r\n"),
    Bait("HTML, half tags", b"<a b='", _FROM + b"Content-Type: text/html\r\n\r\n"),
    Bait("HTML, comments", b"<!--", _FROM + b"Content-Type: text/html\r\n\r\n"),
    Bait("HTML, attributes", b"a=b ", _FROM + b"Content-Type: text/html\r\n\r\n<p ", b">hi</p>"),
    Bait("HTML, styles", b"color:#fff;", _FROM + b'Content-Type: text/html\r\n\r\n<p style="', b'">hi</p>'),
    Bait("HTML, scripts", b"<script>", _FROM + b"Content-Type: text/html\r\n\r\n"),
    Bait("HTML, lists", b"<ul><li>a", _FROM + b"Content-Type: text/html\r\n\r\n"),
    Bait("HTML, breaks", b"<br>", _FROM + b"Content-Type: text/html\r\n\r\n"),
    Bait("body of one word", b"incompetent", _FROM + b"\r\n"),
    Bait("body of sentences", b"You are useless. ", _FROM + b"\r\n"),
    Bait("body of sums", b"Invoice 12 of 1.000,00 EUR is due. ", _FROM + b"\r\n"),
    Bait("body of days", b"by Friday 3 May 2025, ", _FROM + b"\r\n"),
    Bait("body of asks", b"Could you just add a page? ", _FROM + b"\r\n"),
    Bait("body of commas", b"logo, page, shop, ", _FROM + b"\r\n"),
    Bait("body of numbers", b"1", _FROM + b"\r\n"),
    Bait("body of points", b"- one more thing\r\n", _FROM + b"\r\n"),
    *(Bait(f"body of {one.name}", one.unit, _FROM + b"\r\n" + one.head, one.tail) for one in TEXTS),
)
