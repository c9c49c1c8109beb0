"""Which place somebody means, and who would have it: questions of which nothing is kept."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Protocol

from fastapi import APIRouter

from services.routing.decisions.doors import reading
from services.routing.decisions.relations import of_lists
from services.routing.directory.bodies import (
    CandidateAnswer,
    Candidates,
    ChoosingAnswer,
    LoadAnswer,
    QuestionBody,
    TrialAnswer,
    TrialBody,
)
from services.routing.directory.choosing import Choosing
from services.routing.directory.places import Gazetteer
from services.routing.directory.resolving import OF_THE_PLACE, Fit, Snapshot, least_loaded, resolve, snapshot
from services.routing.directory.sightings import Sighting
from services.routing.directory.store import DirectoryReader
from shared.contracts.codes import Channel, Operation
from shared.kernel import BUREAU_ZONE, Clock, GridCode, PersonId
from shared.web import Guard, Query, own

QUESTIONS = "60/minute"
MOST_CANDIDATES = 8
"""A longer list is no question any more: the person is left to write more."""


class Loads(Protocol):
    async def of(self, people: Sequence[PersonId]) -> Mapping[PersonId, int]: ...


def places_router(
    gazetteer: Gazetteer, directory: DirectoryReader, loads: Loads, guard: Guard, clock: Clock
) -> APIRouter:
    router = APIRouter(prefix="/routing/v1", tags=["places"])

    def today() -> date:
        return clock.now().astimezone(BUREAU_ZONE).date()

    @router.post("/places/question", operation_id="routing.ask_place")
    async def ask_place(
        body: QuestionBody, query: Annotated[Query, guard.query(Operation.FILE, relation=own, anonymous=True)]
    ) -> Candidates:
        """ "Which of them do you mean?" for whoever files; nothing to ask where the place is plain or unknown."""
        guard.limits.hit(QUESTIONS, "places", query.address)
        sighting = gazetteer.on(today()).find(body.place)
        in_doubt = sighting is not None and 1 < len(sighting.candidates) <= MOST_CANDIDATES
        return Candidates(candidates=told(gazetteer, body.place, sighting) if in_doubt else ())

    @router.post("/directory/trial", operation_id="routing.try_place")
    async def try_place(body: TrialBody, query: Annotated[Query, reading(guard, of_lists)]) -> TrialAnswer:
        """Who would get it, and why."""
        on = body.on or today()
        day = snapshot(await directory.newest(), on)
        sighting = gazetteer.on(on).find(body.place)
        grid = sighting.grid if sighting else None
        asks = sighting is not None and bool(sighting.in_doubt) and body.channel in OF_THE_PLACE
        fit = None if asks else await _weighed(day, resolve(day, body.channel, grid), body.channel)
        return _trial(gazetteer, body, sighting, fit, day, asks)

    async def _weighed(day: Snapshot, fit: Fit | None, channel: Channel) -> Fit | None:
        if fit is None or len(fit.equals) < 2:
            return fit
        return least_loaded(day, fit, await loads.of(fit.equals), channel)

    return router


def told(gazetteer: Gazetteer, typed: str, sighting: Sighting | None) -> tuple[CandidateAnswer, ...]:
    if sighting is None:
        return ()
    return tuple(
        CandidateAnswer(
            grid=grid,
            called=gazetteer.county.called(grid),
            place=gazetteer.spelled_out(typed, sighting, grid),
        )
        for grid in sighting.candidates
    )


def choosing_answer(choosing: Choosing) -> ChoosingAnswer:
    return ChoosingAnswer(
        by=choosing.by,
        loads=tuple(LoadAnswer(person=load.person, open=load.open) for load in choosing.loads),
        away=choosing.away,
    )


def _trial(
    gazetteer: Gazetteer, body: TrialBody, sighting: Sighting | None, fit: Fit | None, day: Snapshot, asks: bool
) -> TrialAnswer:
    grid: GridCode | None = sighting.grid if sighting else None
    walking = day.auxiliaries.get(grid) if grid is not None else None
    return TrialAnswer(
        candidates=told(gazetteer, body.place, sighting),
        means=sighting.means if sighting else None,
        asks=asks,
        unit=fit.unit if fit else None,
        owner=fit.officers[0] if fit else None,
        deputy=fit.officers[1] if fit and len(fit.officers) > 1 else None,
        auxiliary=walking.auxiliary if walking else None,
        choosing=choosing_answer(fit.choosing) if fit else None,
    )
