"""A small bureau for the tests of triage: its people, its roster, a request about a strip of land."""

from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from services.routing.clocks.facts import CLOCK_EVENTS
from services.routing.clocks.table import clock_rules
from services.routing.decisions.commands import (
    BeginTriage,
    Confirm,
    DecisionCommand,
    NoteHandling,
    Overrule,
    RecordJudgement,
    TakeBack,
)
from services.routing.decisions.decider import decision_decider
from services.routing.decisions.facts import (
    CategoryGuess,
    ChannelGuess,
    DecisionEvent,
    HandlingStep,
    PoliceGuess,
    PriorityGuess,
)
from services.routing.decisions.rules.owners import Assignment, Roster
from services.routing.decisions.state import DecisionState, Matter
from services.routing.rulepacks.shelf import PackShelf
from services.routing.rulepacks.shipped import shipped_packs
from shared.contracts.codes import Category, Channel, Door, Flag, Outcome, Police, Priority, ReasonCode
from shared.contracts.danger import DangerKind
from shared.kernel import BUREAU_ZONE, Digest, ModelVersion, PersonId, RequestId, TextRef, UnitCode
from tests.support.spec import Decided, Spec

REQUEST = RequestId(UUID(int=1))
VILLAGER = PersonId(UUID(int=11))
NEIGHBOUR = PersonId(UUID(int=12))
MEDIATOR = PersonId(UUID(int=21))
SECOND_MEDIATOR = PersonId(UUID(int=22))
COMMUNITY_OFFICER = PersonId(UUID(int=23))
DEPUTY_OFFICER = PersonId(UUID(int=24))
INVESTIGATOR = PersonId(UUID(int=25))
SUPERVISOR = PersonId(UUID(int=26))
CHILD_OFFICER = PersonId(UUID(int=27))
ENTERPRISE_OFFICER = PersonId(UUID(int=28))

DESK = UnitCode("LOUNGE")
ECONOMIC = UnitCode("ECONOMIC")
STATION = UnitCode("STATION-EAST")
STUDIO = UnitCode("STUDIO")
SUPERVISION = UnitCode("SUPERVISION")
CHILD_POST = UnitCode("CHILD-POST")
ENTERPRISE_STATION = UnitCode("ENTERPRISE")

OFFICERS = Assignment(STATION, (COMMUNITY_OFFICER, DEPUTY_OFFICER))
MEDIATORS = Assignment(STUDIO, (MEDIATOR, SECOND_MEDIATOR))
ROSTER = Roster(
    desk=DESK,
    investigators=ECONOMIC,
    by_channel=dict.fromkeys(Channel, OFFICERS)
    | {
        Channel.PM: MEDIATORS,
        Channel.CASE: Assignment(ECONOMIC, (INVESTIGATOR,)),
        Channel.SUP: Assignment(SUPERVISION, (SUPERVISOR,)),
        Channel.CHILD: Assignment(CHILD_POST, (CHILD_OFFICER,)),
        Channel.EPS: Assignment(ENTERPRISE_STATION, (ENTERPRISE_OFFICER,)),
    },
)

MONDAY = datetime(2026, 3, 2, 9, tzinfo=BUREAU_ZONE)
A_MINUTE_LATER = MONDAY + timedelta(minutes=1)
AT_NOON = MONDAY + timedelta(hours=3)

NARRATIVE = TextRef(item=UUID(int=31), commitment=Digest("3" * 64))
NOTE = TextRef(item=UUID(int=32), commitment=Digest("4" * 64))

desk = Spec(decision_decider(clock_rules(), PackShelf(shipped_packs())))


def filed(*danger: DangerKind, at: datetime = MONDAY) -> BeginTriage:
    return BeginTriage(
        request_id=REQUEST,
        door=Door.PORTAL,
        title=None,
        narrative=NARRATIVE,
        place=None,
        requester=VILLAGER,
        other_party=NEIGHBOUR,
        danger=danger,
        filed_at=at,
        roster=ROSTER,
        at=at,
    )


def judged(
    category: Category = Category.DIS,
    channel: Channel = Channel.PM,
    *flags: Flag,
    priority: Priority = Priority.P2,
    police: Police = Police.LEAD,
    danger: tuple[DangerKind, ...] = (),
    unsure: bool = False,
    roster: Roster = ROSTER,
    at: datetime = MONDAY,
) -> RecordJudgement:
    return RecordJudgement(
        request_id=REQUEST,
        category=CategoryGuess(910, 40, category, Category.COM),
        priority=PriorityGuess(800, 150, priority, None),
        police=PoliceGuess(700, 200, police, None),
        channel=ChannelGuess(880, 60, channel, Channel.XFER),
        flags=flags,
        words=(),
        danger=danger,
        unsure=unsure,
        model=ModelVersion("test-1"),
        grid=None,
        roster=roster,
        at=at,
    )


def overruled(
    category: Category | None = None,
    channel: Channel | None = None,
    *,
    flags: tuple[Flag, ...] | None = None,
    priority: Priority | None = None,
    chosen: Assignment | None = None,
    at: datetime = AT_NOON,
) -> Overrule:
    return Overrule(
        request_id=REQUEST,
        category=category,
        channel=channel,
        flags=flags,
        priority=priority,
        chosen=chosen,
        reason=ReasonCode.OVERRULED,
        roster=ROSTER,
        at=at,
    )


def confirmed(at: datetime = AT_NOON, roster: Roster = ROSTER) -> Confirm:
    return Confirm(request_id=REQUEST, note=None, roster=roster, at=at)


def returned(reason: ReasonCode | None, attempt: int = 1, at: datetime = AT_NOON) -> TakeBack:
    return TakeBack(request_id=REQUEST, attempt=attempt, owner=None, reason=reason, roster=ROSTER, at=at)


def handled(
    step: HandlingStep, outcome: Outcome | None = None, attempt: int | None = 1, at: datetime = AT_NOON
) -> NoteHandling:
    return NoteHandling(request_id=REQUEST, attempt=attempt, step=step, outcome=outcome, at=at)


T = TypeVar("T")


def kinds(decided: Decided[DecisionState, DecisionEvent]) -> list[type[DecisionEvent]]:
    """What happened, without the clocks."""
    assert decided.rejection is None, decided.rejection
    return [type(event) for event in decided.events if not isinstance(event, CLOCK_EVENTS)]


def the(kind: type[T], decided: Decided[DecisionState, DecisionEvent]) -> T:
    """The one event of this kind."""
    [found] = [event for event in decided.events if isinstance(event, kind)]
    return found


def matter(spec: Spec[DecisionCommand, DecisionState, DecisionEvent]) -> Matter:
    assert isinstance(spec.state, Matter)
    return spec.state
