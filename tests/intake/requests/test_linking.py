"""Requests about one matter: who may go on with whom, whose voice stays, and how they part again."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.intake.requests.commands import Supplement, Withdraw
from services.intake.requests.decider import request_decider
from services.intake.requests.facts import RequestReopened, RoutingNoted, Supplemented, Withdrawn
from services.intake.requests.linking_commands import (
    JoinVoice,
    Lead,
    LeaveVoice,
    LinkDuplicate,
    NoteSharedOutcome,
    SplitLink,
)
from services.intake.requests.linking_facts import (
    DuplicateLinked,
    LinkUndone,
    SameAs,
    SharedOutcomeNoted,
    VoiceJoined,
)
from services.intake.requests.rules.linking import (
    CannotBeLinked,
    ChildStaysApart,
    ComplaintStaysApart,
    DangerOfItsOwn,
    HasVoices,
    LeadIsLinked,
    LeadNotOpen,
    LinkedElsewhere,
    LinkedToItself,
    NotTheSamePerson,
    OwnOtherVoice,
    ResultIsShared,
)
from services.intake.requests.state import Open, state_code
from shared.contracts.codes import Category, Channel, Outcome, ReasonCode, State
from shared.contracts.danger import DangerKind
from shared.kernel import Rejection, RequestId
from tests.intake.requests.samples import (
    DAY,
    HANDLING,
    LANDLORD,
    MONDAY,
    OFFICER,
    REQUEST,
    SECOND_HANDLING,
    TENANT,
    accepted,
    filed,
    note_outcome,
    note_rating,
    note_told,
    request_filed,
    text,
)
from tests.support.spec import Spec

FIRST = RequestId(UUID(int=2))
ANOTHER = RequestId(UUID(int=3))

desk = Spec(request_decider).given(filed, accepted)
EARLIER = Lead(
    request_id=FIRST, open=True, finished=False, linked_to=None, danger=False, category=None, requester=LANDLORD
)


def link(relation: SameAs = SameAs.OTHER_VOICE, lead: Lead = EARLIER) -> LinkDuplicate:
    return LinkDuplicate(lead=lead, relation=relation, note=None, at=MONDAY + DAY)


def linked(relation: SameAs = SameAs.OTHER_VOICE) -> DuplicateLinked:
    return DuplicateLinked(request_id=REQUEST, lead=FIRST, relation=relation, note=None, occurred_at=MONDAY + DAY)


def split() -> SplitLink:
    return SplitLink(reason=ReasonCode.OVERRULED, note=None, at=MONDAY + DAY)


def shared(handling: UUID = HANDLING, attempt: int = 1, lead: RequestId = FIRST) -> NoteSharedOutcome:
    return NoteSharedOutcome(
        lead=lead,
        attempt=attempt,
        handling_id=handling,
        channel=Channel.PM,
        outcome=Outcome.SETTLED,
        detail=None,
        answer=None,
        answered=True,
        handler=OFFICER,
        at=MONDAY + 2 * DAY,
    )


def test_the_other_voice_goes_on_with_the_first_and_stays_a_request() -> None:
    told = desk.when(link())
    told.then(linked())
    assert isinstance(told.state, Open)
    assert state_code(told.state) is State.DUPLICATE_LINKED
    assert told.state.matter.requester == TENANT
    desk.given(linked()).when(link()).then_nothing()


def test_r_22_a_repeat_is_the_same_known_person_again() -> None:
    desk.when(link(SameAs.REPEAT)).then_rejected(NotTheSamePerson)
    desk.when(link(SameAs.REPEAT, replace(EARLIER, requester=None))).then_rejected(NotTheSamePerson)
    desk.when(link(SameAs.REPEAT, replace(EARLIER, requester=TENANT))).then(linked(SameAs.REPEAT))


def test_nobody_is_his_own_other_side() -> None:
    desk.when(link(lead=replace(EARLIER, requester=TENANT))).then_rejected(OwnOtherVoice)


def test_r_22_danger_goes_on_only_with_danger() -> None:
    in_danger = Spec(request_decider).given(request_filed(danger=(DangerKind.FIRE,)), accepted)
    assert in_danger.when(link()).then_rejected(DangerOfItsOwn).rule == "R-22"
    in_danger.when(link(lead=replace(EARLIER, danger=True))).then(linked())


@pytest.mark.parametrize(
    ("own", "leads", "refusal", "rule"),
    [
        (Category.CPL, Category.DIS, ComplaintStaysApart, "R-24"),
        (Category.DIS, Category.CPL, ComplaintStaysApart, "R-24"),
        (None, Category.CPL, ComplaintStaysApart, "R-24"),
        (Category.MIN, Category.DIS, ChildStaysApart, "R-36"),
        (Category.DIS, Category.MIN, ChildStaysApart, "R-36"),
    ],
)
def test_r_24_r_36_complaints_and_children_stay_apart(
    own: Category | None, leads: Category, refusal: type[Rejection], rule: str
) -> None:
    noted = RoutingNoted(request_id=REQUEST, attempt=1, category=own, occurred_at=MONDAY) if own else None
    known = desk.given(noted) if noted else desk
    assert known.when(link(lead=replace(EARLIER, category=leads))).then_rejected(refusal).rule == rule


def test_r_22_what_is_finished_is_reopened_and_not_added_to() -> None:
    assert desk.when(link(lead=replace(EARLIER, finished=True))).then_rejected(LeadNotOpen).rule == "R-22"
    desk.when(link(lead=replace(EARLIER, open=False))).then_rejected(LeadNotOpen)


def test_links_do_not_form_chains() -> None:
    desk.when(link(lead=replace(EARLIER, linked_to=ANOTHER))).then_rejected(LeadIsLinked, lead=ANOTHER)
    desk.when(link(lead=replace(EARLIER, request_id=REQUEST))).then_rejected(LinkedToItself)
    desk.given(linked()).when(link(lead=replace(EARLIER, request_id=ANOTHER))).then_rejected(LinkedElsewhere)
    joined = desk.after(JoinVoice(member=ANOTHER, relation=SameAs.SUPPORTER, at=MONDAY))
    joined.when(link()).then_rejected(HasVoices, voices=1)


def test_what_has_a_result_or_was_withdrawn_is_not_linked() -> None:
    desk.after(note_outcome()).when(link()).then_rejected(CannotBeLinked)
    desk.given(Withdrawn(request_id=REQUEST, note=None, occurred_at=MONDAY)).when(link()).then_rejected(CannotBeLinked)


def test_an_officer_parts_it_again_and_it_is_accepted() -> None:
    told = desk.given(linked()).when(split())
    told.then(
        LinkUndone(
            request_id=REQUEST,
            lead=FIRST,
            reason=ReasonCode.OVERRULED,
            note=None,
            resumes=True,
            occurred_at=MONDAY + DAY,
        )
    )
    assert isinstance(told.state, Open)
    assert state_code(told.state) is State.ACCEPTED
    desk.when(split()).then_nothing()


def test_supporters_are_counted_on_the_lead_and_a_number_is_never_given_twice() -> None:
    first = JoinVoice(member=FIRST, relation=SameAs.SUPPORTER, at=MONDAY)
    crowd = desk.after(first, LeaveVoice(member=FIRST, at=MONDAY))
    told = crowd.when(JoinVoice(member=ANOTHER, relation=SameAs.SUPPORTER, at=MONDAY))
    told.then(VoiceJoined(request_id=REQUEST, member=ANOTHER, relation=SameAs.SUPPORTER, number=2, occurred_at=MONDAY))
    desk.after(first).when(first).then_nothing()
    desk.when(LeaveVoice(member=ANOTHER, at=MONDAY)).then_nothing()


def test_the_leads_result_is_told_and_judged_apart() -> None:
    """Invariant 6: it keeps its own feedback."""
    told = desk.given(linked()).after(shared())
    assert isinstance(told.state, Open)
    assert told.state.matter.result is not None
    told.when(shared()).then_nothing()
    told.when(split()).then_rejected(ResultIsShared)
    archived = told.after(note_told(), note_rating(True))
    assert state_code(archived.state) is State.ARCHIVED  # type: ignore[arg-type]


def test_a_result_of_another_matter_changes_nothing() -> None:
    desk.given(linked()).when(shared(lead=ANOTHER)).then_nothing()
    desk.when(shared()).then_nothing()


def test_the_second_result_of_a_reopened_lead_counts_again() -> None:
    told = desk.given(linked()).after(shared()).when(shared(SECOND_HANDLING, attempt=2))
    assert [type(event) for event in told.events] == [SharedOutcomeNoted]


def test_whoever_is_not_satisfied_has_his_own_request_reopened_and_parted() -> None:
    told = desk.given(linked()).after(shared(), note_told()).when(note_rating(False))
    kinds = [type(event) for event in told.events]
    assert kinds[0] is LinkUndone
    assert RequestReopened in kinds
    assert isinstance(told.events[0], LinkUndone)
    assert told.events[0].resumes is False
    assert state_code(told.state) is State.REOPENED  # type: ignore[arg-type]


def test_r_22_danger_that_a_linked_request_learns_of_parts_it_at_once() -> None:
    told = desk.given(linked()).when(Supplement(text=text(5), danger=(DangerKind.VIOLENCE_NOW,), at=MONDAY + DAY))
    assert [type(event) for event in told.events] == [LinkUndone, Supplemented]
    assert isinstance(told.events[0], LinkUndone)
    assert told.events[0].resumes is True


def test_whoever_withdraws_leaves_the_matter() -> None:
    told = desk.given(linked()).when(Withdraw(note=None, at=MONDAY + DAY))
    assert [type(event) for event in told.events] == [LinkUndone, Withdrawn]
