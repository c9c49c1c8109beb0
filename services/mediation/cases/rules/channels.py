"""Which dispute may go which way, and what stands in its way (R-01, R-02, R-18, R-28)."""

from collections.abc import Mapping
from typing import Final

from services.mediation.cases.commands import GiveNotice, NoteGate
from services.mediation.cases.facts import CaseEvent, GateNoted, Ground, NoticeGiven, OtherWay
from services.mediation.cases.refusals import (
    CrimeNotRuledOut,
    FamilyViolenceBlocks,
    GroundNotOfChannel,
    NotMediable,
    OtherWaysNotTold,
    StillUnderReview,
)
from services.mediation.cases.state import Open
from services.mediation.cases.values import SuitStage, Trade
from services.mediation.channels.refusals import ChildLaneComesFirst, LawfulnessNotChecked
from shared.contracts.codes import Category, Channel, Flag, Gate, Outcome, OutcomeDetail, ReasonCode
from shared.contracts.gates import gates_after
from shared.kernel import RuleId

NOTICE_BEFORE_HELP: Final = RuleId("R-01")
NOTICE_AT_THE_END: Final = RuleId("R-10")
ONLY_VIOLATIONS: Final = RuleId("R-01")
ONLY_THE_COURT: Final = RuleId("R-61")

FILED: Final = frozenset({SuitStage.ORDINARY, SuitStage.SIMPLE})

NOT_A_CRIME: Final = RuleId("NOT_A_CRIME")
NOT_FAMILY_VIOLENCE: Final = frozenset({RuleId("LIFTED_WITH_REASON"), RuleId("NOT_DV")})
UNMEDIABLE: Final = RuleId("NO")
CHILD_LANE: Final = RuleId("CHILD_LANE")
UNLAWFUL: Final = frozenset({RuleId("UNDECIDED"), RuleId("UNLAWFUL")})

EXCLUDING: Final = frozenset(
    {
        Ground.HIRED_OFFENDER,
        Ground.GANG_FIGHT,
        Ground.REPEATED_VIOLATIONS,
        Ground.NEW_VIOLATION,
        Ground.FLIGHT,
    }
)
"""The grounds of R-02, which exist in police mediation only."""

NEVER_RELEASED: Final = frozenset({Flag.MINOR, Flag.MINOR14, Flag.SEXUAL_CONTENT})

RETURN_REASONS: Final = frozenset(
    {
        ReasonCode.WRONG_CATEGORY,
        ReasonCode.WRONG_GRID,
        ReasonCode.CONFLICT_OF_INTEREST,
        ReasonCode.OVERLOAD,
    }
)


def forbidden_by(channel: Channel, category: Category, suit: SuitStage | None) -> RuleId | None:
    """R-01: a plain dispute is never booked as police mediation. R-61: what the court has filed only it mediates."""
    if channel is Channel.PSM and category is not Category.PSO:
        return ONLY_VIOLATIONS
    if suit in FILED and channel is not Channel.JM:
        return ONLY_THE_COURT
    return None


def claim_may_be_released(channel: Channel, flags: frozenset[Flag], suit: SuitStage | None) -> bool:
    """Officers read the claim by their own level; about minors and sexual content no mediator reads it (R-36, R-38).
    A court reads back what it sent itself; of a referred case it gets the undisputed facts and no more (R-15)."""
    own = channel in (Channel.PM, Channel.IM) or (channel is Channel.JM and suit is not None)
    return own and flags.isdisjoint(NEVER_RELEASED)


