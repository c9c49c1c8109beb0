"""Where an order stands. "Done without an owner" cannot be written."""

from typing import assert_never

from services.workorders.orders.rules.facts import Offer, OrderEnd, OrderReturned, OutcomeReported
from services.workorders.orders.rules.hands import Hands
from services.workorders.orders.rules.playbook import Done
from shared.contracts.codes import Category
from shared.kernel import PersonId, Rejection, TextRef, UnitCode, state


@state
class Unoffered:
    pass


@state
class Offered:
    offer: Offer
    overdue: bool = False


@state
class Signed:
    offer: Offer
    owner: PersonId
    unit: UnitCode
    done: Done = frozenset()
    started: bool = False
    answer: TextRef | None = None
    overdue: Done = frozenset()


@state
class Ended:
    """Returned, revoked, withdrawn, or with an outcome: a later attempt is a new order."""

    offer: Offer
    by: OrderEnd


OrderState = Unoffered | Offered | Signed | Ended


class OrderUnknown(Rejection):
    """No order was offered under this id."""


class NotSignedYet(Rejection):
    """Nobody is accountable yet."""


class OrderEnded(Rejection):
    """The order was returned, revoked or withdrawn, or its outcome is reported."""


def hands_of(offer: Offer) -> Hands:
    return Hands(
        unit=offer.unit,
        owner=offer.owner,
        requester=offer.requester,
        other_party=offer.other_party,
        is_complaint=offer.category is Category.CPL,
        excluded=offer.excluded,
    )


def require_signed(state: OrderState) -> Signed:
    match state:
        case Signed():
            return state
        case Offered():
            raise NotSignedYet
        case Ended():
            raise OrderEnded
        case Unoffered():
            raise OrderUnknown
        case _:
            assert_never(state)


def require_offered(state: OrderState) -> Offered:
    if isinstance(state, Offered):
        return state
    if isinstance(state, Unoffered):
        raise OrderUnknown
    raise OrderEnded


def owner_of(state: Offered | Signed | Ended) -> PersonId | None:
    """Who is accountable; before the signature, who was named."""
    match state:
        case Offered():
            return state.offer.owner
        case Signed():
            return state.owner
        case Ended(by=OutcomeReported(handler=handler)):
            return handler
        case Ended(by=OrderReturned(owner=owner)):
            return owner
        case Ended():
            return state.offer.owner
        case _:
            assert_never(state)
