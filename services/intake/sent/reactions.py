"""What a connected body sent becomes a request, under the id that its own number gave it."""

from contextlib import suppress

from services.intake.adapters.pins import Pins
from services.intake.requests.commands import FileRequest, Withdraw
from services.intake.requests.facts import Kind, Source
from services.intake.requests.store import RequestHandler
from shared.contracts.codes import Role
from shared.contracts.transfers import RequestSentV1, RequestTakenBackV1
from shared.eventstore import Incoming, Transaction
from shared.kernel import Context, ItemCode, Rejection
from shared.messaging import Reaction


def file_sent_requests(requests: RequestHandler, pins: Pins) -> Reaction:
    """The PIN is nobody's: the body is told by its connector, the person signs in. Danger was looked for in the words
    before they were sealed (R-22)."""

    async def file(record: Incoming, tx: Transaction) -> None:
        if isinstance(record.body, RequestTakenBackV1):
            await _take_back(record.body, requests.within(tx), record.context)
        if not isinstance(record.body, RequestSentV1):
            return
        sent = record.body
        command = FileRequest(
            request_id=sent.request_id,
            code=await pins.keep(sent.request_id, pins.pin_of(sent.request_id, str(record.record_id))),
            door=sent.door,
            kind=Kind.OTHER,
            narrative=sent.narrative,
            place=sent.place,
            requester=sent.requester,
            danger=sent.danger,
            at=sent.at,
            source=Source(door=sent.door, system=ItemCode(sent.body), external=sent.external),
            by=Role.PLATFORM,
        )
        await requests.within(tx).handle(sent.request_id, command, record.context)

    causes = (("workorders", RequestSentV1), ("workorders", RequestTakenBackV1))
    return Reaction(reader="intake.file_sent_requests", causes=causes, handle=file)


async def _take_back(taken: RequestTakenBackV1, requests: RequestHandler, context: Context) -> None:
    """What shows danger, or has its result by now, stays open here (R-21); its sender is told how it goes on."""
    with suppress(Rejection):
        await requests.handle(taken.request_id, Withdraw(note=None, at=taken.at), context)
