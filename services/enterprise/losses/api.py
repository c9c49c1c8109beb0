"""Losses over HTTP."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.enterprise.clerk import Clerk
from services.enterprise.firms.decider import Firm, FirmId
from services.enterprise.firms.relations import of_firm, of_own_unit, to_firm
from services.enterprise.firms.store import FirmHandler
from services.enterprise.losses.decider import (
    CorrectClaim,
    Goods,
    Loss,
    LossId,
    RecordLoss,
    RecordRecovery,
    RecoveryId,
    require_recorded,
)
from services.enterprise.losses.store import LossHandler, goods_text, proof_text
from services.enterprise.losses.views import goods_between, goods_of_unit, losses_of, money_between, money_of_unit
from shared.contracts.codes import Operation, Relation
from shared.eventstore import EventStore
from shared.kernel import BUREAU_ZONE, Actor, Clock, ItemCode, NotFound, RequestId, derive_id
from shared.web import Call, CodeText, Guard, LongText, Query, Relate, ShortText, StrictModel
from shared.web.clerk import Day, Done, act, done, id_in
from shared.web.errors import NotAllowed

FenOrNone = Annotated[int, Field(strict=True, ge=0, le=10**13)]
Pieces = Annotated[int, Field(strict=True, ge=1, le=10**9)]


class GoodsBody(StrictModel):
    kind: CodeText
    pieces: Pieces
    name: ShortText | None = None


class ClaimBody(StrictModel):
    claimed_fen: FenOrNone = 0
    goods: Annotated[tuple[GoodsBody, ...], Field(max_length=20)] = ()


class LossBody(ClaimBody):
    request_id: UUID | None = None


class RecoveryBody(StrictModel):
    fen: FenOrNone = 0
    goods: Annotated[tuple[GoodsBody, ...], Field(max_length=20)] = ()
    proof: LongText


class LossDone(Done):
    loss_id: UUID


class GoodsAnswer(StrictModel):
    kind: str
    claimed_pieces: int
    recovered_pieces: int


class LossAnswer(StrictModel):
    loss_id: UUID
    firm_id: UUID
    request_id: UUID | None
    claimed_fen: int
    recovered_fen: int
    goods: tuple[GoodsAnswer, ...]
    version: int


class LossRow(StrictModel):
    loss_id: UUID
    request_id: UUID | None
    claimed_fen: int
    recovered_fen: int
    recorded_at: datetime


class LossList(StrictModel):
    losses: tuple[LossRow, ...]


class FiguresAnswer(StrictModel):
    """RECOVERED of codes.yaml: numerator, denominator, unit and period; a bare share is nowhere."""

    metric: str
    since: date
    until: date
    recovered_fen: int
    claimed_fen: int
    losses: int
    goods: tuple[GoodsAnswer, ...]


def of_loss(losses: LossHandler, firms: FirmHandler, clock: Clock) -> Relate:
    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        loss, _ = await losses.state(id_in(path, "loss_id"))
        if not isinstance(loss, Loss):
            raise NotFound("loss")
        firm, _ = await firms.state(loss.firm_id)
        return to_firm(actor, firm, clock) if isinstance(firm, Firm) else frozenset()

    return relate


def losses_router(
    losses: LossHandler, firms: FirmHandler, clerk: Clerk, store: EventStore, guard: Guard, clock: Clock
) -> APIRouter:
    router = APIRouter(prefix="/enterprise/v1", tags=["losses"])
    relate = of_loss(losses, firms, clock)
    handling = guard.command(Operation.HANDLE, relation=relate)
    _readings(router, losses, firms, clerk, store, guard, clock, relate)

    async def _goods(scope: UUID, given: tuple[GoodsBody, ...], call: Call) -> tuple[Goods, ...]:
        refs = await clerk.seal(
            call, scope, {f"goods-{place}": goods_text(each.name) for place, each in enumerate(given)}
        )
        return tuple(
            Goods(ItemCode(each.kind), each.pieces, refs.get(f"goods-{place}")) for place, each in enumerate(given)
        )

    @router.post("/firms/{firm_id}/losses", operation_id="enterprise.record_loss", status_code=201)
    async def record(
        firm_id: UUID,
        body: LossBody,
        call: Annotated[Call, guard.command(Operation.HANDLE, relation=of_firm(firms, clock))],
    ) -> LossDone:
        loss_id = LossId(derive_id(firm_id, "loss", call.principal, call.key))
        wish = RecordLoss(
            loss_id=loss_id,
            firm_id=FirmId(firm_id),
            request_id=RequestId(body.request_id) if body.request_id else None,
            claimed_fen=body.claimed_fen,
            claimed_goods=await _goods(loss_id, body.goods, call),
            at=clerk.now(),
        )
        recorded = await losses.handle(
            loss_id,
            wish,
            call.context,
            once=call.once,
            answer=lambda recorded: done(loss_id, recorded, loss_id=str(loss_id)),
        )
        return LossDone.model_validate(recorded.answer)

    @router.put("/losses/{loss_id}/claim", operation_id="enterprise.correct_claim")
    async def correct(loss_id: UUID, body: ClaimBody, call: Annotated[Call, handling]) -> Done:
        goods = await _goods(loss_id, body.goods, call)
        return await act(
            losses, loss_id, CorrectClaim(claimed_fen=body.claimed_fen, claimed_goods=goods, at=clerk.now()), call
        )

    @router.post("/losses/{loss_id}/recoveries", operation_id="enterprise.record_recovery")
    async def recover(loss_id: UUID, body: RecoveryBody, call: Annotated[Call, handling]) -> Done:
        refs = await clerk.seal(call, derive_id(loss_id, "proof"), {"proof": proof_text(body.proof)})
        wish = RecordRecovery(
            recovery_id=RecoveryId(derive_id(loss_id, "recovery", call.principal, call.key)),
            fen=body.fen,
            goods=await _goods(loss_id, body.goods, call),
            proof=refs["proof"],
            at=clerk.now(),
        )
        return await act(losses, loss_id, wish, call)

    return router


def _period(since: date, until: date) -> tuple[datetime, datetime]:
    """Both days count."""
    ends = datetime.combine(until, time.min, BUREAU_ZONE) + timedelta(days=1)
    return datetime.combine(since, time.min, BUREAU_ZONE), ends


def _readings(
    router: APIRouter,
    losses: LossHandler,
    firms: FirmHandler,
    clerk: Clerk,
    store: EventStore,
    guard: Guard,
    clock: Clock,
    relate: Relate,
) -> None:
    @router.get("/figures/recovered", operation_id="enterprise.get_recovered")
    async def figures(
        query: Annotated[Query, guard.query(Operation.READ_FIGURES)],
        since: Day,
        until: Day,
        after: UUID | None = None,
    ) -> FiguresAnswer:
        """Both days count."""
        if after is not None:
            await store.wait_for_view("losses_money", after)
        begins, ends = _period(since, until)
        goods = await goods_between(store.pool, begins, ends)
        return FiguresAnswer(
            metric="RECOVERED",
            since=since,
            until=until,
            goods=tuple(GoodsAnswer.model_validate(dict(row)) for row in goods),
            **await money_between(store.pool, begins, ends),
        )

    @router.get("/figures/recovered/own-firms", operation_id="enterprise.get_own_recovered")
    async def own_figures(
        query: Annotated[Query, guard.query(Operation.READ, relation=of_own_unit)],
        since: Day,
        until: Day,
        after: UUID | None = None,
    ) -> FiguresAnswer:
        """The same figures, of the firms that the reader's own workstation looks after."""
        if after is not None:
            await store.wait_for_view("losses_money", after)
        if query.actor.unit is None:
            raise NotAllowed
        begins, ends = _period(since, until)
        goods = await goods_of_unit(store.pool, begins, ends, query.actor.unit)
        return FiguresAnswer(
            metric="RECOVERED",
            since=since,
            until=until,
            goods=tuple(GoodsAnswer.model_validate(dict(row)) for row in goods),
            **await money_of_unit(store.pool, begins, ends, query.actor.unit),
        )

    @router.get("/firms/{firm_id}/losses", operation_id="enterprise.list_losses")
    async def list_losses(
        firm_id: UUID,
        query: Annotated[Query, guard.query(Operation.READ, relation=of_firm(firms, clock))],
        after: UUID | None = None,
    ) -> LossList:
        if after is not None:
            await store.wait_for_view("losses_money", after)
        rows = await losses_of(store.pool, firm_id)
        return LossList(losses=tuple(LossRow.model_validate(dict(row)) for row in rows))

    @router.get("/losses/{loss_id}", operation_id="enterprise.get_loss")
    async def get_loss(
        loss_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=relate)]
    ) -> LossAnswer:
        state, version = await losses.state(loss_id)
        loss = require_recorded(state)
        kinds = sorted({*loss.claimed_goods, *loss.recovered_goods})
        return LossAnswer(
            loss_id=loss_id,
            firm_id=loss.firm_id,
            request_id=loss.request_id,
            claimed_fen=loss.claimed_fen,
            recovered_fen=loss.recovered_fen,
            goods=tuple(
                GoodsAnswer(
                    kind=kind,
                    claimed_pieces=loss.claimed_goods.get(kind, 0),
                    recovered_pieces=loss.recovered_goods.get(kind, 0),
                )
                for kind in kinds
            ),
            version=version,
        )
