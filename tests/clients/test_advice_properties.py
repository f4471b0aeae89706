"""What holds of advice for every history: worse is never judged milder, payment never makes it worse."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rig.lives import START, day
from triage.clients.advice import AdviceName, advice
from triage.clients.incident import Contact, incidents_of, trend
from triage.clients.ladder import STEPS

LABELS = ("hostility", "scope_pressure", "payment_issue")
STRICTNESS = {name: place for place, name in enumerate(get_args(AdviceName))}
END = 400

moments = st.integers(0, END * 4).map(lambda quarter: START + timedelta(hours=6 * quarter))
traits = st.dictionaries(
    st.sampled_from(["late", "paid", "refusal", "apology", "abuse", "threat", "scope", "praise", "discount"]),
    st.integers(1, 3),
    max_size=2,
)


@st.composite
def client_contacts(draw: st.DrawFn) -> Contact:
    flagged = tuple(sorted(draw(st.sets(st.sampled_from(LABELS), max_size=2))))
    unsure = tuple(
        label for label in draw(st.sets(st.sampled_from(LABELS), max_size=1)) if label not in flagged
    )
    severity = draw(st.integers(1, 3)) if flagged else int(bool(unsure))
    return Contact(
        f"<{draw(st.uuids())}@x.example>", draw(moments), flagged=flagged, unsure=unsure, severity=severity,
        traits=draw(traits),
    )  # fmt: skip


@st.composite
def own_contacts(draw: st.DrawFn) -> Contact:
    step = draw(st.sampled_from([*STEPS, "received", "terms"]))
    return Contact(
        f"<{draw(st.uuids())}@me.example>", draw(moments), is_own=True, traits={step: 1, "money": 1}
    )


histories = st.lists(st.one_of(client_contacts(), client_contacts(), own_contacts()), min_size=1, max_size=14)


def strictness(contacts: list[Contact], number: float = END) -> int:
    return STRICTNESS[advice(contacts, (), day(number)).name]


@settings(max_examples=300, deadline=None)
@given(histories, st.data())
def test_a_graver_incident_is_never_judged_milder(contacts: list[Contact], data: st.DataObject) -> None:
    flagged = [place for place, one in enumerate(contacts) if one.flagged and one.severity < 3]
    if not flagged:
        return
    place = data.draw(st.sampled_from(flagged))
    graver = [*contacts]
    graver[place] = replace(contacts[place], severity=contacts[place].severity + 1)
    assert strictness(graver) >= strictness(contacts)


@settings(max_examples=300, deadline=None)
@given(histories, st.data())
def test_a_good_message_that_was_hostile_instead_is_never_judged_milder(
    contacts: list[Contact], data: st.DataObject
) -> None:
    good = [place for place, one in enumerate(contacts) if not one.is_own and not one.labels]
    if not good:
        return
    place = data.draw(st.sampled_from(good))
    worse = [*contacts]
    worse[place] = replace(contacts[place], flagged=("hostility",), unsure=(), severity=2)
    assert strictness(worse) >= strictness(contacts)


@settings(max_examples=300, deadline=None)
@given(histories, moments)
def test_payment_never_makes_it_worse(contacts: list[Contact], when: object) -> None:
    paid = Contact("<paid@x.example>", when, traits={"paid": 1})  # type: ignore[arg-type]
    assert strictness([*contacts, paid]) <= strictness(contacts)


@settings(max_examples=200, deadline=None)
@given(histories, moments)
def test_confirmed_money_never_makes_it_worse(contacts: list[Contact], when: object) -> None:
    came = Contact("<came@me.example>", when, is_own=True, traits={"received": 1, "money": 1})  # type: ignore[arg-type]
    assert strictness([*contacts, came]) <= strictness(contacts)


@settings(max_examples=200, deadline=None)
@given(histories, st.integers(0, END))
def test_what_comes_later_is_not_known(contacts: list[Contact], number: int) -> None:
    known = [one for one in contacts if one.when <= day(number)]
    assert advice(contacts, (), day(number)) == advice(known, (), day(number))


@settings(max_examples=200, deadline=None)
@given(histories.flatmap(lambda contacts: st.tuples(st.just(contacts), st.permutations(contacts))))
def test_the_order_in_which_it_is_told_does_not_matter(pair: tuple[list[Contact], list[Contact]]) -> None:
    told, other = pair
    if len({one.when for one in told}) < len(told):
        return
    assert advice(told, (), day(END)) == advice(other, (), day(END))


@settings(max_examples=200, deadline=None)
@given(histories)
def test_every_advice_has_its_reasons(contacts: list[Contact]) -> None:
    given_advice = advice(contacts, (), day(END))
    assert given_advice.why
    assert all(
        (reason.endswith(".") and reason[0].isupper()) or reason[0].isdigit() for reason in given_advice.why
    )
    assert len(set(given_advice.why)) == len(given_advice.why)


@settings(max_examples=200, deadline=None)
@given(histories)
def test_incidents_are_in_order_and_graded(contacts: list[Contact]) -> None:
    found = incidents_of(contacts)
    assert [one.when for one in found] == sorted(one.when for one in found)
    assert all(one.labels and 1 <= one.severity <= 3 for one in found)
    assert trend(contacts, day(END)) in ("worsening", "steady", "easing")
