"""Any acts of owner, units, approvers and clocks on one course: parts, tries, approvals, another owner, one end."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.workorders.orders.decider import NoteOverdue, SignFor, order_decider
from services.workorders.orders.rules import steps
from services.workorders.orders.rules.asking import AskUnits
from services.workorders.orders.rules.course import open_steps
from services.workorders.orders.rules.course_acts import DecideStage, NoteTier, OfferOwnership
from services.workorders.orders.rules.course_facts import OwnerChanged, StageDecided
from services.workorders.orders.rules.endings import ReportOutcome
from services.workorders.orders.rules.facts import OutcomeReported, StepReported
from services.workorders.orders.rules.hands import Doer
from services.workorders.orders.rules.playbook import Does, End, Playbook, Proof, Share, Step, Task, Tier
from services.workorders.orders.rules.proof import NOTHING
from services.workorders.orders.rules.states import SILENT, Signed, tasks_of
from services.workorders.orders.rules.steps import AnswerOrder, ReportStep
from services.workorders.orders.rules.task_facts import TaskAnswered, TaskResult
from services.workorders.orders.rules.tasks import NoteTaskOverdue, ObjectTask, RecallTask
from shared.contracts.codes import Outcome, Priority, ReasonCode, Role, UnitKind
from shared.kernel import ItemCode, PackVersion, PersonId
from tests.support.machines import Acts, misses
from tests.workorders.orders.courses import SHOWN, answer_task, clerk, part, sign_task
from tests.workorders.samples import ANSWER, COLLEAGUE, LATER, OFFICER, SIGNED_AT, STATION, offer, offered

LOOK, HELP, STAMP, REPLY = (ItemCode(code) for code in ("look", "help", "stamp", "reply"))
SIGNER = replace(COLLEAGUE, role=Role.COMMUNITY_OFFICER)
CHIEF = Doer(PersonId(UUID(int=0xE1)), Role.STATION_LEADER, STATION)
PEOPLE = st.sampled_from([OFFICER, OFFICER, SIGNER, CHIEF])
"""The owner comes more often than others, else hardly anything goes on."""
PARTS = [part(UnitKind.DEPARTMENT, number=each, lead=lead) for each in (1, 2) for lead in (True, False)]

BOOK = Playbook(
    code=ItemCode("invented"),
    version=PackVersion("invented-1"),
    signers=(Role.COMMUNITY_OFFICER,),
    sign_limits=(),
    steps=(
        Step(LOOK, Does.WORK, proof=(Proof.PLACE,), tries=2, tiers=(Tier(1, (Role.DISPATCHER,)),)),
        Step(HELP, Does.TASK, (LOOK,), task=Task((UnitKind.DEPARTMENT,), 2, (Share.PLACE,))),
        Step(STAMP, Does.APPROVE, (HELP,), helpers=(Role.STATION_LEADER,), back_to=LOOK),
        Step(REPLY, Does.ANSWER),
    ),
    ends=(End(Outcome.DONE, (STAMP, REPLY)), End(Outcome.FAILED, (LOOK,))),
)


class Course(Acts):
    decider = order_decider

    @initialize()
    def begin(self) -> None:
        made = offered(offer(playbook=BOOK, priority=Priority.P1))
        self.past = [made]
        self.state = self.decider.fold(self.past)
        self.attempt(SignFor(doer=OFFICER, at=SIGNED_AT))

    @rule(doer=PEOPLE, shown=st.sampled_from([SHOWN, NOTHING]), attempt=st.sampled_from([0, 0, 1, 2]))
    def look(self, doer: Doer, shown: object, attempt: int) -> None:
        wish = ReportStep(doer=doer, step=LOOK, note=None, evidence=shown, attempt=attempt, at=LATER)  # type: ignore[arg-type]
        events = self.attempt(wish)
        if any(isinstance(event, StepReported) for event in events):
            assert shown is SHOWN, "nothing is done without its proof"

    @rule(doer=PEOPLE, parts=st.lists(st.sampled_from(PARTS), max_size=2))
    def ask(self, doer: Doer, parts: list[object]) -> None:
        round = self.state.tries.get(HELP, 0) if isinstance(self.state, Signed) else 0
        asked = tuple(
            replace(each, task_id=part(each.kind, number=int(each.unit[-1]), round=round).task_id)  # type: ignore[attr-defined,type-var]
            for each in parts
        )
        self.attempt(AskUnits(doer=doer, step=HELP, parts=asked, due=None, at=LATER))  # type: ignore[arg-type]

    @rule(number=st.sampled_from([1, 2]), act=st.sampled_from(["sign", "answer", "unable", "object", "recall", "late"]))
    def on_part(self, number: int, act: str) -> None:
        round = self.state.tries.get(HELP, 0) if isinstance(self.state, Signed) else 0
        each, doer = part(UnitKind.DEPARTMENT, number=number, round=round), clerk(UnitKind.DEPARTMENT, number)
        match act:
            case "sign":
                self.attempt(sign_task(each, doer))
            case "answer":
                self.attempt(answer_task(each, doer=doer))
            case "unable":
                self.attempt(answer_task(each, TaskResult.UNABLE, doer))
            case "object":
                self.attempt(
                    ObjectTask(doer=doer, task_id=each.task_id, reason=ReasonCode.OVERLOAD, note=None, at=LATER)
                )
            case "recall":
                self.attempt(RecallTask(doer=OFFICER, task_id=each.task_id, at=LATER))
            case _:
                self.attempt(NoteTaskOverdue(task_id=each.task_id, due=LATER, at=LATER))

    @rule(doer=PEOPLE, granted=st.booleans())
    def stamp(self, doer: Doer, granted: bool) -> None:
        owner = self.state.owner if isinstance(self.state, Signed) else None
        if self.attempt(DecideStage(doer=doer, step=STAMP, granted=granted, note=None, at=LATER)):
            assert doer == CHIEF
            assert doer.person != owner

    @rule(doer=PEOPLE)
    def reply(self, doer: Doer) -> None:
        self.attempt(AnswerOrder(doer=doer, answer=ANSWER, at=LATER))

    @rule(doer=PEOPLE, to=PEOPLE)
    def hand_on(self, doer: Doer, to: Doer) -> None:
        self.attempt(OfferOwnership(doer=doer, to=to.person, note=None, at=LATER))

    @rule(doer=PEOPLE)
    def sign(self, doer: Doer) -> None:
        self.attempt(SignFor(doer=doer, at=LATER))

    @rule(step=st.sampled_from([LOOK, HELP, REPLY]), tier=st.booleans())
    def time_passes(self, step: ItemCode, tier: bool) -> None:
        note = NoteTier(step=step, minutes=1, due=LATER, at=LATER)
        self.attempt(note if tier else NoteOverdue(step=step, due=LATER, at=LATER))

    @rule(doer=PEOPLE, outcome=st.sampled_from([Outcome.DONE, Outcome.FAILED]))
    def end(self, doer: Doer, outcome: Outcome) -> None:
        before = self.state
        if self.attempt(ReportOutcome(doer=doer, outcome=outcome, detail=None, at=LATER)):
            assert isinstance(before, Signed)
            assert not [task for task in before.tasks if task.state in SILENT], "a unit was silent"
            assert doer.person == before.owner
            assert outcome is Outcome.FAILED or {STAMP, REPLY} <= before.done

    @invariant()
    def a_joined_step_was_led_by_one_and_answered_by_all(self) -> None:
        if isinstance(self.state, Signed) and HELP in self.state.done:
            parts = tasks_of(self.state, HELP)
            assert parts
            assert sum(each.part.lead for each in parts) == 1
            assert all(each.result is not None for each in parts)

    @invariant()
    def every_open_step_knows_since_when(self) -> None:
        if isinstance(self.state, Signed):
            assert {step.code for step in open_steps(BOOK, self.state.progress)} <= self.state.opened.keys()

    @invariant()
    def an_end_is_the_last(self) -> None:
        ends = [place for place, event in enumerate(self.past) if isinstance(event, OutcomeReported)]
        assert ends in ([], [len(self.past) - 1])

    @invariant()
    def another_owner_was_asked_and_signed(self) -> None:
        assert all(event.owner != event.former for event in self.of(OwnerChanged))

    @invariant()
    def no_part_is_answered_twice(self) -> None:
        answered = [event.task_id for event in self.of(TaskAnswered)]
        assert len(answered) == len(set(answered))


Course.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestCourse = Course.TestCase


def test_a_proof_that_is_not_asked_for_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "require_proof", lambda wanted, shown: None)
    misses(Course)


def test_the_machine_comes_to_approvals_and_their_refusal() -> None:
    """What the search is worth: the far end of the course is within its reach."""
    course = Course()
    course.begin()
    course.look(OFFICER, SHOWN, 0)
    course.ask(OFFICER, [PARTS[0]])
    course.on_part(1, "sign")
    course.on_part(1, "answer")
    course.stamp(CHIEF, granted=False)
    course.look(OFFICER, SHOWN, 0)
    course.ask(OFFICER, [PARTS[0]])
    course.on_part(1, "sign")
    course.on_part(1, "answer")
    course.stamp(CHIEF, granted=True)
    course.reply(OFFICER)
    course.end(OFFICER, Outcome.DONE)
    assert [event.granted for event in course.of(StageDecided)] == [False, True]
    assert course.of(OutcomeReported)
