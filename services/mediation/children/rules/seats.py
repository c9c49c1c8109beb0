"""Seats of guardian, suitable adult, school and counsellor; who is in conflict sits nowhere (R-06, R-15, R-34)."""

from typing import Final

from services.mediation.children.commands import ExcludeSeat, GiveSeat, RecordInterview
from services.mediation.children.facts import (
    ChildEvent,
    ChildInterviewHeld,
    ChildSeatExcluded,
    ChildSeatGiven,
    Seat,
)
from services.mediation.children.refusals import (
    AdultMissing,
    AskedOnceOnly,
    ChildRecordingMissing,
    CounsellorNotOfGroup,
    SeatInConflict,
    SeatOfGroupMember,
    SeatOfParty,
    WomanAsksGirl,
)
from services.mediation.children.rules.standing import require_owner
from services.mediation.children.state import Open
from shared.contracts.codes import Role

BESIDE_THE_CHILD: Final = frozenset({Seat.GUARDIAN, Seat.SUITABLE_ADULT})


def give_seat(command: GiveSeat, file: Open) -> tuple[ChildEvent, ...]:
    """R-06: the guardian is called, unless in conflict. R-15: not the other side. R-36: counsellors from the group."""
    require_owner(command.hand, file)
    if command.person in file.excluded:
        raise SeatInConflict(conflict=file.excluded[command.person])
    if command.person == file.offer.other_party:
        raise SeatOfParty
    if command.seat is Seat.COUNSELLOR:
        if command.part is not Role.COUNSELLOR:
            raise CounsellorNotOfGroup
    elif command.part is not None:
        raise SeatOfGroupMember
    if file.seats.get(command.person) is command.seat:
        return ()
    return (
        ChildSeatGiven(
            child_id=file.offer.child_id,
            request_id=file.offer.request_id,
            seat=command.seat,
            person=command.person,
            given_by=command.hand.person,
            occurred_at=command.at,
        ),
    )


def exclude_seat(command: ExcludeSeat, file: Open) -> tuple[ChildEvent, ...]:
    """R-06, R-32: suspicion takes the seat away, and with it every sight of the file."""
    require_owner(command.hand, file)
    if file.excluded.get(command.person) is command.conflict:
        return ()
    return (
        ChildSeatExcluded(
            child_id=file.offer.child_id,
            request_id=file.offer.request_id,
            person=command.person,
            conflict=command.conflict,
            excluded_by=command.hand.person,
            occurred_at=command.at,
        ),
    )


def record_interview(command: RecordInterview, file: Open) -> tuple[ChildEvent, ...]:
    """R-34: once, recorded, beside an adult who belongs to the child, a girl by a woman."""
    require_owner(command.hand, file)
    if any(each.session_id == command.session_id for each in file.notes):
        return ()
    if file.seats.get(command.adult) not in BESIDE_THE_CHILD:
        raise AdultMissing
    if command.recording is None:
        raise ChildRecordingMissing
    if command.girl and not command.woman_asks:
        raise WomanAsksGirl
    if file.interviewed:
        raise AskedOnceOnly
    return (
        ChildInterviewHeld(
            child_id=file.offer.child_id,
            request_id=file.offer.request_id,
            session_id=command.session_id,
            adult=command.adult,
            recording=command.recording,
            notes=command.notes,
            interviewed_by=command.hand.person,
            occurred_at=command.at,
        ),
    )
