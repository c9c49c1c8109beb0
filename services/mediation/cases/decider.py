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
from services.mediation.cases.rules import channels, consent, endings, hosts, naming, protocol, sessions
from services.mediation.cases.rules.law import IN_FORCE, Law
from services.mediation.cases.state import CaseState, Ended, Open, Unopened, evolve
from services.mediation.channels.commands import (
    AcceptHosting,
    Apply,
    AppointAgent,
    AskAssistance,
    ChooseRemote,
    DeclineHosting,
    DiscloseInterest,
    ExtendCasework,
    HandOver,
    NameTrade,
    NoteFirmConsent,
    NoteSuit,
    RecordApplication,
    RecordFirmConsent,
    RecordPenalty,
    RecordRemote,
    ReportViolence,
    Resume,
    Suspend,
    WatchLimit,
)
from services.mediation.channels.rules import casework, economic, interests, leads, limits, remote, trades, violence
from shared.contracts.codes import Channel
from shared.kernel import CorruptHistory, Decider


def deciding(law: Law) -> Decider[CaseCommand, CaseState, CaseEvent]:
    def decide(command: CaseCommand, state: CaseState) -> tuple[CaseEvent, ...]:
        match state:
            case Unopened():
                return _unopened(command)
            case Open():
                return _open(command, state, law)
            case Ended():
                return _ended(command, state)

    return Decider(Unopened(), decide, evolve)


def _unopened(command: CaseCommand) -> tuple[CaseEvent, ...]:
    if isinstance(command, OpenCase):
        return protocol.offer(command)
    raise CorruptHistory(f"{type(command).__name__} before the case was offered")


def _ended(command: CaseCommand, case: Ended) -> tuple[CaseEvent, ...]:
    match command:
        case OpenCase() | NoteGate() | NoteConsentDue() | TimeOut() | StopCase() | Settle():
            return ()
        case WatchLimit() | NoteSuit() | NoteFirmConsent():
            return ()
        case RefuseMediation() | RecordRefusal() if command.party == case.refused_by:
            return ()
        case ReportDanger():
            return endings.report_danger(command, case)
        case _:
            raise CaseHasEnded


def _open(command: CaseCommand, case: Open, law: Law) -> tuple[CaseEvent, ...]:
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
        case ReportViolence():
            return _violence(command, case)
        case NoteSuit():
            return leads.note_suit(command, case)
        case WatchLimit():
            return limits.watch(command, case) or remote.lapse(command, case)
        case DiscloseInterest():
            return interests.disclose(command, case)
        case NoteFirmConsent():
            return economic.note_firm_consent(command, case)
        case Apply():
            return trades.apply(command, protocol.require_signed(case))
        case ChooseRemote():
            return remote.choose(command, protocol.require_signed(case))
        case GiveConsent():
            channels.require_gates_quietly(case.flags, case.gates)
            return consent.consent(protocol.require_signed(case), command.party, command.how, None, None, command.at)
        case _:
            if isinstance(command, OpenSession):
                law.host(case, command.by)
            return protocol.first_act(case, command.at, _handle(command, protocol.require_signed(case), law))


def _violence(command: ReportViolence, case: Open) -> tuple[CaseEvent, ...]:
    """R-02: a new violation in the talks ends police mediation at once."""
    reported = violence.report_violence(command, case)
    if not reported or case.channel is not Channel.PSM:
        return reported
    return (*reported, *endings.new_violation(case, command.at))


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
    | EndCase
    | HandOver
    | AskAssistance
    | NameTrade
    | RecordApplication
    | RecordPenalty
    | AppointAgent
    | Suspend
    | Resume
    | RecordRemote
    | AcceptHosting
    | DeclineHosting
    | RecordFirmConsent
    | ExtendCasework,
    case: Open,
    law: Law,
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
            return naming.name_host(command, case, law)
        case OpenSession():
            return sessions.open_session(command, case, law)
        case EndSession():
            return sessions.end_session(command, case, law)
        case ExtendMediation():
            return endings.extend(command, case)
        case EndCase():
            return endings.end_case(command, case)
        case _:
            return _course(command, case, law)


def _course(
    command: HandOver
    | AskAssistance
    | NameTrade
    | RecordApplication
    | RecordPenalty
    | AppointAgent
    | Suspend
    | Resume
    | RecordRemote
    | AcceptHosting
    | DeclineHosting
    | RecordFirmConsent
    | ExtendCasework,
    case: Open,
    law: Law,
) -> tuple[CaseEvent, ...]:
    match command:
        case HandOver():
            law.gates(case)
            return leads.hand_over(command, case, law.lead, law.time)
        case AskAssistance():
            return leads.ask_assistance(command, case)
        case NameTrade():
            return trades.name_trade(command, case)
        case RecordApplication():
            return trades.record_application(command, case)
        case RecordPenalty():
            return leads.record_penalty(command, case)
        case AppointAgent():
            return interests.appoint_agent(command, case)
        case Suspend():
            return limits.suspend(command, case)
        case Resume():
            return limits.resume(command, case)
        case _:
            return _remote(command, case, law)


def _remote(
    command: RecordRemote | AcceptHosting | DeclineHosting | RecordFirmConsent | ExtendCasework, case: Open, law: Law
) -> tuple[CaseEvent, ...]:
    match command:
        case RecordRemote():
            return remote.record_choice(command, case)
        case AcceptHosting():
            return remote.accept(command, case)
        case DeclineHosting():
            return remote.decline(command, case)
        case RecordFirmConsent():
            law.gates(case)
            return economic.record_firm_consent(command, case)
        case ExtendCasework():
            return casework.extend_casework(command, case)
        case _:
            assert_never(command)


case_decider: Decider[CaseCommand, CaseState, CaseEvent] = deciding(IN_FORCE)
