"""Which model judges, and which one is on trial beside it.

R-39: what decides about people is put to the test first, a person lets it count with the figures before him, and it can
be taken back. R-36: whoever put a model on trial is not the one who promotes it.
"""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from shared.kernel import Decider, ModelVersion, PersonId, Rejection, command, fact, state, value

FEWEST_COMPARED = 200
"""Requests that both models judged, before anybody can say which one is better."""


@value
class Compared:
    """What a trial showed. Of what people decided themselves, how often each of the two had said the same."""

    requests: int
    agreed: int
    by_people: int
    serving_right: int
    trial_right: int


@fact("model_trial_begun")
class ModelTrialBegun:
    model: ModelVersion
    begun_by: PersonId
    occurred_at: datetime


@fact("model_trial_ended")
class ModelTrialEnded:
    model: ModelVersion
    occurred_at: datetime


@fact("model_promoted")
class ModelPromoted:
    model: ModelVersion
    former: ModelVersion
    compared: Compared
    promoted_by: PersonId
    occurred_at: datetime


@fact("model_rolled_back")
class ModelRolledBack:
    model: ModelVersion
    """The one that judges again."""
    withdrawn: ModelVersion
    rolled_back_by: PersonId
    occurred_at: datetime


ModelEvent = ModelTrialBegun | ModelTrialEnded | ModelPromoted | ModelRolledBack


@command
class BeginTrial:
    model: ModelVersion
    on_shelf: bool
    """Whether there is such a file and it fits this program."""
    shipped: ModelVersion
    """What judges as long as nothing was promoted."""
    by: PersonId
    at: datetime


@command
class EndTrial:
    at: datetime


@command
class Promote:
    model: ModelVersion
    shipped: ModelVersion
    compared: Compared
    by: PersonId
    at: datetime


@command
class RollBack:
    by: PersonId
    at: datetime


ModelCommand = BeginTrial | EndTrial | Promote | RollBack


@state
class Trial:
    model: ModelVersion
    begun_by: PersonId
    begun_at: datetime


@state
class Registry:
    served: tuple[ModelVersion, ...] = ()
    """The shipped one and those that were promoted over it; the last one judges. Empty: the shipped one does."""
    trial: Trial | None = None

    @property
    def serving(self) -> ModelVersion | None:
        return self.served[-1] if self.served else None


class NoSuchModel(Rejection):
    """Nothing of this version lies on the shelf, or it does not fit this program."""


class ModelServesAlready(Rejection):
    """It would be compared with itself."""


class ModelNotOnTrial(Rejection):
    """Only what ran beside the present model can take its place (R-39)."""

    rule = "R-39"


class TrialTooShort(Rejection):
    """`needed`, `compared`: too few requests to say anything (R-39)."""

    rule = "R-39"


class OwnTrial(Rejection):
    """The promotion is another person's (R-36)."""

    rule = "R-36"


class NoFormerModel(Rejection):
    """Nothing was promoted, so nothing can be taken back."""


def evolve(before: Registry, event: ModelEvent) -> Registry:
    match event:
        case ModelTrialBegun():
            return replace(before, trial=Trial(event.model, event.begun_by, event.occurred_at))
        case ModelTrialEnded():
            return replace(before, trial=None)
        case ModelPromoted():
            served = before.served or (event.former,)
            return Registry(served=(*served, event.model))
        case ModelRolledBack():
            # The first is the shipped one, which a later release of the program may replace.
            return replace(before, served=before.served[:-1] if len(before.served) > 2 else ())
        case _:
            assert_never(event)


def decide(command: ModelCommand, before: Registry) -> tuple[ModelEvent, ...]:
    match command:
        case BeginTrial():
            return _begin(command, before)
        case EndTrial():
            return (ModelTrialEnded(model=before.trial.model, occurred_at=command.at),) if before.trial else ()
        case Promote():
            return _promote(command, before)
        case RollBack():
            return _roll_back(command, before)
        case _:
            assert_never(command)


def _begin(command: BeginTrial, before: Registry) -> tuple[ModelEvent, ...]:
    if before.trial is not None and before.trial.model == command.model:
        return ()
    if not command.on_shelf:
        raise NoSuchModel(model=command.model)
    if command.model == (before.serving or command.shipped):
        raise ModelServesAlready(model=command.model)
    begun = ModelTrialBegun(model=command.model, begun_by=command.by, occurred_at=command.at)
    return (ModelTrialEnded(model=before.trial.model, occurred_at=command.at), begun) if before.trial else (begun,)


def _promote(command: Promote, before: Registry) -> tuple[ModelEvent, ...]:
    """R-39 and R-36: after a trial that says something, by a second person."""
    if before.trial is None and before.serving == command.model:
        return ()
    if before.trial is None or before.trial.model != command.model:
        raise ModelNotOnTrial(model=command.model)
    if before.trial.begun_by == command.by:
        raise OwnTrial
    if command.compared.requests < FEWEST_COMPARED:
        raise TrialTooShort(needed=FEWEST_COMPARED, compared=command.compared.requests)
    return (
        ModelPromoted(
            model=command.model,
            former=before.serving or command.shipped,
            compared=command.compared,
            promoted_by=command.by,
            occurred_at=command.at,
        ),
    )


def _roll_back(command: RollBack, before: Registry) -> tuple[ModelEvent, ...]:
    """Back to what two persons had let count before: nobody has to agree again."""
    if len(before.served) < 2:
        raise NoFormerModel
    return (
        ModelRolledBack(
            model=before.served[-2], withdrawn=before.served[-1], rolled_back_by=command.by, occurred_at=command.at
        ),
    )


model_decider: Decider[ModelCommand, Registry, ModelEvent] = Decider(Registry(), decide, evolve)
