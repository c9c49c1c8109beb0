"""The words that facts and commands of a case are made of."""

from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from shared.contracts.codes import Gate
from shared.kernel import ClockId, PersonId, RuleId, TextRef, UnitCode, value

CaseId = NewType("CaseId", UUID)
SessionId = NewType("SessionId", UUID)
InvitationId = NewType("InvitationId", UUID)


class OwnWay(StrEnum):
    """How a party itself says something that binds it."""

    SIGNED_IN = "signed_in"
    CODE_PIN = "code_pin"


class RecordedWay(StrEnum):
    """How a party said it when somebody else writes it down; the evidence lies in the vault."""

    PAPER = "paper"
    ORAL_RECORDED = "oral_recorded"
    PHONE_RECORDED = "phone_recorded"


Way = OwnWay | RecordedWay


class OtherWay(StrEnum):
    """Where a party can turn instead of mediation (R-01, R-10)."""

    PEOPLES_COMMITTEE = "peoples_committee"
    SUIT = "suit"
    ARBITRATION = "arbitration"
    LEGAL_AID = "legal_aid"
    PENALTY_PROCEDURE = "penalty_procedure"


class Ground(StrEnum):
    """Why a case ends without a settlement. The first five exclude police mediation (R-02)."""

    HIRED_OFFENDER = "hired_offender"
    GANG_FIGHT = "gang_fight"
    REPEATED_VIOLATIONS = "repeated_violations"
    NEW_VIOLATION = "new_violation"
    FLIGHT = "flight"
    CRIME_FOUND = "crime_found"
    VIOLATION_FOUND = "violation_found"
    NOT_SETTLED = "not_settled"
    PARTY_ABSENT = "party_absent"


class SessionResult(StrEnum):
    CONTINUE = "continue"
    AGREED = "agreed"
    NOT_AGREED = "not_agreed"


class Guardianship(StrEnum):
    """R-06: the guardian is there, or the minor of sixteen lives by own wages and agreed to do without."""

    PRESENT = "present"
    EXEMPT = "exempt"


@value
class GateResult:
    gate: Gate
    result: RuleId


@value
class LongerAgreed:
    party: PersonId
    evidence: TextRef


@value
class Limit:
    """A time limit of clocks.csv with its instants, counted with the bureau's calendar where it was made."""

    clock: ClockId
    due: datetime
    warn_at: datetime | None


class Trade(StrEnum):
    """Whose rules an industry mediation follows: the body must know the trade (R-16, R-17, R-60)."""

    LABOUR = "labour"
    TRAFFIC = "traffic"
    PROPERTY = "property"
    MEDICAL = "medical"
    CONSUMER = "consumer"
    FINANCE = "finance"
    CONSTRUCTION = "construction"
    OTHER = "other"


class BodyKind(StrEnum):
    INDUSTRY = "industry"
    COURT = "court"


@value
class Body:
    """An organisation on the register of bodies, as of the day of an act. `listed`: on the list of a court or of the
    justice bureau on that day (R-60)."""

    code: UnitCode
    kind: BodyKind
    trades: tuple[Trade, ...]
    listed: bool


def is_court(body: Body | None) -> bool:
    """R-61: what is the court's to do is done by people of a body that the register knows as one."""
    return body is not None and body.kind is BodyKind.COURT


class SuitStage(StrEnum):
    """Where the court has the dispute (R-14): before filing, or filed and left to mediation for a while."""

    PRE_SUIT = "pre_suit"
    ORDINARY = "ordinary"
    SIMPLE = "simple"


class Interest(StrEnum):
    """Why somebody is not neutral (R-15). Only the last may go on."""

    PARTY_BEFORE = "party_before"
    AGENT_BEFORE = "agent_before"
    RELATIVE = "relative"
    EMPLOYED = "employed"
    MANDATE = "mandate"
    MEDIATED_BEFORE = "mediated_before"


@value
class Conflict:
    """Found in the own history: a person stood on one side before."""

    interest: Interest
    case_id: UUID


class LeadGround(StrEnum):
    """What lets the lead change (R-05, R-14, R-60, R-61)."""

    BEFORE_PENALTY = "before_penalty"
    WRITTEN_APPLICATION = "written_application"
    TRADE_OF_THE_BODY = "trade_of_the_body"
    BOTH_VOLUNTARY = "both_voluntary"
    REFERRED_TO_COURT = "referred_to_court"
    NOT_FILED = "not_filed"
