"""How letters begin and how long they are: no beginning twice to a client, few words from who writes few."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drafts import Situation, write
from drafts.phrasebook import phrasebook
from drafts.situation import Voice
from tests.rig.situations import situation

TEXT = "Could you also add a map to the contact page? Shouldn't take you long."


def favour(**changes: object) -> Situation:
    """A client who wants something small on top."""
    return situation(TEXT, {"scope_pressure": TEXT}, severity=1, **changes)


def beginning(text: str) -> str:
    """The first sentence after the greeting."""
    return text.split("\n\n")[1].split(". ", maxsplit=1)[0]


def test_one_client_reads_as_many_beginnings_as_there_are() -> None:
    said: frozenset[str] = frozenset()
    beginnings = []
    for _ in phrasebook("en").words["openers"]:
        reply = write(favour(said=said))
        assert reply.is_sendable, reply.lint
        beginnings.append(beginning(reply.text))
        said |= set(reply.phrases)
    assert len(set(beginnings)) == len(beginnings)


def test_the_beginning_is_remembered_only_where_it_was_used() -> None:
    assert [one for one in write(favour()).phrases if one.startswith("opener.")]
    thanks = write(situation("Wonderful, thank you so much."))
    assert not [one for one in thanks.phrases if one.startswith("opener.")]


def test_who_writes_little_is_given_the_shorter_phrasings() -> None:
    long = favour(new_text=f"{TEXT} " + "The shop is going well and everybody here likes the new pages. " * 6)
    lengths = {
        words: len(write(replace(long, voice=Voice(words=words))).text.split()) for words in (30, 200, None)
    }
    assert lengths[30] < lengths[200]
    assert lengths[200] == lengths[None]


@pytest.mark.parametrize("contracts", [True, None])
def test_contractions_stay_unless_the_voice_has_none(contracts: bool | None) -> None:
    assert "I'd" in write(favour(voice=Voice(contracts=contracts))).text
    assert "'" not in write(favour(voice=Voice(contracts=False))).text.replace("'s", "")


def test_the_learnt_greeting_and_sign_off_win_over_the_usual_ones() -> None:
    text = write(favour(voice=Voice(greeting="Hey {name}", sign_off="Cheers"))).text
    assert text.startswith("Hey Priya,\n\n")
    assert text.endswith("Cheers,\nAlex Reed\n")


def test_no_greeting_of_ones_own_is_too_light_for_a_title() -> None:
    voice = Voice(greeting="Hey {name},")
    assert write(favour(voice=voice, greeting_name="Dr Okafor")).text.startswith("Dear Dr Okafor,")
