"""A dispute from the offer to its outcome. R-09: nobody is mediated against a clear refusal.

Facts, commands, states and refusals stand beside this file; the law by topic stands in `rules/`.
"""

from typing import assert_never

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
    NoteConsentDue,
    NoteGate,
    OpenCase,
    OpenSession,
    RecordConsent,
    RecordGuardian,
    RecordRefusal,
    RecordViolation,
    RefuseMediation,
    ReportDanger,
    ReturnCase,
    Settle,
    SignFor,
    StopCase,
    TimeOut,
)
from services.mediation.cases.facts import CaseEvent
from services.mediation.cases.refusals import CaseHasEnded
from services.mediation.cases.rules import channels, consent, endings, hosts, protocol, sessions
from services.mediation.cases.state import CaseState, Ended, Open, Unopened, evolve
from shared.kernel import CorruptHistory, Decider


def decide(command: CaseCommand, state: CaseState) -> tuple[CaseEvent, ...]:
    match state:
        case Unopened():
            return _unopened(command)
        case Open():
            return _open(command, state)
        case Ended():
            return _ended(command, state)


def _unopened(command: CaseCommand) -> tuple[CaseEvent, ...]:
    if isinstance(command, OpenCase):
        return protocol.offer(command)
    raise CorruptHistory(f"{type(command).__name__} before the case was offered")


def _ended(command: CaseCommand, case: Ended) -> tuple[CaseEvent, ...]:
    match command:
        case OpenCase() | NoteGate() | NoteConsentDue() | TimeOut() | StopCase() | Settle():
            return ()
        case RefuseMediation() | RecordRefusal() if command.party == case.refused_by:
            return ()
        case ReportDanger():
            return endings.report_danger(command, case)
        case _:
            raise CaseHasEnded


def _open(command: CaseCommand, case: Open) -> tuple[CaseEvent, ...]:
    """What needs no owner stands first: a refusal, a danger, a taking away never wait for a signature.

    Who may not host is told so before he learns anything else about the case.
    """
    match command:
        case OpenCase():
            return ()
        case SignFor():
            return protocol.sign_for(command, case)
        case NoteGate():
            return channels.note_gate(command, case)
        case RefuseMediation():
            return consent.refuse(case, command.party, command.how, None, command.note, command.at)
        case RecordRefusal():
            consent.require_outsider(case, command.by)
            return consent.refuse(case, command.party, command.how, command.by, command.note, command.at)
        case ReportDanger():
            return endings.report_danger(command, case)
        case ReturnCase():
            return protocol.return_case(command, case)
        case StopCase():
            return endings.stop(command, case)
        case TimeOut():
            return endings.time_out(command, case)
        case NoteConsentDue():
            return consent.note_consent_due(command, case)
        case Settle():
            return endings.settle(command, case)
        case GiveConsent():
            channels.require_gates_quietly(case.flags, case.gates)
            return consent.consent(protocol.require_signed(case), command.party, command.how, None, None, command.at)
        case _:
            if isinstance(command, OpenSession):
                hosts.require_host(case, command.by)
            return protocol.first_act(case, command.at, _handle(command, protocol.require_signed(case)))


def _handle(
    command: GiveNotice
    | JoinParty
    | InviteParty
    | RecordConsent
    | RecordViolation
    | RecordGuardian
    | NameHost
    | OpenSession
    | EndSession
    | ExtendMediation
    | EndCase,
    case: Open,
) -> tuple[CaseEvent, ...]:
    match command:
        case GiveNotice():
            return channels.give_notice(command, case)
        case JoinParty():
            return consent.join(command, case)
        case InviteParty():
            return consent.invite(command, case)
        case RecordConsent():
            consent.require_outsider(case, command.by)
            return consent.consent(case, command.party, command.how, command.by, command.evidence, command.at)
        case RecordViolation():
            return hosts.record_violation(command, case)
        case RecordGuardian():
            return consent.record_guardian(command, case)
        case NameHost():
            return hosts.name_host(command, case)
        case OpenSession():
            return sessions.open_session(command, case)
        case EndSession():
            return sessions.end_session(command, case)
        case ExtendMediation():
            return endings.extend(command, case)
        case EndCase():
            return endings.end_case(command, case)
        case _:
            assert_never(command)


case_decider: Decider[CaseCommand, CaseState, CaseEvent] = Decider(Unopened(), decide, evolve)
