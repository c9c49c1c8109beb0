"""One request as its people see it: the stream, and beside it what the other services reported."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from services.intake.requests.bodies import Asked, Holder, PromiseKept, RequestAnswer, Step
from services.intake.requests.facts import (
    REQUESTER,
    FeedbackNoted,
    Notice,
    OutcomeNoted,
    RequestEvent,
    RequestFiled,
    RequestReopened,
    Wanted,
)
from services.intake.requests.linking_facts import SharedOutcomeNoted
from services.intake.requests.rules.closing import duties_left
from services.intake.requests.state import Closed, Declined, Filed, Matter, Open, TakenBack, Unfiled, state_code
from services.intake.requests.store import RequestHandler, published
from shared.contracts.codes import State
from shared.eventstore import Stored
from shared.kernel import NotFound, fact_name

Row = Mapping[str, Any]

NEXT = {
    "triage": ("值班民警确定由谁办理", "a duty officer decides who handles it"),
    "sign_for": ("等承办人签收", "the person in charge signs for it"),
    "first_response": ("承办人联系您", "the person in charge contacts you"),
    "outcome": ("承办人办理，办完告诉您结果", "it is being handled; you will be told the result"),
    "supplement": ("请您补充材料", "please add what is missing"),
    "joined": (
        "已与同一事项合并办理，有结果会单独告诉您，您单独评价",
        "it goes on together with the same matter; you are told the result and asked for your verdict yourself",
    ),
    "tell": ("马上告诉您结果", "you will be told in a moment"),
    "rate": ("请您说说是否满意", "please say whether you are satisfied"),
    "perform": ("约定的事项等待履行，我们在跟踪", "what was agreed is being performed; we follow it"),
    "none": ("已经办完，有新情况可以要求重开", "it is finished; new facts can reopen it"),
}


class RequestReader:
    def __init__(self, requests: RequestHandler, pool: "asyncpg.Pool[Any]") -> None:
        self._requests = requests
        self._pool = pool

    async def read(self, request_id: UUID, language: str) -> RequestAnswer:
        history = await self._requests.history(request_id)
        state = self._requests.decider.fold(stored.event for stored in history)
        filed = history[0].event if history else None
        if isinstance(state, Unfiled) or not isinstance(filed, RequestFiled):
            raise NotFound("request")
        routing = await self._pool.fetchrow("SELECT * FROM request_routing WHERE request_id = $1", request_id)
        handling = await self._pool.fetchrow(
            "SELECT * FROM request_handlings WHERE request_id = $1 ORDER BY attempt DESC, changed_at DESC LIMIT 1",
            request_id,
        )
        others = await self._pool.fetch("SELECT * FROM request_timeline WHERE request_id = $1", request_id)
        return _answer(filed, history, state, routing, handling, others, language)


def _answer(
    filed: RequestFiled,
    history: Sequence[Stored[RequestEvent]],
    state: Filed,
    routing: Row | None,
    handling: Row | None,
    others: Sequence[Row],
    language: str,
) -> RequestAnswer:
    matter = state.matter
    step = next_step(state, routing, handling)
    asked = state.asked if isinstance(state, Open) else None
    return RequestAnswer(
        request_id=filed.request_id,
        code=filed.code,
        kind=filed.kind,
        door=filed.door,
        brought_by=history[0].raw.role if matter.source is not None else None,
        wanted=matter.source.wanted if matter.source is not None else Wanted.HIMSELF,
        state=state_code(state),
        filed_at=filed.occurred_at,
        attempt=matter.attempt,
        danger=tuple(sorted(matter.danger)),
        handling=handling["state"] if handling else None,
        holder=_holder(routing, handling),
        next_step=step,
        next_words=NEXT[step][language == "en"],
        asked=Asked(items=asked.items, due=asked.due) if asked else None,
        outcome=_outcome([stored.event for stored in history]),
        answered=matter.result is not None and matter.result.answered,
        told=_told(state),
        unread_addition=matter.unread_addition,
        duties_watched=sum(duties_left(matter).values()),
        promises=_promises(routing),
        timeline=_timeline(history, others),
        version=len(history),
    )


def next_step(state: Filed, routing: Row | None, handling: Row | None) -> str:
    if not isinstance(state, Open):
        return "none" if isinstance(state, Closed) or _told(state) else "tell"
    if state_code(state) is State.NEED_INFO:
        return "supplement"
    if state.matter.result is not None:
        return _after_result(state)
    if state.matter.link is not None:
        return "joined"
    if routing is None or routing["unit"] is None:
        return "triage"
    steps = {State.SIGNED: "first_response", State.IN_PROGRESS: "outcome"}
    return steps.get(handling["state"], "sign_for") if handling else "sign_for"


def _after_result(state: Open) -> str:
    if not _told(state):
        return "tell"
    return "perform" if sum(duties_left(state.matter).values()) else "rate"


def _told(state: Filed) -> bool:
    """The requester knows how it stands with the present end, if there is one."""
    matter = state.matter
    notice = Notice.REFUSAL if isinstance(state, Declined) else Notice.OUTCOME
    notice = Notice.WITHDRAWAL if isinstance(state, TakenBack) else notice
    return (_attempt(matter), notice, REQUESTER) in matter.told


def _attempt(matter: Matter) -> int:
    return matter.result.attempt if matter.result else matter.attempt


def _holder(routing: Row | None, handling: Row | None) -> Holder:
    """Who signed for it; before that, to whom it was given."""
    unit = (handling and handling["unit"]) or (routing and (routing["unit"] or routing["desk"]))
    owner = (handling and handling["owner"]) or (routing and routing["owner"])
    return Holder(unit=unit or None, owner=owner or None, channel=routing["channel"] if routing else None)


def _outcome(events: Sequence[RequestEvent]) -> str | None:
    for event in reversed(events):
        match event:
            case OutcomeNoted() | SharedOutcomeNoted():
                return event.outcome
            case RequestReopened():
                return None
    return None


def _promises(routing: Row | None) -> tuple[PromiseKept, ...]:
    promises = orjson.loads(routing["promises"]) if routing else {}
    return tuple(
        PromiseKept(clock=clock, due=told.get("due"), state=told["state"], at=told.get("at"))
        for clock, told in sorted(promises.items(), key=lambda each: (str(each[1].get("due")), each[0]))
    )


def _timeline(history: Sequence[Stored[RequestEvent]], others: Sequence[Row]) -> tuple[Step, ...]:
    """By the bureau's clock; what it puts at one moment, in the order in which it was recorded."""
    own = [(stored.raw.recorded_at, _own_step(stored)) for stored in history if _is_shown(stored.event)]
    reported = [(row["recorded_at"], _reported_step(row)) for row in others]
    ordered = sorted((*own, *reported), key=lambda each: (each[1].at, each[0]))
    return tuple(step for _, step in ordered)


def _is_shown(event: RequestEvent) -> bool:
    return published(event) is not None or isinstance(event, FeedbackNoted)


def _own_step(stored: Stored[RequestEvent]) -> Step:
    return Step(
        fact=fact_name(stored.event),
        at=stored.raw.occurred_at,
        role=stored.raw.role,
        unit=stored.raw.unit,
        service="intake",
        detail=None,
    )


def _reported_step(row: Row) -> Step:
    return Step(
        fact=row["fact"],
        at=row["at"],
        role=row["role"],
        unit=row["unit"],
        service=row["service"],
        detail=row["detail"],
    )
