"""A hot spot: one kind of trouble in one place, more than usual. It opens, grows and is seen by an officer; it closes
when a whole window has passed without another one.
"""

from dataclasses import replace
from datetime import datetime
from typing import NewType, assert_never
from uuid import NAMESPACE_URL, UUID, uuid5

from services.routing.hotspots.rules.heat import HeatRules, Seen, is_hot, usual
from shared.contracts.codes import Category
from shared.kernel import (
    Decider,
    GridCode,
    NotFound,
    PackVersion,
    PersonId,
    Rejection,
    RequestId,
    command,
    derive_id,
    fact,
    state,
)

SpotId = NewType("SpotId", UUID)
SPOTS = uuid5(NAMESPACE_URL, "urn:lounge:routing:hot-spots")


def spot_id(grid: GridCode, category: Category) -> SpotId:
    """One kind in one place is one history, however often it flares up."""
    return SpotId(derive_id(SPOTS, grid, category))


# ── facts ────────────────────────────────────────────────────────────────
@fact("hot_spot_opened")
class HotSpotOpened:
    spot_id: SpotId
    grid: GridCode
    category: Category
    requests: tuple[RequestId, ...]
    people: int
    usual: int
    """Per mille of a request in a window, before this."""
    rules: PackVersion
    occurred_at: datetime


@fact("hot_spot_grew")
class HotSpotGrew:
    spot_id: SpotId
    requests: tuple[RequestId, ...]
    people: int
    occurred_at: datetime


@fact("hot_spot_seen")
class HotSpotSeen:
    """An officer has taken note: the alarm is over, the spot is not."""

    spot_id: SpotId
    seen_by: PersonId | None
    occurred_at: datetime


@fact("hot_spot_closed")
class HotSpotClosed:
    spot_id: SpotId
    occurred_at: datetime


HotSpotEvent = HotSpotOpened | HotSpotGrew | HotSpotSeen | HotSpotClosed


# ── wishes ───────────────────────────────────────────────────────────────
@command
class LookAt:
    """What the place has now; `requests`: those of the window."""

    spot_id: SpotId
    grid: GridCode
    category: Category
    requests: tuple[RequestId, ...]
    seen: Seen
    at: datetime


@command
class TakeNote:
    spot_id: SpotId
    by: PersonId | None
    at: datetime


HotSpotCommand = LookAt | TakeNote


# ── states ───────────────────────────────────────────────────────────────
@state
class Unknown:
    pass


@state
class Hot:
    grid: GridCode
    category: Category
    requests: frozenset[RequestId]
    seen: bool = False


@state
class Cool:
    """It was one."""

    grid: GridCode
    category: Category


HotSpotState = Unknown | Hot | Cool


class NotHot(Rejection):
    """It is over."""


def evolve(before: HotSpotState, event: HotSpotEvent) -> HotSpotState:
    match event:
        case HotSpotOpened():
            return Hot(event.grid, event.category, frozenset(event.requests))
        case HotSpotGrew() if isinstance(before, Hot):
            return replace(before, requests=before.requests | frozenset(event.requests))
        case HotSpotSeen() if isinstance(before, Hot):
            return replace(before, seen=True)
        case HotSpotClosed() if isinstance(before, Hot):
            return Cool(before.grid, before.category)
        case HotSpotGrew() | HotSpotSeen() | HotSpotClosed():
            return before
        case _:
            assert_never(event)


def decide(rules: HeatRules, command: HotSpotCommand, spot: HotSpotState) -> tuple[HotSpotEvent, ...]:
    match command:
        case LookAt():
            return _look(rules, command, spot)
        case TakeNote():
            return _take_note(command, spot)
        case _:
            assert_never(command)


def hot_spot_decider(rules: HeatRules) -> Decider[HotSpotCommand, HotSpotState, HotSpotEvent]:
    def deciding(command: HotSpotCommand, state: HotSpotState) -> tuple[HotSpotEvent, ...]:
        return decide(rules, command, state)

    return Decider(Unknown(), deciding, evolve)


def _look(rules: HeatRules, command: LookAt, spot: HotSpotState) -> tuple[HotSpotEvent, ...]:
    if isinstance(spot, Hot):
        return _look_again(command, spot)
    if not is_hot(command.seen, rules):
        return ()
    return (
        HotSpotOpened(
            spot_id=command.spot_id,
            grid=command.grid,
            category=command.category,
            requests=command.requests,
            people=command.seen.people,
            usual=round(usual(command.seen, rules) * 1000),
            rules=rules.version,
            occurred_at=command.at,
        ),
    )


def _look_again(command: LookAt, spot: Hot) -> tuple[HotSpotEvent, ...]:
    if not command.seen.recent:
        return (HotSpotClosed(spot_id=command.spot_id, occurred_at=command.at),)
    new = tuple(request for request in command.requests if request not in spot.requests)
    if not new:
        return ()
    return (HotSpotGrew(spot_id=command.spot_id, requests=new, people=command.seen.people, occurred_at=command.at),)


def _take_note(command: TakeNote, spot: HotSpotState) -> tuple[HotSpotEvent, ...]:
    if isinstance(spot, Unknown):
        raise NotFound("hot spot")
    if isinstance(spot, Cool):
        raise NotHot
    if spot.seen:
        return ()
    return (HotSpotSeen(spot_id=command.spot_id, seen_by=command.by, occurred_at=command.at),)
