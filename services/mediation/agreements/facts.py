"""What can happen to the agreement of a case: versions are drafted, one takes effect, its duties are watched."""

from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from services.mediation.agreements.rules.effects import NextRung
from services.mediation.agreements.rules.ladder import Rung
from services.mediation.cases.facts import CaseId, Way
from shared.contracts.codes import Channel, Effect, Ladder, Product
from shared.kernel import ItemCode, PersonId, RequestId, TextRef, fact, value

AgreementId = NewType("AgreementId", UUID)
DutyId = NewType("DutyId", UUID)


class DutyKind(StrEnum):
    MONEY = "money"
    GOODS = "goods"
    ACT = "act"
    APOLOGY = "apology"


class GoodsUnit(StrEnum):
    """What goods are counted in."""

    LOT = "lot"
    PIECE = "piece"
    SET = "set"
    KILOGRAM = "kilogram"
    TON = "ton"
    METRE = "metre"
    SQUARE_METRE = "square_metre"


class Every(StrEnum):
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Scope(StrEnum):
    """What of an agreement a court is asked to confirm."""

    WHOLE = "whole"
    DUTIES = "duties"
    """Only what is to be paid, delivered or done; the tie between the persons itself stays outside."""


class ConfirmationStep(StrEnum):
    """The limits of a confirmation (CL-030 to CL-034)."""

    APPLICATION = "application"
    ACCEPTANCE = "acceptance"
    DECISION = "decision"


class ConfirmationRefusal(StrEnum):
    """Why a court does not confirm (R-13)."""

    UNCLEAR = "unclear"
    UNLAWFUL = "unlawful"
    HARMS_OTHERS = "harms_others"
    IDENTITY_RELATION = "identity_relation"
    NOT_VOLUNTARY = "not_voluntary"


@value
class Goods:
    """Counted in their own unit; never added to money."""

    item: ItemCode | None
    count: int
    unit: GoodsUnit


@value
class Schedule:
    """The same again and again, from the duty's own day on: `times` instalments in all."""

    every: Every
    times: int


@value
class Duty:
    """`due` is the day the parties wrote; `lapses_at` its last moment, `warn_at` three days before it.

    With a `schedule` it is a series, whose instalments are derived from it; an instalment names its `series`.
    """

    duty_id: DutyId
    kind: DutyKind
    by: PersonId
    to: PersonId
    amount_fen: int | None
    what: TextRef | None
    due: date | None
    warn_at: datetime | None
    lapses_at: datetime | None
    goods: Goods | None = None
    schedule: Schedule | None = None
    series: DutyId | None = None
    place: int = 1
    """Which instalment of its series, from 1."""


@fact("agreement_drafted")
class AgreementDrafted:
    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    version: int
    channel: Channel
    product: Product
    effect: Effect
    parties: tuple[PersonId, ...]
    terms: TextRef
    record: TextRef | None
    duties: tuple[Duty, ...]
    identity_relation: bool = False
    """It settles marriage, adoption, custody or another tie between persons; no court confirms that (R-13)."""
    occurred_at: datetime


@fact("draft_voided")
class DraftVoided:
    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    version: int
    occurred_at: datetime


@fact("agreement_signed")
class AgreementSigned:
    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    version: int
    party: PersonId
    how: Way
    recorded_by: PersonId | None
    evidence: TextRef | None
    occurred_at: datetime


@fact("agreement_in_effect")
class AgreementTookEffect:
    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    version: int
    product: Product
    effect: Effect
    duties: tuple[Duty, ...]
    terms: TextRef | None = None
    parties: tuple[PersonId, ...] = ()
    confirm_due: datetime | None = None
    """Last moment of the joint application for confirmation; None where no court confirms."""
    occurred_at: datetime


@fact("watch_begun")
class WatchBegun:
    """The case was settled with so many duties still open; from here each end of a duty counts one down."""

    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    watched: int
    occurred_at: datetime


@fact("duty_performed")
class DutyPerformed:
    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    duty_id: DutyId
    confirmed_by: PersonId
    proof: TextRef | None
    still_watched: int
    occurred_at: datetime


@fact("duty_warned")
class DutyWarned:
    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    duty_id: DutyId
    due: datetime
    occurred_at: datetime


@fact("duty_fell_due")
class DutyFellDue:
    """Its day has come."""

    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    duty_id: DutyId
    due: datetime
    occurred_at: datetime


@fact("duty_defaulted")
class DutyDefaulted:
    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    duty_id: DutyId
    due: datetime
    next_rung: NextRung
    still_watched: int
    occurred_at: datetime


@fact("default_climbed")
class DefaultClimbed:
    """Somebody of the next rung takes up what was not performed."""

    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    duty_id: DutyId
    ladder: Ladder
    rung: Rung
    next_at: datetime | None
    """When the rung after this one is climbed, unless the duty is performed; None at the top."""
    occurred_at: datetime


@fact("penalty_procedure_due")
class PenaltyProcedureDue:
    """What the parties settled was not performed: the penalty question is open again (R-04)."""

    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    duty_id: DutyId
    due: datetime
    occurred_at: datetime


@fact("confirmation_joined")
class ConfirmationJoined:
    """One party applies; the application is complete when all have joined for the same scope."""

    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    party: PersonId
    scope: Scope
    how: Way
    recorded_by: PersonId | None
    evidence: TextRef | None
    occurred_at: datetime


@fact("confirmation_warned")
class ConfirmationWarned:
    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    due: datetime
    occurred_at: datetime


@fact("confirmation_lapsed")
class ConfirmationLapsed:
    """Nobody applied in time; suit on the agreement stays open (CL-030)."""

    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    occurred_at: datetime


@fact("confirmation_filed")
class ConfirmationFiled:
    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    scope: Scope
    acceptance_due: datetime
    occurred_at: datetime


@fact("confirmation_accepted")
class ConfirmationAccepted:
    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    decision_due: datetime
    accepted_by: PersonId
    occurred_at: datetime


@fact("confirmation_extended")
class ConfirmationExtended:
    """Ten days more, once (CL-033)."""

    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    decision_due: datetime
    occurred_at: datetime


@fact("confirmation_overdue")
class ConfirmationOverdue:
    """The court has not answered in its time: ask it (CL-031, CL-032)."""

    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    step: ConfirmationStep
    occurred_at: datetime


@fact("confirmation_decided")
class ConfirmationDecided:
    agreement_id: AgreementId
    case_id: CaseId
    request_id: RequestId
    scope: Scope
    confirmed: bool
    effect: Effect
    reason: ConfirmationRefusal | None
    ruling: TextRef | None
    decided_by: PersonId
    occurred_at: datetime


AgreementEvent = (
    AgreementDrafted
    | DraftVoided
    | AgreementSigned
    | AgreementTookEffect
    | WatchBegun
    | DutyPerformed
    | DutyWarned
    | DutyFellDue
    | DutyDefaulted
    | DefaultClimbed
    | PenaltyProcedureDue
    | ConfirmationJoined
    | ConfirmationWarned
    | ConfirmationLapsed
    | ConfirmationFiled
    | ConfirmationAccepted
    | ConfirmationExtended
    | ConfirmationOverdue
    | ConfirmationDecided
)
