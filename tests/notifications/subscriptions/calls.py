"""Requests as the services around notifications publish them."""

from collections.abc import Callable
from uuid import UUID

from shared.contracts.codes import Category, Channel, Flag
from shared.kernel import PersonId, RequestId, derive_id, new_id
from tests.notifications.subscriptions.facts_of_requests import LIN, archived, filed, offered, outcome, routed, started
from tests.support.house import Desk
from tests.support.neighbours import say


def a_request_of() -> Callable[[int], RequestId]:
    """Numbered requests that nobody else has."""
    namespace = new_id()
    return lambda number: RequestId(derive_id(namespace, number))


async def file(
    desk: Desk,
    id: UUID,
    *,
    requester: PersonId | None = LIN,
    category: Category = Category.COM,
    flags: tuple[Flag, ...] = (),
    channel: Channel = Channel.XDEP,
) -> None:
    """Filed and routed to the station."""
    request_id = RequestId(id)
    await say(desk, "intake", "request", id, filed(request_id, requester=requester))
    await say(desk, "routing", "decision", id, routed(request_id, category=category, flags=flags, channel=channel))
    await desk.settled()


async def hand_to_fire(desk: Desk, id: UUID) -> None:
    """Given to the fire service, worked on, and done."""
    request_id = RequestId(id)
    await say(desk, "workorders", "order", id, offered(request_id), started(request_id), outcome(request_id))
    await desk.settled()
    await say(desk, "intake", "request", id, archived(request_id))
    await desk.settled()
