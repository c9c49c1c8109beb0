"""The lists by which the workstation and the departments work, as the pages and the firms read them."""

from typing import Annotated

from fastapi import APIRouter

from services.enterprise.adapters.catalogue import Catalogue, Entry, Title
from services.enterprise.firms.relations import of_lists
from shared.contracts.codes import Operation
from shared.web import Guard, Query, StrictModel


class EntryAnswer(StrictModel):
    code: str
    title: str


class HazardEntryAnswer(EntryAnswer):
    first_offence: bool
    """Stands on the list of what a first time may be let off (R-29)."""


class InspectionItemAnswer(EntryAnswer):
    units: tuple[str, ...]
    ground: str | None
    """None: no law is named, and nobody may plan it (R-30)."""
    yearly_cap: int


class CatalogueAnswer(StrictModel):
    version: str
    checklist: tuple[EntryAnswer, ...]
    inspection_items: tuple[InspectionItemAnswer, ...]
    hazards: tuple[HazardEntryAnswer, ...]


def catalogue_router(catalogue: Catalogue, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/enterprise/v1", tags=["catalogue"])

    @router.get("/catalogue", operation_id="enterprise.get_catalogue")
    async def read(query: Annotated[Query, guard.query(Operation.READ, relation=of_lists)]) -> CatalogueAnswer:
        def title(entry: Entry) -> str:
            return entry.title.en if query.language == "en" else entry.title.zh

        def ground(law: Title | None) -> str | None:
            return None if law is None else law.en if query.language == "en" else law.zh

        return CatalogueAnswer(
            version=catalogue.version,
            checklist=tuple(EntryAnswer(code=each.code, title=title(each)) for each in catalogue.checklist),
            inspection_items=tuple(
                InspectionItemAnswer(
                    code=each.code,
                    title=title(each),
                    units=each.units,
                    ground=ground(each.ground),
                    yearly_cap=each.yearly_cap,
                )
                for each in catalogue.inspection_items
            ),
            hazards=tuple(
                HazardEntryAnswer(code=each.code, title=title(each), first_offence=each in catalogue.first_offence)
                for each in (*catalogue.first_offence, *catalogue.hazards)
            ),
        )

    return router
