"""The freelancer's own sentences: read whole, faults told by line, said first, and held to the same lint."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from drafts import Freelancer, write
from drafts.own_phrases import facts_known, facts_needed, text_faults
from tests.rig.mailbox import Mailbox
from tests.rig.settings import config_text
from tests.rig.situations import situation
from triage.commands import app
from triage.config import load_config
from triage.desk import desk_of
from triage.errors import ConfigError, ExitCode
from triage.phrase_file import load_phrases
from triage.sweep import sweep

EXTRA = "While you're in there, could you also add a booking form for viewings?"
OURS = "So that I have it right: you'd like me to {{ ask }}."


def phrase_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "phrases.toml"
    path.write_text(text, encoding="utf-8")
    return path


def answer(sentence: str, **changes: object) -> str:
    own = {"en": {"acknowledge.extra": (sentence,)}}
    return write(
        situation(
            EXTRA, {"scope_pressure": EXTRA}, freelancer=Freelancer("Alex Reed", phrases=own), **changes
        )
    ).text


def test_an_own_sentence_is_said_first() -> None:
    assert "So that I have it right: you'd like me to add a booking form for viewings." in answer(OURS)


def test_one_that_names_a_fact_which_is_not_there_is_passed_over() -> None:
    text = answer("About invoice {{ number }}: you'd like me to {{ ask }}.")
    assert "About invoice" not in text
    assert "add a booking form" in text


def test_one_that_was_said_to_this_client_is_not_said_again() -> None:
    own = {"en": {"acknowledge.extra": (OURS,)}}
    given = situation(EXTRA, {"scope_pressure": EXTRA}, freelancer=Freelancer("Alex Reed", phrases=own))
    first = write(given)
    again = situation(
        EXTRA,
        {"scope_pressure": EXTRA},
        freelancer=Freelancer("Alex Reed", phrases=own),
        said=frozenset(first.phrases),
    )
    assert "So that I have it right" in first.text
    assert "So that I have it right" not in write(again).text


def test_both_forms_of_address_may_stand_in_one_sentence() -> None:
    own = {
        "de": {"acknowledge.extra": ("Danke für {Ihre|deine} Nachricht zum Zusatz, ich habe sie gelesen.",)}
    }
    ask = "Können Sie bitte noch ein Buchungsformular einbauen? Das geht sicher schnell nebenbei."
    made = situation(
        ask, {"scope_pressure": ask}, language="de", freelancer=Freelancer("Alex Reed", phrases=own)
    )
    assert "Danke für Ihre Nachricht zum Zusatz" in write(made).text


@pytest.mark.parametrize(
    "sentence", ["Great, you'd like me to {{ ask }}!", "It's your fault that you want me to {{ ask }}."]
)
def test_one_that_fails_the_lint_gives_way_to_the_programs(sentence: str) -> None:
    own = {"en": {"acknowledge.extra": (sentence,)}}
    made = situation(EXTRA, {"scope_pressure": EXTRA}, freelancer=Freelancer("Alex Reed", phrases=own))
    reply = write(made)
    assert reply.is_sendable
    assert "!" not in reply.text
    assert "fault" not in reply.text


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[en.acknowledge]\n# mine\nextra = ["You want me to {{ aks }}."]', 3, "did you mean ask?"),
        ('[en.acknowledge]\nextras = ["Thanks."]', 2, "there is no such list; did you mean"),
        ('[xx.acknowledge]\nextra = ["Thanks."]', 2, "no replies in the language “xx”"),
        ('[en.acknowledge]\nextra = ["Thanks {{ ask"]', 2, "is no template"),
        ('[en.next_step]\nchoice = ["I will write again."]', 2, "lacks {{ hear_by }}"),
        (
            '[en.payment_reminder]\nreminder = ["Please pay what is open, {{ open }}."]',
            2,
            "lacks {{ number }}",
        ),
        ('[en.acknowledge]\nextra = "Thanks."', 2, "must be a list of sentences"),
        ('[en.acknowledge]\nextra = [" "]', 2, "is empty"),
        ('en = "Thanks."', 1, "must be a table"),
        ("[en.acknowledge]\nextra = [", 2, ""),
    ],
)
def test_every_fault_is_told_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_phrases(phrase_file(tmp_path, text))
    (problem,) = caught.value.problems
    assert problem.startswith(f"phrases.toml, line {line}:")
    assert said in problem


def test_all_faults_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = '[en.next_step]\nchoice = ["I will write."]\n[en.acknowledge]\nextra = ["{{ aks }}", "{{ ask"]\n'
    with pytest.raises(ConfigError) as caught:
        load_phrases(phrase_file(tmp_path, text))
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "phrases.toml, line 2", "phrases.toml, line 4", "phrases.toml, line 4"
    ]  # fmt: skip


def test_a_missing_file_is_none_unless_it_is_named(tmp_path: Path) -> None:
    assert load_phrases(tmp_path / "phrases.toml", may_be_missing=True) == {}
    with pytest.raises(ConfigError, match="phrase file"):
        load_phrases(tmp_path / "phrases.toml")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    nowhere = Mailbox("none", "127.0.0.1", 1, "mara", "unused")
    path.write_text(config_text(nowhere, tmp_path, tmp_path), encoding="utf-8")
    return path


def test_a_broken_phrase_ends_a_pass_before_the_server_is_asked(tmp_path: Path, config: Path) -> None:
    phrase_file(tmp_path, '[en.next_step]\nchoice = ["I will write."]\n')
    loaded = load_config(config)
    summary = sweep(loaded, loaded.accounts[0])
    # the port leads nowhere: had it been asked, this would be UNREACHABLE
    assert summary.exit_code == ExitCode.USAGE
    assert "line 2" in str(summary.error)


def test_the_desk_has_the_phrases_of_the_configuration(tmp_path: Path, config: Path) -> None:
    phrase_file(tmp_path, f"[en.acknowledge]\nextra = [{json.dumps(OURS)}]\n")
    loaded = load_config(config)
    assert desk_of(loaded, loaded.accounts[0]).freelancer.phrases == {"en": {"acknowledge.extra": (OURS,)}}


def test_the_command_shows_lists_with_what_they_need(tmp_path: Path, config: Path) -> None:
    phrase_file(tmp_path, f"[en.acknowledge]\nextra = [{json.dumps(OURS)}]\n")
    result = CliRunner().invoke(app, ["phrases", "next_step", "--json", "--config", str(config)])
    assert result.exit_code == 0, result.output
    lists = [json.loads(line) for line in result.stdout.splitlines()]
    assert lists
    assert {one["list"]: one["needs"] for one in lists}["next_step.choice"] == ["hear_by"]
    shown = CliRunner().invoke(app, ["phrases", "--own", "--config", str(config)])
    assert OURS in shown.stdout


def test_every_language_needs_the_promised_hour_in_its_last_sentence() -> None:
    for language in ("en", "de", "es", "fr", "pt"):
        assert "hear_by" in facts_needed(language, "next_step.choice")
    assert {"hear_by", "number", "open", "ask"} <= facts_known()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_the_check(source: str) -> None:
    assert all(isinstance(fault, str) for fault in text_faults("en", "acknowledge.extra", source))
