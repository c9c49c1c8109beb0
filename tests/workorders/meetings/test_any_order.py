"""A meeting, whoever does what when: its record is the convener's, and it ends with every task answered."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.workorders.meetings import decider
from services.workorders.meetings.decider import meeting_decider
from services.workorders.meetings.facts import (
    MeetingCalled,
    MeetingClosed,
    MeetingHeld,
    SharingAgreed,
    TaskAnswered,
    TaskSet,
    TaskSigned,
)
from services.workorders.meetings.rules import sharing
from services.workorders.meetings.rules.sharing import FIELDS, About
from tests.support.machines import Acts, misses, quick
from tests.workorders.meetings.samples import (
    AUXILIARY,
    CLERK,
    COLLEAGUE,
    FIRST,
    MARKET,
    OFFICER,
    SECOND,
    STRANGER,
    TRAFFIC,
    answers,
    calls,
    closes,
    extends,
    holds,
    overdue,
    sets,
    shares,
    signs,
)

DOERS = st.sampled_from([OFFICER, OFFICER, CLERK, COLLEAGUE, AUXILIARY, STRANGER])
TASKS = st.sampled_from([FIRST, SECOND])
FIELD_SETS = st.lists(st.sampled_from(sorted(FIELDS)), min_size=1, max_size=3, unique=True)


class MeetingOfUnits(Acts):
    decider = meeting_decider

    @rule(doer=st.sampled_from([OFFICER, AUXILIARY]))
    def somebody_calls_it(self, doer: object) -> None:
        self.attempt(calls(doer=doer))  # type: ignore[arg-type]

    @rule()
    def it_is_called_and_held(self) -> None:
        self.attempt(calls())
        self.attempt(holds())

    def _called(self) -> bool:
        return bool(self.of(MeetingCalled))

    @rule(doer=DOERS, hold=st.booleans())
    def somebody_writes_the_record(self, doer: object, hold: bool) -> None:
        if self._called():
            self.attempt(holds(doer=doer) if hold else extends(doer=doer))  # type: ignore[arg-type]

    @rule(doer=DOERS, task=TASKS, unit=st.sampled_from([MARKET, TRAFFIC]))
    def somebody_sets_a_task(self, doer: object, task: object, unit: object) -> None:
        if self._called():
            self.attempt(sets(task, unit, doer=doer))  # type: ignore[arg-type]

    @rule(doer=DOERS, task=TASKS, sign=st.booleans(), kept=st.booleans())
    def somebody_works_on_a_task(self, doer: object, task: object, sign: bool, kept: bool) -> None:
        if any(event.task_id == task for event in self.of(TaskSet)):
            self.attempt(signs(task, doer) if sign else answers(task, doer, kept=kept))  # type: ignore[arg-type]

    @rule(task=TASKS, on=st.integers(5, 15))
    def time_passes(self, task: object, on: int) -> None:
        if self._called():
            self.attempt(overdue(task, on))  # type: ignore[arg-type]

    @rule(doer=DOERS, fields=FIELD_SETS, ground=st.sampled_from([None, "R-37"]))
    def somebody_agrees_to_share(self, doer: object, fields: list[str], ground: str | None) -> None:
        if self._called():
            self.attempt(shares(*fields, ground=ground, doer=doer))  # type: ignore[arg-type]

    @rule(field=st.sampled_from(sorted(FIELDS)))
    def the_convener_agrees_to_share(self, field: str) -> None:
        if self._called():
            self.attempt(shares(field))

    @rule(doer=DOERS)
    def somebody_closes_it(self, doer: object) -> None:
        if self._called():
            self.attempt(closes(doer))  # type: ignore[arg-type]

    @invariant()
    def it_is_held_before_anything_is_decided(self) -> None:
        first = [type(event) for event in self.past if isinstance(event, MeetingHeld | TaskSet | SharingAgreed)]
        assert not first or first[0] is MeetingHeld

    @invariant()
    def each_task_has_one_owner_of_its_unit(self) -> None:
        owners = [(event.task_id, event.owner) for event in self.of(TaskSigned)]
        assert len({task for task, _ in owners}) == len(owners)
        assert AUXILIARY.person not in {owner for _, owner in owners}

    @invariant()
    def it_is_over_when_nobody_is_silent(self) -> None:
        if self.of(MeetingClosed):
            set_tasks = {event.task_id for event in self.of(TaskSet)}
            assert set_tasks <= {event.task_id for event in self.of(TaskAnswered)}

    @invariant()
    def persons_are_shared_on_a_ground(self) -> None:
        for event in self.of(SharingAgreed):
            kinds = {FIELDS[field] for field in event.fields}
            assert About.NEVER not in kinds
            assert event.ground is not None or About.PERSON not in kinds


TestMeetingOfUnits = quick(MeetingOfUnits)
TestMeetingOfUnits.settings = settings(TestMeetingOfUnits.settings, max_examples=20)


def test_a_rule_that_was_taken_away_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, sharing.require_lawful_fields.__name__, lambda fields, ground: None)
    misses(MeetingOfUnits)
