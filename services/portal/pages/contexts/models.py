"""What the pages about the triage model are given: why it judged so, and how it does."""

from datetime import datetime

from services.portal.pages.contexts.frame import Tone
from shared.kernel import value


@value
class WhyLine:
    """One field of the judgement: what it said, how surely, what came second, and when a person is asked."""

    about: str
    answer: str
    sure: str
    second: str
    person: str


@value
class TurnLine:
    """Without these words it would have been something else."""

    about: str
    words: tuple[str, ...]
    instead: str
    sure: str


@value
class NearLine:
    url: str
    label: str
    outcome: str
    likeness: int
    """Percent."""
    at: datetime


@value
class WhyView:
    """desk/why.html; its middle alone: desk/_why.html"""

    subject: str
    back_url: str
    model: str
    again: str
    """What the second, slower reading made of it; empty where there was none."""
    again_at: datetime | None
    withheld: str
    doubts: tuple[str, ...]
    lines: tuple[WhyLine, ...]
    turns: tuple[TurnLine, ...]
    nearest: tuple[NearLine, ...]


@value
class Gauge:
    """One figure beside the one it should be."""

    about: str
    now: str
    expected: str
    tone: Tone
    verdict: str


@value
class MixLine:
    category: str
    now: str
    expected: str


@value
class MovedLine:
    category: str
    instead: str
    requests: int
    right: str


@value
class TrialCard:
    model: str
    since: datetime
    begun_by: str
    requests: int
    needed: int
    figures: tuple[Gauge, ...]
    moved: tuple[MovedLine, ...]
    promote_url: str
    """Empty where the reader may not, or not yet."""
    why_not: str
    end_url: str


@value
class CandidateLine:
    model: str
    state: str
    tone: Tone
    try_url: str


@value
class ChangeLine:
    at: datetime
    text: str


@value
class ModelsView:
    """models/models.html"""

    serving: str
    alarms: tuple[str, ...]
    since: datetime
    judged: int
    enough: bool
    gauges: tuple[Gauge, ...]
    mix: tuple[MixLine, ...]
    again: str
    trial: TrialCard | None
    candidates: tuple[CandidateLine, ...]
    changes: tuple[ChangeLine, ...]
    back_url: str
    """Where the last promotion is taken back; empty where there is none, or the reader may not."""
