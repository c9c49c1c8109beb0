"""What models say of a request: the guesses of the one that counts, the answer of one on trial, a second reading."""

from datetime import datetime

from shared.contracts.codes import Category, Channel, Flag, Police, Priority
from shared.kernel import ModelVersion, RequestId, RuleId, fact, value


@value
class Likely:
    """How sure the model is of its answer, and of the next best one, per mille."""

    confidence: int
    second_confidence: int


@value
class CategoryGuess(Likely):
    label: Category
    second: Category | None


@value
class PriorityGuess(Likely):
    label: Priority
    second: Priority | None


@value
class PoliceGuess(Likely):
    label: Police
    second: Police | None


@value
class ChannelGuess(Likely):
    label: Channel
    second: Channel | None


@value
class ShadowAnswer:
    """What a model on trial would have said of a request; nobody acts on it."""

    model: ModelVersion
    category: Category
    priority: Priority
    police: Police
    channel: Channel
    flags: tuple[Flag, ...]
    confidence: int
    unsure: bool


@fact("shadow_judged")
class ShadowJudged:
    """Kept beside what counted, to be compared with it and with what people said."""

    request_id: RequestId
    answer: ShadowAnswer
    occurred_at: datetime


@fact("judgement_corrected")
class JudgementCorrected:
    """A slower reading of what the first one had left open, before any person had acted."""

    request_id: RequestId
    attempt: int
    category: CategoryGuess
    priority: PriorityGuess
    police: PoliceGuess
    channel: ChannelGuess
    flags: tuple[Flag, ...]
    unsure: bool
    model: ModelVersion
    rule: RuleId
    occurred_at: datetime


ModelEvent = ShadowJudged | JudgementCorrected
