"""The gates of one decision as the desk sees them: how they stand, who may decide them, and until when."""

from collections.abc import Sequence
from datetime import datetime

from services.routing.clocks.table import CRIME_REVIEWS, REFUSAL_REVIEW
from services.routing.decisions.facts import DecidedBy, DecisionEvent, RequestGated
from services.routing.decisions.rules.crime_review import NEXT, Extension, is_open
from services.routing.decisions.rules.gates import MAY_DECIDE, GateResult, closed_gate
from services.routing.decisions.rules.grounds import Ground
from services.routing.decisions.state import Matter
from shared.contracts.codes import Gate, Role
from shared.kernel import RuleId
from shared.web import StrictModel


class GateAnswer(StrictModel):
    gate: Gate
    result: GateResult
    ground: Ground | None
    decided_by: DecidedBy
    rule: RuleId
    closes: bool
    """Whether it stands before the present channel."""
    may_decide: tuple[Role, ...]
    until: datetime | None
    """When the time is over in which it has to be decided."""
    at: datetime


class UndecidedGateAnswer(StrictModel):
    """Nothing has happened at it; whoever may decide it need not wait for a rule to close it."""

    gate: Gate
    may_decide: tuple[Role, ...]


class CrimeReviewAnswer(StrictModel):
    asked: Extension | None
    granted: Extension | None
    next: Extension | None
    """What may be asked for now."""
    letter_owed: bool
    letter_served: bool
    review_until: datetime | None
    review_requested: bool
    overturned: bool | None


def gates_of(matter: Matter, history: Sequence[DecisionEvent]) -> tuple[GateAnswer, ...]:
    decided = {event.gate: event for event in history if isinstance(event, RequestGated) and event.gate in matter.gates}
    return tuple(
        GateAnswer(
            gate=gate,
            result=event.result,
            ground=event.ground,
            decided_by=event.decided_by,
            rule=event.rule,
            closes=matter.ruling is not None and closed_gate({gate: event.result}, matter.ruling.channel) is gate,
            may_decide=tuple(sorted(MAY_DECIDE[gate])),
            until=_until(matter, gate),
            at=event.occurred_at,
        )
        for gate, event in decided.items()
    )


def undecided_gates_of(matter: Matter) -> tuple[UndecidedGateAnswer, ...]:
    return tuple(
        UndecidedGateAnswer(gate=gate, may_decide=tuple(sorted(MAY_DECIDE[gate])))
        for gate in Gate
        if gate not in matter.gates
    )


def _until(matter: Matter, gate: Gate) -> datetime | None:
    """The investigator's own time; of other gates the next promise of the request."""
    mine = [clock for clock in matter.clocks if (clock in CRIME_REVIEWS) is (gate is Gate.CRIME_OR_CIVIL)]
    return min((matter.clocks[clock].due for clock in mine), default=None)


def crime_review_of(matter: Matter) -> CrimeReviewAnswer | None:
    if Gate.CRIME_OR_CIVIL not in matter.gates:
        return None
    review, clock = matter.course.review, matter.clocks.get(REFUSAL_REVIEW)
    return CrimeReviewAnswer(
        asked=review.asked,
        granted=review.granted,
        next=NEXT[review.granted] if is_open(matter.gates) and review.asked is None else None,
        letter_owed=review.letter_owed,
        letter_served=review.served,
        review_until=clock.due if clock else review.review_until,
        review_requested=review.review_requested,
        overturned=review.overturned,
    )
