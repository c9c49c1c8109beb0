"""Matters as they come to the workstation."""

from uuid import UUID

from services.enterprise.matters.commands import (
    AssignTask,
    CheckLegality,
    HoldRound,
    MatterCommand,
    NameFirm,
    RecordConsent,
    SignFor,
)
from services.enterprise.matters.decider import matter_decider
from services.enterprise.matters.facts import (
    GateKnown,
    Kind,
    Legality,
    MatterEvent,
    MatterId,
    MatterOffered,
    Measure,
    Offer,
    RoundId,
    TaskId,
)
from services.enterprise.matters.rules.hands import Doer
from services.enterprise.matters.state import MatterState
from shared.contracts.codes import Category, Channel, Flag, Gate, Priority
from shared.kernel import RequestId, RuleId, UnitCode
from tests.enterprise.samples import (
    FIRM,
    FORMER,
    MARKET,
    MONDAY,
    OFFICER,
    OTHER_PARTY,
    REQUESTER,
    WORKSTATION,
    later,
    text,
)
from tests.support.spec import Spec

MATTER, REQUEST = MatterId(UUID(int=0xA1)), RequestId(UUID(int=0xA2))
TASK, SECOND_TASK = TaskId(UUID(int=0xB1)), TaskId(UUID(int=0xB2))
ROUND = RoundId(UUID(int=0xC1))
NOT_A_CRIME, CRIME, UNDECIDED = RuleId("NOT_A_CRIME"), RuleId("CRIME"), RuleId("UNDECIDED")

matter = Spec(matter_decider)


def offer(*flags: Flag, gate: RuleId | None = None) -> Offer:
    return Offer(
        matter_id=MATTER,
        request_id=REQUEST,
        attempt=1,
        category=Category.ENT,
        flags=flags,
        priority=Priority.P1,
        channel=Channel.EPS,
        unit=WORKSTATION,
        owner=OFFICER.person,
        requester=REQUESTER,
        other_party=OTHER_PARTY,
        excluded=(FORMER.person,),
        gates=(GateKnown(Gate.CRIME_OR_CIVIL, gate),) if gate else (),
        firm_id=None,
        narrative=text(1),
        answer_due=later(days=7),
    )


def offered(*flags: Flag, gate: RuleId | None = None) -> MatterOffered:
    return MatterOffered(offer=offer(*flags, gate=gate), occurred_at=MONDAY)


def signs(kind: Kind, doer: Doer = OFFICER) -> SignFor:
    return SignFor(doer=doer, kind=kind, gate_due=later(days=7), at=MONDAY)


def firm_named() -> NameFirm:
    return NameFirm(doer=OFFICER, firm_id=FIRM, at=MONDAY)


def consents() -> RecordConsent:
    return RecordConsent(doer=OFFICER, evidence=text(2), at=MONDAY)


def checked(result: Legality = Legality.LAWFUL) -> CheckLegality:
    return CheckLegality(doer=OFFICER, result=result, evidence=text(3), at=MONDAY)


def talks(*measures: Measure) -> HoldRound:
    return HoldRound(
        doer=OFFICER,
        round_id=ROUND,
        measures=measures or (Measure.JOINT_TALK,),
        away=True,
        expenses_fen=120_00,
        note=None,
        at=MONDAY,
    )


def assigns(unit: UnitCode = MARKET, task: TaskId = TASK) -> AssignTask:
    return AssignTask(
        doer=OFFICER,
        task_id=task,
        unit=unit,
        demand=text(4),
        due=later(days=5),
        warn_at=later(days=3),
        object_until=later(days=7),
        at=MONDAY,
    )


def of_kind(kind: Kind, *flags: Flag, gate: RuleId | None = None) -> Spec[MatterCommand, MatterState, MatterEvent]:
    return matter.given(offered(*flags, gate=gate)).after(signs(kind))
