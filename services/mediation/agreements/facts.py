"""What can happen to the agreement of a case: versions are drafted, one takes effect, its duties are watched."""

from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from services.mediation.agreements.rules.effects import NextRung
from services.mediation.cases.facts import CaseId, Way
from shared.contracts.codes import Channel, Effect, Product
from shared.kernel import PersonId, RequestId, TextRef, fact, value

AgreementId = NewType("AgreementId", UUID)
DutyId = NewType("DutyId", UUID)


class DutyKind(StrEnum):
    MONEY = "money"
    GOODS = "goods"
    ACT = "act"
    APOLOGY = "apology"


@value
class Duty:
    """`due` is the day the parties wrote; `lapses_at` its last moment, `warn_at` three days before it."""

    duty_id: DutyId
    kind: DutyKind
    by: PersonId
    to: PersonId
    amount_fen: int | None
    what: TextRef | None
    due: date | None
    warn_at: datetime | None
    lapses_at: datetime | None


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


AgreementEvent = (
    AgreementDrafted
    | DraftVoided
    | AgreementSigned
    | AgreementTookEffect
    | WatchBegun
    | DutyPerformed
    | DutyWarned
    | DutyDefaulted
)
