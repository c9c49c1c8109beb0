"""The items of one request: sealed once, read for a purpose, erased for good."""

from datetime import UTC, datetime
from uuid import UUID

from services.vault.items.commands import DestroyUnmentioned, EraseItemsOf, ReadItems, SealItems
from services.vault.items.decider import item_decider
from services.vault.items.facts import (
    ErasureCause,
    ItemKind,
    ItemsErased,
    ItemsRead,
    ItemsSealed,
    ReadDenied,
    SealedItem,
)
from services.vault.items.refusals import (
    REFUSALS,
    ApprovalMissing,
    ItemErased,
    ItemSealedOtherwise,
    ItemUnknown,
    RequestDiffers,
)
from services.vault.items.rules.reads import RULES, Denial, Reader, Service
from services.vault.items.state import Holding
from shared.contracts import vault as contract
from shared.contracts.codes import DataLevel, Purpose, Role
from shared.kernel import Digest, PersonId, RequestId, RuleId
from tests.support.spec import Spec

desk = Spec(item_decider)

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
REQUEST = RequestId(UUID(int=0x100))
OTHER_REQUEST = RequestId(UUID(int=0x200))
LIN = PersonId(UUID(int=0xA))
CLERK = PersonId(UUID(int=0xB))
OFFICER = Reader(role=Role.COMMUNITY_OFFICER, service=Service.WORKORDERS)
MEDIATOR = Reader(role=Role.PEOPLES_MEDIATOR, service=Service.MEDIATION)
TRIAGE = Reader(service=Service.ROUTING)

NARRATIVE = SealedItem(UUID(int=1), ItemKind.NARRATIVE, DataLevel.L3, Digest("a" * 64))
PLACE = SealedItem(UUID(int=2), ItemKind.PLACE, DataLevel.L2, Digest("b" * 64))
CHILDS_WORDS = SealedItem(UUID(int=3), ItemKind.STATEMENT, DataLevel.L4, Digest("c" * 64))
NOTE = SealedItem(UUID(int=4), ItemKind.NOTE, DataLevel.L3, Digest("d" * 64))


def sealed(*items: SealedItem, owner: PersonId | None = LIN) -> ItemsSealed:
    return ItemsSealed(request_id=REQUEST, owner=owner, items=items, occurred_at=AT)


def seal(*items: SealedItem, owner: PersonId | None = LIN, request_id: RequestId | None = REQUEST) -> SealItems:
    return SealItems(request_id=request_id, owner=owner, items=items, at=AT)


def read(
    *items: SealedItem,
    reader: Reader = OFFICER,
    purpose: Purpose = Purpose.HANDLING,
    request_id: RequestId | None = REQUEST,
) -> ReadItems:
    return ReadItems(
        items=tuple(each.item for each in items), purpose=purpose, reader=reader, request_id=request_id, at=LATER
    )


def was_read(*items: SealedItem, level: DataLevel, purpose: Purpose = Purpose.HANDLING) -> ItemsRead:
    return ItemsRead(
        request_id=REQUEST,
        items=tuple(each.item for each in items),
        purpose=purpose,
        level=level,
        occurred_at=LATER,
    )


def was_denied(*items: SealedItem, reason: Denial, purpose: Purpose = Purpose.HANDLING) -> ReadDenied:
    return ReadDenied(
        request_id=REQUEST,
        items=tuple(each.item for each in items),
        purpose=purpose,
        reason=reason,
        rule=RULES[reason],
        occurred_at=LATER,
    )


def was_erased(*items: SealedItem, cause: ErasureCause) -> ItemsErased:
    return ItemsErased(request_id=REQUEST, items=tuple(each.item for each in items), cause=cause, occurred_at=LATER)


def test_seals_all_fields_of_one_command_in_one_fact() -> None:
    desk.when(seal(NARRATIVE, PLACE)).then(sealed(NARRATIVE, PLACE))


def test_sealing_the_same_content_again_changes_nothing() -> None:
    desk.given(sealed(NARRATIVE, PLACE)).when(seal(NARRATIVE, PLACE)).then_nothing()


def test_a_later_seal_of_the_request_adds_only_what_is_new() -> None:
    desk.given(sealed(NARRATIVE)).when(seal(NARRATIVE, PLACE)).then(sealed(PLACE))


def test_refuses_other_content_under_the_same_reference() -> None:
    changed = SealedItem(NARRATIVE.item, NARRATIVE.kind, NARRATIVE.level, Digest("e" * 64))
    desk.given(sealed(NARRATIVE)).when(seal(changed)).then_rejected(ItemSealedOtherwise, item=NARRATIVE.item)


def test_refuses_the_same_content_at_a_lower_level() -> None:
    lowered = SealedItem(NARRATIVE.item, NARRATIVE.kind, DataLevel.L2, NARRATIVE.commitment)
    desk.given(sealed(NARRATIVE)).when(seal(lowered)).then_rejected(ItemSealedOtherwise)


def test_refuses_the_same_reference_for_another_owner() -> None:
    desk.given(sealed(NARRATIVE)).when(seal(NARRATIVE, owner=CLERK)).then_rejected(ItemSealedOtherwise)


def test_refuses_items_of_another_request_in_the_same_history() -> None:
    desk.given(sealed(NARRATIVE)).when(seal(PLACE, request_id=OTHER_REQUEST)).then_rejected(RequestDiffers)


