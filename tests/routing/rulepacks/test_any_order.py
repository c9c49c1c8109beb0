"""Packs drafted, edited, published and withdrawn in any order, by anybody."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.routing.decisions.rules.pack import pack_for
from services.routing.rulepacks.decider import (
    AddRow,
    DraftPack,
    PublishPack,
    Redecided,
    RemoveRow,
    RulePackCommand,
    Shelf,
    UndoEdit,
    WithdrawPack,
)
from services.routing.rulepacks.facts import PackId, PackPublished, RulePackEvent
from shared.kernel import Decider, PackVersion, PersonId
from tests.routing.rulepacks.packs import COLLEAGUE, DRAFTER, LEADER, MONDAY, NOW_IN_FORCE, SHIPPED, WAGES, decider
from tests.support.machines import Acts, misses

PACKS = [PackId(UUID(int=number)) for number in (1, 2)]
ROWS = len(SHIPPED[-1].rows)

packs = st.sampled_from(PACKS)
people = st.sampled_from([DRAFTER, COLLEAGUE, LEADER])


class ShelfOfPacks(Acts):
    decider = decider
    state: Shelf

    def __init__(self) -> None:
        super().__init__()
        self.now = MONDAY
        self.told: dict[date, PackVersion] = {}

    def revision(self, pack: PackId) -> int:
        draft = self.state.drafts.get(pack)
        return draft.revision if draft else 0

    @rule(pack=packs, by=people)
    def drafts(self, pack: PackId, by: PersonId) -> None:
        name = PackVersion(f"pack-{pack.int}")
        self.attempt(DraftPack(pack_id=pack, version=name, based_on=NOW_IN_FORCE, by=by, at=self.now))

    @rule(pack=packs, by=people)
    def adds_a_row(self, pack: PackId, by: PersonId) -> None:
        row = replace(WAGES, number=ROWS + 1)
        self.attempt(AddRow(pack_id=pack, row=row, revision=self.revision(pack), by=by, at=self.now))

    @rule(pack=packs, by=people)
    def removes_a_row(self, pack: PackId, by: PersonId) -> None:
        number, revision = ROWS + 1, self.revision(pack)
        self.attempt(RemoveRow(pack_id=pack, number=number, revision=revision, by=by, at=self.now))

    @rule(pack=packs, by=people)
    def undoes(self, pack: PackId, by: PersonId) -> None:
        self.attempt(UndoEdit(pack_id=pack, revision=self.revision(pack), by=by, at=self.now))

    @rule(pack=packs, by=people, days=st.integers(-1, 3))
    def publishes(self, pack: PackId, by: PersonId, days: int) -> None:
        day = self.now.date() + timedelta(days=days)
        draft = self.state.drafts.get(pack)
        found = Redecided(self.revision(pack), 10, 1, 0)
        for event in self.attempt(PublishPack(pack_id=pack, in_force_from=day, redecided=found, by=by, at=self.now)):
            assert isinstance(event, PackPublished)
            assert draft is not None
            assert event.published_by not in draft.editors, "who edited it published it"
            assert event.in_force_from >= self.now.date(), "it changes what was decided"
            assert event.rows == draft.rows

    @rule(pack=packs, by=people)
    def withdraws(self, pack: PackId, by: PersonId) -> None:
        self.attempt(WithdrawPack(pack_id=pack, by=by, at=self.now))

    @rule()
    def a_day_passes(self) -> None:
        self.told[self.now.date()] = self.in_force(self.now.date())
        self.now += timedelta(days=1)

    def in_force(self, day: date) -> PackVersion:
        return pack_for(day, (*SHIPPED, *(each.pack for each in self.state.published))).version

    @invariant()
    def the_rules_of_a_day_that_is_over_stay(self) -> None:
        assert {day: self.in_force(day) for day in self.told} == self.told

    @invariant()
    def rows_are_numbered_from_the_top(self) -> None:
        for draft in self.state.drafts.values():
            assert [row.number for row in draft.rows] == list(range(1, len(draft.rows) + 1))


TestShelfOfPacks = ShelfOfPacks.TestCase
TestShelfOfPacks.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)


def whoever_wishes_publishes(wish: RulePackCommand, shelf: Shelf) -> tuple[RulePackEvent, ...]:
    if not isinstance(wish, PublishPack):
        return decider.decide(wish, shelf)
    stranger = replace(wish, by=PersonId(UUID(int=99)))
    events = decider.decide(stranger, shelf)
    return tuple(replace(each, published_by=wish.by) for each in events if isinstance(each, PackPublished))


def test_a_rule_that_was_taken_away_is_missed() -> None:
    class Broken(ShelfOfPacks):
        decider = Decider(decider.initial, whoever_wishes_publishes, decider.evolve)

    misses(Broken)
