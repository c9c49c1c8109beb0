"""A request that is not done is taken up again under its own id, by somebody else (S63, invariant 8)."""

from datetime import datetime

from services.intake.requests.facts import RequestReopened
from services.intake.requests.state import Filed
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
