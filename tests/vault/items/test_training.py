"""What goes out for training: by the service alone, and less than was typed."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.vault.items.commands import ItemCommand, ReadItems
from services.vault.items.decider import item_decider
from services.vault.items.facts import ItemEvent, ItemKind, ItemsRead, ItemsSealed, ReadDenied, SealedItem
from services.vault.items.rules.reads import Denial, Reader, Service
from services.vault.items.rules.training import LONGEST, reduced
from services.vault.items.state import ItemState
from shared.contracts.codes import DataLevel, Purpose, Role
from shared.kernel import Digest, RequestId
from tests.support.spec import Spec

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
REQUEST = RequestId(UUID(int=1))
ROUTING = Reader(service=Service.ROUTING)
desk = Spec(item_decider)


def held(kind: ItemKind, level: DataLevel) -> Spec[ItemCommand, ItemState, ItemEvent]:
    sealed = SealedItem(UUID(int=2), kind, level, Digest("0" * 64))
    return desk.given(ItemsSealed(request_id=REQUEST, owner=None, items=(sealed,), occurred_at=AT))


def reading(reader: Reader) -> ReadItems:
    return ReadItems(items=(UUID(int=2),), purpose=Purpose.TRAINING, reader=reader, request_id=REQUEST, at=AT)


@pytest.mark.parametrize("kind", [ItemKind.TITLE, ItemKind.NARRATIVE])
def test_titles_and_narratives_may_be_learned_from(kind: ItemKind) -> None:
    [event] = held(kind, DataLevel.L3).when(reading(ROUTING)).events
    assert isinstance(event, ItemsRead)
    assert event.purpose is Purpose.TRAINING


@pytest.mark.parametrize(
    ("kind", "level"),
    [(ItemKind.NARRATIVE, DataLevel.L4), (ItemKind.STATEMENT, DataLevel.L3), (ItemKind.CONTACT, DataLevel.L3)],
)
def test_r_37_nothing_else_above_the_purpose_is(kind: ItemKind, level: DataLevel) -> None:
    [event] = held(kind, level).when(reading(ROUTING)).events
    assert isinstance(event, ReadDenied)
    assert (event.reason, event.rule) == (Denial.LEVEL_ABOVE_PURPOSE, "R-37")


@pytest.mark.parametrize(
    "reader", [Reader(role=Role.TRIAGE_OFFICER, service=Service.ROUTING), Reader(service=Service.MEDIATION)]
)
def test_r_37_no_person_and_no_other_service_reads_to_train(reader: Reader) -> None:
    [event] = held(ItemKind.NARRATIVE, DataLevel.L3).when(reading(reader)).events
    assert isinstance(event, ReadDenied)
    assert event.reason is Denial.PURPOSE_NOT_YOURS


def test_numbers_letters_and_names_do_not_go_out() -> None:
    typed = "我叫林小雨，电话 138-0000-1111，车牌冀D12345。隔壁王师傅漏水，找了三次！ＱＱ１２３"
    less = reduced(typed, ["林小雨"])
    assert "漏水,找了三次!" in less
    assert "林小雨" not in less
    assert "王师傅" not in less
    assert not any(character.isascii() and character.isalnum() for character in less)


def test_no_more_goes_out_than_a_model_reads() -> None:
    assert len(reduced("漏水" * 1000, [])) == LONGEST
