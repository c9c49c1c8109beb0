"""What happens to a clue. R-23: who brought it stands in no fact, only under a reference that nobody else can open."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.contracts.codes import OutcomeDetail
from shared.kernel import ItemCode, PersonId, RequestId, TextRef, UnitCode, fact, value


class Source(StrEnum):
    VOLUNTEER = "volunteer"
    GRID_WORKER = "grid_worker"
    GROUP = "group"
    """Somebody answered a broadcast in a group; who, was never asked."""


class Verdict(StrEnum):
    VALID = OutcomeDetail.CLUE_VALID.value
    INVALID = OutcomeDetail.CLUE_INVALID.value


@value
class Reporter:
    """Nobody but whoever protects reporters gets from here to a person."""

    pseudonym: UUID
    """The same for the same person; keyed, so that no list of persons leads back."""
    identity: TextRef


@value
class About:
    """The broadcast that a clue answers."""

    order_id: UUID
    request_id: RequestId
    broadcast_id: UUID


@fact("clue_filed")
class ClueFiled:
    clue_id: UUID
    source: Source
    reporter: Reporter | None
    """None: it came out of a group."""
    group: ItemCode | None
    """Where it was said; its verdict may go back there."""
    about: About | None
    text: TextRef
    unit: UnitCode
    officer: PersonId | None
    """Who verifies it; None: anybody of the unit."""
    occurred_at: datetime


@fact("clue_assigned")
class ClueAssigned:
    clue_id: UUID
    officer: PersonId
    occurred_at: datetime


@fact("clue_judged")
class ClueJudged:
    clue_id: UUID
    verdict: Verdict
    note: TextRef | None
    occurred_at: datetime


ClueEvent = ClueFiled | ClueAssigned | ClueJudged
