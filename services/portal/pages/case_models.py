"""A case as the API tells it to the page: what the page reads of it, and no more."""

from datetime import date, datetime
from uuid import UUID

from services.portal.desk_client import Answer


class Party(Answer):
    party: UUID
    side: str = ""
    consented: bool = False
    refused: bool = False
    how: str | None = None
    invited: bool = False
    guardian: str | None = None
    attended: bool = False


class Session(Answer):
    session_id: UUID
    kind: str
    channel: str = ""
    opened_at: datetime
    ended_at: datetime | None = None
    result: str | None = None


class WhyNot(Answer):
    title: str = ""
    detail: str = ""

    @property
    def words(self) -> str:
        return (self.detail or self.title).rstrip("。")


class Step(Answer):
    operation: str
    allowed: bool
    done: bool = False
    why_not: WhyNot | None = None
    rule: str | None = None

    @property
    def name(self) -> str:
        return self.operation.removeprefix("mediation.")


class Signed(Answer):
    party: UUID
    signed: bool = False


class Duty(Answer):
    duty_id: UUID
    state: str = "open"
    due: date | None = None
    rung: str | None = None


class Confirmation(Answer):
    state: str = ""
    due: datetime | None = None
    acceptance_due: datetime | None = None
    decision_due: datetime | None = None


class AgreementRef(Answer):
    agreement_id: UUID
    state: str
    product: str = ""
    effect: str = ""
    signatures: tuple[Signed, ...] = ()
    duties: tuple[Duty, ...] = ()
    confirmation: Confirmation | None = None
    penalty_due: datetime | None = None
    in_effect_at: datetime | None = None

    @property
    def defaulted(self) -> bool:
        return any(each.state == "defaulted" for each in self.duties)


class LegFile(Answer):
    channel: str
    since: datetime
    reason: str | None = None
    ground: str | None = None
    rule: str | None = None


class LimitFile(Answer):
    clock: str
    due: datetime
    breached: bool = False
    still: bool = False


class InterestFile(Answer):
    person: UUID
    interest: str


class Course(Answer):
    legs: tuple[LegFile, ...] = ()
    assisting: tuple[str, ...] = ()
    worth: str | None = None
    trade: str | None = None
    apply_by: datetime | None = None
    suit: str | None = None
    penalty_decided: bool = False
    suspended: str | None = None
    interests: tuple[InterestFile, ...] = ()
    limits: tuple[LimitFile, ...] = ()


class Case(Answer):
    case_id: UUID
    request_id: UUID
    channel: str
    category: str
    state: str
    unit: str
    owner: UUID | None = None
    signed_by: UUID | None = None
    host: UUID | None = None
    host_committee: str | None = None
    parties: tuple[Party, ...]
    consent_due: datetime | None = None
    consent_overdue: bool = False
    mediation_due: datetime | None = None
    next_session_due: datetime | None = None
    sessions: tuple[Session, ...] = ()
    course: Course = Course()
    outcome: str | None = None
    opened_at: datetime
    closed_at: datetime | None = None
    claim: str | None = None
    relations: tuple[str, ...] = ()
    agreement: AgreementRef | None = None
    next: tuple[Step, ...] = ()

    @property
    def sitting(self) -> Session | None:
        return next((each for each in self.sessions if each.ended_at is None), None)

    def has(self, step: str) -> bool:
        """Whether the reader's role ever takes this step."""
        return any(each.name == step for each in self.next)


class Lead(Answer):
    channel: str
    leads: bool = False
    allowed: bool = False
    why_not: WhyNot | None = None
    rule: str | None = None
    ground: str | None = None
    application: bool = False
    asked: tuple[UUID, ...] = ()
    worth: str | None = None
    clock: str | None = None
    length: int | None = None
    unit: str | None = None
    due: datetime | None = None


class Leads(Answer):
    leads: tuple[Lead, ...] = ()


class Mediator(Answer):
    person: UUID
    committee: str = ""


class Mediators(Answer):
    mediators: tuple[Mediator, ...] = ()


class Body(Answer):
    code: str
    kind: str
    trades: tuple[str, ...] = ()
    listed: bool = False


class Bodies(Answer):
    bodies: tuple[Body, ...] = ()


class Way(Answer):
    way: str
    title: str
    detail: str
    rule: str = ""


class Advice(Answer):
    ways: tuple[Way, ...] = ()


class PanelSeat(Answer):
    seat: str
    person: UUID | None = None
    taken: bool = False
    roles: tuple[str, ...] = ()
    interest: str | None = None
    recused: bool = False


class PanelDecision(Answer):
    decision: str
    present: tuple[str, ...] = ()
    at: datetime


class Panel(Answer):
    template: str
    quorum: int
    lacking: int
    lead: str
    seats: tuple[PanelSeat, ...] = ()
    decided: tuple[PanelDecision, ...] = ()


class ExportFile(Answer):
    export_id: UUID
    case_id: UUID
    asked_by: UUID
    purpose: str
    standing: str
    until: datetime | None = None
    asked_at: datetime | None = None


class Exports(Answer):
    exports: tuple[ExportFile, ...] = ()
