"""A child's texts are opened to one person, for a time, by another person's approval (R-36)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.vault.items.commands import ItemCommand, OpenReads, ReadItems
from services.vault.items.decider import item_decider
from services.vault.items.facts import ItemEvent, ItemKind, ItemsRead, ItemsSealed, ReadDenied, ReadsOpened, SealedItem
from services.vault.items.refusals import ItemUnknown, RequestDiffers
from services.vault.items.rules.openings import (
    LONGEST,
    OpeningNotYours,
    OpeningTooLong,
    OwnApproval,
    SealedEvenInDanger,
)
from services.vault.items.rules.reads import Denial, Reader, Service
from services.vault.items.state import ItemState
from shared.contracts.codes import DataLevel, Purpose, Role
from shared.kernel import Digest, PersonId, RequestId
from tests.support.spec import Spec

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
REQUEST = RequestId(UUID(int=0x100))
HAN, LEADER, COUNSELLOR = PersonId(UUID(int=1)), PersonId(UUID(int=2)), PersonId(UUID(int=3))
CALL = SealedItem(UUID(int=11), ItemKind.NARRATIVE, DataLevel.L3, Digest("a" * 64))
NOTES = SealedItem(UUID(int=12), ItemKind.NOTE, DataLevel.L4, Digest("b" * 64))
OFFICER = Reader(role=Role.CHILD_OFFICER, service=Service.MEDIATION, person=HAN)

desk = Spec(item_decider).given(
    ItemsSealed(request_id=REQUEST, owner=None, items=(CALL,), occurred_at=AT),
    ItemsSealed(request_id=REQUEST, owner=COUNSELLOR, items=(NOTES,), occurred_at=AT),
)


def opening(
    *items: SealedItem, approver: PersonId | None = LEADER, by: Service = Service.MEDIATION, hours: int = 8
) -> OpenReads:
    return OpenReads(
        request_id=REQUEST,
        items=tuple(each.item for each in items or (NOTES,)),
        reader=HAN,
        approver=approver,
        by=by,
        until=AT + timedelta(hours=hours),
        at=AT,
    )


def read(
    item: SealedItem = NOTES,
    reader: Reader = OFFICER,
    purpose: Purpose = Purpose.CHILD_PROTECTION,
    at: datetime = AT,
) -> ReadItems:
    return ReadItems(items=(item.item,), purpose=purpose, reader=reader, request_id=REQUEST, at=at)


def allowed(spec: Spec[ItemCommand, ItemState, ItemEvent], wish: ReadItems) -> bool:
    [event] = spec.when(wish).events
    assert isinstance(event, ItemsRead | ReadDenied)
    return isinstance(event, ItemsRead)


def test_an_approved_read_is_a_fact_and_an_unapproved_one_is_denied() -> None:
    [denied] = desk.when(read()).events
    assert isinstance(denied, ReadDenied)
    assert denied.reason is Denial.APPROVAL_MISSING
    assert allowed(desk.after(opening()), read())


def test_r_36_an_approval_opens_these_items_to_this_person_until_then() -> None:
    opened = desk.after(opening())
    assert not allowed(opened, read(CALL))
    assert not allowed(opened, read(reader=replace(OFFICER, person=LEADER)))
    assert not allowed(opened, read(reader=replace(OFFICER, person=None)))
    assert not allowed(opened, read(reader=replace(OFFICER, service=Service.WORKORDERS)))
    assert not allowed(opened, read(purpose=Purpose.HANDLING))
    assert not allowed(opened, read(at=AT + timedelta(hours=9)))


def test_r_36_nobody_approves_for_himself() -> None:
    desk.when(opening(approver=HAN)).then_rejected(OwnApproval)


def test_r_36_an_approval_lasts_a_day_at_most() -> None:
    desk.when(opening(hours=25)).then_rejected(OpeningTooLong, longest=LONGEST)


@pytest.mark.parametrize("service", sorted(set(Service) - {Service.MEDIATION}))
def test_r_37_only_the_service_of_the_lane_opens(service: Service) -> None:
    desk.when(opening(by=service)).then_rejected(OpeningNotYours)


def test_r_36_danger_opens_the_call_for_help_and_never_counselling() -> None:
    assert allowed(desk.after(opening(CALL, approver=None)), read(CALL))
    desk.when(opening(NOTES, approver=None)).then_rejected(SealedEvenInDanger, level=DataLevel.L4)


def test_a_counsellor_reads_what_he_wrote_and_nothing_else() -> None:
    own = Reader(role=Role.COUNSELLOR, service=Service.MEDIATION, person=COUNSELLOR)
    assert allowed(desk, read(reader=own))
    assert not allowed(desk, read(CALL, reader=own))
    assert not allowed(desk, read(reader=replace(own, person=HAN)))
    assert not allowed(desk, read(reader=replace(own, role=Role.CHILD_OFFICER)))


def test_an_opening_is_recorded_once_and_only_for_what_is_there() -> None:
    [opened] = desk.when(opening()).events
    assert isinstance(opened, ReadsOpened)
    assert (opened.reader, opened.approver) == (HAN, LEADER)
    desk.after(opening()).when(opening()).then_nothing()
    desk.when(replace(opening(), items=(UUID(int=99),))).then_rejected(ItemUnknown)
    desk.when(replace(opening(), request_id=RequestId(UUID(int=5)))).then_rejected(RequestDiffers)
