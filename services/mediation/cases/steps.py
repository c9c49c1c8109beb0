"""What the law allows next: every act is tried on the present state, and the refusal is the reason why not yet."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.mediation.agreements.asking import confirmation_steps
from services.mediation.agreements.commands import SignAgreement
from services.mediation.agreements.decider import agreement_decider
from services.mediation.agreements.rules.drafting import require_agreed, require_fit, require_signable
from services.mediation.agreements.state import AgreementState, Drafted, InEffect
from services.mediation.cases.commands import (
    CaseCommand,
    EndCase,
    EndSession,
    ExtendMediation,
    GiveConsent,
    GiveNotice,
    InviteParty,
    JoinParty,
    NameHost,
    Official,
    OpenSession,
    RecordConsent,
    RecordGuardian,
    RecordRefusal,
    RecordViolation,
    RefuseMediation,
    ReportDanger,
    ReturnCase,
    SignFor,
)
from services.mediation.cases.decider import case_decider
from services.mediation.cases.doors import operation_of
from services.mediation.cases.facts import (
    Ground,
    Guardianship,
    InvitationId,
    LongerAgreed,
    OwnWay,
    RecordedWay,
    SessionId,
    SessionResult,
)
from services.mediation.cases.rules.channels import ways_before_help, ways_owed
from services.mediation.cases.state import CaseState, Ended, Open
from services.mediation.cases.values import Limit, Trade
from services.mediation.channels.commands import (
    AcceptHosting,
    Apply,
    ChooseRemote,
    DeclineHosting,
    HandOver,
    NameTrade,
    PanelSeen,
    RecordFirmConsent,
    RecordPenalty,
    RemoteTerm,
    ReportViolence,
    Resume,
    Suspend,
)
from services.mediation.channels.rules.economic import firm, is_economic
from services.mediation.channels.rules.limits import ACCEPT_HOSTING, NAME_MEDIATOR, REMOTE
from services.mediation.channels.rules.remote import is_remote
from shared.contracts.codes import Category, Channel, Operation, ReasonCode, Role, SessionKind
from shared.kernel import Digest, PersonId, Rejection, TextRef, UnitCode, value

ACCESS: Final[Mapping[str, Operation]] = {
    "sign_for_case": Operation.COORDINATE,
    "give_notice": Operation.COORDINATE,
    "record_violation": Operation.COORDINATE,
    "give_consent": Operation.CONSENT,
    "record_consent": Operation.RECORD_SESSION,
    "name_host": Operation.COORDINATE,
    "end_session": Operation.RECORD_SESSION,
    "draft_agreement": Operation.DRAFT_AGREEMENT,
    "sign_agreement": Operation.SIGN_AGREEMENT,
    "record_signature": Operation.DRAFT_AGREEMENT,
    "confirm_duty": Operation.TAKE_PART,
    "record_performance": Operation.REVISIT,
    "join_confirmation": Operation.SIGN_AGREEMENT,
    "file_confirmation": Operation.SIGN_AGREEMENT,
    "open_session": Operation.RECORD_SESSION,
    "invite_party": Operation.COORDINATE,
    "join_party": Operation.COORDINATE,
    "record_guardian": Operation.RECORD_SESSION,
    "refuse_mediation": Operation.CONSENT,
    "record_refusal": Operation.RECORD_SESSION,
    "extend_mediation": Operation.RECORD_SESSION,
    "report_danger": Operation.RECORD_SESSION,
    "hand_over": Operation.COORDINATE,
    "ask_assistance": Operation.COORDINATE,
    "note_suit": Operation.HOST_JM,
    "name_trade": Operation.COORDINATE,
    "apply_for_mediation": Operation.CONSENT,
    "record_application": Operation.RECORD_SESSION,
    "record_penalty": Operation.COORDINATE,
    "disclose_interest": Operation.COORDINATE,
    "appoint_agent": Operation.RECORD_SESSION,
    "report_violence": Operation.RECORD_SESSION,
    "choose_remote": Operation.CONSENT,
    "record_remote": Operation.RECORD_SESSION,
    "accept_hosting": Operation.RECORD_SESSION,
    "decline_hosting": Operation.RECORD_SESSION,
    "record_firm_consent": Operation.RECORD_SESSION,
    "suspend_case": Operation.RECORD_SESSION,
    "resume_case": Operation.RECORD_SESSION,
    "form_panel": Operation.COORDINATE,
    "end_case": Operation.RETURN,
    "return_case": Operation.RETURN,
}
"""Operation of the API → row of access.csv, in the order of a case: the first that is allowed is the next step, and
what may be done at any time stands last. Signing for a case is taking over its coordination: a people's mediator
may own a case and holds no `sign_for`; whom it was offered to is the decider's rule."""

SOMEWHERE: Final = TextRef(UUID(int=0), Digest("0" * 64))
SOMEBODY: Final = UUID(int=0)


@value
class Reader:
    """For whom the steps are tried."""

    official: Official
    party: PersonId | None
    panel: PanelSeen | None = None


