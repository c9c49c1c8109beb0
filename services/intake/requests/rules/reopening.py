"""A request that is not done is taken up again under its own id, by somebody else (S63, invariant 8)."""

from datetime import datetime

from services.intake.requests.commands import NoteTrouble
from services.intake.requests.facts import RequestReopened
from services.intake.requests.state import Closed, Filed, Open
from shared.contracts.codes import ReasonCode
from shared.kernel import TextRef

REOPENING_REASONS = frozenset({ReasonCode.BAD_RATING, ReasonCode.DUTY_DEFAULTED, ReasonCode.NEW_FACTS})


def reopened(request: Filed, reason: ReasonCode, note: TextRef | None, at: datetime) -> RequestReopened:
    matter = request.matter
    return RequestReopened(
        request_id=matter.request_id,
        attempt=matter.attempt + 1,
        reason=reason,
        former_handler=matter.result.handler if matter.result else None,
        note=note,
        occurred_at=at,
    )


def trouble_noted(command: NoteTrouble, request: Filed) -> tuple[RequestReopened, ...]:
    """What began again is handled anew under its id; nothing is opened twice."""
    matter = request.matter
    finished = isinstance(request, Closed) or (isinstance(request, Open) and matter.result is not None)
    if not finished or command.attempt < matter.attempt:
        return ()
    return (reopened(request, ReasonCode.NEW_FACTS, command.note, command.at),)
