"""Meetings: whoever called one keeps its record, and it is over when every task has an answer."""

import pytest

from services.workorders.meetings.commands import MeetingCommand
from services.workorders.meetings.decider import meeting_decider
from services.workorders.meetings.facts import (
    MeetingCalled,
    MeetingClosed,
    MeetingKind,
    SharingAgreed,
    TaskAnswered,
    TaskOverdue,
    TaskSigned,
)
from services.workorders.meetings.refusals import (
    AuxiliarySignsNoTask,
    MeetingHeldAlready,
    MeetingNotHeld,
    MeetingOver,
    MeetingTaskOfAnotherUnit,
    MeetingTaskSigned,
    MeetingTasksUnanswered,
    MeetingTaskUnsigned,
    NobodyInvited,
    NotInvited,
    NotTheConvener,
    TalkWithoutFirm,
    TaskDueInThePast,
)
from services.workorders.meetings.rules.sharing import (
    FIELDS,
    About,
    FieldNeverShared,
    FieldNotListed,
    PartnerNotAtTheTable,
    PersonalDataWithoutGround,
)
from shared.kernel import NotFound, Rejection
from tests.support.spec import Spec
from tests.workorders.meetings.samples import (
    AUXILIARY,
    CLERK,
    COLLEAGUE,
    FIRE,
    MONDAY,
    OFFICER,
    SECOND,
    STRANGER,
    STRANGERS,
    TRAFFIC,
    answers,
    calls,
    closes,
    extends,
    holds,
    overdue,
    sets,
    shares,
    signs,
)

nobody = Spec(meeting_decider)
called = nobody.after(calls())
held = called.after(holds())
tasked = held.after(sets())


def test_a_meeting_needs_somebody_else_and_a_talk_needs_firms() -> None:
    nobody.when(calls(MeetingKind.JOINT, (TRAFFIC,), ())).then_rejected(NobodyInvited)
    nobody.when(calls(MeetingKind.TALK, firms=())).then_rejected(TalkWithoutFirm)
    [event] = nobody.when(calls(MeetingKind.JOINT, firms=())).events
    assert isinstance(event, MeetingCalled)
    called.when(calls()).then_nothing()


@pytest.mark.parametrize(
    "wish", [extends(doer=CLERK), holds(doer=CLERK), sets(doer=CLERK), shares("firm_name", doer=CLERK), closes(CLERK)]
)
def test_a_guest_does_not_write_the_record(wish: MeetingCommand) -> None:
    held.when(wish).then_rejected(NotTheConvener, unit=TRAFFIC)


def test_nothing_is_decided_before_people_have_met() -> None:
    for wish in (sets(), shares("firm_name"), closes()):
        called.when(wish).then_rejected(MeetingNotHeld)
    assert called.after(extends()).state.agenda[1:]  # type: ignore[union-attr]
    held.when(extends()).then_rejected(MeetingHeldAlready)


def test_only_who_was_invited_came_or_gets_a_task() -> None:
    called.when(holds(units=(FIRE,))).then_rejected(NotInvited)
    called.when(holds(firms=(STRANGERS,))).then_rejected(NotInvited)
    held.when(sets(unit=FIRE)).then_rejected(NotInvited)
    held.when(sets(firm=STRANGERS)).then_rejected(NotInvited)
    held.when(sets(due=MONDAY)).then_rejected(TaskDueInThePast)


def test_a_task_is_signed_by_one_person_of_its_unit_and_then_answered() -> None:
    tasked.when(answers()).then_rejected(MeetingTaskUnsigned)
    tasked.when(signs(doer=STRANGER)).then_rejected(MeetingTaskOfAnotherUnit)
    assert isinstance(tasked.when(signs()).events[0], TaskSigned)
    signed = tasked.after(signs())
    signed.when(signs()).then_nothing()
    signed.when(signs(doer=COLLEAGUE)).then_rejected(MeetingTaskSigned)
    assert isinstance(signed.when(answers(kept=False)).events[0], TaskAnswered)
    answered = signed.after(answers(kept=False))
    answered.when(answers(kept=False)).then_nothing()
    assert answered.when(answers(words=5)).events, "what was not done may be done later"
    with pytest.raises(NotFound):
        tasked.when(signs(SECOND))


def test_r_07_an_auxiliary_signs_for_no_task() -> None:
    held.after(sets(unit=TRAFFIC)).when(signs(doer=AUXILIARY)).then_rejected(AuxiliarySignsNoTask)


def test_a_meeting_is_not_closed_while_a_task_is_silent() -> None:
    both = tasked.after(sets(SECOND), signs(), answers())
    both.when(closes()).then_rejected(MeetingTasksUnanswered, missing=1)
    done = both.after(signs(SECOND), answers(SECOND))
    assert isinstance(done.when(closes()).events[0], MeetingClosed)
    over = done.after(closes())
    over.when(closes()).then_nothing()
    over.when(sets(SECOND)).then_rejected(MeetingOver)
    over.when(answers(words=7)).then_rejected(MeetingOver)


def test_a_task_whose_day_passed_is_noted_once() -> None:
    tasked.when(overdue(on=9)).then_nothing()
    [event] = tasked.when(overdue()).events
    assert isinstance(event, TaskOverdue)
    tasked.given(event).when(overdue()).then_nothing()
    tasked.after(signs(), answers()).when(overdue()).then_nothing()


def test_r_37_riders_are_shared_on_a_named_ground_only() -> None:
    held.when(shares("firm_name", "plate_number")).then_rejected(PersonalDataWithoutGround, fields=("plate_number",))
    [event] = held.when(shares("firm_name", "plate_number", ground="R-37")).events
    assert isinstance(event, SharingAgreed)
    assert held.when(shares("firm_name", "violation_count")).events
    held.after(shares("firm_name")).when(shares("firm_name")).then_nothing()


@pytest.mark.parametrize("field", [field for field, about in FIELDS.items() if about is About.NEVER])
def test_r_37_numbers_addresses_and_faces_are_shared_on_no_ground(field: str) -> None:
    held.when(shares(field, ground="R-37")).then_rejected(FieldNeverShared, field=field)


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (shares("firm_name", partner=FIRE), PartnerNotAtTheTable),
        (shares("firm_name", partner=TRAFFIC), PartnerNotAtTheTable),
        (shares("gossip"), FieldNotListed),
    ],
)
def test_r_44_departments_share_what_is_listed_with_departments_that_were_there(
    wish: MeetingCommand, refusal: type[Rejection]
) -> None:
    held.when(wish).then_rejected(refusal)


def test_who_did_not_come_agreed_to_nothing() -> None:
    called.after(holds(units=())).when(shares("firm_name")).then_rejected(PartnerNotAtTheTable)
    assert OFFICER.unit != CLERK.unit
