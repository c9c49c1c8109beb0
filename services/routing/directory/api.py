"""The directory over HTTP: who is where on a day, and new entries by the leaders of a unit."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.routing.decisions.doors import reading
from services.routing.decisions.relations import of_lists
from services.routing.directory.decider import (
    DirectoryCommand,
    GridListed,
    ListGrid,
    ListOfficer,
    ListUnit,
    OfficerListed,
    UnitListed,
)
from services.routing.directory.resolving import Snapshot, snapshot
from services.routing.directory.store import DIRECTORY_ID, DirectoryHandler, DirectoryReader
from shared.contracts.codes import Operation, Relation, Role, UnitKind
from shared.kernel import BUREAU_ZONE, Actor, Clock, GridCode, NotFound, PersonId, UnitCode
from shared.web import Call, CodeText, Guard, Query, Relate, StrictModel
from shared.web.errors import NotAllowed

UnitOf = Callable[[Snapshot, str], str | None]


class Period(StrictModel):
    first_day: date
    last_day: date | None = None


class UnitBody(Period):
    kind: UnitKind
    parent: CodeText | None = None


class OfficerBody(Period):
    unit: CodeText
    roles: Annotated[tuple[Role, ...], Field(min_length=1, max_length=8)]
    deputy: UUID | None = None


class GridBody(Period):
    unit: CodeText
    owner: UUID
    deputy: UUID | None = None


class UnitAnswer(Period):
    code: str
    name: str
    """As the bureau calls it; the code where it gave no name."""
    kind: UnitKind
    parent: str | None


class OfficerAnswer(Period):
    person: UUID
    unit: str
    roles: tuple[Role, ...]
    deputy: UUID | None


class GridAnswer(Period):
    code: str
    unit: str
    owner: UUID
    deputy: UUID | None


class Units(StrictModel):
    units: tuple[UnitAnswer, ...]


class Officers(StrictModel):
    officers: tuple[OfficerAnswer, ...]


class Grids(StrictModel):
    grids: tuple[GridAnswer, ...]


class Listed(StrictModel):
    version: int
    record_id: UUID | None


def directory_router(
    entries: DirectoryHandler, directory: DirectoryReader, names: Mapping[UnitCode, str], guard: Guard, clock: Clock
) -> APIRouter:
    router = APIRouter(prefix="/routing/v1/directory", tags=["directory"])
    may_read = reading(guard, of_lists)

    async def day(on: date | None) -> Snapshot:
        return snapshot(await directory.newest(), on or clock.now().astimezone(BUREAU_ZONE).date())

    def may_change(name: str, unit_of: UnitOf) -> Any:
        return guard.command(Operation.MANAGE_DIRECTORY, relation=of_entry(name, unit_of, directory, clock))

    async def carry_out(command: DirectoryCommand, call: Call) -> Listed:
        recorded = await entries.handle(
            DIRECTORY_ID,
            command,
            call.context,
            once=call.once,
            answer=lambda recorded: Listed(version=recorded.version, record_id=recorded.last).model_dump(mode="json"),
            if_version=call.if_match,
        )
        return Listed.model_validate(recorded.answer)

    @router.get("/units", operation_id="routing.list_units")
    async def list_units(query: Annotated[Query, may_read], on: date | None = None) -> Units:
        found = (await day(on)).units
        return Units(units=tuple(_unit(found[code], names) for code in sorted(found)))

    @router.get("/officers", operation_id="routing.list_officers")
    async def list_officers(query: Annotated[Query, may_read], on: date | None = None) -> Officers:
        found = (await day(on)).officers.values()
        return Officers(officers=tuple(sorted(map(_officer, found), key=lambda each: (each.unit, each.person))))

    @router.get("/grids", operation_id="routing.list_grids")
    async def list_grids(query: Annotated[Query, may_read], on: date | None = None) -> Grids:
        found = (await day(on)).grids
        return Grids(grids=tuple(_grid(found[code]) for code in sorted(found)))

    @router.put("/units/{code}", operation_id="routing.put_unit")
    async def put_unit(
        code: CodeText, body: UnitBody, call: Annotated[Call, may_change("code", lambda _, code: code)]
    ) -> Listed:
        command = ListUnit(
            code=UnitCode(code),
            kind=body.kind,
            parent=UnitCode(body.parent) if body.parent else None,
            first_day=body.first_day,
            last_day=body.last_day,
            at=clock.now(),
        )
        return await carry_out(command, call)

    @router.put("/officers/{person}", operation_id="routing.put_officer")
    async def put_officer(
        person: UUID, body: OfficerBody, call: Annotated[Call, may_change("person", _unit_of_officer)]
    ) -> Listed:
        _require_own(body.unit, call)
        command = ListOfficer(
            person=PersonId(person),
            unit=UnitCode(body.unit),
            roles=body.roles,
            deputy=PersonId(body.deputy) if body.deputy else None,
            first_day=body.first_day,
            last_day=body.last_day,
            at=clock.now(),
        )
        return await carry_out(command, call)

    @router.put("/grids/{code}", operation_id="routing.put_grid")
    async def put_grid(
        code: CodeText, body: GridBody, call: Annotated[Call, may_change("code", _unit_of_grid)]
    ) -> Listed:
        _require_own(body.unit, call)
        command = ListGrid(
            code=GridCode(code),
            unit=UnitCode(body.unit),
            owner=PersonId(body.owner),
            deputy=PersonId(body.deputy) if body.deputy else None,
            first_day=body.first_day,
            last_day=body.last_day,
            at=clock.now(),
        )
        return await carry_out(command, call)

    return router


def of_entry(name: str, unit_of: UnitOf, directory: DirectoryReader, clock: Clock) -> Relate:
    """An entry is its unit's; a new one belongs to whoever lists it for his own unit."""

    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        unit = unit_of(await directory.on(clock.now()), path[name])
        held = actor.unit is not None and unit in (None, actor.unit)
        return frozenset({Relation.OWN_UNIT}) if held else frozenset()

    return relate


def _unit_of_officer(today: Snapshot, person: str) -> str | None:
    try:
        entry = today.officers.get(PersonId(UUID(person)))
    except ValueError:
        raise NotFound("officer") from None
    return entry.unit if entry else None


def _unit_of_grid(today: Snapshot, code: str) -> str | None:
    entry = today.grids.get(GridCode(code))
    return entry.unit if entry else None


def _require_own(unit: str, call: Call) -> None:
    """Nobody posts his people to another unit, or takes in another's."""
    if unit != call.actor.unit:
        raise NotAllowed


def _unit(entry: UnitListed, names: Mapping[UnitCode, str]) -> UnitAnswer:
    return UnitAnswer(
        code=entry.code,
        name=names.get(entry.code, entry.code),
        kind=entry.kind,
        parent=entry.parent,
        first_day=entry.first_day,
        last_day=entry.last_day,
    )


def _officer(entry: OfficerListed) -> OfficerAnswer:
    return OfficerAnswer(
        person=entry.person,
        unit=entry.unit,
        roles=entry.roles,
        deputy=entry.deputy,
        first_day=entry.first_day,
        last_day=entry.last_day,
    )


def _grid(entry: GridListed) -> GridAnswer:
    return GridAnswer(
        code=entry.code,
        unit=entry.unit,
        owner=entry.owner,
        deputy=entry.deputy,
        first_day=entry.first_day,
        last_day=entry.last_day,
    )
