"""Which model judges: nothing counts before a trial, and never by one person alone."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.routing.models.decider import (
    FEWEST_COMPARED,
    BeginTrial,
    Compared,
    EndTrial,
    ModelEvent,
    ModelNotOnTrial,
    ModelPromoted,
    ModelRolledBack,
    ModelServesAlready,
    ModelTrialBegun,
    ModelTrialEnded,
    NoFormerModel,
    NoSuchModel,
    OwnTrial,
    Promote,
    Registry,
    RollBack,
    TrialTooShort,
    model_decider,
)
from shared.kernel import ModelVersion, PersonId
from tests.support.machines import Acts, quick
from tests.support.spec import Spec

TRIAGE_OFFICER = PersonId(UUID(int=1))
LEADER = PersonId(UUID(int=2))
SHIPPED, NEW, NEWER = (ModelVersion(name) for name in ("shipped", "new", "newer"))
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
ENOUGH = Compared(requests=FEWEST_COMPARED, agreed=180, by_people=30, serving_right=20, trial_right=25)

models = Spec(model_decider)
begin = BeginTrial(model=NEW, on_shelf=True, shipped=SHIPPED, by=TRIAGE_OFFICER, at=AT)
promote = Promote(model=NEW, shipped=SHIPPED, compared=ENOUGH, by=LEADER, at=AT)
back = RollBack(by=LEADER, at=AT)


def test_a_trial_begins_beside_the_model_that_judges() -> None:
    models.when(begin).then(ModelTrialBegun(model=NEW, begun_by=TRIAGE_OFFICER, occurred_at=AT))
    models.after(begin).when(begin).then_nothing()
    assert models.after(begin).state.serving is None


def test_another_trial_ends_the_one_before() -> None:
    decided = models.after(begin).when(replace(begin, model=NEWER))
    assert [type(event) for event in decided.events] == [ModelTrialEnded, ModelTrialBegun]


def test_what_is_not_on_the_shelf_or_judges_already_is_not_tried() -> None:
    models.when(replace(begin, on_shelf=False)).then_rejected(NoSuchModel, model=NEW)
    models.when(replace(begin, model=SHIPPED)).then_rejected(ModelServesAlready, model=SHIPPED)
    models.after(begin, promote).when(begin).then_rejected(ModelServesAlready, model=NEW)


def test_a_trial_can_be_ended_without_a_promotion_and_ending_nothing_is_nothing() -> None:
    models.after(begin).when(EndTrial(at=AT)).then(ModelTrialEnded(model=NEW, occurred_at=AT))
    models.when(EndTrial(at=AT)).then_nothing()


def test_r_39_nothing_is_promoted_that_was_not_tried_long_enough() -> None:
    models.when(promote).then_rejected(ModelNotOnTrial, model=NEW)
    models.after(begin).when(replace(promote, model=NEWER)).then_rejected(ModelNotOnTrial)
    short = replace(ENOUGH, requests=FEWEST_COMPARED - 1)
    refused = models.after(begin).when(replace(promote, compared=short)).then_rejected(TrialTooShort)
    assert refused.details == {"needed": FEWEST_COMPARED, "compared": FEWEST_COMPARED - 1}
    assert refused.rule == "R-39"


def test_r_36_whoever_began_the_trial_does_not_promote_it() -> None:
    assert models.after(begin).when(replace(promote, by=TRIAGE_OFFICER)).then_rejected(OwnTrial).rule == "R-36"


def test_a_promotion_keeps_what_the_trial_showed_and_can_be_taken_back() -> None:
    models.after(begin).when(promote).then(
        ModelPromoted(model=NEW, former=SHIPPED, compared=ENOUGH, promoted_by=LEADER, occurred_at=AT)
    )
    promoted = models.after(begin, promote)
    assert (promoted.state.serving, promoted.state.trial) == (NEW, None)
    promoted.when(promote).then_nothing()
    promoted.when(back).then(ModelRolledBack(model=SHIPPED, withdrawn=NEW, rolled_back_by=LEADER, occurred_at=AT))
    assert promoted.after(back).state.serving is None


def test_the_way_back_goes_one_promotion_at_a_time_and_ends_at_the_first() -> None:
    twice = models.after(begin, promote, replace(begin, model=NEWER), replace(promote, model=NEWER))
    assert twice.state.serving == NEWER
    assert twice.after(back).state.serving == NEW
    twice.after(back, back).when(back).then_rejected(NoFormerModel)
    models.when(back).then_rejected(NoFormerModel)


class YearsOfModels(Acts):
    decider = model_decider

    @rule(model=st.sampled_from([SHIPPED, NEW, NEWER]), by=st.sampled_from([TRIAGE_OFFICER, LEADER]))
    def somebody_begins_a_trial(self, model: ModelVersion, by: PersonId) -> None:
        self.attempt(replace(begin, model=model, by=by))

    @rule()
    def somebody_ends_it(self) -> None:
        self.attempt(EndTrial(at=AT))

    @rule(
        model=st.sampled_from([SHIPPED, NEW, NEWER]),
        by=st.sampled_from([TRIAGE_OFFICER, LEADER]),
        requests=st.sampled_from([0, FEWEST_COMPARED]),
    )
    def somebody_promotes(self, model: ModelVersion, by: PersonId, requests: int) -> None:
        before: Registry = self.state
        for event in self.attempt(replace(promote, model=model, by=by, compared=replace(ENOUGH, requests=requests))):
            self.check(event, before)

    def check(self, event: ModelEvent, before: Registry) -> None:
        assert isinstance(event, ModelPromoted)
        assert before.trial is not None
        assert before.trial.model == event.model
        assert before.trial.begun_by != event.promoted_by
        assert event.compared.requests >= FEWEST_COMPARED

    @rule()
    def somebody_takes_it_back(self) -> None:
        self.attempt(back, each_counts=True)


TestYearsOfModels = quick(YearsOfModels)
