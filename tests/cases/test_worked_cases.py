"""The worked cases: each message is answered with its moves, its facts, and nothing it must not say."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from drafts import Reply, write
from tests.rig.situations import LABELS, situation

Case = dict[str, Any]
FILES = sorted(Path(__file__).parent.glob("*.toml"))
CASES = [case for file in FILES for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]]
KEYS = {"title", "from", "subject", "text", "language", "severity", "moves", "says", "never", *LABELS}

EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["title"]))


def answered(case: Case) -> Reply:
    """The reply to a case's message."""
    given = situation(
        case["text"],
        {label: case[label] for label in LABELS if label in case},
        subject=case["subject"],
        client_name=case["from"],
        language=case.get("language", "en"),
        severity=case["severity"],
    )
    return write(given)


def test_there_are_cases_and_their_titles_differ() -> None:
    assert len({case["title"] for case in CASES}) == len(CASES) >= 36


@EVERY_CASE
def test_a_case_is_well_written(case: Case) -> None:
    assert set(case) <= KEYS
    assert all(words in case["text"] for label in LABELS for words in case.get(label, ()))


@EVERY_CASE
def test_the_answer_makes_the_expected_moves(case: Case) -> None:
    assert list(answered(case).moves) == case["moves"]


@EVERY_CASE
def test_the_answer_says_what_it_must_and_nothing_it_must_not(case: Case) -> None:
    text = answered(case).text
    assert [words for words in case["says"] if words not in text] == []
    assert [words for words in case["never"] if words.lower() in text.lower()] == []


@EVERY_CASE
def test_the_answer_may_be_sent_as_it_stands(case: Case) -> None:
    reply = answered(case)
    assert reply.lint == ()
    assert reply.is_sendable
