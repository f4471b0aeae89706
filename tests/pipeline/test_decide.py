"""The decision table, row by row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.decide import TABLE, Facts, decide

FLAG = ("hostility",)


@pytest.mark.parametrize(
    ("facts", "action", "word"),
    [
        (Facts(unreadable="no sender"), "leave_alone", "no sender"),
        (Facts(gate="mailing list", flagged=FLAG), "leave_alone", "mailing list"),
        (Facts(answered=True, flagged=FLAG), "leave_alone", "already answered"),
        (Facts(forged="look-alike domain", flagged=FLAG), "flag_only", "look-alike domain"),
        (Facts(flagged=FLAG, language="fi", language_supported=False), "flag_only", "'fi'"),
        (Facts(flagged=("hostility", "payment_issue")), "draft", "hostility, payment issue"),
        (Facts(flagged=FLAG, expects_answer=False), "draft", "hostility"),
        (Facts(new_payment_details=True, flagged=FLAG), "flag_only", "new payment details"),
        (Facts(civil="complaint", unsure=FLAG), "draft", "complaint of a client on file"),
        (Facts(unsure=("scope_pressure",)), "hold_later", "unsure about scope pressure"),
        (Facts(), "hold_later", "nothing flagged"),
        (Facts(unsure=FLAG, expects_answer=False), "leave_alone", "no answer expected"),
        (Facts(expects_answer=False), "leave_alone", "no answer expected"),
    ],
)
def test_each_row(facts: Facts, action: str, word: str) -> None:
    decision = decide(facts)
    assert decision.action == action
    assert word in decision.reason


LABELS = st.sets(st.sampled_from(["hostility", "scope_pressure", "payment_issue"])).map(
    lambda s: tuple(sorted(s))
)
REASON = st.none() | st.just("a reason")


@given(
    st.builds(
        Facts,
        unreadable=REASON,
        gate=REASON,
        answered=st.booleans(),
        forged=REASON,
        new_payment_details=st.booleans(),
        civil=REASON,
        flagged=LABELS,
        unsure=LABELS,
        expects_answer=st.booleans(),
        language_supported=st.booleans(),
    )
)
def test_every_message_gets_an_action_and_a_reason_and_a_draft_only_when_it_is_safe(facts: Facts) -> None:
    decision = decide(facts)
    assert decision.reason
    if decision.action == "draft":
        assert facts.flagged or facts.civil
        assert not any(
            (facts.new_payment_details, facts.gate, facts.answered, facts.forged, facts.unreadable)
        )
        assert facts.language_supported


def test_the_last_row_takes_everything() -> None:
    assert TABLE[-1].when(Facts())
