"""Tables of the directory over HTTP: out, checked without effect, and in."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from services.routing.decisions.doors import reading
from services.routing.decisions.relations import of_lists
from services.routing.directory.sheets import CellUnreadable, Checked, RowError, Sheet, checked, whole, written
from services.routing.directory.store import DIRECTORY_ID, DirectoryHandler, DirectoryReader
from shared.contracts.codes import Operation, Relation
from shared.kernel import BUREAU_ZONE, Actor, Clock, UnitCode
from shared.web import Call, DayParam, Guard, Query, StrictModel
from shared.web.errors import NotAllowed
from shared.web.problems import OWN_WORDS, Catalogue

CSV = "text/csv; charset=utf-8"
CSV_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}},
}


class RowProblem(StrictModel):
    row: int
    type: str
    column: str | None
    words: str


class SheetAnswer(StrictModel):
    rows: int
    new: int
    """Entries that would be listed, or were."""
    errors: tuple[RowProblem, ...]
    version: int | None = None
    """None where nothing was listed: a check, errors, or nothing new."""


def sheets_router(
    entries: DirectoryHandler, directory: DirectoryReader, words: Path, guard: Guard, clock: Clock
) -> APIRouter:
    router = APIRouter(prefix="/routing/v1/directory/sheets", tags=["directory"])
    catalogue = Catalogue((OWN_WORDS, words))

    async def read(request: Request, sheet: Sheet, query: Query) -> Checked:
        try:
            text = (await request.body()).decode("utf-8")
        except UnicodeDecodeError:
            raise CellUnreadable(column="utf-8") from None
        if query.actor.unit is None:
            raise NotAllowed
        return checked(text, sheet, await directory.newest(), UnitCode(query.actor.unit), clock.now())

    @router.get("/{sheet}", operation_id="routing.get_directory_sheet", response_class=Response)
    async def get_sheet(
        sheet: Sheet, query: Annotated[Query, reading(guard, of_lists)], on: DayParam | None = None
    ) -> Response:
        day = on or clock.now().astimezone(BUREAU_ZONE).date()
        return Response(written(await directory.newest(), sheet, day).encode("utf-8-sig"), media_type=CSV)

    @router.post("/{sheet}/check", operation_id="routing.check_directory_sheet", openapi_extra=CSV_BODY)
    async def check_sheet(
        request: Request,
        sheet: Sheet,
        query: Annotated[Query, guard.query(Operation.MANAGE_DIRECTORY, relation=of_own_unit)],
    ) -> SheetAnswer:
        """What reading it in would do; nothing is listed."""
        return _answer(await read(request, sheet, query), catalogue, query.language)

    @router.post("/{sheet}", operation_id="routing.import_directory_sheet", openapi_extra=CSV_BODY)
    async def import_sheet(
        request: Request,
        sheet: Sheet,
        call: Annotated[Call, guard.command(Operation.MANAGE_DIRECTORY, relation=of_own_unit)],
    ) -> SheetAnswer:
        """All rows or, where one is wrong, none."""
        found = await read(request, sheet, call)
        if found.errors or not found.listings:
            return _answer(found, catalogue, call.language)
        recorded = await entries.handle(
            DIRECTORY_ID,
            whole(found),
            call.context,
            once=call.once,
            answer=lambda recorded: _answer(found, catalogue, call.language, recorded.version).model_dump(mode="json"),
            if_version=call.if_match,
        )
        return SheetAnswer.model_validate(recorded.answer)

    return router


async def of_own_unit(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """Each row is looked at for itself: who has a unit lists for that one."""
    return frozenset({Relation.OWN_UNIT}) if actor.unit is not None else frozenset()


def _answer(found: Checked, catalogue: Catalogue, language: str, version: int | None = None) -> SheetAnswer:
    return SheetAnswer(
        rows=found.rows,
        new=len(found.listings),
        errors=tuple(_problem(error, catalogue, language) for error in found.errors),
        version=version,
    )


def _problem(error: RowError, catalogue: Catalogue, language: str) -> RowProblem:
    refused = error.refused
    _, detail = catalogue.words(refused.slug, language, refused.details)
    column = refused.details.get("column")
    return RowProblem(row=error.row, type=refused.slug, column=str(column) if column else None, words=detail)
