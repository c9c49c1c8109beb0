"""How a wish over HTTP becomes a command of a decision, and what its answer says."""

from uuid import UUID

from services.routing.decisions.answers import stage_of
from services.routing.decisions.commands import DecisionCommand
from services.routing.decisions.rules.complaints import check_outsider
from services.routing.decisions.state import DecisionState, Matter
from services.routing.decisions.store import DecisionHandler, ItemKind
from services.routing.decisions.views import Stage
from shared.kernel import NotFound, RequestId, TextRef
from shared.web import Call, LongText, StrictModel, Text, Vault


class Done(StrictModel):
    request_id: UUID
    state: Stage
    attempt: int
    version: int
    record_id: UUID | None
    """None where the decision stood so already."""


class Acting:
    def __init__(self, decisions: DecisionHandler, vault: Vault) -> None:
        self._decisions = decisions
        self._vault = vault

    async def sealed(self, request_id: UUID, words: LongText, call: Call) -> TextRef:
        refs = await self._vault.seal(
            request_id,
            call.key,
            {"note": Text(ItemKind.NOTE, words)},
            request_id=RequestId(request_id),
            owner=call.actor.person,
            context=call.context,
        )
        return refs.refs["note"]

    async def note(self, request_id: UUID, words: LongText | None, call: Call) -> TextRef | None:
        return await self.sealed(request_id, words, call) if words is not None else None

    async def do(self, request_id: UUID, command: DecisionCommand, call: Call) -> Done:
        await self.require_outsider(request_id, call)
        recorded = await self._decisions.handle(
            request_id,
            command,
            call.context,
            once=call.once,
            answer=lambda recorded: Done(
                request_id=request_id,
                state=stage_of(matter_in(recorded.state)),
                attempt=matter_in(recorded.state).attempt,
                version=recorded.version,
                record_id=recorded.last,
            ).model_dump(mode="json"),
            if_version=call.if_match,
        )
        return Done.model_validate(recorded.answer)

    async def require_outsider(self, request_id: UUID, call: Call) -> None:
        """R-24: whoever the complaint is about does nothing with it, whatever his office is."""
        state, _ = await self._decisions.state(request_id)
        if isinstance(state, Matter):
            check_outsider(call.actor.unit, call.actor.person, state.course.barred)


def matter_in(state: DecisionState) -> Matter:
    if not isinstance(state, Matter):
        raise NotFound("decision")
    return state
