"""The items of one request, or of one batch before there is a request: sealed, read for a purpose, erased.

The texts are not here. A history holds ids, kinds, levels and commitments, and can be folded long after the key died.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.vault.items.commands import (
    CompareItems,
    DestroyUnmentioned,
    EraseItemsOf,
    ItemCommand,
    OpenReads,
    ReadItems,
    ReleaseItems,
    SealItems,
)
from services.vault.items.facts import (
    ErasureCause,
    ItemEvent,
    ItemsCompared,
    ItemsErased,
    ItemsRead,
    ItemsReleased,
    ItemsSealed,
    ReadDenied,
    ReadsOpened,
    ReleaseWithheld,
    SealedItem,
)
from services.vault.items.refusals import (
    ItemErased,
    ItemSealedOtherwise,
    ItemUnknown,
    PurposeNotYours,
    RequestDiffers,
)
from services.vault.items.rules.comparing import is_comparable, may_compare
from services.vault.items.rules.openings import (
    PURPOSE as OPENED_FOR,
)
from services.vault.items.rules.openings import (
    Opening,
    is_opened,
    is_own_session,
    require_level,
    require_opening,
)
from services.vault.items.rules.reads import RULES, Denial, by_denial, denial_of
from services.vault.items.rules.releases import (
    PURPOSE,
    RELEASED_KINDS,
    WITHHELD_RULES,
    Withheld,
    is_opened_to,
    require_release,
    withheld,
)
from services.vault.items.rules.training import is_reduced
from services.vault.items.state import Empty, Held, Holding, ItemState
from shared.kernel import (
    CorruptHistory,
    Decider,
    PersonId,
    RequestId,
)


def evolve(state: ItemState, event: ItemEvent) -> ItemState:
    match event:
        case ItemsSealed():
            fresh = {each.item: Held(each.kind, each.level, event.owner, each.commitment) for each in event.items}
            if isinstance(state, Holding):
                return replace(state, request_id=event.request_id, held={**state.held, **fresh})
            return Holding(event.request_id, fresh)
        case ItemsErased():
            return _without(state, event.items)
        case ItemsReleased() if isinstance(state, Holding):
            return replace(state, opened=state.opened | {(item, event.role) for item in event.items})
        case ReleaseWithheld() if isinstance(state, Holding):
            return replace(state, withheld=state.withheld | {(item, event.role) for item in event.items})
        case ReadsOpened() if isinstance(state, Holding):
            opening = Opening(frozenset(event.items), event.reader, event.until)
            return replace(state, openings=(*state.openings, opening))
        case ItemsReleased() | ReleaseWithheld() | ReadsOpened():
            raise CorruptHistory("opened before anything was sealed")
        case ItemsRead() | ReadDenied() | ItemsCompared():
            return state
        case _:
            assert_never(event)


def decide(command: ItemCommand, state: ItemState) -> tuple[ItemEvent, ...]:
    match command:
        case SealItems():
            return _seal(command, state)
        case ReadItems():
            return _read(command, state)
        case EraseItemsOf():
            owned = tuple(item for item, held in _held(state).items() if held.owner == command.person)
            return _erase(owned, ErasureCause.PERSON, command.at, state)
        case DestroyUnmentioned():
            return _erase(command.items, ErasureCause.NEVER_MENTIONED, command.at, state)
        case ReleaseItems():
            return _release(command, state)
        case OpenReads():
            return _open(command, state)
        case CompareItems():
            return _compare(command, state)
        case _:
            assert_never(command)


def _held(state: ItemState) -> Mapping[UUID, Held]:
    return state.held if isinstance(state, Holding) else {}


def _request(state: ItemState) -> RequestId | None:
    return state.request_id if isinstance(state, Holding) else None


def _without(state: ItemState, items: tuple[UUID, ...]) -> ItemState:
    held = dict(_held(state))
    for item in items:
        was = held[item]
        held[item] = Held(was.kind, was.level, was.owner, was.commitment, erased=True)
    return replace(state, held=held) if isinstance(state, Holding) else Holding(None, held)


def _seal(command: SealItems, state: ItemState) -> tuple[ItemEvent, ...]:
    if isinstance(state, Holding) and state.request_id != command.request_id:
        raise RequestDiffers
    fresh = tuple(sealed for sealed in command.items if _is_new(sealed, command.owner, _held(state)))
    if not fresh:
        return ()
    return (ItemsSealed(request_id=command.request_id, owner=command.owner, items=fresh, occurred_at=command.at),)


def _is_new(sealed: SealedItem, owner: PersonId | None, held: Mapping[UUID, Held]) -> bool:
    known = held.get(sealed.item)
    if known is None:
        return True
    if known.erased:
        raise ItemErased(item=sealed.item)
    if known != Held(sealed.kind, sealed.level, owner, sealed.commitment):
        raise ItemSealedOtherwise(item=sealed.item)
    return False


def _read(command: ReadItems, state: ItemState) -> tuple[ItemEvent, ...]:
    held = _held(state)
    for item in command.items:
        if item not in held:
            raise ItemUnknown(item=item)
    denied: dict[UUID, Denial] = {}
    read: list[UUID] = []
    for item in dict.fromkeys(command.items):
        if held[item].erased:
            continue
        reason = _denial(command, state, item)
        if reason is None:
            read.append(item)
        else:
            denied[item] = reason
    return (*_told(command, state, tuple(read)), *_refused(command, state, denied))


def _compare(command: CompareItems, state: ItemState) -> tuple[ItemEvent, ...]:
    """R-37: for a purpose that fits. R-36: what is sealed is left out."""
    if not may_compare(command.purpose, command.reader):
        raise PurposeNotYours
    held = _held(state)
    for item in command.items:
        if item not in held:
            raise ItemUnknown(item=item)
    items = tuple(
        item for item in dict.fromkeys(command.items) if not held[item].erased and is_comparable(held[item].level)
    )
    if not items:
        return ()
    return (ItemsCompared(request_id=_request(state), items=items, purpose=command.purpose, occurred_at=command.at),)


def _denial(command: ReadItems, state: ItemState, item: UUID) -> Denial | None:
    named, of = command.request_id, _request(state)
    if named is not None and of is not None and named != of:
        return Denial.OTHER_CASE
    level, kind = _held(state)[item].level, _held(state)[item].kind
    reason = denial_of(level, command.purpose, command.reader)
    if reason is Denial.LEVEL_ABOVE_PURPOSE and is_reduced(level, command.purpose, kind):
        return None
    if reason is Denial.APPROVAL_MISSING and _is_let_in(command, state, item):
        return None
    if reason is not Denial.LEVEL_ABOVE_ROLE or named is None:
        return reason
    opened = state.opened if isinstance(state, Holding) else frozenset()
    receivers = frozenset(role for each, role in opened if each == item)
    return None if is_opened_to(command.reader, command.purpose, level, receivers) else reason


def _is_let_in(command: ReadItems, state: ItemState, item: UUID) -> bool:
    """R-36: by an approval that holds now, or to the counsellor who wrote it."""
    if not isinstance(state, Holding):
        return False
    if is_own_session(command.reader, command.purpose, state.held[item].owner):
        return True
    return is_opened(item, command.reader, command.purpose, command.at, state.openings)


def _open(command: OpenReads, state: ItemState) -> tuple[ItemEvent, ...]:
    """R-36: another person approves, for a day at most; what is open already stays as it is."""
    require_opening(command.by, command.reader, command.approver, command.at, command.until)
    held = _held(state)
    for item in command.items:
        if item not in held:
            raise ItemUnknown(item=item)
    if _request(state) != command.request_id:
        raise RequestDiffers
    require_level(command.approver, (held[item].level for item in command.items))
    opening = Opening(frozenset(command.items), command.reader, command.until)
    if isinstance(state, Holding) and opening in state.openings:
        return ()
    return (
        ReadsOpened(
            request_id=command.request_id,
            items=command.items,
            reader=command.reader,
            approver=command.approver,
            purpose=OPENED_FOR,
            until=command.until,
            occurred_at=command.at,
        ),
    )


def _release(command: ReleaseItems, state: ItemState) -> tuple[ItemEvent, ...]:
    """Once for each text; what was sealed later stays closed until it is asked for again."""
    require_release(command.by, command.role)
    if not isinstance(state, Holding):
        return ()
    if state.request_id != command.request_id:
        raise RequestDiffers
    known = state.opened | state.withheld
    fresh = {
        item: held.level
        for item, held in state.held.items()
        if held.kind in RELEASED_KINDS and not held.erased and (item, command.role) not in known
    }
    given = tuple(item for item, level in fresh.items() if withheld(level) is None)
    kept = tuple(item for item in fresh if item not in given)
    events: list[ItemEvent] = []
    if given:
        events.append(
            ItemsReleased(
                request_id=command.request_id, items=given, purpose=PURPOSE, role=command.role, occurred_at=command.at
            )
        )
    if kept:
        events.append(
            ReleaseWithheld(
                request_id=command.request_id,
                items=kept,
                role=command.role,
                reason=Withheld.TOO_SENSITIVE,
                rule=WITHHELD_RULES[Withheld.TOO_SENSITIVE],
                occurred_at=command.at,
            )
        )
    return tuple(events)


def _told(command: ReadItems, state: ItemState, items: tuple[UUID, ...]) -> tuple[ItemEvent, ...]:
    if not items:
        return ()
    return (
        ItemsRead(
            request_id=_request(state),
            items=items,
            purpose=command.purpose,
            level=max(_held(state)[item].level for item in items),
            occurred_at=command.at,
        ),
    )


def _refused(command: ReadItems, state: ItemState, denied: Mapping[UUID, Denial]) -> tuple[ItemEvent, ...]:
    return tuple(
        ReadDenied(
            request_id=_request(state),
            items=items,
            purpose=command.purpose,
            reason=reason,
            rule=RULES[reason],
            occurred_at=command.at,
        )
        for reason, items in by_denial(denied).items()
    )


def _erase(items: tuple[UUID, ...], cause: ErasureCause, at: datetime, state: ItemState) -> tuple[ItemEvent, ...]:
    held = _held(state)
    still = tuple(item for item in items if item in held and not held[item].erased)
    if not still:
        return ()
    return (ItemsErased(request_id=_request(state), items=still, cause=cause, occurred_at=at),)


item_decider: Decider[ItemCommand, ItemState, ItemEvent] = Decider(Empty(), decide, evolve)