def require_gates(flags: frozenset[Flag], gates: Mapping[Gate, RuleId]) -> None:
    """R-28, R-18, R-32, R-02. An unknown result is no: the gate's record must have arrived and must open it; a gate
    that was closed for this request stays closed until somebody opens it, whatever the flags say."""
    crime = gates.get(Gate.CRIME_OR_CIVIL)
    if (Flag.CRIME_POSSIBLE in flags or crime is not None) and crime != NOT_A_CRIME:
        raise CrimeNotRuledOut
    violence = gates.get(Gate.DV_GATE)
    if (Flag.DV in flags or violence is not None) and violence not in NOT_FAMILY_VIOLENCE:
        raise FamilyViolenceBlocks
    if gates.get(Gate.MINOR_GATE) == CHILD_LANE:
        raise ChildLaneComesFirst
    if gates.get(Gate.LEGALITY) in UNLAWFUL:
        raise LawfulnessNotChecked
    if gates.get(Gate.MEDIABLE) == UNMEDIABLE:
        raise NotMediable


def require_gates_quietly(flags: frozenset[Flag], gates: Mapping[Gate, RuleId]) -> None:
    """A party must not learn from a refusal that violence or a crime is suspected."""
    try:
        require_gates(flags, gates)
    except (CrimeNotRuledOut, FamilyViolenceBlocks, ChildLaneComesFirst, LawfulnessNotChecked, NotMediable):
        raise StillUnderReview from None


def notice_needed(case: Open) -> bool:
    return case.channel is Channel.PM and not case.notice_given


def ways_owed(channel: Channel, flags: frozenset[Flag], trade: Trade | None = None) -> tuple[OtherWay, ...]:
    """What the parties must be told when a case ends unsettled (R-04, R-10); labour goes to arbitration (R-16)."""
    ways = [OtherWay.SUIT, OtherWay.LEGAL_AID]
    if channel is Channel.PSM:
        ways.insert(0, OtherWay.PENALTY_PROCEDURE)
    if Flag.WAGE in flags or trade is Trade.LABOUR:
        ways.append(OtherWay.ARBITRATION)
    return tuple(ways)


def ways_before_help(flags: frozenset[Flag]) -> tuple[OtherWay, ...]:
    """What R-01 wants told to a plain dispute that came to the police."""
    return (OtherWay.PEOPLES_COMMITTEE, *ways_owed(Channel.PM, flags))


def require_told(owed: tuple[OtherWay, ...], told: tuple[OtherWay, ...]) -> None:
    if missing := tuple(way for way in owed if way not in told):
        raise OtherWaysNotTold(missing=missing)


def ending(channel: Channel, ground: Ground) -> tuple[Outcome, OutcomeDetail | None, ReasonCode | None]:
    """What a ground makes of the case: a crime or violation goes on elsewhere, everything else has failed."""
    if ground in EXCLUDING and channel is not Channel.PSM:
        raise GroundNotOfChannel
    match ground:
        case Ground.CRIME_FOUND:
            return Outcome.HANDED_OVER, None, ReasonCode.CRIME_FOUND
        case Ground.VIOLATION_FOUND if channel is not Channel.PSM:
            return Outcome.HANDED_OVER, None, ReasonCode.VIOLATION_FOUND
        case Ground.VIOLATION_FOUND:
            raise GroundNotOfChannel
        case Ground.NEW_VIOLATION:
            return Outcome.FAILED, None, ReasonCode.NEW_VIOLATION
        case Ground.NOT_SETTLED:
            return Outcome.FAILED, None, ReasonCode.NOT_SETTLED
        case Ground.PARTY_ABSENT:
            return Outcome.FAILED, None, ReasonCode.PARTY_ABSENT
        case _:
            return Outcome.FAILED, None, None


def give_notice(command: GiveNotice, case: Open) -> tuple[CaseEvent, ...]:
    if case.notice_given:
        return ()
    require_told(ways_before_help(case.flags), command.ways)
    return (
        NoticeGiven(
            case_id=case.case_id,
            request_id=case.request_id,
            ways=command.ways,
            rule=NOTICE_BEFORE_HELP,
            occurred_at=command.at,
        ),
    )


def note_gate(command: NoteGate, case: Open) -> tuple[CaseEvent, ...]:
    if gates_after(case.gates, command.gate, command.result) == case.gates:
        return ()
    return (
        GateNoted(
            case_id=case.case_id,
            request_id=case.request_id,
            gate=command.gate,
            result=command.result,
            occurred_at=command.at,
        ),
    )