@value
class Verdict:
    operation: str
    refusal: Rejection | None
    done: bool


NEXT_LEAD: Final = {
    Channel.PSM: Channel.PM,
    Channel.PM: Channel.JM,
    Channel.IM: Channel.JM,
    Channel.JM: Channel.PM,
}
"""The hand-over that is tried for the page; every other one is named by whoever wishes it."""


def operation_for(step: str, role: str) -> Operation:
    """The row of access.csv that lets this role take the step."""
    return operation_of(ACCESS[step], role)


Probe = Callable[[Open, Reader, datetime], CaseCommand | None]


def _next_party(case: Open) -> PersonId:
    return (case.missing or case.parties)[0]


def _host(case: Open, reader: Reader) -> Official:
    """For people's mediation any registered mediator can be named; all others name themselves."""
    if case.channel is not Channel.PM:
        return reader.official
    if case.host is not None:
        return Official(case.host, frozenset({Role.PEOPLES_MEDIATOR}), None, UnitCode("-"))
    return Official(PersonId(SOMEBODY), frozenset({Role.PEOPLES_MEDIATOR}), None, UnitCode("-"))


def _term(at: datetime) -> RemoteTerm:
    return RemoteTerm(*(Limit(clock, at, None) for clock in (NAME_MEDIATOR, ACCEPT_HOSTING, REMOTE)))


PROBES: Final[Mapping[str, Probe]] = {
    "sign_for_case": lambda case, reader, at: SignFor(by=reader.official, consent_due=at, mediation_due=at, at=at),
    "give_notice": lambda case, reader, at: (
        GiveNotice(ways=ways_before_help(case.flags), at=at) if case.channel is Channel.PM else None
    ),
    "record_violation": lambda case, reader, at: (
        RecordViolation(reference=SOMEWHERE, by=reader.official, at=at) if case.channel is Channel.PSM else None
    ),
    "invite_party": lambda case, reader, at: InviteParty(
        party=_next_party(case), invitation=InvitationId(SOMEBODY), at=at
    ),
    "give_consent": lambda case, reader, at: (
        GiveConsent(party=reader.party, how=OwnWay.SIGNED_IN, at=at) if reader.party else None
    ),
    "record_consent": lambda case, reader, at: RecordConsent(
        party=_next_party(case), how=RecordedWay.PAPER, evidence=SOMEWHERE, by=reader.official.person, at=at
    ),
    "record_guardian": lambda case, reader, at: RecordGuardian(
        party=case.parties[0], guardianship=Guardianship.PRESENT, evidence=SOMEWHERE, at=at
    ),
    "name_host": lambda case, reader, at: NameHost(host=_host(case, reader), at=at),
    "open_session": lambda case, reader, at: OpenSession(
        session_id=SessionId(SOMEBODY),
        kind=SessionKind.JOINT,
        by=reader.official,
        officers=1,
        recording=SOMEWHERE,
        panel=reader.panel,
        at=at,
    ),
    "end_session": lambda case, reader, at: EndSession(
        session_id=case.session.session_id if case.session else SessionId(SOMEBODY),
        result=SessionResult.CONTINUE,
        attended=(),
        notes=None,
        next_session_due=at,
        at=at,
    ),
    "join_party": lambda case, reader, at: JoinParty(party=PersonId(SOMEBODY), at=at),
    "refuse_mediation": lambda case, reader, at: (
        RefuseMediation(party=reader.party, how=OwnWay.SIGNED_IN, note=None, at=at) if reader.party else None
    ),
    "record_refusal": lambda case, reader, at: RecordRefusal(
        party=case.parties[0], how=RecordedWay.PAPER, note=SOMEWHERE, by=reader.official.person, at=at
    ),
    "extend_mediation": lambda case, reader, at: ExtendMediation(
        until=(case.mediation_due or at) + timedelta(days=1),
        agreed=tuple(LongerAgreed(party, SOMEWHERE) for party in case.parties),
        at=at,
    ),
    "report_danger": lambda case, reader, at: ReportDanger(note=SOMEWHERE, by=reader.official.person, at=at),
    "hand_over": lambda case, reader, at: HandOver(
        channel=NEXT_LEAD[case.channel],
        reason=ReasonCode.NOT_SETTLED,
        paper=None,
        mediation_due=at,
        limits=(),
        at=at,
    ),
    "name_trade": lambda case, reader, at: (
        NameTrade(
            trade=case.course.trade or Trade.OTHER,
            letter_received_at=case.course.letter_received_at,
            apply_by=None,
            mediation_due=at,
            limits=(),
            at=at,
        )
        if case.channel is Channel.IM
        else None
    ),
    "apply_for_mediation": lambda case, reader, at: (
        Apply(party=reader.party, how=OwnWay.SIGNED_IN, mediation_due=at, limits=(), at=at)
        if reader.party and case.course.trade is Trade.TRAFFIC
        else None
    ),
    "record_penalty": lambda case, reader, at: (
        RecordPenalty(reference=SOMEWHERE, by=reader.official, at=at) if case.category is Category.PSO else None
    ),
    "choose_remote": lambda case, reader, at: (
        ChooseRemote(party=reader.party, how=OwnWay.SIGNED_IN, term=_term(at), at=at)
        if reader.party and case.channel is Channel.JM
        else None
    ),
    "accept_hosting": lambda case, reader, at: (
        AcceptHosting(by=reader.official.person, term=_term(at), at=at) if is_remote(case) else None
    ),
    "decline_hosting": lambda case, reader, at: (
        DeclineHosting(by=reader.official.person, term=_term(at), at=at)
        if is_remote(case) and case.course.accepted is None
        else None
    ),
    "record_firm_consent": lambda case, reader, at: (
        RecordFirmConsent(party=firm(case), paper=SOMEWHERE, by=reader.official.person, at=at)
        if is_economic(case)
        else None
    ),
    "report_violence": lambda case, reader, at: ReportViolence(note=SOMEWHERE, by=reader.official.person, at=at),
    "suspend_case": lambda case, reader, at: (
        None if case.course.suspended else Suspend(reason=ReasonCode.APPRAISAL, evidence=SOMEWHERE, at=at)
    ),
    "resume_case": lambda case, reader, at: (
        Resume(mediation_due=None, limits=(), at=at) if case.course.suspended else None
    ),
    "end_case": lambda case, reader, at: EndCase(
        ground=Ground.NOT_SETTLED, ways=ways_owed(case.channel, case.flags, case.course.trade), note=None, at=at
    ),
    "return_case": lambda case, reader, at: ReturnCase(reason=ReasonCode.WRONG_GRID, note=None, at=at),
}


