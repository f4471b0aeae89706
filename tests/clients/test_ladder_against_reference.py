"""The ladder against a slow reference that walks from day to day, over passes, absences and days off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from triage.clients.invoice import Invoice, Payment
from triage.clients.ladder import STEPS, LadderRules, Step, StepTaken, next_step
from triage.clients.money import Money

START = date(2026, 4, 1)
DAYS = 160
NAMES = ("reminder", "second_reminder", "formal_demand", "final_notice", "pause")
TOTAL = Money(Decimal("1200"), "EUR")


@dataclass(frozen=True)
class Story:
    """What happens, by day numbers from START: when it is due, passes run, drafts are sent, money comes."""

    due: int
    waits: Mapping[Step, int]
    passes: frozenset[int]
    off: frozenset[int]
    sending: tuple[int | None, ...]
    paid: int | None = None
    disputed: frozenset[int] = frozenset()
    has_legal_text: bool = True


def stories() -> st.SearchStrategy[Story]:
    day = st.integers(0, DAYS - 1)
    many = st.frozensets(day, min_size=40, max_size=DAYS) | st.just(frozenset(range(DAYS)))
    return st.builds(
        Story,
        due=st.integers(0, 40),
        waits=st.fixed_dictionaries({step: st.integers(1, 15) for step in STEPS}),
        passes=many,
        off=st.frozensets(day, max_size=60),
        sending=st.tuples(*[st.none() | st.integers(0, 25) | st.just(0)] * 5),
        paid=st.none() | day,
        disputed=st.builds(lambda a, b: frozenset(range(a, b)), day, day),
        has_legal_text=st.booleans(),
    )


Drafts = list[tuple[int, str]]


def reference(story: Story) -> Drafts:
    """Every step with the day it is drafted: one day after the other, counting on the fingers."""
    drafts: Drafts = []
    level, counted, lying, send_on = 0, 0, False, None
    for day in range(DAYS):
        if day > 0 and (level > 0 or day > story.due) and not lying:
            counted += 1
        if lying and send_on is not None and day >= send_on:
            level, counted, lying, send_on = level + 1, day - send_on, False, None
        is_free = (
            not lying and level < 5 and not (NAMES[level] == "final_notice" and not story.has_legal_text)
        )
        is_owed = (story.paid is None or day < story.paid) and day not in story.disputed
        can = day in story.passes and day not in story.off and day >= story.due
        if is_free and is_owed and can and counted >= story.waits[NAMES[level]]:  # type: ignore[index]
            drafts.append((day, NAMES[level]))
            lying = True
            delay = story.sending[level]
            send_on = None if delay is None else day + delay
            if send_on == day:  # sent in the evening, after the pass
                level, counted, lying, send_on = level + 1, 0, False, None
    return drafts


@dataclass
class Desk:
    """The product's side: passes that know only the invoice, the calendar and what was taken so far."""

    story: Story
    taken: list[StepTaken] = field(default_factory=list)
    drafts: Drafts = field(default_factory=list)
    sending: dict[int, int] = field(default_factory=dict)

    def run(self) -> Drafts:
        for number in range(DAYS):
            self._send(number)
            if number in self.story.passes:
                self._pass(number)
                self._pass(number)  # once more the same day: nothing may come of it
            self._send(number)
        return self.drafts

    def _send(self, number: int) -> None:
        for index, on in list(self.sending.items()):
            if on == number:
                self.taken[index] = replace(self.taken[index], sent=day_of(number))
                del self.sending[index]

    def _pass(self, number: int) -> None:
        rules = LadderRules(self.story.waits, self.story.has_legal_text)
        found = next_step(self._invoice(number), self.taken, day_of(number), rules, self._works)
        if not found.is_due(day_of(number)):
            return
        assert found.step is not None
        assert all(one.sent for one in self.taken), "never two at once"
        assert STEPS.index(found.step) == len(self.taken), "one after the other, none twice"
        assert self._works(day_of(number))
        self.drafts.append((number, found.step))
        delay = self.story.sending[len(self.taken)]
        if delay is not None:
            self.sending[len(self.taken)] = number + delay
        self.taken.append(StepTaken(found.step, day_of(self.story.due)))

    def _works(self, day: date) -> bool:
        return (day - START).days not in self.story.off

    def _invoice(self, number: int) -> Invoice:
        is_paid = self.story.paid is not None and number >= self.story.paid
        return Invoice(
            "2026-014",
            TOTAL,
            issued=START - timedelta(days=20),
            due=day_of(self.story.due),
            payments=(Payment(day_of(number), TOTAL),) if is_paid else (),
            is_disputed=number in self.story.disputed,
        )


def day_of(number: int) -> date:
    return START + timedelta(days=number)


@settings(max_examples=400, deadline=None)
@given(stories())
def test_it_does_what_the_slow_reference_does(story: Story) -> None:
    assert Desk(story).run() == reference(story)


@settings(max_examples=150, deadline=None)
@given(stories())
def test_the_day_foretold_is_the_day_it_comes(story: Story) -> None:
    """With a pass every day and no change, ``on`` as told long before is when the step is drafted."""
    calm = replace(story, passes=frozenset(range(DAYS)), paid=None, disputed=frozenset())
    desk = Desk(calm)
    rules = LadderRules(calm.waits, calm.has_legal_text)
    told = next_step(desk._invoice(0), (), day_of(0), rules, desk._works).on
    drafts = desk.run()
    assert told is not None
    first = (told - START).days
    assert drafts[0] == (first, "reminder") if first < DAYS else drafts == []


def test_the_reference_itself_by_hand() -> None:
    """Due on day 2, three days' wait, day 5 off: drafted on 6, sent on 8, the second a week after that."""
    waits: dict[Step, int] = dict.fromkeys(STEPS, 7)
    waits["reminder"] = 3
    every = frozenset(range(DAYS))
    story = Story(2, waits, every, frozenset({5}), (2, 0, 0, None, None))
    assert reference(story) == [
        (6, "reminder"),
        (15, "second_reminder"),
        (22, "formal_demand"),
        (29, "final_notice"),
    ]
