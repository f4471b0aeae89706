"""From the client file to the book of clients, or to every problem in it at once, each with its line."""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from triage.client_file.positions import Lines, Place
from triage.clients.profile import ClientBook
from triage.config import Config
from triage.errors import ConfigError
from triage.files import is_exposed

if TYPE_CHECKING:
    from triage.client_file.tables import ClientsFile

MOST_BYTES = 16 << 20
_DECODE_ERROR = re.compile(r"(.*?) \(at (?:line (\d+), column (\d+)|end of document)\)", re.S)
_LOG = logging.getLogger("triage.client_file")


def load_book(config: Config) -> ClientBook:
    """The clients of this configuration; the usual file may be missing, one that is named may not."""
    return load_clients(config.paths.clients, may_be_missing=config.storage.clients_file is None)


def load_clients(path: Path, *, may_be_missing: bool = False) -> ClientBook:
    """Read the file; raises ConfigError with one sentence for each problem, in the file's order.

    A file that others can read is a warning in the log.
    """
    text = read_text(path, may_be_missing=may_be_missing)
    if text is None:
        return ClientBook()
    if is_exposed(path):
        _LOG.warning("Others can read %s: run `chmod go-rwx` on it", path.name)
    return check_text(text, path.name)


def read_text(
    path: Path,
    *,
    may_be_missing: bool = False,
    what: str = "client file",
    remedy: str = "make one with `triage clients add`",
) -> str | None:
    """The file's text; None for a missing one that may be missing; raises ConfigError with the remedy."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        if may_be_missing:
            return None
        raise ConfigError(f"There is no {what} at {path}: {remedy}.") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no such name"
        raise ConfigError(f"{path} can't be read ({why}): check what it is and its rights.") from None
    if len(raw) > MOST_BYTES:
        raise ConfigError(f"{path} is too large for a {what}: check what it is.")
    return _decoded(raw, path.name)


def check_text(text: str, name: str) -> ClientBook:
    """The text as a book of clients; ``name`` is what the problems call the file."""
    # Only where there is a file: a pass without one shall not pay for what reads it.
    from triage.client_file.contradictions import contradictions

    text = text.removeprefix("\ufeff")  # editors on Windows put a mark in front
    data, lines = parse(text, name), Lines(text)
    file, told = _read(data)
    told += contradictions(data, lines)
    if told or file is None:
        placed = sorted(((lines.of(place), place, sentence) for place, sentence in told), key=itemgetter(0))
        said = (f"{name}, line {line}: {label(place, data)}{sentence}" for line, place, sentence in placed)
        raise ConfigError(*dict.fromkeys(said))
    return file.value(lines.of_headers("clients", len(file.clients)))


def _read(data: dict[str, Any]) -> tuple[ClientsFile | None, list[tuple[Place, str]]]:
    """The tables as they are meant, or what is wrong with single keys."""
    from triage.client_file.sentences import sentences
    from triage.client_file.tables import ClientsFile

    try:
        return ClientsFile.model_validate(data), []
    except ValidationError as error:
        return None, list(sentences(error, data))


def parse(text: str, name: str) -> dict[str, Any]:
    """The tables; raises ConfigError with the line of a mistake in the notation. Fractions are exact."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_notation(error, text, name)) from None
    except (ValueError, ArithmeticError):
        raise ConfigError(f"{name} has a number that is too long to be meant.") from None
    except RecursionError:
        raise ConfigError(f"{name} is nested too deeply to be meant.") from None


def label(place: Place, data: Mapping[str, Any]) -> str:
    """``clients[2] “Harbour Bakery”, projects[1].agreement.rate: `` for a place, for people to find it."""
    if not place:
        return ""
    if len(place) < 2 or place[0] != "clients":
        return f"{_dotted(place)}: "
    name = _name_of(data, place[1])
    head = f"{_dotted(place[:2])} “{name}”" if name else _dotted(place[:2])
    return f"{head}, {_dotted(place[2:])}: " if place[2:] else f"{head}: "


def _dotted(place: Place) -> str:
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _name_of(data: Mapping[str, Any], number: object) -> str:
    try:
        name = data["clients"][number]["name"]
    except (KeyError, IndexError, TypeError):
        return ""
    return " ".join(name.split())[:60] if isinstance(name, str) else ""


def _decoded(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{name}, line {line}: is not in UTF-8; save the file in that encoding.") from None


def _notation(error: tomllib.TOMLDecodeError, text: str, name: str) -> str:
    """What tomllib says, its line where ours stands, and the mistake that people make most."""
    found = _DECODE_ERROR.fullmatch(str(error))
    said, line, column = found.groups() if found else (str(error), None, None)
    where = f"column {column}" if column else "the end of the file"
    number = line or text.count("\n") + 1
    twice = re.search(r"twice|overwrite|mutate", said)
    hint = "; a list of tables takes two brackets, such as [[clients]]" if twice else ""
    return f"{name}, line {number}: can't be read as TOML ({said}, at {where}){hint}."
