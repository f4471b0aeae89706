"""The worked cases: each message is answered with its moves, its facts, and nothing it must not say."""

from __future__ import annotations

from pathlib import Path

import pytest

from drafts import Reply, write
from tests.rig.case_files import CASE_KEYS, Case, cases, cases_of
from tests.rig.situations import LABELS

FOLDER = Path(__file__).parent
CASES = cases(FOLDER)
SENT = [case for case in CASES if "refused" not in case.table]
EVERY_CASE = pytest.mark.parametrize("case", SENT, ids=lambda case: str(case.table["title"]))


def answered(case: Case) -> Reply:
    """The reply to a case's message."""
    return write(case.situation)


def test_there_are_cases_and_their_titles_differ() -> None:
    assert len({case.table["title"] for case in CASES}) == len(CASES) >= 90


def test_half_of_the_cases_stand_on_a_client_file() -> None:
    assert sum(bool(case.client or "agreement" in case.table) for case in CASES) >= 40


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.toml")), ids=lambda file: file.stem)
def test_every_file_shows_one_whole_reply(file: Path) -> None:
    assert any("reply" in case.table for case in cases_of(file))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.table["title"]))
def test_a_case_is_well_written(case: Case) -> None:
    assert set(case.table) <= CASE_KEYS
    texts = f"{case.table.get('text', '')}\n{case.table.get('subject', '')}"
    assert all(words in texts for label in LABELS for words in case.table.get(label, ()))


@EVERY_CASE
def test_the_answer_makes_the_expected_moves(case: Case) -> None:
    assert list(answered(case).moves) == case.table["moves"]


@EVERY_CASE
def test_the_answer_says_what_it_must_and_nothing_it_must_not(case: Case) -> None:
    text = answered(case).text
    assert [words for words in case.table["says"] if words.lower() not in text.lower()] == []
    assert [words for words in case.table["never"] if words.lower() in text.lower()] == []


@EVERY_CASE
def test_the_answer_may_be_sent_as_it_stands(case: Case) -> None:
    reply = answered(case)
    assert reply.lint == ()
    assert reply.is_sendable


@pytest.mark.parametrize(
    "case", [case for case in SENT if "reply" in case.table], ids=lambda case: str(case.table["title"])
)
def test_an_answer_shown_in_full_is_the_answer(case: Case) -> None:
    assert answered(case).text.strip() == case.table["reply"].strip()


@pytest.mark.parametrize(
    "case", [case for case in CASES if "refused" in case.table], ids=lambda case: str(case.table["title"])
)
def test_what_must_not_be_written_is_refused_with_its_reason(case: Case) -> None:
    reply = answered(case)
    assert not reply.is_sendable
    assert {problem.rule for problem in reply.lint} == set(case.table["refused"])
