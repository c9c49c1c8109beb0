"""Counselling and every read of what is sealed: by the group, with a purpose, approved by another person (R-36)."""

from services.mediation.children.commands import ApproveRead, AskRead, DeclineRead, HoldCounselling, OpenSealed
from services.mediation.children.facts import (
    ChildEvent,
    CounsellingHeld,
    SealedRead,
    SealedReadApproved,
    SealedReadAsked,
    SealedReadDeclined,
    SealedScope,
    Seat,
)
from services.mediation.children.refusals import (
    NoSuchRead,
    NothingSealed,
    OnlyOwnCounsellor,
    OnlyOwnSessions,
    OwnReadApproval,
    ReadAlreadyDecided,
    ReadApprovalOver,
    ReadNotApproved,
    ReadOfAnother,
)
from services.mediation.children.rules.standing import require_member
from services.mediation.children.state import Asked, Open
from shared.contracts.codes import Role
from shared.kernel import PersonId


def hold_counselling(command: HoldCounselling, file: Open) -> tuple[ChildEvent, ...]:
    """R-36: the counsellor who has the seat writes it down, and it is sealed at once."""
    require_member(command.hand, file)
    if file.seats.get(command.hand.person) is not Seat.COUNSELLOR:
        raise OnlyOwnCounsellor
    if any(each.session_id == command.session_id for each in file.notes):
        return ()
    return (
        CounsellingHeld(
            child_id=file.offer.child_id,
            request_id=file.offer.request_id,
            session_id=command.session_id,
            notes=command.notes,
            counsellor=command.hand.person,
            occurred_at=command.at,
        ),
    )


def ask_read(command: AskRead, file: Open) -> tuple[ChildEvent, ...]:
    """R-36: with a typed purpose. It waits for another person, but not while danger lasts, nor for own words."""
    require_member(command.hand, file)
    if command.hand.part is Role.COUNSELLOR and command.scope is not SealedScope.OWN_SESSIONS:
        raise OnlyOwnSessions
    asked = Asked(command.hand.person, command.scope)
    if command.read_id in file.reads:
        return ()
    if not file.sealed_items(asked):
        raise NothingSealed
    ids = file.offer.child_id, file.offer.request_id
    wish = SealedReadAsked(
        child_id=ids[0],
        request_id=ids[1],
        read_id=command.read_id,
        reader=command.hand.person,
        scope=command.scope,
        why=command.why,
        occurred_at=command.at,
    )
    if not needs_approval(asked, file):
        return (wish, _approved(file, command, None))
    return (wish,)


def needs_approval(read: Asked, file: Open) -> bool:
    """R-36: always, but for the call for help while danger lasts (to who answers for it), and one's own sessions."""
    if read.scope is SealedScope.OWN_SESSIONS:
        return False
    in_hand = read.reader == (file.owner or file.offer.owner)
    return not (read.scope is SealedScope.CALL and file.in_danger and in_hand)


def approve_read(command: ApproveRead, file: Open) -> tuple[ChildEvent, ...]:
    """R-36: by another member who leads or works the lane."""
    read = _pending(command.hand.person, command, file)
    if read is None:
        return ()
    return (_approved(file, command, command.hand.person),)


def decline_read(command: DeclineRead, file: Open) -> tuple[ChildEvent, ...]:
    read = _asked(command, file)
    _require_approver(command, read, file)
    if read.declined:
        return ()
    if read.until is not None:
        raise ReadAlreadyDecided
    return (
        SealedReadDeclined(
            child_id=file.offer.child_id,
            request_id=file.offer.request_id,
            read_id=command.read_id,
            declined_by=command.hand.person,
            occurred_at=command.at,
        ),
    )


def open_sealed(command: OpenSealed, file: Open) -> tuple[ChildEvent, ...]:
    """R-36: each opening is a fact of its own, before anything is shown."""
    require_member(command.hand, file)
    read = _asked(command, file)
    if read.reader != command.hand.person:
        raise ReadOfAnother
    if read.until is None:
        raise ReadNotApproved
    if command.at > read.until:
        raise ReadApprovalOver(until=read.until)
    return (
        SealedRead(
            child_id=file.offer.child_id,
            request_id=file.offer.request_id,
            read_id=command.read_id,
            reader=command.hand.person,
            items=file.sealed_items(read),
            occurred_at=command.at,
        ),
    )


def _approved(file: Open, command: AskRead | ApproveRead, approver: PersonId | None) -> SealedReadApproved:
    return SealedReadApproved(
        child_id=file.offer.child_id,
        request_id=file.offer.request_id,
        read_id=command.read_id,
        approver=approver,
        until=command.until,
        occurred_at=command.at,
    )


def _asked(command: ApproveRead | DeclineRead | OpenSealed, file: Open) -> Asked:
    read = file.reads.get(command.read_id)
    if read is None:
        raise NoSuchRead
    return read


def _require_approver(command: ApproveRead | DeclineRead, read: Asked, file: Open) -> None:
    require_member(command.hand, file)
    if read.reader == command.hand.person or command.hand.part is Role.COUNSELLOR:
        raise OwnReadApproval


def _pending(person: PersonId, command: ApproveRead, file: Open) -> Asked | None:
    """None: the same person approved it before."""
    read = _asked(command, file)
    _require_approver(command, read, file)
    if read.approver == person:
        return None
    if read.declined or read.until is not None:
        raise ReadAlreadyDecided
    return read
