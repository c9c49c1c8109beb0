"""A pack from draft to force: edited by some, published by another, from today on, and then it stays."""

from dataclasses import replace
from datetime import timedelta

from services.routing.rulepacks.decider import DiscardDraft, WithdrawPack, draft_of
from services.routing.rulepacks.facts import PackDiscarded, PackPublished, PackWithdrawn
from services.routing.rulepacks.refusals import (
    DrafterPublishes,
    DraftMovedOn,
    InForceFromThePast,
    NoEditToUndo,
    NoSuchDraft,
    NoSuchPack,
    NoSuchRow,
    NotRedecided,
    PackInForce,
    PackTooLong,
    PackVersionTaken,
    TablesDisagree,
)
from services.routing.rulepacks.shelf import PackShelf
from shared.kernel import PackVersion
from tests.routing.rulepacks.packs import (
    COLLEAGUE,
    DRAFTER,
    IN_APRIL,
    LEADER,
    MONDAY,
    NOW_IN_FORCE,
    OTHER_PACK,
    PACK,
    SHIPPED,
    TODAY,
    TOMORROW,
    WAGES,
    adds,
    draft,
    moves,
    publishes,
    removes,
    replaces,
    shelf,
    undoes,
)

drafted = shelf.after(draft())
with_wages = drafted.after(adds())
published = with_wages.after(publishes())
YESTERDAY = TODAY - timedelta(days=1)


def test_a_draft_begins_with_the_rows_of_the_pack_it_is_made_from() -> None:
    assert draft_of(drafted.state, PACK).rows == SHIPPED[-1].rows
    shelf.when(draft(based_on=PackVersion("pack-1999"))).then_rejected(NoSuchPack)
    drafted.when(draft()).then_nothing()


def test_no_two_packs_have_the_same_name() -> None:
    drafted.when(draft(OTHER_PACK)).then_rejected(PackVersionTaken)
    shelf.when(draft(version=NOW_IN_FORCE)).then_rejected(PackVersionTaken, version=NOW_IN_FORCE)


def test_rows_are_numbered_from_the_top_after_every_edit() -> None:
    for spec in (with_wages, drafted.after(adds(replace(WAGES, number=1))), drafted.after(moves(16, 2))):
        rows = draft_of(spec.state, PACK).rows
        assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    first, second = draft_of(drafted.after(moves(16, 2)).state, PACK).rows[:2]
    assert (first.reason, second.reason) == (SHIPPED[-1].rows[0].reason, SHIPPED[-1].rows[15].reason)


def test_a_row_is_replaced_removed_and_brought_back() -> None:
    changed = replace(SHIPPED[-1].rows[15], law=None, then=WAGES.then)
    edited = drafted.after(replaces(changed), removes(1, revision=1))
    assert len(draft_of(edited.state, PACK).rows) == len(SHIPPED[-1].rows) - 1
    undone = edited.after(undoes(2))
    assert draft_of(undone.state, PACK).rows[15] == changed
    assert draft_of(undone.after(undoes(3)).state, PACK).rows == SHIPPED[-1].rows
    undone.after(undoes(3)).when(undoes(4)).then_rejected(NoEditToUndo)


def test_what_changes_nothing_is_no_edit() -> None:
    drafted.when(replaces(SHIPPED[-1].rows[3])).then_nothing()
    drafted.when(moves(3, 3)).then_nothing()


def test_an_edit_of_a_draft_that_somebody_else_edited_meanwhile_is_refused() -> None:
    with_wages.when(removes(1, revision=0)).then_rejected(DraftMovedOn)
    with_wages.when(undoes(0)).then_rejected(DraftMovedOn)


def test_rows_that_are_not_there_are_not_edited() -> None:
    drafted.when(removes(19)).then_rejected(NoSuchRow, row=19)
    drafted.when(moves(1, 19)).then_rejected(NoSuchRow, row=19)
    drafted.when(adds(replace(WAGES, number=20))).then_rejected(NoSuchRow, row=20)
    shelf.when(removes(1)).then_rejected(NoSuchDraft)


