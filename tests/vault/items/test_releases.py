"""The claim is opened to the mediator who hosts the case, and to nobody else by this door."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.vault.items.commands import EraseItemsOf, ReadItems, ReleaseItems
from services.vault.items.decider import item_decider
from services.vault.items.facts import (
    ErasureCause,
    ItemKind,
    ItemsErased,
    ItemsRead,
    ItemsReleased,
    ItemsSealed,
    ReadDenied,
    ReleaseWithheld,
    SealedItem,
)
from services.vault.items.refusals import RequestDiffers
from services.vault.items.rules.reads import Denial, Reader, Service
from services.vault.items.rules.releases import (
    RECEIVERS,
    RELEASED_KINDS,
    ReceiverNotEntitled,
    ReleaseNotYours,
    Withheld,
)
from shared.contracts.codes import DataLevel, Purpose, Role
from shared.kernel import Digest, PersonId, RequestId, RuleId
from tests.support.spec import Spec

desk = Spec(item_decider)

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
REQUEST = RequestId(UUID(int=0x100))
LIN = PersonId(UUID(int=0xA))
MEDIATOR = Reader(role=Role.PEOPLES_MEDIATOR, service=Service.MEDIATION)


def item(number: int, kind: ItemKind, level: DataLevel = DataLevel.L3) -> SealedItem:
    return SealedItem(UUID(int=number), kind, level, Digest("a" * 64))


TITLE, NARRATIVE = item(1, ItemKind.TITLE), item(2, ItemKind.NARRATIVE)
CAUCUS_NOTE = item(3, ItemKind.NOTE, DataLevel.L4)
JOINT_NOTE = item(4, ItemKind.NOTE)
CONTACT = item(5, ItemKind.CONTACT)
CHILDS_WORDS = item(6, ItemKind.NARRATIVE, DataLevel.L4)
EVIDENCE, STATEMENT = item(7, ItemKind.EVIDENCE), item(8, ItemKind.STATEMENT)


def sealed(*items: SealedItem) -> ItemsSealed:
    return ItemsSealed(request_id=REQUEST, owner=LIN, items=items, occurred_at=AT)


def release(role: Role = Role.PEOPLES_MEDIATOR, by: Service = Service.MEDIATION) -> ReleaseItems:
    return ReleaseItems(request_id=REQUEST, role=role, by=by, at=AT)


def released(*items: SealedItem) -> ItemsReleased:
    return ItemsReleased(
        request_id=REQUEST,
        items=tuple(each.item for each in items),
        purpose=Purpose.MEDIATION,
        role=Role.PEOPLES_MEDIATOR,
        occurred_at=AT,
    )


def kept(*items: SealedItem) -> ReleaseWithheld:
    return ReleaseWithheld(
        request_id=REQUEST,
        items=tuple(each.item for each in items),
        role=Role.PEOPLES_MEDIATOR,
        reason=Withheld.TOO_SENSITIVE,
        rule=RuleId("R-36"),
        occurred_at=AT,
    )


def read(
    *items: SealedItem,
    reader: Reader = MEDIATOR,
    purpose: Purpose = Purpose.MEDIATION,
    request_id: RequestId | None = REQUEST,
) -> ReadItems:
    return ReadItems(
        items=tuple(each.item for each in items), purpose=purpose, reader=reader, request_id=request_id, at=AT
    )


OPENED = desk.given(sealed(TITLE, NARRATIVE, JOINT_NOTE, CONTACT), released(TITLE, NARRATIVE))


def test_title_and_narrative_are_opened_and_nothing_else() -> None:
    everything = sealed(TITLE, NARRATIVE, CAUCUS_NOTE, JOINT_NOTE, CONTACT, EVIDENCE, STATEMENT)
    desk.given(everything).when(release()).then(released(TITLE, NARRATIVE))
    assert {ItemKind.TITLE, ItemKind.NARRATIVE} == RELEASED_KINDS


def test_opening_again_changes_nothing() -> None:
    OPENED.when(release()).then_nothing()
    desk.given(sealed(CHILDS_WORDS), kept(CHILDS_WORDS)).when(release()).then_nothing()


def test_a_request_without_texts_has_nothing_to_open() -> None:
    desk.when(release()).then_nothing()
    desk.given(sealed(JOINT_NOTE)).when(release()).then_nothing()


def test_a_childs_words_stay_closed_and_it_is_remembered() -> None:
    desk.given(sealed(TITLE, CHILDS_WORDS)).when(release()).then(released(TITLE), kept(CHILDS_WORDS))


def test_words_that_stayed_closed_are_not_read() -> None:
    history = desk.given(sealed(TITLE, CHILDS_WORDS), released(TITLE), kept(CHILDS_WORDS))
    [denied] = history.when(read(CHILDS_WORDS)).events
    assert isinstance(denied, ReadDenied)


@pytest.mark.parametrize("role", sorted(set(Role) - RECEIVERS))
def test_nobody_but_a_hosting_mediator_receives(role: Role) -> None:
    desk.given(sealed(NARRATIVE)).when(release(role)).then_rejected(ReceiverNotEntitled, role=role)


@pytest.mark.parametrize("service", sorted(set(Service) - {Service.MEDIATION}))
def test_no_other_service_opens(service: Service) -> None:
    desk.given(sealed(NARRATIVE)).when(release(by=service)).then_rejected(ReleaseNotYours, service=service)


def test_texts_of_another_request_are_not_opened() -> None:
    other = ReleaseItems(request_id=RequestId(UUID(int=0x200)), role=Role.PEOPLES_MEDIATOR, by=Service.MEDIATION, at=AT)
    desk.given(sealed(NARRATIVE)).when(other).then_rejected(RequestDiffers)


def test_erased_words_are_not_opened_and_opened_ones_can_be_erased() -> None:
    erased = ItemsErased(request_id=REQUEST, items=(NARRATIVE.item,), cause=ErasureCause.PERSON, occurred_at=AT)
    desk.given(sealed(NARRATIVE), erased).when(release()).then_nothing()
    opened = desk.given(sealed(NARRATIVE), released(NARRATIVE))
    opened.when(EraseItemsOf(person=LIN, at=AT)).then(erased)
    desk.given(sealed(NARRATIVE), released(NARRATIVE), erased).when(read(NARRATIVE)).then_nothing()


def test_the_mediator_reads_what_was_opened() -> None:
    OPENED.when(read(TITLE, NARRATIVE)).then(
        ItemsRead(
            request_id=REQUEST,
            items=(TITLE.item, NARRATIVE.item),
            purpose=Purpose.MEDIATION,
            level=DataLevel.L3,
            occurred_at=AT,
        )
    )


@pytest.mark.parametrize(
    "denied",
    [
        read(NARRATIVE, purpose=Purpose.HANDLING),
        read(NARRATIVE, reader=Reader(role=Role.PEOPLES_MEDIATOR, service=Service.WORKORDERS)),
        read(NARRATIVE, reader=Reader(role=Role.PEOPLES_MEDIATOR)),
        read(NARRATIVE, reader=Reader(role=Role.OTHER_PARTY, service=Service.MEDIATION)),
        read(NARRATIVE, reader=Reader(role=Role.COURT_MEDIATOR, service=Service.MEDIATION)),
        read(NARRATIVE, request_id=None),
        read(JOINT_NOTE),
        read(CONTACT),
    ],
    ids=["for another purpose", "by another service", "directly", "by the other side", "by another kind of mediator",
         "without naming the case", "a note", "a contact"],
)  # fmt: skip
def test_what_was_opened_is_open_to_no_other_read(denied: ReadItems) -> None:
    [event] = OPENED.when(denied).events
    assert isinstance(event, ReadDenied)
    assert event.reason is Denial.LEVEL_ABOVE_ROLE


def test_what_is_sealed_later_stays_closed_until_it_is_asked_for() -> None:
    later = item(9, ItemKind.NARRATIVE)
    history = desk.given(sealed(NARRATIVE), released(NARRATIVE), sealed(later))
    [event] = history.when(read(later)).events
    assert isinstance(event, ReadDenied)
    history.when(release()).then(released(later))
