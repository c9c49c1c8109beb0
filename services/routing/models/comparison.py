"""What each model said of each request, and what people made of it: the figures of trials and of drift."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg

from services.routing.decisions.facts import (
    ConfirmationUndone,
    DecisionConfirmed,
    DecisionOverruled,
    OverruleUndone,
    RequestClassified,
    RequestJudged,
)
from services.routing.decisions.model_facts import JudgementCorrected, ShadowJudged
from services.routing.models.decider import Compared
from services.routing.models.drift import Window
from shared.eventstore import Incoming, Transaction
from shared.kernel import ModelVersion
from shared.messaging import View
from shared.web import StrictModel

DDL = """
CREATE TABLE {table} (
    request_id uuid PRIMARY KEY,
    judged_at timestamptz NOT NULL,
    model text NOT NULL,
    category text NOT NULL,
    priority text NOT NULL,
    police text NOT NULL,
    channel text NOT NULL,
    confidence integer NOT NULL,
    unsure boolean NOT NULL,
    again_category text,
    again_unsure boolean,
    trial_model text,
    trial_category text,
    trial_priority text,
    trial_police text,
    trial_channel text,
    trial_unsure boolean,
    ruled_category text,
    ruled_channel text,
    by_people boolean NOT NULL DEFAULT false,
    people_category text,
    people_channel text
);
CREATE INDEX ON {table} (model, judged_at);
CREATE INDEX ON {table} (trial_model, judged_at) WHERE trial_model IS NOT NULL
"""

COMPARED = """
SELECT count(*) AS requests,
       count(*) FILTER (WHERE trial_category = category AND trial_channel = channel
                        AND trial_police = police AND trial_priority = priority) AS agreed,
       count(*) FILTER (WHERE by_people) AS by_people,
       count(*) FILTER (WHERE by_people AND category = people_category) AS serving_right,
       count(*) FILTER (WHERE by_people AND trial_category = people_category) AS trial_right,
       count(*) FILTER (WHERE unsure) AS serving_unsure, count(*) FILTER (WHERE trial_unsure) AS trial_unsure,
       count(*) FILTER (WHERE NOT unsure AND NOT trial_unsure AND trial_channel <> channel) AS elsewhere
FROM model_answers WHERE trial_model = $1 AND model = $2 AND judged_at >= $3
"""

MOVED = """
SELECT category, trial_category, count(*) AS requests,
       count(*) FILTER (WHERE by_people AND category = people_category) AS serving_right,
       count(*) FILTER (WHERE by_people AND trial_category = people_category) AS trial_right
FROM model_answers WHERE trial_model = $1 AND model = $2 AND judged_at >= $3 AND trial_category <> category
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 12
"""

WINDOW = """
SELECT count(*) AS judged, count(*) FILTER (WHERE unsure) AS persons,
       count(*) FILTER (WHERE by_people) AS by_people,
       count(*) FILTER (WHERE by_people AND people_category <> category) AS overruled,
       coalesce(round(avg(1000 - confidence) FILTER (WHERE by_people)), 0)::int AS doubt,
       count(again_category) AS asked_again, count(*) FILTER (WHERE NOT again_unsure) AS settled_again
FROM model_answers WHERE model = $1 AND judged_at >= $2
"""

CLASSES = "SELECT category, count(*) AS requests FROM model_answers WHERE model = $1 AND judged_at >= $2 GROUP BY 1"


class Moved(StrictModel):
    """Requests of one class that the trial puts into another."""

    category: str
    trial_category: str
    requests: int
    serving_right: int
    trial_right: int


class TrialFigures(StrictModel):
    requests: int
    agreed: int
    by_people: int
    serving_right: int
    trial_right: int
    serving_unsure: int
    trial_unsure: int
    elsewhere: int
    """Both sure, another channel: these would go elsewhere without anybody looking."""
    moved: tuple[Moved, ...]

    @property
    def compared(self) -> Compared:
        return Compared(self.requests, self.agreed, self.by_people, self.serving_right, self.trial_right)


class Week(StrictModel):
    """What the model did in the days of the window, beside what drift is told from."""

    asked_again: int
    """Read a second time by the slower model."""
    settled_again: int
    """Of these, sent on their way without a person."""


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case RequestJudged() as event:
            await _judged(event, table, tx)
        case JudgementCorrected() as event:
            await tx.execute(
                f"UPDATE {table} SET again_category = $2, again_unsure = $3 WHERE request_id = $1",
                event.request_id,
                event.category.label,
                event.unsure,
            )
        case ShadowJudged(answer=answer) as event:
            await tx.execute(
                f"UPDATE {table} SET trial_model = $2, trial_category = $3, trial_priority = $4, trial_police = $5,"
                " trial_channel = $6, trial_unsure = $7 WHERE request_id = $1",
                event.request_id,
                answer.model,
                answer.category,
                answer.priority,
                answer.police,
                answer.channel,
                answer.unsure,
            )
        case RequestClassified() as event:
            await tx.execute(
                f"UPDATE {table} SET ruled_category = $2, ruled_channel = $3 WHERE request_id = $1",
                event.request_id,
                event.ruling.category,
                event.ruling.channel,
            )
        case DecisionConfirmed() as event:
            await tx.execute(
                f"UPDATE {table} SET by_people = true, people_category = ruled_category,"
                " people_channel = ruled_channel WHERE request_id = $1 AND ruled_category IS NOT NULL",
                event.request_id,
            )
        case DecisionOverruled() as event:
            await tx.execute(
                f"UPDATE {table} SET by_people = true, people_category = $2, people_channel = $3 WHERE request_id = $1",
                event.request_id,
                event.after.category,
                event.after.channel,
            )
        case OverruleUndone() | ConfirmationUndone() as event:
            await tx.execute(
                f"UPDATE {table} SET by_people = false, people_category = NULL, people_channel = NULL"
                " WHERE request_id = $1",
                event.request_id,
            )


async def _judged(event: RequestJudged, table: str, tx: Transaction) -> None:
    await tx.execute(
        f"INSERT INTO {table} (request_id, judged_at, model, category, priority, police, channel, confidence, unsure)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        event.request_id,
        event.occurred_at,
        event.model,
        event.category.label,
        event.priority.label,
        event.police.label,
        event.channel.label,
        event.category.confidence,
        event.unsure,
    )


model_answers = View(
    name="model_answers",
    sources=("routing",),
    ddl=DDL,
    project=project,
    causes=(
        RequestJudged,
        JudgementCorrected,
        ShadowJudged,
        RequestClassified,
        DecisionConfirmed,
        DecisionOverruled,
        OverruleUndone,
        ConfirmationUndone,
    ),
)


class ModelFigures:
    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def trial(self, trial: ModelVersion, serving: ModelVersion, since: datetime) -> TrialFigures:
        row = await self._pool.fetchrow(COMPARED, trial, serving, since)
        moved = await self._pool.fetch(MOVED, trial, serving, since)
        return TrialFigures.model_validate({**dict(row or {}), "moved": tuple(dict(each) for each in moved)})

    async def window(self, model: ModelVersion, since: datetime) -> tuple[Window, Week]:
        row = await self._pool.fetchrow(WINDOW, model, since)
        assert row is not None
        classes: Sequence[Any] = await self._pool.fetch(CLASSES, model, since)
        counts = {each["category"]: each["requests"] for each in classes}
        window = Window(row["judged"], row["persons"], row["by_people"], row["overruled"], row["doubt"], counts)
        return window, Week(asked_again=row["asked_again"], settled_again=row["settled_again"])