def test_nobody_oversees_more_than_sixty_rows() -> None:
    full = drafted
    for revision in range(60 - len(SHIPPED[-1].rows)):
        full = full.after(adds(revision=revision))
    full.when(adds(revision=60 - len(SHIPPED[-1].rows))).then_rejected(PackTooLong, most=60)


def test_r_36_another_person_publishes_than_those_who_edited() -> None:
    with_wages.when(publishes(by=DRAFTER)).then_rejected(DrafterPublishes)
    both = with_wages.after(moves(18, 19, revision=1), adds(revision=2, by=LEADER), undoes(3))
    both.when(publishes(revision=4)).then_rejected(DrafterPublishes)
    assert both.when(publishes(revision=4, by=COLLEAGUE)).events
    [event] = with_wages.when(publishes()).events
    assert isinstance(event, PackPublished)
    assert (event.drafted_by, event.published_by, event.in_force_from) == ((DRAFTER,), LEADER, TOMORROW)
    assert (event.seen, event.changed, len(event.rows)) == (8930, 412, 19)
    published.when(publishes()).then_nothing()


def test_r_62_a_pack_begins_today_or_later() -> None:
    with_wages.when(publishes(day=YESTERDAY)).then_rejected(InForceFromThePast, earliest=TODAY)
    assert with_wages.when(publishes(day=TODAY)).events


def test_only_what_was_redecided_as_it_stands_is_published() -> None:
    with_wages.when(replace(publishes(), redecided=None)).then_rejected(NotRedecided)
    with_wages.when(publishes(revision=0)).then_rejected(NotRedecided)
    with_wages.when(publishes(disagreed=3)).then_rejected(TablesDisagree, requests=3)


def test_r_62_a_pack_is_withdrawn_before_its_first_day_and_never_after() -> None:
    withdraw = WithdrawPack(pack_id=PACK, by=LEADER, at=MONDAY)
    [event] = published.when(withdraw).events
    assert isinstance(event, PackWithdrawn)
    published.when(replace(withdraw, at=MONDAY + timedelta(days=1))).then_rejected(PackInForce, since=TOMORROW)
    published.after(withdraw).when(withdraw).then_nothing()
    with_wages.when(withdraw).then_rejected(NoSuchPack)


def test_going_back_is_publishing_an_older_pack_anew() -> None:
    again = published.after(draft(OTHER_PACK, PackVersion("pack-again")))
    assert draft_of(again.state, OTHER_PACK).rows == SHIPPED[-1].rows
    later = replace(publishes(revision=0, day=IN_APRIL, at=MONDAY + timedelta(days=9)), pack_id=OTHER_PACK)
    versions = [each.pack.version for each in again.after(later).state.published]
    assert versions == ["pack-2026-03-02-0001", "pack-again"]


def test_a_discarded_draft_is_gone_and_a_published_pack_is_no_draft() -> None:
    discard = DiscardDraft(pack_id=PACK, by=DRAFTER, at=MONDAY)
    [event] = with_wages.when(discard).events
    assert isinstance(event, PackDiscarded)
    with_wages.after(discard).when(discard).then_nothing()
    with_wages.after(discard).when(removes(1, revision=1)).then_rejected(NoSuchDraft)
    published.when(discard).then_rejected(NoSuchDraft)


async def test_the_shelf_without_a_store_holds_what_was_shipped() -> None:
    packs = PackShelf(SHIPPED)
    await packs.ready()
    assert [packs.on(day).version for day in (YESTERDAY, TODAY)] == [NOW_IN_FORCE, NOW_IN_FORCE]
    assert packs.named(PackVersion("pack-2019-01")) is SHIPPED[0]
    assert packs.row(SHIPPED[-1].row_id(SHIPPED[-1].rows[8])) is SHIPPED[-1].rows[8]
