"""Rule packs from draft to force. All stand on one shelf, for a draft is made from one pack and follows another.

R-62: nobody is judged by a rule that was not there; a pack begins today or later, and what requests were decided by
stays. R-36: whoever edited a pack does not publish it.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date, datetime
from typing import assert_never

from services.routing.decisions.rules.pack import Pack, Row
from services.routing.rulepacks.checking import check
from services.routing.rulepacks.facts import (
    PackDiscarded,
    PackDrafted,
    PackEditUndone,
    PackId,
    PackPublished,
    PackRowAdded,
    PackRowMoved,
    PackRowRemoved,
    PackRowReplaced,
    PackWithdrawn,
    RowEdited,
    RulePackEvent,
)
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
from shared.kernel import BUREAU_ZONE, Decider, PackVersion, PersonId, RuleId, command, state, value

MOST_ROWS = 60

Rows = tuple[Row, ...]


@command
class DraftPack:
    pack_id: PackId
    version: PackVersion
    based_on: PackVersion
    by: PersonId
    at: datetime


@command
class AddRow:
    """`revision`: of the draft as it was read; the same wish again finds another."""

    pack_id: PackId
    row: Row
    revision: int
    by: PersonId
    at: datetime


@command
class ReplaceRow:
    pack_id: PackId
    row: Row
    revision: int
    by: PersonId
    at: datetime


@command
class MoveRow:
    pack_id: PackId
    number: int
    to: int
    revision: int
    by: PersonId
    at: datetime


@command
class RemoveRow:
    pack_id: PackId
    number: int
    revision: int
    by: PersonId
    at: datetime


@command
class UndoEdit:
    pack_id: PackId
    revision: int
    by: PersonId
    at: datetime


@command
class DiscardDraft:
    pack_id: PackId
    by: PersonId
    at: datetime


@value
class Redecided:
    """What came of deciding past requests anew by the draft as it stood at `revision`."""

    revision: int
    seen: int
    changed: int
    disagreed: int


@command
class PublishPack:
    pack_id: PackId
    in_force_from: date
    redecided: Redecided | None
    by: PersonId
    at: datetime


@command
class WithdrawPack:
    pack_id: PackId
    by: PersonId
    at: datetime


Edit = AddRow | ReplaceRow | MoveRow | RemoveRow
RulePackCommand = DraftPack | Edit | UndoEdit | DiscardDraft | PublishPack | WithdrawPack


@state
class Drafted:
    version: PackVersion
    based_on: PackVersion
    rows: Rows
    editors: frozenset[PersonId]
    revision: int = 0
    before: tuple[Rows, ...] = ()
    """What each edit that was not undone replaced, the last one last."""


@state
class Published:
    pack_id: PackId
    pack: Pack


@state
class Shelf:
    drafts: Mapping[PackId, Drafted] = field(default_factory=dict)
    published: tuple[Published, ...] = ()
    versions: frozenset[PackVersion] = frozenset()
    """Every name that was ever given: a decision that names one is never misread."""
    begun: frozenset[PackId] = frozenset()


def evolve(shelf: Shelf, event: RulePackEvent) -> Shelf:
    match event:
        case PackDrafted():
            draft = Drafted(event.version, event.based_on, event.rows, frozenset({event.drafted_by}))
            return replace(
                _with(shelf, event.pack_id, draft),
                versions=shelf.versions | {event.version},
                begun=shelf.begun | {event.pack_id},
            )
        case PackRowAdded() | PackRowReplaced() | PackRowMoved() | PackRowRemoved():
            draft = shelf.drafts[event.pack_id]
            return _with(shelf, event.pack_id, _edited(draft, edited(draft.rows, event), event.edited_by))
        case PackEditUndone():
            draft = shelf.drafts[event.pack_id]
            undone = replace(_edited(draft, draft.before[-1], event.edited_by), before=draft.before[:-1])
            return _with(shelf, event.pack_id, undone)
        case PackDiscarded():
            return _without(shelf, event.pack_id)
        case PackPublished():
            pack = Pack(event.version, event.in_force_from, event.rows)
            published = (*shelf.published, Published(event.pack_id, pack))
            return replace(_without(shelf, event.pack_id), published=published)
        case PackWithdrawn():
            kept = tuple(each for each in shelf.published if each.pack_id != event.pack_id)
            return replace(shelf, published=kept)
        case _:
            assert_never(event)


def edited(rows: Rows, event: RowEdited) -> Rows:
    """The rows after an edit, numbered from the top."""
    changed = list(rows)
    match event:
        case PackRowAdded(row=row):
            changed.insert(row.number - 1, row)
        case PackRowReplaced(row=row):
            changed[row.number - 1] = row
        case PackRowMoved(number=number, to=to):
            changed.insert(to - 1, changed.pop(number - 1))
        case PackRowRemoved(number=number):
            del changed[number - 1]
        case _:
            assert_never(event)
    return tuple(replace(row, number=at) for at, row in enumerate(changed, 1))


def _edited(draft: Drafted, rows: Rows, by: PersonId) -> Drafted:
    return replace(
        draft,
        rows=rows,
        editors=draft.editors | {by},
        revision=draft.revision + 1,
        before=(*draft.before, draft.rows),
    )


def _with(shelf: Shelf, pack_id: PackId, draft: Drafted) -> Shelf:
    return replace(shelf, drafts={**shelf.drafts, pack_id: draft})


def _without(shelf: Shelf, pack_id: PackId) -> Shelf:
    return replace(shelf, drafts={id: draft for id, draft in shelf.drafts.items() if id != pack_id})


def rule_pack_decider(
    shipped: tuple[Pack, ...], laws: frozenset[RuleId]
) -> Decider[RulePackCommand, Shelf, RulePackEvent]:
    """`laws`: what a row may cite."""

    def decide(wish: RulePackCommand, shelf: Shelf) -> tuple[RulePackEvent, ...]:
        match wish:
            case DraftPack():
                return _draft(wish, shelf, shipped)
            case AddRow() | ReplaceRow() | MoveRow() | RemoveRow():
                return _edit(wish, shelf)
            case UndoEdit():
                return _undo(wish, shelf)
            case DiscardDraft():
                return _discard(wish, shelf)
            case PublishPack():
                return _publish(wish, shelf, laws)
            case WithdrawPack():
                return _withdraw(wish, shelf)
            case _:
                assert_never(wish)

    return Decider(Shelf(), decide, evolve)


def _draft(wish: DraftPack, shelf: Shelf, shipped: tuple[Pack, ...]) -> tuple[RulePackEvent, ...]:
    if wish.pack_id in shelf.begun:
        return ()
    at_hand = {pack.version: pack for pack in (*shipped, *(each.pack for each in shelf.published))}
    if wish.based_on not in at_hand:
        raise NoSuchPack
    if wish.version in shelf.versions or wish.version in at_hand:
        raise PackVersionTaken(version=wish.version)
    return (
        PackDrafted(
            pack_id=wish.pack_id,
            version=wish.version,
            based_on=wish.based_on,
            rows=at_hand[wish.based_on].rows,
            drafted_by=wish.by,
            occurred_at=wish.at,
        ),
    )


def _edit(wish: Edit, shelf: Shelf) -> tuple[RulePackEvent, ...]:
    draft = _at_revision(shelf, wish.pack_id, wish.revision)
    last = len(draft.rows)
    match wish:
        case AddRow():
            if last >= MOST_ROWS:
                raise PackTooLong(most=MOST_ROWS)
            _require(wish.row.number, last + 1)
            added = PackRowAdded(pack_id=wish.pack_id, row=wish.row, edited_by=wish.by, occurred_at=wish.at)
            return (added,)
        case ReplaceRow():
            _require(wish.row.number, last)
            if draft.rows[wish.row.number - 1] == wish.row:
                return ()
            return (PackRowReplaced(pack_id=wish.pack_id, row=wish.row, edited_by=wish.by, occurred_at=wish.at),)
        case MoveRow():
            _require(wish.number, last)
            _require(wish.to, last)
            if wish.number == wish.to:
                return ()
            return (
                PackRowMoved(
                    pack_id=wish.pack_id, number=wish.number, to=wish.to, edited_by=wish.by, occurred_at=wish.at
                ),
            )
        case RemoveRow():
            _require(wish.number, last)
            return (PackRowRemoved(pack_id=wish.pack_id, number=wish.number, edited_by=wish.by, occurred_at=wish.at),)
        case _:
            assert_never(wish)


def _require(number: int, last: int) -> None:
    if not 1 <= number <= last:
        raise NoSuchRow(row=number)


def _undo(wish: UndoEdit, shelf: Shelf) -> tuple[RulePackEvent, ...]:
    draft = _at_revision(shelf, wish.pack_id, wish.revision)
    if not draft.before:
        raise NoEditToUndo
    return (PackEditUndone(pack_id=wish.pack_id, edited_by=wish.by, occurred_at=wish.at),)


def _discard(wish: DiscardDraft, shelf: Shelf) -> tuple[RulePackEvent, ...]:
    published = any(each.pack_id == wish.pack_id for each in shelf.published)
    if wish.pack_id in shelf.begun and wish.pack_id not in shelf.drafts and not published:
        return ()
    draft_of(shelf, wish.pack_id)
    return (PackDiscarded(pack_id=wish.pack_id, discarded_by=wish.by, occurred_at=wish.at),)


def _publish(wish: PublishPack, shelf: Shelf, laws: frozenset[RuleId]) -> tuple[RulePackEvent, ...]:
    """R-36: by a second person. R-62: from today on."""
    if any(each.pack_id == wish.pack_id for each in shelf.published):
        return ()
    draft = draft_of(shelf, wish.pack_id)
    if wish.by in draft.editors:
        raise DrafterPublishes
    today = wish.at.astimezone(BUREAU_ZONE).date()
    if wish.in_force_from < today:
        raise InForceFromThePast(earliest=today)
    check(draft.rows, laws)
    redecided = wish.redecided
    if redecided is None or redecided.revision != draft.revision:
        raise NotRedecided
    if redecided.disagreed:
        raise TablesDisagree(requests=redecided.disagreed)
    return (
        PackPublished(
            pack_id=wish.pack_id,
            version=draft.version,
            in_force_from=wish.in_force_from,
            rows=draft.rows,
            seen=redecided.seen,
            changed=redecided.changed,
            drafted_by=tuple(sorted(draft.editors)),
            published_by=wish.by,
            occurred_at=wish.at,
        ),
    )


def _withdraw(wish: WithdrawPack, shelf: Shelf) -> tuple[RulePackEvent, ...]:
    """R-62: only before its first day."""
    found = next((each for each in shelf.published if each.pack_id == wish.pack_id), None)
    if found is None:
        if wish.pack_id in shelf.begun and wish.pack_id not in shelf.drafts:
            return ()
        raise NoSuchPack
    if found.pack.in_force_from <= wish.at.astimezone(BUREAU_ZONE).date():
        raise PackInForce(since=found.pack.in_force_from)
    return (PackWithdrawn(pack_id=wish.pack_id, version=found.pack.version, withdrawn_by=wish.by, occurred_at=wish.at),)


def _at_revision(shelf: Shelf, pack_id: PackId, revision: int) -> Drafted:
    draft = draft_of(shelf, pack_id)
    if draft.revision != revision:
        raise DraftMovedOn
    return draft


def draft_of(shelf: Shelf, pack_id: PackId) -> Drafted:
    draft = shelf.drafts.get(pack_id)
    if draft is None:
        raise NoSuchDraft
    return draft
