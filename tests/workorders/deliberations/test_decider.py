"""Find, discuss, solve: danger is told at once, and a decision is not the end."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.workorders.deliberations import decider
from services.workorders.deliberations.commands import (
    AcknowledgeDanger,
    AddSupporter,
    CloseDeliberation,
    Decide,
    DeliberationCommand,
    Discuss,
    NoteMilestoneOverdue,
    OpenDeliberation,
    ReachMilestone,
)
from services.workorders.deliberations.decider import (
    DangerNotToldToYou,
    DangerToldToNobody,
    DecidedAlready,
    DeliberationOver,
    DiscussFirst,
    MilestoneInThePast,
    MilestoneUnknown,
    NothingToUse,
    NotInUseYet,
    NotTheHost,
    deliberation_decider,
)
from services.workorders.deliberations.facts import (
    Danger,
    DangerAcknowledged,
    DangerTold,
    Decided,
    DeliberationId,
    DeliberationOpened,
    Discussed,
    Milestone,
    MilestoneOverdue,
    MilestoneReached,
    Solved,
    Supported,
)
from services.workorders.orders.rules.hands import Doer
from shared.contracts.codes import Role
from shared.kernel import Digest, ItemCode, PersonId, RequestId, TextRef, UnitCode
from tests.support.machines import Acts, misses, quick
from tests.support.spec import Spec

MONDAY = datetime(2026, 2, 2, 1, 0, tzinfo=UTC)
STATION, PROPERTY, FIRE = UnitCode("STATION-GL"), UnitCode("PROPERTY-HJ"), UnitCode("FIRE-1")
OFFICER = Doer(PersonId(UUID(int=11)), Role.COMMUNITY_OFFICER, STATION)
FIREMAN = Doer(PersonId(UUID(int=12)), Role.DEPARTMENT_CLERK, FIRE)
STRANGER = Doer(PersonId(UUID(int=13)), Role.DEPARTMENT_CLERK, UnitCode("MARKET-1"))
REQUEST = RequestId(UUID(int=1))
FUNDED, SHEDS = ItemCode("money_paid"), ItemCode("sheds_in_use")


def text(number: int) -> TextRef:
    return TextRef(UUID(int=number), Digest("a" * 64))


def later(days: float) -> datetime:
    return MONDAY + timedelta(days=days)


def opens(danger: Danger | None = Danger.FIRE, told: tuple[UnitCode, ...] = (PROPERTY, FIRE)) -> OpenDeliberation:
    return OpenDeliberation(
        doer=OFFICER,
        deliberation_id=DeliberationId(UUID(int=9)),
        request_id=REQUEST,
        topic=ItemCode("ebike_charging"),
        problem=text(1),
        danger=danger,
        told=told,
        at=MONDAY,
    )


def acknowledges(doer: Doer = FIREMAN) -> AcknowledgeDanger:
    return AcknowledgeDanger(doer=doer, done=text(2), at=MONDAY)


def supports(number: int = 2) -> AddSupporter:
    return AddSupporter(doer=OFFICER, supporter=RequestId(UUID(int=number)), at=MONDAY)


def discusses(doer: Doer = OFFICER, words: int = 3) -> Discuss:
    return Discuss(doer=doer, units=(PROPERTY,), proposals=2, minutes=text(words), at=later(3))


def decides(*, in_use: bool = True, due: float = 60, words: int = 4, doer: Doer = OFFICER) -> Decide:
    milestones = (
        Milestone(FUNDED, text(5), later(due), in_use=False),
        Milestone(SHEDS, text(6), later(due + 30), in_use=in_use),
    )
    return Decide(doer=doer, decision=text(words), milestones=milestones, at=later(5))


def reaches(code: ItemCode = FUNDED, doer: Doer = OFFICER) -> ReachMilestone:
    return ReachMilestone(doer=doer, code=code, proof=text(7), at=later(50))


def closes(doer: Doer = OFFICER) -> CloseDeliberation:
    return CloseDeliberation(doer=doer, at=later(90))


def overdue(code: ItemCode = FUNDED, on: float = 60) -> NoteMilestoneOverdue:
    return NoteMilestoneOverdue(code=code, at=later(on))


nothing = Spec(deliberation_decider)
opened = nothing.after(opens())
discussed = opened.after(discusses())
decided = discussed.after(decides())


def test_r_22_danger_is_told_in_the_moment_in_which_it_is_known() -> None:
    nothing.when(opens(told=())).then_rejected(DangerToldToNobody)
    assert [type(event) for event in nothing.when(opens()).events] == [DeliberationOpened, DangerTold]
    assert [type(event) for event in nothing.when(opens(None, ())).events] == [DeliberationOpened]
    opened.when(opens()).then_nothing()
    opened.when(acknowledges(STRANGER)).then_rejected(DangerNotToldToYou)
    assert isinstance(opened.when(acknowledges()).events[0], DangerAcknowledged)
    opened.after(acknowledges()).when(acknowledges()).then_nothing()


def test_several_reports_of_one_trouble_are_supporters_and_none_counts_twice() -> None:
    [event] = opened.when(supports()).events
    assert isinstance(event, Supported)
    opened.after(supports()).when(supports()).then_nothing()
    opened.when(supports(REQUEST.int)).then_nothing()


@pytest.mark.parametrize("wish", [discusses(STRANGER), decides(doer=FIREMAN), closes(FIREMAN)])
def test_the_host_writes_the_record(wish: DeliberationCommand) -> None:
    opened.when(wish).then_rejected(NotTheHost, unit=STATION)


def test_the_steps_come_one_after_the_other() -> None:
    opened.when(decides()).then_rejected(DiscussFirst)
    assert isinstance(opened.when(discusses()).events[0], Discussed)
    assert discussed.when(discusses(words=8)).events, "people may meet again"
    discussed.when(decides(in_use=False)).then_rejected(NothingToUse)
    discussed.when(decides(due=1)).then_rejected(MilestoneInThePast)
    assert isinstance(discussed.when(decides()).events[0], Decided)
    decided.when(decides()).then_nothing()
    decided.when(decides(words=9)).then_rejected(DecidedAlready)
    decided.when(discusses(words=8)).then_rejected(DecidedAlready)


def test_closing_on_the_decision_before_the_sheds_are_in_use_is_refused() -> None:
    for spec, missing in ((opened, 1), (discussed, 1), (decided, 2), (decided.after(reaches()), 1)):
        spec.when(closes()).then_rejected(NotInUseYet, missing=missing)
    used = decided.after(supports(), reaches(), reaches(SHEDS))
    [event] = used.when(closes()).events
    assert isinstance(event, Solved)
    assert event.supporters == 1
    over = used.after(closes())
    over.when(closes()).then_nothing()
    over.when(supports(3)).then_rejected(DeliberationOver)


def test_a_milestone_has_a_day_and_a_proof() -> None:
    decided.when(reaches(ItemCode("party"))).then_rejected(MilestoneUnknown)
    assert isinstance(decided.when(reaches()).events[0], MilestoneReached)
    decided.after(reaches()).when(reaches()).then_nothing()
    decided.when(overdue(on=59)).then_nothing()
    assert isinstance(decided.when(overdue()).events[0], MilestoneOverdue)
    decided.after(overdue()).when(overdue()).then_nothing()
    decided.after(reaches()).when(overdue()).then_nothing()


class TroubleOfMany(Acts):
    decider = deliberation_decider

    @rule(danger=st.sampled_from([None, Danger.FIRE]), told=st.booleans())
    def somebody_opens_it(self, danger: Danger | None, told: bool) -> None:
        self.attempt(opens(danger, (FIRE,) if told else ()))

    @rule(
        wish=st.sampled_from(
            [
                acknowledges(),
                acknowledges(STRANGER),
                supports(2),
                supports(3),
                discusses(),
                discusses(FIREMAN),
                decides(),
                decides(in_use=False),
                reaches(),
                reaches(SHEDS),
                overdue(),
                closes(),
                closes(STRANGER),
            ]
        )
    )
    def somebody_does_something(self, wish: object) -> None:
        if self.past:
            self.attempt(wish)

    @invariant()
    def danger_is_told_before_anything_else(self) -> None:
        if told := self.of(DangerTold):
            assert self.past[1] is told[0]
            assert told[0].units

    @invariant()
    def it_is_solved_when_people_have_what_was_decided(self) -> None:
        if self.of(Solved):
            assert {event.code for event in self.of(MilestoneReached)} == {FUNDED, SHEDS}

    @invariant()
    def nothing_is_decided_undiscussed(self) -> None:
        order = [type(event) for event in self.past if isinstance(event, Discussed | Decided)]
        assert not order or order[0] is Discussed
        assert order.count(Decided) <= 1


TestTroubleOfMany = quick(TroubleOfMany)
TestTroubleOfMany.settings = settings(TestTroubleOfMany.settings, max_examples=20)


def test_a_rule_that_was_taken_away_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, decider.require_in_use.__name__, lambda known: None)
    misses(TroubleOfMany)
