"""People, instants and facts of the tests; nobody in them is real."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.intake.requests.commands import FileRequest, NoteDuty, NoteOutcome, NoteRating, NoteTold
from services.intake.requests.facts import (
    REQUESTER,
    FollowCode,
    InfoRequested,
    Kind,
    Notice,
    OutcomeNoted,
    Reach,
    RequestAccepted,
    RequestFiled,
    Side,
    SideTold,
    Source,
    Voice,
    Wanted,
    Way,
)
from shared.contracts.codes import Door, Outcome, Role
from shared.contracts.danger import DangerKind
from shared.kernel import Digest, ItemCode, PersonId, RequestId, TextRef

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)

REQUEST = RequestId(UUID(int=1))
CODE = FollowCode("NG-7K3F-9Q2M")
TENANT = PersonId(UUID(int=11))
LANDLORD = PersonId(UUID(int=12))
OFFICER = PersonId(UUID(int=13))
OTHER_OFFICER = PersonId(UUID(int=14))
NEIGHBOUR = Voice(Side.OTHER_PARTY, LANDLORD)

HANDLING = UUID(int=21)
SECOND_HANDLING = UUID(int=22)
RENT = UUID(int=31)
DEPOSIT = UUID(int=32)


def text(number: int) -> TextRef:
    return TextRef(UUID(int=100 + number), Digest(f"{number:064x}"))


def filing(*, complete: bool = True, danger: tuple[DangerKind, ...] = ()) -> FileRequest:
    return FileRequest(
        request_id=REQUEST,
        code=CODE,
        door=Door.PORTAL,
        kind=Kind.DISPUTE,
        title=None,
        narrative=text(1),
        place=None,
        requester=TENANT,
        contact=None,
        other_party=LANDLORD,
        other_party_known=True,
        danger=danger,
        complete=complete,
        at=MONDAY,
    )


def unasked(*, danger: tuple[DangerKind, ...] = ()) -> FileRequest:
    """An officer saw what a neighbour needs, who was never asked."""
    source = Source(
        door=Door.OFFICER,
        filed_by=OFFICER,
        beneficiary=LANDLORD,
        reach=Reach(UUID(int=41), (Way.EMAIL,)),
        wanted=Wanted.NEVER,
    )
    return replace(
        filing(danger=danger),
        door=Door.OFFICER,
        requester=None,
        other_party=None,
        other_party_known=False,
        source=source,
        by=Role.COMMUNITY_OFFICER,
    )


def request_filed(*, complete: bool = True, danger: tuple[DangerKind, ...] = ()) -> RequestFiled:
    return RequestFiled(
        request_id=REQUEST,
        code=CODE,
        door=Door.PORTAL,
        kind=Kind.DISPUTE,
        title=None,
        narrative=text(1),
        place=None,
        requester=TENANT,
        other_party=LANDLORD,
        other_party_known=True,
        danger=danger,
        complete=complete,
        occurred_at=MONDAY,
    )


filed = request_filed()
accepted = RequestAccepted(request_id=REQUEST, occurred_at=MONDAY)

LEASE = ItemCode("lease")
asked_for_the_lease = InfoRequested(
    request_id=REQUEST,
    items=(LEASE,),
    note=None,
    warn_at=MONDAY + 5 * DAY,
    due=MONDAY + WEEK,
    occurred_at=MONDAY,
)


def outcome_noted(
    *, attempt: int = 1, handling: UUID = HANDLING, duties: int = 0, answered: bool = True, both_sides: bool = False
) -> OutcomeNoted:
    return OutcomeNoted(
        request_id=REQUEST,
        attempt=attempt,
        handling_id=handling,
        outcome=Outcome.SETTLED,
        answered=answered,
        handler=OFFICER,
        duties_watched=duties,
        sides=(LANDLORD,) if both_sides else (),
        occurred_at=MONDAY + DAY,
    )


def note_outcome(
    *,
    attempt: int = 1,
    handling: UUID = HANDLING,
    outcome: Outcome = Outcome.SETTLED,
    duties: int = 0,
    answered: bool = True,
    both_sides: bool = False,
) -> NoteOutcome:
    return NoteOutcome(
        attempt=attempt,
        handling_id=handling,
        outcome=outcome,
        answered=answered,
        handler=OFFICER,
        duties_watched=duties,
        sides=(LANDLORD,) if both_sides else (),
        at=MONDAY + DAY,
    )


def told(*, attempt: int = 1, notice: Notice = Notice.OUTCOME, voice: Voice = REQUESTER) -> SideTold:
    return SideTold(
        request_id=REQUEST,
        attempt=attempt,
        notice=notice,
        voice=voice,
        rating_due=MONDAY + DAY + WEEK if notice is Notice.OUTCOME else None,
        occurred_at=MONDAY + DAY,
    )


def note_told(*, attempt: int = 1, notice: Notice = Notice.OUTCOME, voice: Voice = REQUESTER) -> NoteTold:
    return NoteTold(attempt=attempt, notice=notice, voice=voice, at=MONDAY + DAY)


def note_rating(satisfied: bool, *, attempt: int = 1, voice: Voice = REQUESTER) -> NoteRating:
    return NoteRating(attempt=attempt, voice=voice, satisfied=satisfied, at=MONDAY + 2 * DAY)


def note_duty(duty: UUID, *, performed: bool = True, handling: UUID = HANDLING) -> NoteDuty:
    return NoteDuty(handling_id=handling, duty_id=duty, performed=performed, at=MONDAY + 3 * DAY)
