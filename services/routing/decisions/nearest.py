"""Earlier decisions about much the same, for whoever looks at this one; only those that he may open (R-36, R-37).

How alike two texts are is answered by the vault, which keeps the sketches and lets them die with the texts. Here are
codes only.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.routing.decisions.answers import stage_of
from services.routing.decisions.facts import DecidedBy, DecisionEvent, HandlingNoted, HandlingStep, TriageBegun
from services.routing.decisions.relations import Relate
from services.routing.decisions.state import Matter, Unbegun
from services.routing.decisions.store import DecisionHandler
from services.routing.decisions.views import Stage
from shared.contracts.codes import Category, Channel, Operation, Outcome, Purpose
from shared.kernel import Actor, NotFound, RequestId
from shared.web import Query, StrictModel
from shared.web.access import access_table
from shared.web.vault import Likened, Vault, VaultRefused, VaultUnavailable

SHOWN = 5
LOOKED_AT = 20
ALIKE = 300
"""Per mille; less is about something else."""


class Nearest(StrictModel):
    request_id: UUID
    likeness: int
    state: Stage
    category: Category
    channel: Channel
    by_a_person: bool
    outcome: Outcome | None
    filed_at: datetime


class PastDecisions:
    def __init__(self, decisions: DecisionHandler, relate: Relate, vault: Vault) -> None:
        self._decisions = decisions
        self._relate = relate
        self._vault = vault

    async def nearest(self, begun: TriageBegun, query: Query) -> tuple[Nearest, ...]:
        """Nothing where the vault does not answer: it is a help, not the decision."""
        items = [ref.item for ref in (begun.title, begun.narrative) if ref is not None]
        question = Likened(items, begun.request_id, query.context.trace, limit=LOOKED_AT)
        try:
            [found] = await self._vault.similar(query.context, [question], purpose=Purpose.TRIAGE)
        except (VaultUnavailable, VaultRefused):
            return ()
        shown: list[Nearest] = []
        for near in found:
            if near.likeness < ALIKE or len(shown) == SHOWN:
                break
            if near.request_id != begun.request_id and await self._may_open(query.actor, near.request_id):
                shown += await self._told(near.request_id, near.likeness)
        return tuple(shown)

    async def _may_open(self, actor: Actor, request_id: RequestId) -> bool:
        """By the same table and the same relations as the decision itself."""
        try:
            relations = await self._relate(actor, {"request_id": str(request_id)})
        except NotFound:
            return False
        return access_table().may(actor.role, Operation.READ, relations).allowed

    async def _told(self, request_id: RequestId, likeness: int) -> Sequence[Nearest]:
        history = [stored.event for stored in await self._decisions.history(request_id)]
        matter = self._decisions.decider.fold(history)
        if isinstance(matter, Unbegun) or not _is_decided(matter) or matter.ruling is None:
            return ()
        told = Nearest(
            request_id=request_id,
            likeness=likeness,
            state=stage_of(matter),
            category=matter.ruling.category,
            channel=matter.ruling.channel,
            by_a_person=matter.decided_by is DecidedBy.PERSON,
            outcome=_outcome(history),
            filed_at=matter.filed_at,
        )
        return (told,)


def _is_decided(matter: Matter) -> bool:
    return matter.routed > 0 or matter.decided_by is DecidedBy.PERSON


def _outcome(history: Sequence[DecisionEvent]) -> Outcome | None:
    noted = (event for event in reversed(history) if isinstance(event, HandlingNoted))
    return next((event.outcome for event in noted if event.step is HandlingStep.OUTCOME), None)