def verdicts(case: CaseState, agreement: AgreementState, reader: Reader, at: datetime) -> tuple[Verdict, ...]:
    """In the order in which a case goes its way."""
    papers = _papers(case, agreement, reader, at)
    found = [papers.get(operation) or _try(operation, case, reader, at) for operation in ACCESS]
    return tuple(verdict for verdict in found if verdict is not None)


def _try(operation: str, case: CaseState, reader: Reader, at: datetime) -> Verdict | None:
    if isinstance(case, Ended) and operation == "report_danger":
        return Verdict(operation, None, done=False)
    probe = PROBES.get(operation)
    wish = probe(case, reader, at) if probe and isinstance(case, Open) else None
    if wish is None:
        return None
    return _tried(operation, lambda: case_decider.decide(wish, case))


def _tried(operation: str, decide: Callable[[], tuple[object, ...]]) -> Verdict:
    try:
        return Verdict(operation, None, done=not decide())
    except Rejection as refusal:
        return Verdict(operation, refusal, done=False)


def _papers(case: CaseState, agreement: AgreementState, reader: Reader, at: datetime) -> Mapping[str, Verdict]:
    match agreement, case:
        case Drafted(), (Open() | Ended()):
            return _draft(agreement, case) | _signatures(agreement, case, reader, at)
        case InEffect(), _:
            return _duties(agreement, reader) | _confirmation(agreement, reader, at)
        case _, Open():
            return {"draft_agreement": Verdict("draft_agreement", _refusal_of(require_agreed, case), done=False)}
        case _:
            return {}


def _refusal_of(rule: Callable[..., object], *facts: object, **more: object) -> Rejection | None:
    try:
        rule(*facts, **more)
    except Rejection as refusal:
        return refusal
    return None


def _draft(draft: Drafted, case: Open | Ended) -> dict[str, Verdict]:
    """What fits the case no more has to be drafted anew."""
    done = _refusal_of(require_fit, draft, case) is None
    refusal = None if done else _refusal_of(require_agreed, case)
    return {"draft_agreement": Verdict("draft_agreement", refusal, done)}


def _signatures(draft: Drafted, case: Open | Ended, reader: Reader, at: datetime) -> dict[str, Verdict]:
    refusal = _refusal_of(require_signable, draft, case, quietly=False)
    found = {"record_signature": Verdict("record_signature", refusal, done=False)}
    if reader.party is not None:
        wish = SignAgreement(party=reader.party, version=draft.version, how=OwnWay.SIGNED_IN, case=case, at=at)
        found["sign_agreement"] = _tried("sign_agreement", lambda: agreement_decider.decide(wish, draft))
    return found


def _duties(agreement: InEffect, reader: Reader) -> dict[str, Verdict]:
    unperformed = [duty for duty in agreement.duties if duty.duty_id not in agreement.performed]
    names = ["record_performance"] if unperformed else []
    if any(duty.to == reader.party for duty in unperformed):
        names.append("confirm_duty")
    return {name: Verdict(name, None, done=False) for name in names}


def _confirmation(agreement: InEffect, reader: Reader, at: datetime) -> dict[str, Verdict]:
    tried = confirmation_steps(agreement, reader.party, at)
    return {name: Verdict(name, refusal, done) for name, (refusal, done) in tried.items()}
