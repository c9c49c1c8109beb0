"""Requests routed to the child lane become files; what is routed elsewhere leaves it; clocks are watched.

A withdrawal stops nothing here: a report of harm is nobody's to withdraw (R-32).
"""

from services.mediation.children import deadlines
from services.mediation.children.commands import OfferChildFile, StopChildFile, WatchChildClock
from services.mediation.children.facts import REPORT, ClockStep, Offer
from services.mediation.children.store import CATEGORY, ChildHandler, child_of, of_timer
from shared.contracts.codes import Channel
from shared.contracts.routing import HandlingRevokedV1, RequestRoutedV1
from shared.eventstore import Due, Incoming, TimerReaction, Transaction
from shared.messaging import Reaction


def open_child_files(files: ChildHandler) -> Reaction:
    async def follow(record: Incoming, tx: Transaction) -> None:
        match record.body:
            case RequestRoutedV1() as routed if routed.channel is Channel.CHILD:
                offer = _offer(routed)
                due = deadlines.deadline(REPORT, routed.at).due
                wish = OfferChildFile(
                    offer=offer, report_due=due, escalates_at=deadlines.escalates_at(due), at=routed.at
                )
                await files.within(tx).handle(offer.child_id, wish, record.context)
            case HandlingRevokedV1() as revoked:
                child_id = child_of(revoked.request_id, revoked.attempt)
                await files.within(tx).handle(child_id, StopChildFile(at=revoked.at), record.context)
            case _:
                return

    return Reaction(
        reader="mediation.open_child_files",
        causes=(("routing", RequestRoutedV1), ("routing", HandlingRevokedV1)),
        handle=follow,
    )


def _offer(routed: RequestRoutedV1) -> Offer:
    return Offer(
        child_id=child_of(routed.request_id, routed.attempt),
        request_id=routed.request_id,
        attempt=routed.attempt,
        category=routed.category,
        priority=routed.priority,
        unit=routed.unit,
        owner=routed.owner,
        deputy=routed.deputy,
        excluded=routed.excluded,
        requester=routed.requester,
        other_party=routed.other_party,
        narrative=routed.narrative,
        answer_due=routed.answer_due,
    )


def child_wakings(files: ChildHandler) -> TimerReaction:
    async def wake(due: Due, tx: Transaction) -> None:
        clock, step = of_timer(due.name)
        # The warning belongs to its own time: woken late, it still comes before the end.
        at = due.due_at if step is ClockStep.WARN else due.now
        await files.within(tx).handle(due.id, WatchChildClock(clock=clock, step=step, at=at), due.context)

    return TimerReaction(CATEGORY, wake)
