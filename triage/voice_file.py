"""The voice as a file: derived features in JSON, readable by their owner alone, replaced whole."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from triage.clients.voice import Fixed, Place, Sample, VoiceBook
from triage.clients.voice_setting import FORMS, checked, told
from triage.errors import VoiceUnusable
from triage.files import write_private

logger = logging.getLogger(__name__)

FILE_NAME = "voice.json"
VERSION = 1
MOST_BYTES = 4_000_000
_TYPES: Mapping[str, tuple[type, ...]] = {
    "words": (int,), "short": (int,), "full": (int,), "exclaims": (bool,), "form": (str, type(None))
}  # fmt: skip


def voice_path(state: Path) -> Path:
    """Where the voice lies in the state folder."""
    return state / FILE_NAME


def load_voice(path: Path) -> VoiceBook:
    """The voice in a file; an empty one where there is no file. Raises VoiceUnusable."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _unusable(path, "is far too large to be one")
        record = json.loads(path.read_text(encoding="utf-8"))
        return _book(record)
    except FileNotFoundError:
        return VoiceBook()
    except OSError as error:
        raise _unusable(path, f"can't be read ({error.strerror})") from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _unusable(path, "is damaged, or from a newer version") from None


def known_voice(state: Path) -> VoiceBook:
    """The voice kept in a state folder; one that can't be used is a warning in the log, and nothing known."""
    try:
        return load_voice(voice_path(state))
    except VoiceUnusable as error:
        logger.warning("%s", error)
        return VoiceBook()


def save_voice(path: Path, book: VoiceBook) -> None:
    """Put the voice in its file (0600), whole or not at all. Raises VoiceUnusable."""
    record = {
        "version": VERSION,
        "fixed": book.fixed,
        "places": {account: dataclasses.asdict(place) for account, place in book.places.items()},
        "samples": [],
    }
    samples = ",\n".join(json.dumps(dataclasses.asdict(one), ensure_ascii=False) for one in book.samples)
    head = json.dumps(record, ensure_ascii=False, indent=1)
    try:
        write_private(path, head.removesuffix("[]\n}") + f"[\n{samples}\n]}}\n")
    except OSError as error:
        raise _unusable(path, f"can't be written ({error.strerror})") from None


def _unusable(path: Path, how: str) -> VoiceUnusable:
    return VoiceUnusable(
        f"{path} {how}: run `triage voice forget` and then `triage voice learn`, or move it away."
    )


def _book(record: Any) -> VoiceBook:
    if record["version"] != VERSION:
        raise ValueError
    samples = tuple(_sample(one) for one in record["samples"])
    places = {str(account): _place(place) for account, place in record["places"].items()}
    return VoiceBook(samples, _fixed(record["fixed"]), places)


def _place(record: Any) -> Place:
    if not all(isinstance(record[name], int) for name in ("uidvalidity", "lowest_uid")):
        raise TypeError
    return Place(str(record["folder"]), record["uidvalidity"], record["lowest_uid"])


def _sample(record: Any) -> Sample:
    for field in dataclasses.fields(Sample):
        if not isinstance(record[field.name], _TYPES.get(field.name, (str,))):
            raise TypeError
    if record["form"] not in (*FORMS, None):
        raise ValueError
    date.fromisoformat(record["day"])
    return Sample(**record)


def _fixed(record: Any) -> Fixed:
    for by_language in record.values():
        for features in by_language.values():
            if any(checked(name, told(value)) != value for name, value in features.items()):
                raise ValueError
    found: Fixed = record
    return found
