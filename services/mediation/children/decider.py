"""A child's file in the lane of its own, from the offer to its one outcome (S43, S45, R-32 … R-36).

The slice lies in mediation because codes.yaml gives the channel CHILD to this service and names its stream
`mediation.child`; nothing is mediated here. It speaks the handling protocol, and publishes nothing else.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from services.mediation.children.commands import (
    ApproveRead,
    AskRead,
    ChildCommand,
    CloseChildFile,
    DeclineRead,
    ExcludeSeat,
    GiveSchoolResult,
    GiveSeat,
    HoldCounselling,
    NoteCasework,
    OfferChildFile,
    OpenSealed,
    RecordInterview,
    ReportBullying,
    ReportHarm,
    RespondToChild,
    ReturnChildFile,
    SignForChild,
    StopChildFile,
    TellReporterUnit,
    WatchChildClock,
)
from services.mediation.children.facts import (
    FEEDBACK,
    REPORT,
    SCHOOL,
    BullyingReported,
    ChildCaseworkFiled,
    ChildClockBreached,
    ChildClockEscalated,
    ChildClockWarned,
    ChildEvent,
    ChildFileOffered,
    ChildFileReturned,
    ChildFileSigned,
    ChildFileStopped,
    ChildFirstResponse,
    ChildHandlingStarted,
    ChildInterviewHeld,
    ChildOutcomeReported,
    ChildSeatExcluded,
    ChildSeatGiven,
    CounsellingHeld,
    HarmSuspected,
    MandatoryReported,
    ReporterUnitTold,
    SchoolResultGiven,
    SealedRead,
    SealedReadApproved,
    SealedReadAsked,
    SealedReadDeclined,
)
from services.mediation.children.refusals import ChildFileEnded, NoSuchChildFile
from services.mediation.children.rules.clocks import watch
from services.mediation.children.rules.endings import close, send_back, stop
from services.mediation.children.rules.reporting import (
    give_school_result,
    note_casework,
    report,
    report_bullying,
    respond,
    sign,
    tell_reporter,
)
from services.mediation.children.rules.sealed import approve_read, ask_read, decline_read, hold_counselling, open_sealed
from services.mediation.children.rules.seats import exclude_seat, give_seat, record_interview
from services.mediation.children.state import Asked, ChildState, Ended, Note, Open, Running, Unoffered
from shared.kernel import ClockId, CorruptHistory, Decider, fact_name


def evolve(state: ChildState, event: ChildEvent) -> ChildState:
    match state, event:
        case Unoffered(), ChildFileOffered():
            return Open(event.offer)
        case Open(), ChildOutcomeReported() | ChildFileReturned() | ChildFileStopped():
            return Ended(replace(state, over=True))
        case Open(), _:
            return _evolve_open(state, event)
        case Ended(), SealedReadAsked() | SealedReadApproved() | SealedReadDeclined() | SealedRead():
            return Ended(_evolve_reads(state.file, event))
        case _:
            raise CorruptHistory(f"{fact_name(event)} after {type(state).__name__}")


def _evolve_open(file: Open, event: ChildEvent) -> Open:
    match event:
        case HarmSuspected():
            return replace(file, clocks={**file.clocks, REPORT: Running(event.report_due)})
        case ChildFileSigned():
            return replace(file, owner=event.owner)
        case ChildFirstResponse():
            return replace(file, responded=True)
        case ChildHandlingStarted():
            return replace(file, started=True)
        case MandatoryReported():
            return replace(file, reported=True, clocks=_without(file.clocks, REPORT))
        case ChildCaseworkFiled():
            return replace(file, casework=True, clocks={**file.clocks, FEEDBACK: Running(event.feedback_due)})
        case ReporterUnitTold():
            return replace(file, told_reporter=True, clocks=_without(file.clocks, FEEDBACK))
        case BullyingReported():
            return replace(file, bullying=True, clocks={**file.clocks, SCHOOL: Running(event.result_due)})
        case SchoolResultGiven():
            return replace(file, school_result=event.result, clocks=_without(file.clocks, SCHOOL))
        case ChildSeatGiven():
            return replace(file, seats={**file.seats, event.person: event.seat})
        case ChildSeatExcluded():
            seats = {person: seat for person, seat in file.seats.items() if person != event.person}
            return replace(file, seats=seats, excluded={**file.excluded, event.person: event.conflict})
        case ChildInterviewHeld():
            note = Note(event.session_id, event.interviewed_by, event.notes, counselling=False)
            return replace(file, interviewed=True, notes=(*file.notes, note))
        case CounsellingHeld():
            return replace(
                file, notes=(*file.notes, Note(event.session_id, event.counsellor, event.notes, counselling=True))
            )
        case ChildClockWarned():
            return _marked(file, event.clock, replace(file.clocks[event.clock], warned=True))
        case ChildClockBreached():
            return _marked(file, event.clock, replace(file.clocks[event.clock], breached=True))
        case ChildClockEscalated():
            return _marked(file, event.clock, replace(file.clocks[event.clock], escalated=True))
        case _:
            return _evolve_reads(file, event)


def _evolve_reads(file: Open, event: ChildEvent) -> Open:
    match event:
        case SealedReadAsked():
            return replace(file, reads={**file.reads, event.read_id: Asked(event.reader, event.scope)})
        case SealedReadApproved():
            approved = replace(file.reads[event.read_id], until=event.until, approver=event.approver)
            return replace(file, reads={**file.reads, event.read_id: approved})
        case SealedReadDeclined():
            declined = replace(file.reads[event.read_id], declined=True)
            return replace(file, reads={**file.reads, event.read_id: declined})
        case SealedRead():
            return file
        case _:
            raise CorruptHistory(f"{fact_name(event)} in an open file")


def _without(clocks: Mapping[ClockId, Running], clock: ClockId) -> Mapping[ClockId, Running]:
    return {each: running for each, running in clocks.items() if each != clock}


def _marked(file: Open, clock: ClockId, running: Running) -> Open:
    return replace(file, clocks={**file.clocks, clock: running})


def decide(command: ChildCommand, state: ChildState) -> tuple[ChildEvent, ...]:
    match state, command:
        case Unoffered(), OfferChildFile():
            return _offer(command)
        case _, OfferChildFile():
            return ()
        case ((Unoffered() | Ended()), (WatchChildClock() | StopChildFile())):
            return ()
        case Unoffered(), _:
            raise NoSuchChildFile
        case Ended(), (AskRead() | ApproveRead() | DeclineRead() | OpenSealed()):
            return _read(command, state.file)
        case Ended(), _:
            raise ChildFileEnded
        case Open(), (AskRead() | ApproveRead() | DeclineRead() | OpenSealed()):
            return _read(command, state)
        case Open(), _:
            return _work(command, state)
        case _:
            raise CorruptHistory(type(command).__name__)


def _offer(command: OfferChildFile) -> tuple[ChildEvent, ...]:
    """R-32: being sent here is suspicion enough; the clock of the report starts with the offer."""
    return (
        ChildFileOffered(offer=command.offer, occurred_at=command.at),
        HarmSuspected(
            child_id=command.offer.child_id,
            request_id=command.offer.request_id,
            report_due=command.report_due,
            escalates_at=command.escalates_at,
            occurred_at=command.at,
        ),
    )


def _read(command: AskRead | ApproveRead | DeclineRead | OpenSealed, file: Open) -> tuple[ChildEvent, ...]:
    match command:
        case AskRead():
            return ask_read(command, file)
        case ApproveRead():
            return approve_read(command, file)
        case DeclineRead():
            return decline_read(command, file)
        case OpenSealed():
            return open_sealed(command, file)
        case _:
            assert_never(command)


def _work(command: ChildCommand, file: Open) -> tuple[ChildEvent, ...]:
    match command:
        case SignForChild():
            return sign(command, file)
        case RespondToChild():
            return respond(command, file)
        case ReportHarm():
            return report(command, file)
        case NoteCasework():
            return note_casework(command, file)
        case TellReporterUnit():
            return tell_reporter(command, file)
        case ReportBullying():
            return report_bullying(command, file)
        case GiveSchoolResult():
            return give_school_result(command, file)
        case GiveSeat():
            return give_seat(command, file)
        case ExcludeSeat():
            return exclude_seat(command, file)
        case RecordInterview():
            return record_interview(command, file)
        case HoldCounselling():
            return hold_counselling(command, file)
        case WatchChildClock():
            return watch(command, file)
        case CloseChildFile():
            return close(command, file)
        case ReturnChildFile():
            return send_back(command, file)
        case StopChildFile():
            return stop(command, file)
        case _:
            raise CorruptHistory(type(command).__name__)


child_decider: Decider[ChildCommand, ChildState, ChildEvent] = Decider(Unoffered(), decide, evolve)
