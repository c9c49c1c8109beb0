"""Any order of sealing, reading and erasing: an erased item is never read again and a sealed one never changes."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.vault.items import decider
from services.vault.items.commands import (
    DestroyUnmentioned,
    EraseItemsOf,
    ItemCommand,
    ReadItems,
    ReleaseItems,
    SealItems,
)
from services.vault.items.decider import item_decider
from services.vault.items.facts import (
    ItemEvent,
    ItemKind,
    ItemsErased,
    ItemsRead,
    ItemsReleased,
    ItemsSealed,
    SealedItem,
)
from services.vault.items.rules.reads import Reader, Service, denial_of
from services.vault.items.state import Holding
from shared.contracts.codes import DataLevel, Purpose, Role
from shared.kernel import Digest, PersonId, Rejection, RequestId
from tests.support.machines import misses

AT = datetime(2026, 3, 2, tzinfo=UTC)
REQUEST = RequestId(UUID(int=0x100))
PERSONS = tuple(PersonId(UUID(int=0xA0 + n)) for n in range(3))
ITEMS = tuple(UUID(int=n) for n in range(1, 7))

sealed_items = st.builds(
    SealedItem,
    item=st.sampled_from(ITEMS),
    kind=st.sampled_from(ItemKind),
    level=st.sampled_from(DataLevel),
    commitment=st.sampled_from([Digest("a" * 64), Digest("b" * 64)]),
)
readers = st.builds(Reader, role=st.none() | st.sampled_from(Role), service=st.none() | st.sampled_from(Service))


class Desk(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.history: list[ItemEvent] = []
        self.first: dict[UUID, SealedItem] = {}
        self.gone: set[UUID] = set()
        self.opened: set[tuple[UUID, Role | None]] = set()

    def _do(self, command: ItemCommand) -> tuple[ItemEvent, ...]:
        try:
            events = item_decider.decide(command, item_decider.fold(self.history))
        except Rejection:
            return ()
        self.history.extend(events)
        return events

    @rule(
        items=st.lists(sealed_items, min_size=1, max_size=3, unique_by=lambda s: s.item), owner=st.sampled_from(PERSONS)
    )
    def seal(self, items: list[SealedItem], owner: PersonId) -> None:
        command = SealItems(request_id=REQUEST, owner=owner, items=tuple(items), at=AT)
        for event in self._do(command):
            assert isinstance(event, ItemsSealed)
            for sealed in event.items:
                assert sealed.item not in self.first
                self.first[sealed.item] = sealed
        if all(self.first.get(each.item) == each for each in items):
            assert self._do(command) == ()

    @rule(items=st.lists(st.sampled_from(ITEMS), min_size=1), purpose=st.sampled_from(Purpose), reader=readers)
    def read(self, items: list[UUID], purpose: Purpose, reader: Reader) -> None:
        for event in self._do(ReadItems(items=tuple(items), purpose=purpose, reader=reader, request_id=REQUEST, at=AT)):
            if isinstance(event, ItemsRead):
                assert not self.gone & set(event.items)
                levels = [self.first[item].level for item in event.items]
                assert event.level == max(levels)
                assert all(self._may(item, purpose, reader) for item in event.items)

    def _may(self, item: UUID, purpose: Purpose, reader: Reader) -> bool:
        level = self.first[item].level
        opened = (item, reader.role) in self.opened and level <= DataLevel.L3
        return denial_of(level, purpose, reader) is None or (opened and purpose is Purpose.MEDIATION)

    @rule(role=st.sampled_from(Role), by=st.sampled_from(Service))
    def release(self, role: Role, by: Service) -> None:
        command = ReleaseItems(request_id=REQUEST, role=role, by=by, at=AT)
        for event in self._do(command):
            if isinstance(event, ItemsReleased):
                assert (role, by) == (Role.PEOPLES_MEDIATOR, Service.MEDIATION)
                self.opened |= {(item, role) for item in event.items}
        assert self._do(command) == ()

    @rule(person=st.sampled_from(PERSONS))
    def erase(self, person: PersonId) -> None:
        self._erased(self._do(EraseItemsOf(person=person, at=AT)))
        assert self._do(EraseItemsOf(person=person, at=AT)) == ()

    @rule(items=st.lists(st.sampled_from(ITEMS), min_size=1, unique=True))
    def destroy(self, items: list[UUID]) -> None:
        self._erased(self._do(DestroyUnmentioned(items=tuple(items), at=AT)))

    def _erased(self, events: tuple[ItemEvent, ...]) -> None:
        for event in events:
            assert isinstance(event, ItemsErased)
            assert not self.gone & set(event.items)
            self.gone |= set(event.items)

    @invariant()
    def nothing_sealed_is_forgotten(self) -> None:
        state = item_decider.fold(self.history)
        held = state.held if isinstance(state, Holding) else {}
        assert set(held) == set(self.first)
        assert {item for item, each in held.items() if each.erased} == self.gone


Desk.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestItems = Desk.TestCase


def test_a_rule_that_was_taken_away_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, "denial_of", lambda level, purpose, reader: None)
    misses(Desk)
