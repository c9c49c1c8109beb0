"""The dealings with other bodies, composed: transfers out, requests in, and the connector between."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter

from services.workorders.adapters.bodies import load_registry
from services.workorders.adapters.signatures import Signer
from services.workorders.arrivals.api import arrivals_router
from services.workorders.arrivals.desk import ArrivalDesk
from services.workorders.arrivals.reactions import note_arrivals, reply_timers, tell_stages
from services.workorders.arrivals.store import CATEGORY as ARRIVALS
from services.workorders.arrivals.store import arrival_codec, arrival_handler
from services.workorders.connector.api import connector_router
from services.workorders.connector.courier import Courier
from services.workorders.connector.postbox import Postbox
from services.workorders.connector.reactions import queue_states, queue_transfers
from services.workorders.connector.store import CATEGORY as LINES
from services.workorders.connector.store import line_codec, line_handler
from services.workorders.connector.views import connector_lines
from services.workorders.connector.writing import Writer
from services.workorders.orders.store import OrderHandler
from services.workorders.settings import WorkordersSettings
from services.workorders.transfers.api import transfers_router
from services.workorders.transfers.desk import TransferDesk
from services.workorders.transfers.reactions import ToOtherBodies, transfer_timers
from services.workorders.transfers.store import CATEGORY as TRANSFERS
from services.workorders.transfers.store import transfer_codec, transfer_handler
from services.workorders.transfers.views import transfer_board
from shared.eventstore import Codec, TimerReaction
from shared.messaging import Reaction, View
from shared.web import Deps
from shared.web.outbound import Outbound


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    elsewhere: ToOtherBodies
    routers: Sequence[APIRouter]
    views: Sequence[View]
    reactions: Sequence[Reaction]
    timers: Sequence[TimerReaction]
    codecs: Mapping[str, Codec[Any]]
    workers: Sequence[Callable[[], Awaitable[None]]]
    closing: Sequence[Callable[[], Awaitable[None]]]


def exchange(deps: Deps, settings: WorkordersSettings, orders: OrderHandler) -> Exchange:
    registry = load_registry(settings.bodies)
    transfers, arrivals, lines = (
        transfer_handler(deps.store),
        arrival_handler(deps.store),
        line_handler(deps.store),
    )
    desk = TransferDesk(transfers, registry, deps.vault, deps.clock)
    arrival_desk = ArrivalDesk(arrivals, deps.vault, deps.clock)
    signers = tuple(
        Signer(deps.secret(f"connector_key_{number}"))
        for number in (settings.connector_key, settings.connector_key + 1)
    )
    writer = Writer(deps.vault, deps.clock, deps.division)
    postbox = Postbox(
        deps.store,
        registry,
        desk,
        arrival_desk,
        deps.vault,
        deps.clock,
        receiver=deps.division,
        mac_key=deps.secret("connector_inbox"),
    )
    outbound = Outbound(allow_private=settings.connector_inside)
    courier = Courier(
        lines,
        registry,
        writer,
        signers[0],
        outbound,
        deps.clock,
        settings.connector_seconds,
    )
    return Exchange(
        elsewhere=ToOtherBodies(transfers, registry),
        routers=(
            transfers_router(desk, deps.store, deps.guard, deps.clock),
            arrivals_router(arrival_desk, deps.guard, deps.clock),
            connector_router(postbox, lines, writer, registry, signers, deps.store, deps.guard, deps.clock),
        ),
        views=(transfer_board, connector_lines),
        reactions=(
            queue_transfers(lines, transfers, registry),
            queue_states(lines, arrivals, registry),
            note_arrivals(arrivals, registry),
            tell_stages(arrivals, orders),
        ),
        timers=(transfer_timers(transfers), reply_timers(arrivals)),
        codecs={TRANSFERS: transfer_codec, ARRIVALS: arrival_codec, LINES: line_codec},
        workers=(courier.run,),
        closing=(outbound.close,),
    )
