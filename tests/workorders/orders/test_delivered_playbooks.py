"""Each playbook that is delivered, from its offer to each of its ends; no end while something that it needs is open."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from services.workorders.adapters.playbooks import Sheet
from services.workorders.orders.rules.course import open_steps
from services.workorders.orders.rules.endings import AnswerMissing, ReportOutcome
from services.workorders.orders.rules.facts import OutcomeReported
from services.workorders.orders.rules.law import GuardianUntold, StepsMissing, TemporaryCardNotOffered
from services.workorders.orders.rules.playbook import Does, End, Playbook
from shared.contracts.codes import Outcome
from shared.kernel import ItemCode
from tests.workorders.orders.courses import SHELF, OrderSpec, acts_for, begun, did, order_in, owner_of
from tests.workorders.samples import LATER

WAYS: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "urgent_id_card": ({"ask_hukou": "elsewhere", "office_wish": "agreed"}, {"ask_hukou": "here"}),
    "one_stop_certificate": ({"ask_amount": "within"}, {"ask_amount": "above"}),
    "clue_verification": ({"verdict": "valid"}, {"verdict": "invalid"}),
    "school_bullying": ({"see_child": "hurt"}, {"guardian": "suspected"}),
    "casework": ({"filing": "filed"}, {"filing": "refused"}),
    "sweep_finding": ({"finding": "here"}, {"finding": "others"}),
    "follow_up_visit": ({"visit": "calm"}, {"visit": "new_facts"}),
}
"""Results that lead another way; elsewhere the first result of each step is taken."""

ROADS = [
    pytest.param(sheet.playbook, end, way, id=f"{sheet.playbook.code}-{end.outcome}-{number}")
    for sheet in SHELF.sheets
    for end in sheet.playbook.ends
    for number, way in enumerate(WAYS.get(sheet.playbook.code, ({},)))
]


def closing(playbook: Playbook, end: End) -> ReportOutcome:
    return ReportOutcome(doer=owner_of(playbook), outcome=end.outcome, detail=None, at=LATER)


def refusals(spec: OrderSpec, playbook: Playbook, end: End) -> bool:
    """Whether the end is still refused, and for no other reason than what is open."""
    decided = spec.when(closing(playbook, end))
    if decided.rejection is None:
        return False
    assert isinstance(decided.rejection, StepsMissing | AnswerMissing | TemporaryCardNotOffered | GuardianUntold)
    return True


@pytest.mark.parametrize(("playbook", "end", "way"), ROADS)
def test_an_order_reaches_this_end_and_not_before_its_needs_are_met(
    playbook: Playbook, end: End, way: Mapping[str, str]
) -> None:
    spec = begun(playbook)
    refused: set[ItemCode] = set()
    for _ in playbook.steps:
        if not refusals(spec, playbook, end):
            break
        order = order_in(spec)
        refused |= set(end.needs) - order.done
        step = next(each for each in open_steps(playbook, order.progress) if not each.failed)
        spec = spec.after(*acts_for(playbook, step, way))
    (outcome,) = spec.when(closing(playbook, end)).events
    assert isinstance(outcome, OutcomeReported)
    assert refused == set(end.needs) if end.needs else not refused
    assert end.outcome is not Outcome.DONE or outcome.answer is not None


@pytest.mark.parametrize("sheet", SHELF.sheets, ids=lambda sheet: sheet.playbook.code)
def test_no_step_stands_where_nobody_could_ever_come_to_it(sheet: Sheet) -> None:
    playbook = sheet.playbook
    reached: set[ItemCode] = set()
    for way in WAYS.get(playbook.code, ({},)):
        spec = begun(playbook)
        for _ in range(2 * len(playbook.steps)):
            order = order_in(spec)
            ready = open_steps(playbook, order.progress)
            reached |= {step.code for step in ready}
            if not ready:
                break
            tried = next((step for step in ready if step.tries > 1 and not order.tries.get(step.code)), None)
            if tried is not None:
                spec = spec.after(replace(did(playbook, tried.code), attempt=1))
                continue
            spec = spec.after(*acts_for(playbook, ready[0], way))
    assert reached == {step.code for step in playbook.steps}
    assert sum(step.does is Does.ANSWER for step in playbook.steps) == 1
