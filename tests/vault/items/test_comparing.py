"""What else is about the same: asked for a purpose, recorded, answered with numbers, and gone with the text."""

from uuid import UUID

import pytest

from services.vault.items.commands import CompareItems
from services.vault.items.decider import item_decider
from services.vault.items.facts import ErasureCause, ItemsCompared, ItemsErased, ItemsSealed, SealedItem
from services.vault.items.facts import ItemKind as Kind
from services.vault.items.refusals import ItemUnknown, PurposeNotYours
from services.vault.items.rules.reads import Reader, Service
from shared.contracts.codes import DataLevel, Purpose, Role
from shared.contracts.vault import ItemKind
from shared.kernel import SYSTEM, Context, Digest, PersonId, RequestId, new_id
from shared.web import Text
from shared.web.vault import Likened, VaultRefused
from tests.support.house import MONDAY_MORNING
from tests.support.spec import Spec
from tests.vault.conftest import Desks, acting

LAMP = "青石路与柳河街路口的路灯坏了半个月，晚上接孩子放学看不见路，麻烦派人修一下。"
LAMP_AGAIN = "又来反映青石路柳河街路口的路灯，还是没有修，孩子放学走夜路很危险。"
DOG = "楼上邻居养的大狗不牵绳，昨天在电梯里扑了老人。"

ITEM, SECRET = UUID(int=1), UUID(int=2)
REQUEST = RequestId(UUID(int=9))
ROUTING = Reader(service=Service.ROUTING)
TRIAGE = Context(actor=SYSTEM)

held = Spec(item_decider).given(
    ItemsSealed(
        request_id=REQUEST,
        owner=None,
        items=(
            SealedItem(ITEM, Kind.NARRATIVE, DataLevel.L3, Digest("a" * 64)),
            SealedItem(SECRET, Kind.STATEMENT, DataLevel.L4, Digest("b" * 64)),
        ),
        occurred_at=MONDAY_MORNING,
    )
)


def compared(*items: UUID, purpose: Purpose = Purpose.DUPLICATES, reader: Reader = ROUTING) -> CompareItems:
    return CompareItems(items=items, purpose=purpose, reader=reader, at=MONDAY_MORNING)


def test_that_somebody_asked_is_a_fact() -> None:
    told = held.when(compared(ITEM))
    told.then(ItemsCompared(request_id=REQUEST, items=(ITEM,), purpose=Purpose.DUPLICATES, occurred_at=MONDAY_MORNING))


def test_r_36_what_is_sealed_for_a_child_or_a_reporter_is_not_even_compared() -> None:
    [event] = held.when(compared(ITEM, SECRET)).events
    assert isinstance(event, ItemsCompared)
    assert event.items == (ITEM,)
    held.when(compared(SECRET)).then_nothing()


def test_r_37_only_services_compare_and_only_to_find_repeats_or_past_decisions() -> None:
    officer = Reader(role=Role.TRIAGE_OFFICER)
    assert held.when(compared(ITEM, reader=officer)).then_rejected(PurposeNotYours).rule == "R-37"
    held.when(compared(ITEM, purpose=Purpose.HANDLING)).then_rejected(PurposeNotYours)


def test_nothing_is_compared_that_never_was_or_is_no_more() -> None:
    held.when(compared(UUID(int=7))).then_rejected(ItemUnknown)
    gone = held.given(
        ItemsErased(request_id=REQUEST, items=(ITEM,), cause=ErasureCause.PERSON, occurred_at=MONDAY_MORNING)
    )
    gone.when(compared(ITEM)).then_nothing()


@pytest.mark.asyncio(loop_scope="module")
async def test_the_same_trouble_is_found_and_dies_with_its_person(vault: Desks) -> None:
    villager = PersonId(new_id())
    lamp, again, dog = (RequestId(new_id()) for _ in range(3))
    first = await sealed(vault, lamp, LAMP, villager)
    later = await sealed(vault, again, LAMP_AGAIN, None)
    await sealed(vault, dog, DOG, None)
    routing = vault.client("routing")
    await routing.similar(TRIAGE, [Likened([first], lamp)])

    [[near, *others]] = await routing.similar(TRIAGE, [Likened([later], again)])
    assert (near.request_id, others) == (lamp, [])
    assert near.likeness > 200
    assert near.place > 0
    assert await vault.facts("items_compared") == ["items_compared"] * 2
    kept = await vault.rows("SELECT request_id FROM sketches ORDER BY request_id")
    assert {row["request_id"] for row in kept} == {lamp, again}

    await vault.desk.http.post(f"/vault/v1/persons/{villager}/erasure", headers=await vault.desk.as_("dpo"))
    assert await vault.rows("SELECT 1 FROM sketches WHERE request_id = $1", lamp) == []
    assert await routing.similar(TRIAGE, [Likened([later], again)]) == [()]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_service_without_that_purpose_is_refused(vault: Desks) -> None:
    request_id = RequestId(new_id())
    item = await sealed(vault, request_id, DOG, None)
    with pytest.raises(VaultRefused, match="409 purpose-not-yours"):
        await vault.client("routing").similar(TRIAGE, [Likened([item], request_id)], purpose=Purpose.HANDLING)


async def sealed(vault: Desks, request_id: RequestId, words: str, owner: PersonId | None) -> UUID:
    texts = {"narrative": Text(ItemKind.NARRATIVE, words)}
    done = await vault.client("intake").seal(
        request_id, "key-1", texts, request_id=request_id, owner=owner, context=acting("requester", owner)
    )
    return done.refs["narrative"].item