def test_records_a_read_with_its_purpose_and_highest_level() -> None:
    desk.given(sealed(NARRATIVE, PLACE)).when(read(PLACE, NARRATIVE)).then(
        was_read(PLACE, NARRATIVE, level=DataLevel.L3)
    )


def test_every_read_is_a_fact_of_its_own() -> None:
    once = was_read(PLACE, level=DataLevel.L2)
    desk.given(sealed(PLACE), once).when(read(PLACE)).then(once)


def test_an_item_asked_for_twice_in_one_read_is_named_once() -> None:
    desk.given(sealed(PLACE)).when(read(PLACE, PLACE)).then(was_read(PLACE, level=DataLevel.L2))


def test_refuses_a_reference_that_was_never_sealed() -> None:
    desk.given(sealed(NARRATIVE)).when(read(PLACE)).then_rejected(ItemUnknown, item=PLACE.item)


def test_a_mediator_gets_the_place_and_the_denied_narrative_is_remembered() -> None:
    desk.given(sealed(NARRATIVE, PLACE)).when(read(NARRATIVE, PLACE, reader=MEDIATOR, purpose=Purpose.MEDIATION)).then(
        was_read(PLACE, level=DataLevel.L2, purpose=Purpose.MEDIATION),
        was_denied(NARRATIVE, reason=Denial.LEVEL_ABOVE_ROLE, purpose=Purpose.MEDIATION),
    )


def test_a_childs_words_need_an_approval_that_nobody_can_give_yet() -> None:
    desk.given(sealed(CHILDS_WORDS)).when(read(CHILDS_WORDS, purpose=Purpose.CHILD_PROTECTION)).then(
        was_denied(CHILDS_WORDS, reason=Denial.APPROVAL_MISSING, purpose=Purpose.CHILD_PROTECTION)
    )
    assert REFUSALS[Denial.APPROVAL_MISSING] is ApprovalMissing
    assert ApprovalMissing.rule == RuleId("R-36")


def test_a_read_that_names_one_request_cannot_reach_into_another() -> None:
    desk.given(sealed(PLACE)).when(read(PLACE, request_id=OTHER_REQUEST)).then(
        was_denied(PLACE, reason=Denial.OTHER_CASE)
    )


def test_a_list_of_many_requests_names_none() -> None:
    desk.given(sealed(PLACE)).when(read(PLACE, request_id=None)).then(was_read(PLACE, level=DataLevel.L2))


def test_a_service_reads_for_its_own_purpose() -> None:
    desk.given(sealed(NARRATIVE)).when(read(NARRATIVE, reader=TRIAGE, purpose=Purpose.TRIAGE)).then(
        was_read(NARRATIVE, level=DataLevel.L3, purpose=Purpose.TRIAGE)
    )


def test_a_service_is_denied_the_purpose_of_another_one() -> None:
    desk.given(sealed(NARRATIVE)).when(read(NARRATIVE, reader=TRIAGE, purpose=Purpose.MEDIATION)).then(
        was_denied(NARRATIVE, reason=Denial.PURPOSE_NOT_YOURS, purpose=Purpose.MEDIATION)
    )


def test_erasing_a_person_leaves_what_others_wrote() -> None:
    history = desk.given(sealed(NARRATIVE, PLACE), sealed(NOTE, owner=CLERK))
    history.when(EraseItemsOf(person=LIN, at=LATER)).then(was_erased(NARRATIVE, PLACE, cause=ErasureCause.PERSON))


def test_erasing_twice_changes_nothing() -> None:
    history = desk.given(sealed(NARRATIVE), was_erased(NARRATIVE, cause=ErasureCause.PERSON))
    history.when(EraseItemsOf(person=LIN, at=LATER)).then_nothing()


def test_an_erased_item_is_not_read_and_not_denied() -> None:
    history = desk.given(sealed(NARRATIVE, PLACE), was_erased(NARRATIVE, cause=ErasureCause.PERSON))
    history.when(read(NARRATIVE, PLACE)).then(was_read(PLACE, level=DataLevel.L2))
    history.when(read(NARRATIVE)).then_nothing()


def test_an_erased_reference_never_gets_new_content() -> None:
    history = desk.given(sealed(NARRATIVE), was_erased(NARRATIVE, cause=ErasureCause.PERSON))
    history.when(seal(NARRATIVE)).then_rejected(ItemErased, item=NARRATIVE.item)


def test_destroys_what_no_record_ever_mentioned() -> None:
    desk.given(sealed(NARRATIVE, PLACE)).when(DestroyUnmentioned(items=(PLACE.item,), at=LATER)).then(
        was_erased(PLACE, cause=ErasureCause.NEVER_MENTIONED)
    )


def test_destroying_what_is_not_here_changes_nothing() -> None:
    desk.when(DestroyUnmentioned(items=(PLACE.item,), at=LATER)).then_nothing()


def test_erasing_keeps_the_history_readable() -> None:
    erased = was_erased(NARRATIVE, cause=ErasureCause.PERSON)
    state = desk.given(sealed(NARRATIVE), was_read(NARRATIVE, level=DataLevel.L3), erased).state
    assert isinstance(state, Holding)
    assert state.held[NARRATIVE.item].erased


def test_the_kinds_are_those_of_the_published_language() -> None:
    assert {kind.value for kind in ItemKind} == {kind.value for kind in contract.ItemKind}
