"""The closing guard: nothing is archived untold, unanswered or while a duty is watched (invariants 1 and 5, S72)."""

from datetime import datetime, timedelta
from uuid import UUID

from services.intake.requests.facts import REQUESTER, Notice, RequestArchived
from services.intake.requests.state import Closed, Declined, Filed, Matter, Open, TakenBack
from shared.kernel import Rejection

RATING_WINDOW = timedelta(days=7)
"""A proposal: so long the desk waits for a verdict before it takes silence for none."""


class NobodyWasTold(Rejection):
    """`missing`: how many who have to be told were not."""


class DemandUnanswered(Rejection):
    pass


class DutyStillWatched(Rejection):
    """`watched`: how many duties."""


def guard_closing(request: Open | Declined | TakenBack, *, looked_at_additions: bool) -> None:
    """Refuse by name what may not be archived yet. What a person added after the result counts as a demand until
    somebody has looked at it."""
    matter = request.matter
    if missing := _untold(request):
        raise NobodyWasTold(missing=missing)
    if isinstance(request, Open) and not _answered(matter, looked_at_additions):
        raise DemandUnanswered()
    if watched := sum(duties_left(matter).values()):
        raise DutyStillWatched(watched=watched)


def closes_by_itself(request: Filed) -> bool:
    """The last condition became true; an outcome also waits for every verdict, or for the end of the window."""
    if isinstance(request, Closed):
        return False
    try:
        guard_closing(request, looked_at_additions=False)
    except Rejection:
        return False
    return not isinstance(request, Open) or _judged(request.matter)


def duties_left(matter: Matter) -> dict[UUID, int]:
    ended = [handling for handling, _ in matter.ended_duties]
    return {handling: max(0, count - ended.count(handling)) for handling, count in matter.watched.items()}


def dissatisfied(matter: Matter) -> bool:
    """Some side of the present result is not satisfied."""
    return matter.result is not None and any(
        attempt == matter.result.attempt and not satisfied for (attempt, _), satisfied in matter.verdicts.items()
    )


def rated(matter: Matter) -> bool:
    return matter.result is not None and any(attempt == matter.result.attempt for attempt, _ in matter.verdicts)


def archived(request: Filed, at: datetime) -> RequestArchived:
    matter = request.matter
    return RequestArchived(request_id=matter.request_id, category=matter.category, rated=rated(matter), occurred_at=at)


def _untold(request: Open | Declined | TakenBack) -> int:
    matter = request.matter
    match request:
        case Declined():
            return int((matter.attempt, Notice.REFUSAL, REQUESTER) not in matter.told)
        case TakenBack():
            return int((matter.attempt, Notice.WITHDRAWAL, REQUESTER) not in matter.told)
        case Open():
            attempt = matter.result.attempt if matter.result else matter.attempt
            voices = matter.result.voices if matter.result else {REQUESTER}
            return sum((attempt, Notice.OUTCOME, voice) not in matter.told for voice in voices)


def _answered(matter: Matter, looked_at_additions: bool) -> bool:
    if matter.result is None or not matter.result.answered:
        return False
    return looked_at_additions or not matter.unread_addition


def _judged(matter: Matter) -> bool:
    if matter.result is None:
        return False
    attempt = matter.result.attempt
    satisfied = all(matter.verdicts.get((attempt, voice), False) for voice in matter.result.voices)
    return satisfied or (attempt in matter.windows_over and not dissatisfied(matter))
