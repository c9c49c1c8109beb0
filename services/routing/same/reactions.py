"""Every request that was judged is compared once; what intake links or parts is noted here."""

from services.routing.conflict.decider import NoteSign
from services.routing.conflict.rules.score import Part
from services.routing.conflict.store import ConflictHandler
from services.routing.decisions.facts import RequestJudged
from services.routing.same.decider import NoteLinked, NoteParted
from services.routing.same.finding import Finder
from services.routing.same.rules.likely import SameAs
from services.routing.same.store import SameHandler
from shared.contracts.samematter import DuplicateLinkedV1, LinkUndoneV1
from shared.eventstore import Incoming, Transaction
from shared.kernel import Clock
from shared.messaging import Reaction


def find_same(same: SameHandler, conflicts: ConflictHandler, finder: Finder) -> Reaction:
    async def find(record: Incoming, tx: Transaction) -> None:
        assert isinstance(record.body, RequestJudged)
        finding = await finder.of(record.body, record.context, record.record_id)
        if finding is None:
            return
        if finding.propose.found:
            await same.within(tx).handle(record.key, finding.propose, record.context)
        for earlier in finding.between_them:
            sign = NoteSign(request_id=record.body.request_id, part=Part.HISTORY, cause=earlier, at=finding.propose.at)
            await conflicts.within(tx).handle(record.key, sign, record.context)

    return Reaction(
        reader="routing.find_same",
        causes=(("routing", RequestJudged),),
        handle=find,
        prepare=finder.read_ahead,
        on=same,
    )


def follow_links(same: SameHandler, clock: Clock) -> Reaction:
    async def follow(record: Incoming, tx: Transaction) -> None:
        match record.body:
            case DuplicateLinkedV1(request_id=request_id, lead=lead, relation=relation):
                linked = NoteLinked(request_id=request_id, other=lead, relation=SameAs(relation), at=clock.now())
                await same.within(tx).handle(request_id, linked, record.context)
            case LinkUndoneV1(request_id=request_id, lead=lead):
                await same.within(tx).handle(
                    request_id, NoteParted(request_id=request_id, other=lead, at=clock.now()), record.context
                )

    causes = (("intake", DuplicateLinkedV1), ("intake", LinkUndoneV1))
    return Reaction(reader="routing.follow_links", causes=causes, handle=follow, on=same)
