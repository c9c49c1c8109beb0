"""A follow-up visit finds that it began again: the same request is taken up anew, once, never behind a newer one."""

from datetime import timedelta

import pytest

from services.intake.requests.commands import NoteTrouble
from services.intake.requests.decider import request_decider
from services.intake.requests.facts import RequestArchived, RequestReopened, Withdrawn
from services.intake.requests.reactions import note_of
from shared.contracts.codes import Category, ReasonCode
from shared.contracts.followups import Held, RevisitedV1
from tests.intake.requests.samples import (
    DAY,
    MONDAY,
    OFFICER,
    REQUEST,
    accepted,
    filed,
    outcome_noted,
    text,
)
from tests.support.spec import Spec

desk = Spec(request_decider)
done = desk.given(filed, accepted, outcome_noted())
archived = done.given(RequestArchived(request_id=REQUEST, category=Category.DIS, rated=True, occurred_at=MONDAY))
AGAIN = NoteTrouble(attempt=1, note=text(9), at=MONDAY + 30 * DAY)


@pytest.mark.parametrize("request_", [done, archived], ids=["open", "archived"])
def test_what_began_again_is_reopened_under_its_id_with_the_words_of_the_visit(request_: Spec) -> None:  # type: ignore[type-arg]
    [event] = request_.when(AGAIN).events
    assert isinstance(event, RequestReopened)
    assert (event.request_id, event.attempt, event.reason) == (REQUEST, 2, ReasonCode.NEW_FACTS)
    assert (event.former_handler, event.note) == (OFFICER, text(9))
    request_.given(event).when(AGAIN).then_nothing()


def test_what_is_in_hand_or_was_taken_back_is_not_reopened_by_a_visit() -> None:
    desk.given(filed, accepted).when(AGAIN).then_nothing()
    taken_back = Withdrawn(request_id=REQUEST, note=None, occurred_at=MONDAY)
    desk.given(filed, accepted, taken_back).when(AGAIN).then_nothing()


def test_only_trouble_reopens() -> None:
    visited = RevisitedV1(
        request_id=REQUEST, attempt=1, day=30, found=Held.CALM, note=None, at=MONDAY + timedelta(days=30)
    )
    assert note_of(visited) is None
    assert isinstance(note_of(visited.model_copy(update={"found": Held.TROUBLE})), NoteTrouble)
