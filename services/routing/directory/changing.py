"""Entries of the directory by the leaders of a unit, each for his own."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter

from services.routing.directory.bodies import (
    AbsenceBody,
    AuxiliaryBody,
    ClosingBody,
    DutyBody,
    GridBody,
    HeadBody,
    Listed,
    OfficerBody,
    UnitBody,
    WithdrawalBody,
)
from services.routing.directory.commands import (
    CloseGrid,
    DirectoryCommand,
    ListAuxiliary,
    ListDuty,
    ListGrid,
    ListHead,
    ListOfficer,
    ListUnit,
    NoteAbsence,
    WithdrawAbsence,
)
from services.routing.directory.facts import Seat
from services.routing.directory.resolving import Snapshot
from services.routing.directory.store import DIRECTORY_ID, DirectoryHandler, DirectoryReader
from shared.contracts.codes import Operation, Relation
from shared.kernel import Actor, Clock, GridCode, PersonId, UnitCode
from shared.web import Call, CodeText, Guard, Relate
from shared.web.errors import NotAllowed

UnitOf = Callable[[Snapshot, str], str | None]


def changing_router(entries: DirectoryHandler, directory: DirectoryReader, guard: Guard, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/routing/v1/directory", tags=["directory"])

    def may_change(name: str, unit_of: UnitOf) -> Any:
        return guard.command(Operation.MANAGE_DIRECTORY, relation=of_entry(name, unit_of, directory, clock))

    of_officer = may_change("person_id", _unit_of_officer)
    of_grid = may_change("code", _unit_of_grid)
    of_unit = may_change("code", lambda _, code: code)

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

    @router.put("/units/{code}", operation_id="routing.put_unit")
    async def put_unit(code: CodeText, body: UnitBody, call: Annotated[Call, of_unit]) -> Listed:
        command = ListUnit(
            code=UnitCode(code),
            kind=body.kind,
            parent=UnitCode(body.parent) if body.parent else None,
            first_day=body.first_day,
            last_day=body.last_day,
            at=clock.now(),
        )
        return await carry_out(command, call)

    @router.put("/officers/{person_id}", operation_id="routing.put_officer")
    async def put_officer(person_id: UUID, body: OfficerBody, call: Annotated[Call, of_officer]) -> Listed:
        require_own(body.unit, call)
        command = ListOfficer(
            person=PersonId(person_id),
            unit=UnitCode(body.unit),
            roles=body.roles,
            deputy=_person(body.deputy),
            first_day=body.first_day,
            last_day=body.last_day,
            at=clock.now(),
        )
        return await carry_out(command, call)

    @router.put("/grids/{code}", operation_id="routing.put_grid")
    async def put_grid(code: CodeText, body: GridBody, call: Annotated[Call, of_grid]) -> Listed:
        require_own(body.unit, call)
        command = ListGrid(
            code=GridCode(code),
            unit=UnitCode(body.unit),
            owner=PersonId(body.owner),
            deputy=_person(body.deputy),
            first_day=body.first_day,
            last_day=body.last_day,
            at=clock.now(),
        )
        return await carry_out(command, call)

    @router.put("/grids/{code}/auxiliary", operation_id="routing.put_auxiliary")
    async def put_auxiliary(code: CodeText, body: AuxiliaryBody, call: Annotated[Call, of_grid]) -> Listed:
        command = ListAuxiliary(
            grid=GridCode(code),
            auxiliary=PersonId(body.auxiliary),
            deputy=_person(body.deputy),
            first_day=body.first_day,
            last_day=body.last_day,
            at=clock.now(),
        )
        return await carry_out(command, call)

    @router.put("/grids/{code}/heads/{seat}", operation_id="routing.put_head")
    async def put_head(code: CodeText, seat: Seat, body: HeadBody, call: Annotated[Call, of_grid]) -> Listed:
        command = ListHead(
            grid=GridCode(code),
            seat=seat,
            person=PersonId(body.person),
            first_day=body.first_day,
            last_day=body.last_day,
            at=clock.now(),
        )
        return await carry_out(command, call)

    @router.post("/grids/{code}/closing", operation_id="routing.close_grid")
    async def close_grid(code: CodeText, body: ClosingBody, call: Annotated[Call, of_grid]) -> Listed:
        return await carry_out(CloseGrid(code=GridCode(code), first_day=body.first_day, at=clock.now()), call)

    @router.post("/officers/{person_id}/absences", operation_id="routing.note_absence")
    async def note_absence(person_id: UUID, body: AbsenceBody, call: Annotated[Call, of_officer]) -> Listed:
        command = NoteAbsence(
            person=PersonId(person_id),
            reason=body.reason,
            first_day=body.first_day,
            last_day=body.last_day,
            at=clock.now(),
        )
        return await carry_out(command, call)

    @router.post("/officers/{person_id}/absences/withdrawal", operation_id="routing.withdraw_absence")
    async def withdraw_absence(person_id: UUID, body: WithdrawalBody, call: Annotated[Call, of_officer]) -> Listed:
        command = WithdrawAbsence(person=PersonId(person_id), first_day=body.first_day, at=clock.now())
        return await carry_out(command, call)

    @router.post("/units/{code}/duties", operation_id="routing.put_duty")
    async def put_duty(code: CodeText, body: DutyBody, call: Annotated[Call, of_unit]) -> Listed:
        command = ListDuty(
            unit=UnitCode(code),
            day=body.day,
            shift=body.shift,
            people=tuple(dict.fromkeys(map(PersonId, body.people))),
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


def require_own(unit: str, call: Call) -> None:
    """Nobody posts his people to another unit, or takes in another's."""
    if unit != call.actor.unit:
        raise NotAllowed


def _unit_of_officer(today: Snapshot, person: str) -> str | None:
    entry = today.everybody.get(PersonId(UUID(person)))
    return entry.unit if entry else None


def _unit_of_grid(today: Snapshot, code: str) -> str | None:
    entry = today.grids.get(GridCode(code))
    return entry.unit if entry else None


def _person(given: UUID | None) -> PersonId | None:
    return PersonId(given) if given else None
