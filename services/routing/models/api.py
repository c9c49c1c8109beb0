"""Models over HTTP: what is at hand, a trial, its figures, promotion by a second person, and the way back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from services.routing.models.comparison import ModelFigures, TrialFigures, Week
from services.routing.models.decider import (
    FEWEST_COMPARED,
    BeginTrial,
    Compared,
    EndTrial,
    ModelCommand,
    ModelPromoted,
    ModelRolledBack,
    Promote,
    Registry,
    RollBack,
)
from services.routing.models.drift import Alarm, Drift, drift
from services.routing.models.serving import ModelsAtWork
from services.routing.models.shelf import Shelf, expected_of
from services.routing.models.store import MODELS_ID, ModelHandler
from shared.contracts.codes import Operation
from shared.kernel import Clock, ModelVersion, PersonId
from shared.telemetry.meters import Measured
from shared.web import Call, CodeText, Guard, Query, StrictModel
from shared.web.coverage import Coverage
from shared.web.errors import LogBehind, NotAllowed

WINDOW = timedelta(days=7)
"""Whole weeks: a Sunday brings other messages than a Monday."""


class TrialAnswer(StrictModel):
    model: str
    begun_by: UUID
    begun_at: datetime
    needed: int
    figures: TrialFigures


class DriftAnswer(StrictModel):
    since: datetime
    judged: int
    enough: bool
    """Whether there is enough to say anything."""
    persons: int
    persons_expected: int | None
    overruled: int
    overruled_expected: int
    by_people: int
    mix: float
    categories: Mapping[str, int]
    categories_expected: Mapping[str, int]
    alarms: tuple[Alarm, ...]
    week: Week


class Candidate(StrictModel):
    model: str
    shipped: bool
    fits: bool


class Change(StrictModel):
    """When another model began to judge."""

    model: str
    former: str
    taken_back: bool
    by: UUID
    at: datetime
    compared: int | None


class ModelsAnswer(StrictModel):
    serving: str
    trial: TrialAnswer | None
    drift: DriftAnswer
    candidates: tuple[Candidate, ...]
    changes: tuple[Change, ...]
    version: int


class ModelDone(StrictModel):
    serving: str | None
    trial: str | None
    version: int
    record_id: UUID | None


class ModelDesk:
    """What the routes and the alarm ask about models."""

    def __init__(self, at_work: ModelsAtWork, shelf: Shelf, figures: ModelFigures, clock: Clock) -> None:
        self.at_work = at_work
        self.shelf = shelf
        self._figures = figures
        self._clock = clock

    async def drift(self) -> tuple[Drift, Week]:
        now = await self.at_work.now()
        window, week = await self._figures.window(now.version, self._clock.now() - WINDOW)
        return drift(window, expected_of(now.judge)), week

    async def alarms(self) -> list[Measured]:
        """A gauge with a value for each kind, also where nothing is wrong."""
        found, _ = await self.drift()
        return [(float(alarm in found.alarms), {"kind": alarm.value}) for alarm in Alarm]

    async def told_drift(self) -> DriftAnswer:
        found, week = await self.drift()
        expected, window = found.expected, found.window
        return DriftAnswer(
            since=self._clock.now() - WINDOW,
            judged=window.judged,
            enough=found.enough,
            persons=found.persons,
            persons_expected=expected.persons if expected else None,
            overruled=found.overruled,
            overruled_expected=window.doubt,
            by_people=window.by_people,
            mix=found.mix,
            categories=window.categories or {},
            categories_expected=expected.categories if expected else {},
            alarms=found.alarms,
            week=week,
        )

    async def told_trial(self, registry: Registry) -> TrialAnswer | None:
        trial = registry.trial
        if trial is None:
            return None
        figures = await self._figures.trial(trial.model, await self.serving(), trial.begun_at)
        return TrialAnswer(
            model=trial.model,
            begun_by=trial.begun_by,
            begun_at=trial.begun_at,
            needed=FEWEST_COMPARED,
            figures=figures,
        )

    async def serving(self) -> ModelVersion:
        """The one that judges, which is the shipped one where a promoted file is gone."""
        return (await self.at_work.now()).version

    async def candidates(self) -> tuple[Candidate, ...]:
        return tuple(
            [
                Candidate(
                    model=version,
                    shipped=version == self.shelf.shipped,
                    fits=await self.shelf.fits(version),
                )
                for version in await self.shelf.versions()
            ]
        )

    async def compared(self, registry: Registry) -> Compared:
        told = await self.told_trial(registry)
        return told.figures.compared if told else Compared(0, 0, 0, 0, 0)


def models_router(models: ModelHandler, desk: ModelDesk, guard: Guard, coverage: Coverage, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/routing/v1/models", tags=["models"])

    async def carry_out(command: ModelCommand, call: Call) -> ModelDone:
        recorded = await models.handle(
            MODELS_ID,
            command,
            call.context,
            once=call.once,
            answer=lambda recorded: ModelDone(
                serving=recorded.state.serving,
                trial=recorded.state.trial.model if recorded.state.trial else None,
                version=recorded.version,
                record_id=recorded.last,
            ).model_dump(mode="json"),
            if_version=call.if_match,
        )
        desk.at_work.look_again()
        return ModelDone.model_validate(recorded.answer)

    @router.get("", operation_id="routing.list_models")
    async def list_models(query: Annotated[Query, guard.query(Operation.READ)]) -> ModelsAnswer:
        history = [stored.event for stored in await models.history(MODELS_ID)]
        registry = models.decider.fold(history)
        return ModelsAnswer(
            serving=await desk.serving(),
            trial=await desk.told_trial(registry),
            drift=await desk.told_drift(),
            candidates=await desk.candidates(),
            changes=tuple(
                _change(event) for event in reversed(history) if isinstance(event, ModelPromoted | ModelRolledBack)
            ),
            version=len(history),
        )

    @router.post("/{version}/trial", operation_id="routing.begin_model_trial")
    async def begin_trial(version: CodeText, call: Annotated[Call, guard.command(Operation.DRAFT_RULES)]) -> ModelDone:
        model = ModelVersion(version)
        command = BeginTrial(
            model=model,
            on_shelf=model in await desk.shelf.versions() and await desk.shelf.fits(model),
            shipped=desk.shelf.shipped,
            by=_person(call),
            at=clock.now(),
        )
        return await carry_out(command, call)

    @router.post("/trial/end", operation_id="routing.end_model_trial")
    async def end_trial(call: Annotated[Call, guard.command(Operation.DRAFT_RULES)]) -> ModelDone:
        return await carry_out(EndTrial(at=clock.now()), call)

    @router.post("/{version}/promotion", operation_id="routing.promote_model")
    async def promote(version: CodeText, call: Annotated[Call, guard.command(Operation.PUBLISH_RULES)]) -> ModelDone:
        if await coverage.stale():
            raise LogBehind
        registry, _ = await models.state(MODELS_ID)
        command = Promote(
            model=ModelVersion(version),
            shipped=desk.shelf.shipped,
            compared=await desk.compared(registry),
            by=_person(call),
            at=clock.now(),
        )
        return await carry_out(command, call)

    @router.post("/rollback", operation_id="routing.roll_back_model")
    async def roll_back(call: Annotated[Call, guard.command(Operation.PUBLISH_RULES)]) -> ModelDone:
        return await carry_out(RollBack(by=_person(call), at=clock.now()), call)

    return router


def _person(call: Call) -> PersonId:
    if call.actor.person is None:
        raise NotAllowed
    return call.actor.person


def _change(event: ModelPromoted | ModelRolledBack) -> Change:
    if isinstance(event, ModelPromoted):
        return Change(
            model=event.model,
            former=event.former,
            taken_back=False,
            by=event.promoted_by,
            at=event.occurred_at,
            compared=event.compared.requests,
        )
    return Change(
        model=event.model,
        former=event.withdrawn,
        taken_back=True,
        by=event.rolled_back_by,
        at=event.occurred_at,
        compared=None,
    )
