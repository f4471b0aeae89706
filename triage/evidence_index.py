"""The index of an evidence pack, as Markdown or HTML: every word from outside escaped, nothing loaded."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from string import punctuation
from typing import Literal

from triage.clients.timeline import Event

Side = Literal["client", "you"]

# Control characters, and those that turn the reading direction: a name shall not rewrite its line.
_HIDDEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MARKDOWN = re.compile(f"([{re.escape(punctuation)}])")
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ddd;padding:.3rem .6rem;"
    "text-align:left;vertical-align:top}code{overflow-wrap:anywhere;font-size:.85em}"
    ".s1{color:#8a6d00}.s2{color:#b04a00}.s3{color:#a00000}rect{fill:#c9c9c9}"
    "rect.s1{fill:#e0c060}rect.s2{fill:#e08a3c}rect.s3{fill:#c03030}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One message of the pack, or one that is gone: then ``gone`` says why and there is no ``file``.

    ``received`` is the server's INTERNALDATE, ``date_header`` what the sender's machine wrote. ``evidence``
    holds the words behind each flag.
    """

    number: int
    side: Side
    account: str
    folder: str
    message_id: str
    subject: str
    remembered: datetime
    received: datetime | None = None
    date_header: str = ""
    sha256: str = ""
    size: int = 0
    file: str = ""
    flags: tuple[str, ...] = ()
    severity: int = 0
    evidence: tuple[tuple[str, str], ...] = ()
    gone: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that the index tells; ``weeks`` is the worst severity of each week."""

    client: str
    made: datetime
    events: tuple[tuple[Event, str], ...]
    exhibits: tuple[Exhibit, ...]
    weeks: tuple[tuple[date, int], ...]

    @property
    def gone(self) -> tuple[Exhibit, ...]:
        """The messages that could not be fetched any more."""
        return tuple(exhibit for exhibit in self.exhibits if exhibit.gone)


def manifest(dossier: Dossier) -> dict[str, object]:
    """The same for programs."""
    return {
        "client": dossier.client,
        "made": dossier.made.isoformat(),
        "messages": [_exhibit_record(exhibit) for exhibit in dossier.exhibits],
        "events": [
            {"at": _when(event), "kind": event.kind, "what": event.what, "notes": notes}
            for event, notes in dossier.events
        ],
    }


def as_markdown(dossier: Dossier) -> str:
    """The index as Markdown."""
    return "\n".join(_markdown(dossier)) + "\n"


def as_html(dossier: Dossier) -> str:
    """The index as one HTML page that loads nothing and runs nothing."""
    return "\n".join(_html(dossier)) + "\n"


_EXPLAINED = (
    "Fetched read-only from the mail server. “Received” is the server's own date of arrival (INTERNALDATE), "
    "“Date header” what the sender's machine wrote. Each message lies byte for byte in messages/; "
    "messages.mbox holds the same for a mail program. SHA256SUMS lists the SHA-256 of every file: "
    "check it with `sha256sum -c SHA256SUMS`."
)


# ------------------------------------------------------------------------------------------------ Markdown


def _markdown(dossier: Dossier) -> Iterator[str]:
    yield from (f"# {_md(dossier.client)}", "", f"Made on {dossier.made.isoformat()}.", "", _EXPLAINED, "")
    yield from ("## What happened", "", "| when | what | |", "|---|---|---|")
    for event, notes in dossier.events:
        yield f"| {_when(event)} | {_md(event.what)} | {_md(notes)} |"
    yield from ("", "## Messages", "")
    for exhibit in dossier.exhibits:
        yield f"### {exhibit.number}. {_md(exhibit.subject or '(no subject)')}"
        yield ""
        yield from (f"- {name}: {_md(value)}" for name, value in _facts(exhibit))
        yield from (f"- {_md(label)}: “{_md(words)}”" for label, words in _named(exhibit))
        yield ""


def _md(text: str) -> str:
    """Text as itself: no markup, no link, no table cell can come out of it."""
    return _MARKDOWN.sub(r"\\\1", one_line(text)).replace("\\<", "&lt;").replace("\\>", "&gt;")


# ---------------------------------------------------------------------------------------------------- HTML


def _html(dossier: Dossier) -> Iterator[str]:
    name = _escaped(dossier.client)
    yield from ("<!doctype html>", '<html lang="en">', "<head>", '<meta charset="utf-8">')
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="referrer" content="no-referrer">'
    yield from (f"<title>{name}</title>", f"<style>{_STYLE}</style>", "</head>", "<body>", f"<h1>{name}</h1>")
    yield from (f"<p>Made on {dossier.made.isoformat()}.</p>", f"<p>{_escaped(_EXPLAINED)}</p>")
    yield from _bars(dossier.weeks)
    yield from ("<h2>What happened</h2>", "<table>")
    for event, notes in dossier.events:
        what = f'<td class="s{event.severity}">{_bdi(event.what)}</td>'
        yield f"<tr><td>{_when(event)}</td>{what}<td>{_bdi(notes)}</td></tr>"
    yield from ("</table>", "<h2>Messages</h2>")
    for exhibit in dossier.exhibits:
        yield from _section(exhibit)
    yield from ("</body>", "</html>")


def _section(exhibit: Exhibit) -> Iterator[str]:
    yield f"<h3>{exhibit.number}. {_bdi(exhibit.subject or '(no subject)')}</h3>"
    yield "<table>"
    yield from (
        f"<tr><th>{name}</th><td><code>{_bdi(value)}</code></td></tr>" for name, value in _facts(exhibit)
    )
    for label, words in _named(exhibit):
        yield f"<tr><th>{_escaped(label)}</th><td>“{_bdi(words)}”</td></tr>"
    yield "</table>"


def _bars(weeks: Sequence[tuple[date, int]]) -> Iterator[str]:
    """Severity over the weeks as a small drawing of bars."""
    if not weeks:
        return
    width = 12 * len(weeks)
    yield f'<svg role="img" aria-label="severity by week" width="{width}" height="44">'
    for place, (week, severity) in enumerate(weeks):
        height = 3 + 13 * severity
        title = f"<title>week of {week}: severity {severity}</title>"
        yield (
            f'<rect class="s{severity}" x="{12 * place}" y="{44 - height}" width="10" height="{height}">'
            f"{title}</rect>"
        )
    yield "</svg>"


def _escaped(text: str) -> str:
    return html.escape(one_line(text), quote=True)


def _bdi(text: str) -> str:
    """Escaped, and kept to its own reading direction."""
    return f"<bdi>{_escaped(text)}</bdi>"


# -------------------------------------------------------------------------------------------------- shared


def _facts(exhibit: Exhibit) -> Iterator[tuple[str, str]]:
    yield "from", "the client" if exhibit.side == "client" else "you"
    yield "Message-ID", exhibit.message_id or "(none)"
    yield "received", (exhibit.received or exhibit.remembered).isoformat()
    if exhibit.gone:
        yield "gone", exhibit.gone
        return
    yield from (("Date header", exhibit.date_header or "(none)"), ("file", exhibit.file))
    yield from (("bytes", str(exhibit.size)), ("SHA-256", exhibit.sha256))


def _named(exhibit: Exhibit) -> Iterator[tuple[str, str]]:
    """Each flag with its words; a flag whose words can't be shown any more by itself."""
    yield from ((label.replace("_", " "), words) for label, words in exhibit.evidence)
    told = {label for label, _ in exhibit.evidence}
    for label in exhibit.flags:
        if label not in told:
            yield label.replace("_", " "), f"flagged, severity {exhibit.severity}"


def _when(event: Event) -> str:
    return event.at.date().isoformat() if event.is_day else event.at.isoformat(timespec="seconds")


def one_line(text: str) -> str:
    """Words from outside on one line, without characters that are seen only by what they do."""
    return _HIDDEN.sub("", " ".join(text.split()))


def _exhibit_record(exhibit: Exhibit) -> dict[str, object]:
    record = asdict(exhibit)
    for name in ("remembered", "received"):
        moment: datetime | None = getattr(exhibit, name)
        record[name] = moment.isoformat() if moment else None
    record["evidence"] = [{"label": label, "text": words} for label, words in exhibit.evidence]
    return record


def sums_file(hashes: Iterable[tuple[str, str]]) -> str:
    """``SHA256SUMS`` as sha256sum reads it: hash, two spaces, path."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(hashes))
