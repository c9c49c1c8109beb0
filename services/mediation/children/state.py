"""Where a child's file stands. "Closed without the report" cannot be reached (`rules/endings.py`)."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from uuid import UUID

from services.mediation.children.facts import Conflict, Offer, ReadId, SealedScope, Seat, SessionId
from shared.contracts.codes import Priority
from shared.kernel import ClockId, PersonId, TextRef, state, value


@value
class Running:
    """A clock of the file; breached ones run on until what they wait for is done."""

    due: datetime
    warned: bool = False
    breached: bool = False
    escalated: bool = False


@value
class Note:
    session_id: SessionId
    author: PersonId
    notes: TextRef
    counselling: bool


@value
class Asked:
    reader: PersonId
    scope: SealedScope
    until: datetime | None = None
    """None: nobody has approved it yet."""
    approver: PersonId | None = None
    declined: bool = False


@state
class Unoffered:
    pass


@state
class Open:
    offer: Offer
    owner: PersonId | None = None
    """None: nobody has signed; who was named stands in the offer."""
    started: bool = False
    responded: bool = False
    reported: bool = False
    casework: bool = False
    told_reporter: bool = False
    bullying: bool = False
    school_result: TextRef | None = None
    seats: Mapping[PersonId, Seat] = field(default_factory=dict)
    excluded: Mapping[PersonId, Conflict] = field(default_factory=dict)
    interviewed: bool = False
    notes: tuple[Note, ...] = ()
    reads: Mapping[ReadId, Asked] = field(default_factory=dict)
    clocks: Mapping[ClockId, Running] = field(default_factory=dict)
    over: bool = False
    """Ended: here nobody answers for the child in danger any more."""

    @property
    def in_danger(self) -> bool:
        return self.offer.priority is Priority.P0 and not self.over

    def sealed_items(self, read: Asked) -> tuple[UUID, ...]:
        match read.scope:
            case SealedScope.CALL:
                return (self.offer.narrative.item,)
            case SealedScope.OWN_SESSIONS:
                return tuple(each.notes.item for each in self.notes if each.author == read.reader)
            case SealedScope.SESSIONS:
                return tuple(each.notes.item for each in self.notes)


@state
class Ended:
    """Closed, returned or sent elsewhere; what is sealed stays readable under the same rules."""

    file: Open


ChildState = Unoffered | Open | Ended
