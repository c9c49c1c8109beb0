"""Work orders, composed."""

from pathlib import Path

from services.workorders.adapters.playbooks import load_shelf
from services.workorders.orders.api import orders_router
from services.workorders.orders.desk import OrderDesk
from services.workorders.orders.reactions import follow_intake, follow_routing, note_overdue
from services.workorders.orders.store import CATEGORY, order_codec, order_handler
from services.workorders.orders.views import order_board
from services.workorders.settings import WorkordersSettings
from shared.web import Deps, Service


def build(deps: Deps) -> Service:
    settings = WorkordersSettings()
    shelf = load_shelf(settings.playbooks)
    orders = order_handler(deps.store)
    desk = OrderDesk(orders, deps.vault, shelf)

    return Service(
        name="workorders",
        routers=(orders_router(desk, deps.store, shelf, deps.guard, deps.clock),),
        views=(order_board,),
        reactions=(follow_routing(orders, shelf.for_channel), follow_intake(orders)),
        timers=(note_overdue(orders),),
        codecs={CATEGORY: order_codec},
        problems=Path(__file__).with_name("problems.yaml"),
    )
