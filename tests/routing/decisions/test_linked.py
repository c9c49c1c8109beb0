"""Triage of a request that goes on with another one: it ends with its clocks, and resumes when they part."""

from datetime import timedelta

from services.routing.clocks.facts import ClockStopped
from services.routing.decisions.commands import EndTriage, ResumeTriage
from services.routing.decisions.facts import (
    EndedBy,
    HandlingRevoked,
    HandlingStep,
    RequestRouted,
    TriageEnded,
    TriageResumed,
)
from services.routing.decisions.state import Ended, Routed
from tests.routing.decisions.desk import (
    AT_NOON,
    REQUEST,
    ROSTER,
    confirmed,
    desk,
    filed,
    handled,
    judged,
    kinds,
    matter,
    the,
)

linked = EndTriage(request_id=REQUEST, why=EndedBy.LINKED, at=AT_NOON)
parted = ResumeTriage(request_id=REQUEST, roster=ROSTER, at=AT_NOON + timedelta(hours=1))
routed = desk.after(filed(), judged(), confirmed())


def test_whoever_had_it_is_let_go_and_no_clock_runs_on() -> None:
    told = routed.when(linked)
    assert kinds(told) == [HandlingRevoked, TriageEnded]
    assert any(isinstance(event, ClockStopped) for event in told.events)
    assert not matter(routed.after(linked)).clocks
    routed.after(linked).when(linked).then_nothing()


def test_what_was_handled_already_is_not_taken_from_anybody() -> None:
    finished = routed.after(handled(HandlingStep.OUTCOME))
    assert HandlingRevoked not in kinds(finished.when(linked))


def test_parted_again_it_is_routed_anew_and_its_promises_count_from_there() -> None:
    ended = routed.after(linked)
    assert isinstance(matter(ended).phase, Ended)
    told = ended.when(parted)
    assert kinds(told) == [TriageResumed, RequestRouted]
    assert the(RequestRouted, told).attempt == 2
    after = matter(ended.after(parted))
    assert isinstance(after.phase, Routed)
    assert after.since == parted.at
    assert after.clocks
    ended.after(parted).when(parted).then_nothing()


def test_what_nobody_has_judged_yet_waits_for_the_model_again() -> None:
    told = desk.after(filed(), linked).when(parted)
    assert kinds(told) == [TriageResumed]
    assert matter(desk.after(filed(), linked, parted, judged())).judged
