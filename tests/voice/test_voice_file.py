"""The voice on the disk: read back as it was, closed to others, and refused when it is damaged."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rig.sent_mail import fetched, forty
from triage.clients.voice import Place, VoiceBook
from triage.errors import VoiceUnusable
from triage.voice_file import known_voice, load_voice, save_voice, voice_path
from triage.voice_learning import Writer, sample_of_mail

MARA = Writer("studio", "Mara Lindqvist", ("mara@studio.example",))


@pytest.fixture(scope="module")
def book() -> VoiceBook:
    """What the forty mails teach, with something set by hand."""
    found = (sample_of_mail(fetched(raw, number), MARA) for number, raw in enumerate(forty()))
    learnt = VoiceBook(places={"studio": Place("Sent", 7, 12)}).learnt(one for one in found if one)
    return learnt.with_fixed("Harbour Bakery", "en", "greeting", "Moin {name},").with_fixed(
        "", "", "words", 80
    )


def test_what_is_saved_is_loaded(book: VoiceBook, tmp_path: Path) -> None:
    path = voice_path(tmp_path / "state")
    save_voice(path, book)
    assert load_voice(path) == book
    save_voice(path, VoiceBook())
    assert load_voice(path) == VoiceBook()


@pytest.mark.skipif(os.name != "posix", reason="modes mean nothing here")
def test_nobody_else_can_read_it(book: VoiceBook, tmp_path: Path) -> None:
    path = voice_path(tmp_path / "state")
    save_voice(path, book)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["voice.json"]


def test_no_word_of_a_mail_is_in_the_file(book: VoiceBook, tmp_path: Path) -> None:
    path = voice_path(tmp_path)
    save_voice(path, book)
    told = path.read_text(encoding="utf-8")
    for word in ("gallery", "Druckerei", "maquette", "Nora", "Peter", "Petit", "Website", "Brandt"):
        assert word not in told
    longest = max(len(text) for one in json.loads(told)["samples"] for text in map(str, one.values()))
    assert longest <= len("claire.petit@maison-petit.example")


def test_no_file_is_nothing_known(tmp_path: Path) -> None:
    assert load_voice(voice_path(tmp_path)) == VoiceBook()


def broken(**changes: Any) -> bytes:
    """A file in which one thing is wrong."""
    sample = {
        "identity": "a", "day": "2026-01-01", "address": "", "language": "en", "greeting": "", "mark": "",
        "name": "", "sign_off": "", "form": None, "words": 9, "short": 0, "full": 0, "exclaims": False,
        "body": "",
    }  # fmt: skip
    record = {"version": 1, "fixed": {}, "places": {}, "samples": [sample | changes.pop("sample", {})]}
    return json.dumps(record | changes).encode()


DAMAGED = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b"[" * 100_000,
    broken(version=2),
    broken(samples=[1]),
    broken(samples=[{}]),
    broken(sample={"words": "9"}),
    broken(sample={"day": "yesterday"}),
    broken(sample={"form": "polite"}),
    broken(sample={"more": 1}),
    broken(places={"studio": {}}),
    broken(places={"studio": {"folder": "Sent", "uidvalidity": "7", "lowest_uid": 1}}),
    broken(fixed={"": {"en": {"greeting": "Hi {nome}"}}}),
    broken(fixed={"": {"en": {"greeting": 7}}}),
    broken(fixed={"": {"en": {"words": True}}}),
    broken(fixed={"": "Hi"}),
]


@pytest.mark.parametrize("raw", DAMAGED)
def test_a_damaged_file_is_refused_with_what_to_do(raw: bytes, tmp_path: Path) -> None:
    path = voice_path(tmp_path)
    path.write_bytes(raw)
    with pytest.raises(VoiceUnusable, match="`triage voice forget`"):
        load_voice(path)


def test_the_rig_of_damage_is_sound_but_for_the_damage(tmp_path: Path) -> None:
    path = voice_path(tmp_path)
    path.write_bytes(broken())
    assert len(load_voice(path).samples) == 1


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = voice_path(Path(folder))
        path.write_bytes(raw)
        with pytest.raises(VoiceUnusable):
            load_voice(path)


def test_drafts_do_without_a_file_that_cannot_be_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    voice_path(tmp_path).write_text("{")
    assert known_voice(tmp_path) == VoiceBook()
    assert "damaged" in caplog.text


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    voice_path(tmp_path).mkdir()
    with pytest.raises(VoiceUnusable, match="can't be read"):
        load_voice(voice_path(tmp_path))
    with pytest.raises(VoiceUnusable, match="can't be written"):
        save_voice(voice_path(tmp_path), VoiceBook())
