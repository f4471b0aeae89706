"""A state machine over drafts on pretended servers of every kind: in milliseconds, anywhere, and it shrinks.

The chaos on Dovecot is the wider one, with real deaths; here a story that breaks a promise becomes the
shortest that does.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.rig.pretend_mail import Habits, Letter
from tests.rig.providers import PROVIDERS
from tests.rig.whole_pass import studio
from triage.errors import ExitCode

#: What a pass may end with when the server misbehaves.
UNWELL = {ExitCode.DONE, ExitCode.SOME_FAILED, ExitCode.UNREACHABLE, ExitCode.LOGIN_REFUSED, ExitCode.USAGE}
REFUSALS = st.sampled_from(
    [
        ("APPEND", b"TAG NO [OVERQUOTA] full"),
        ("APPEND", b"TAG NO [LIMIT] no more"),
        ("APPEND", b"* BYE gone"),
        ("UID FETCH", b"TAG NO [UNAVAILABLE] later"),
        ("UID SEARCH", b"TAG BAD Request is throttled."),
        ("EXAMINE", b"TAG BAD User is authenticated but not connected."),
        ("AUTHENTICATE", b"TAG NO [AUTHENTICATIONFAILED] no"),
        ("UID (STORE|EXPUNGE)", b"TAG NO [NOPERM] not you"),
    ]
)


class DraftLives(RuleBasedStateMachine):
    """Letters, passes that go wrong, and what the user does to drafts, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.stack, self.patch = ExitStack(), pytest.MonkeyPatch()
        self.letters = 0
        self.answered: set[int] = set()
        self.dealt_with: set[int] = set()
        self.mine: dict[int, bytes] = {}

    @initialize(name=st.sampled_from(sorted(PROVIDERS)))
    def begin(self, name: str) -> None:
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.habits: Habits = PROVIDERS[name]
        self.at = self.stack.enter_context(studio(self.habits, folder, self.patch))
        self.mail = self.at.server.mail

    # ---------------------------------------------------------------------------------- people

    @rule()
    def somebody_writes(self) -> None:
        self.letters += 1
        self.at.write(self.letters)

    @precondition(lambda self: self.letters)
    @rule(data=st.data())
    def the_user_answers(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(1, self.letters))
        self.mail.answer(f"<letter-{number}@client.example>", "jo@client.example")
        self.answered.add(number)
        self.dealt_with.add(number)

    @precondition(lambda self: self.drafts())
    @rule(data=st.data())
    def the_user_edits(self, data: st.DataObject) -> None:
        uid = data.draw(st.sampled_from(sorted(self.drafts())))
        self.dealt_with.add(self.number_of(self.drafts()[uid]))
        self.mail.edit_draft(uid=uid)
        there = self.mail.folders[self.habits.drafts].letters
        self.mine[max(there)] = there[max(there)].raw

    @precondition(lambda self: self.drafts() and self.is_quiet)
    @rule(data=st.data())
    def the_user_throws_away(self, data: st.DataObject) -> None:
        uid = data.draw(st.sampled_from(sorted(self.drafts())))
        self.dealt_with.add(self.number_of(self.drafts()[uid]))
        self.thrown_away = {*getattr(self, "thrown_away", ()), self.number_of(self.drafts()[uid])}
        del self.mail.folders[self.habits.drafts].letters[uid]

    # ---------------------------------------------------------------------------------- passes

    @rule()
    def a_pass(self) -> None:
        self.held(frozenset({ExitCode.DONE}))
        self.is_quiet = True

    @rule(commands=st.integers(1, 45), is_late=st.booleans())
    def a_cut(self, commands: int, is_late: bool) -> None:
        self.mail.cut_in, self.mail.cut_is_late = commands, is_late
        self.held(UNWELL)
        self.mail.cut_in = 0

    @rule(refusal=REFUSALS, times=st.integers(1, 3))
    def a_refusal(self, refusal: tuple[str, bytes], times: int) -> None:
        self.change(refusals=((refusal[0], times, refusal[1]),))
        self.held(UNWELL)
        self.change(refusals=self.habits.refusals)

    @rule(views=st.integers(0, 3))
    def a_lost_ok(self, views: int) -> None:
        self.change(loses_ok=self.mail.lost + 1, view_lag=views, index_lag=9)
        self.held(UNWELL)
        self.change(loses_ok=0, view_lag=self.habits.view_lag, index_lag=self.habits.index_lag)

    def change(self, **habits: object) -> None:
        """From the next connection on the server is otherwise."""
        self.mail.habits = replace(self.mail.habits, **habits)  # type: ignore[arg-type]

    # -------------------------------------------------------------------------------- promises

    is_quiet = False

    def held(self, allowed: frozenset[ExitCode] | set[ExitCode]) -> None:
        """One pass, and what must hold after every one."""
        before, answered = set(self.drafts()), set(self.answered)
        letters = [(one.raw, set(one.flags)) for one in self.mail.folders["INBOX"].letters.values()]
        self.is_quiet = False
        summary = self.at.run()
        assert summary.exit_code in allowed, summary.error
        assert letters == [(one.raw, one.flags) for one in self.mail.folders["INBOX"].letters.values()]
        there = self.mail.folders[self.habits.drafts].letters
        assert all(there[uid].raw == raw for uid, raw in self.mine.items()), "an edited draft was touched"
        live = [self.number_of(one) for one in there.values()]
        assert len(live) == len(set(live)), f"doubled: {live}"
        new = {self.number_of(one) for uid, one in self.drafts().items() if uid not in before}
        assert not new & answered, "a draft for a letter answered before"
        assert not new & getattr(self, "thrown_away", set()), "a draft that was thrown away is back"

    def drafts(self) -> dict[int, Letter]:
        """The drafts that nobody has touched, by UID."""
        there = self.mail.folders[self.habits.drafts].letters
        return {uid: one for uid, one in there.items() if uid not in self.mine}

    @staticmethod
    def number_of(draft: Letter) -> int:
        """The letter that a draft answers."""
        return int(draft.header("In-Reply-To").partition("-")[2].partition("@")[0])

    def teardown(self) -> None:
        """After two undisturbed passes nothing is lost, nothing left begun."""
        try:
            if hasattr(self, "at"):
                self.held(frozenset({ExitCode.DONE}))
                self.held(frozenset({ExitCode.DONE}))
                drafted = {self.number_of(one) for one in self.drafts().values()}
                due = set(range(1, self.letters + 1)) - self.dealt_with
                assert due <= drafted, f"lost: {due - drafted}"
                assert not {"planned", "appending"} & set(self.at.states())
        finally:
            self.patch.undo()
            self.stack.close()


def test_no_order_of_events_breaks_a_promise() -> None:
    run_state_machine_as_test(
        DraftLives,
        settings=settings(
            max_examples=12,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
