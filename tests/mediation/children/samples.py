"""A file of the child lane and its people, for the tests of the rules."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.mediation.children.commands import (
    ApproveRead,
    AskRead,
    CloseChildFile,
    ExcludeSeat,
    GiveSchoolResult,
    GiveSeat,
    Hand,
    HoldCounselling,
    NoteCasework,
    OfferChildFile,
    OpenSealed,
    RecordInterview,
    ReportBullying,
    ReportHarm,
    SignForChild,
    TellReporterUnit,
)
from services.mediation.children.decider import child_decider
from services.mediation.children.facts import (
    ChildId,
    Conflict,
    Offer,
    ReadId,
    ReportedTo,
    SealedScope,
    Seat,
    SessionId,
)
from shared.contracts.codes import Category, Outcome, Priority, Role
from shared.kernel import Digest, PersonId, RequestId, TextRef, UnitCode
from tests.support.spec import Spec

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
CHILD_ID, REQUEST = ChildId(UUID(int=0xC)), RequestId(UUID(int=0x100))
MOTHER, NEIGHBOUR, STEPFATHER = PersonId(UUID(int=1)), PersonId(UUID(int=2)), PersonId(UUID(int=3))
TEACHER, STRANGER = PersonId(UUID(int=4)), PersonId(UUID(int=5))
OFFICER = Hand(PersonId(UUID(int=11)), Role.CHILD_OFFICER, UnitCode("CHILD-1"))
COLLEAGUE = Hand(PersonId(UUID(int=12)), Role.CHILD_OFFICER, UnitCode("CHILD-1"))
LEADER = Hand(PersonId(UUID(int=13)), Role.STATION_LEADER, UnitCode("STATION-GL"))
COUNSELLOR = Hand(PersonId(UUID(int=14)), Role.COUNSELLOR)
OUTSIDER = Hand(PersonId(UUID(int=15)), None, UnitCode("CHILD-1"))
SCHOOL_HAND = Hand(TEACHER, None)
READ = ReadId(UUID(int=0x51))


def ref(number: int) -> TextRef:
    return TextRef(UUID(int=number), Digest("a" * 64))


def offer(priority: Priority = Priority.P1, excluded: tuple[PersonId, ...] = ()) -> OfferChildFile:
    sent = Offer(
        child_id=CHILD_ID,
        request_id=REQUEST,
        attempt=1,
        category=Category.MIN,
        priority=priority,
        unit=UnitCode("CHILD-1"),
        owner=OFFICER.person,
        deputy=None,
        excluded=excluded,
        requester=MOTHER,
        other_party=NEIGHBOUR,
        narrative=ref(0x200),
        answer_due=AT + timedelta(days=7),
    )
    due = AT + timedelta(minutes=1)
    return OfferChildFile(offer=sent, report_due=due, escalates_at=due + timedelta(minutes=30), at=AT)


def sign(hand: Hand = OFFICER) -> SignForChild:
    return SignForChild(hand=hand, at=AT)


def report(hand: Hand = OFFICER, to: tuple[ReportedTo, ...] = (ReportedTo.CASE_UNIT,)) -> ReportHarm:
    return ReportHarm(hand=hand, to=to, note=None, at=AT)


def casework() -> NoteCasework:
    return NoteCasework(hand=OFFICER, feedback_due=AT + timedelta(days=3), warn_at=AT + timedelta(days=2), at=AT)


def told_reporter() -> TellReporterUnit:
    return TellReporterUnit(hand=OFFICER, answer=ref(0x201), at=AT)


def bullying(hand: Hand = OFFICER) -> ReportBullying:
    return ReportBullying(hand=hand, result_due=AT + timedelta(days=10), warn_at=AT + timedelta(days=8), at=AT)


def school_result(hand: Hand = SCHOOL_HAND) -> GiveSchoolResult:
    return GiveSchoolResult(hand=hand, result=ref(0x202), at=AT)


def seat(kind: Seat, person: PersonId, part: Role | None = None) -> GiveSeat:
    return GiveSeat(hand=OFFICER, seat=kind, person=person, part=part, at=AT)


def counsellor_seat() -> GiveSeat:
    return seat(Seat.COUNSELLOR, COUNSELLOR.person, Role.COUNSELLOR)


def exclude(person: PersonId, conflict: Conflict = Conflict.SUSPECTED) -> ExcludeSeat:
    return ExcludeSeat(hand=OFFICER, person=person, conflict=conflict, at=AT)


def counselling(hand: Hand = COUNSELLOR, number: int = 1) -> HoldCounselling:
    return HoldCounselling(hand=hand, session_id=SessionId(UUID(int=0x60 + number)), notes=ref(0x300 + number), at=AT)


def interview(
    adult: PersonId = MOTHER,
    *,
    recording: bool = True,
    girl: bool = False,
    woman_asks: bool = False,
    number: int = 1,
) -> RecordInterview:
    return RecordInterview(
        hand=OFFICER,
        session_id=SessionId(UUID(int=0x70 + number)),
        adult=adult,
        girl=girl,
        woman_asks=woman_asks,
        recording=ref(0x400) if recording else None,
        notes=ref(0x401),
        at=AT,
    )


def ask(hand: Hand = OFFICER, scope: SealedScope = SealedScope.SESSIONS, read_id: ReadId = READ) -> AskRead:
    return AskRead(hand=hand, read_id=read_id, scope=scope, why=ref(0x500), until=AT + timedelta(hours=8), at=AT)


def approve(hand: Hand = LEADER) -> ApproveRead:
    return ApproveRead(hand=hand, read_id=READ, until=AT + timedelta(hours=8), at=AT)


def open_it(hand: Hand = OFFICER, at: datetime = LATER) -> OpenSealed:
    return OpenSealed(hand=hand, read_id=READ, at=at)


def close(answer: TextRef | None = None, outcome: Outcome = Outcome.DONE) -> CloseChildFile:
    return CloseChildFile(hand=OFFICER, outcome=outcome, detail=None, answer=answer or ref(0x600), at=AT)


desk = Spec(child_decider)
offered = desk.after(offer())
signed = offered.after(sign())
in_danger = desk.after(offer(Priority.P0), sign())
counselled = signed.after(counsellor_seat(), counselling())
