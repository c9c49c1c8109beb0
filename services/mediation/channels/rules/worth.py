"""What an agreement of the leading channel is worth in law (R-58, R-59, R-60, R-61): told before anybody agrees."""

from services.mediation.cases.state import Open
from shared.contracts.codes import Channel, Effect


def worth_of(case: Open) -> Effect:
    """Nothing is worth more because more channels helped."""
    match case.channel:
        case Channel.PSM:
            return Effect.ENDS_PENALTY
        case Channel.IM if not body_was_listed(case):
            return Effect.ORDINARY_CONTRACT
        case Channel.JM if case.course.filed:
            return Effect.ENFORCEABLE
        case _:
            return Effect.BINDING_CONTRACT


def body_was_listed(case: Open) -> bool:
    """R-60: the list of the day of the session; before the first session unknown, and unknown is no."""
    return case.course.body is not None and case.course.body.listed
