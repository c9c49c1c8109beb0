"""The limits of a case as clocks: what runs, what stands still, what is over, each with its rule."""

from datetime import datetime

from services.portal.pages.case_models import Case
from services.portal.pages.channel_words import countdown, limit_name
from services.portal.pages.contexts import Countdown

RULES = {
    "CL-022": "R-03",
    "CL-023": "R-03",
    "CL-025": "R-08",
    "CL-026": "R-08",
    "CL-027": "R-63",
    "CL-028": "R-63",
    "CL-029": "R-12",
    "CL-035": "R-14",
    "CL-036": "R-14",
    "CL-037": "R-14",
    "CL-038": "R-14",
    "CL-039": "R-14",
    "CL-040": "R-14",
    "CL-041": "R-16",
    "CL-046": "R-17",
    "CL-047": "R-17",
}
CONFIRMING = {
    "not_asked": "共同申请司法确认（三十日）",
    "filed": "法院决定受不受理（三日）",
    "accepted": "法院作出决定（十五日）",
}


def clocks_of(case: Case) -> tuple[Countdown, ...]:
    """The nearest first."""
    found = [*_of_the_talks(case), *_of_the_agreement(case)]
    return tuple(sorted(found, key=lambda each: (each.due is None, each.due)))


def _of_the_talks(case: Case) -> list[Countdown]:
    if case.closed_at is not None:
        return []
    found = [
        countdown(
            limit_name(each.clock),
            each.due,
            still=each.still,
            breached=each.breached,
            rule=RULES.get(each.clock, ""),
        )
        for each in case.course.limits
    ]
    if case.consent_due is not None and any(not each.consented for each in case.parties):
        found.append(countdown("征求双方意愿", case.consent_due, breached=case.consent_overdue))
    return found


def _of_the_agreement(case: Case) -> list[Countdown]:
    paper = case.agreement
    if paper is None or paper.in_effect_at is None:
        return []
    found = []
    if paper.confirmation is not None and paper.confirmation.state in CONFIRMING:
        due: dict[str, datetime | None] = {
            "not_asked": paper.confirmation.due,
            "filed": paper.confirmation.acceptance_due,
            "accepted": paper.confirmation.decision_due,
        }
        state = paper.confirmation.state
        found.append(countdown(CONFIRMING[state], due[state], rule="R-13"))
    if paper.penalty_due is not None:
        found.append(countdown("治安案件继续办理", paper.penalty_due, rule="R-04"))
    return found
