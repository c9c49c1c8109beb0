"""What the facts of a child's file have said so far, kept apart from the decider's own state."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.mediation.children import facts
from services.mediation.children.facts import ChildEvent, Conflict, ReadId, SealedScope, Seat
from shared.kernel import ClockId, PersonId

ENDS = (facts.ChildOutcomeReported, facts.ChildFileReturned, facts.ChildFileStopped)


@dataclass
class Told:
    offer: facts.Offer | None = None
    kinds: set[type] = field(default_factory=set)
    owner: PersonId | None = None
    seats: dict[PersonId, Seat] = field(default_factory=dict)
    out: dict[PersonId, Conflict] = field(default_factory=dict)
    notes: list[tuple[UUID, PersonId]] = field(default_factory=list)
    """Item and author."""
    asked: dict[ReadId, facts.SealedReadAsked] = field(default_factory=dict)
    approved: dict[ReadId, datetime] = field(default_factory=dict)
    declined: set[ReadId] = field(default_factory=set)
    owed: dict[ClockId, datetime] = field(default_factory=dict)
    steps: set[tuple[ClockId, type]] = field(default_factory=set)

    @property
    def ended(self) -> bool:
        return not self.kinds.isdisjoint(ENDS)

    def items(self, reader: PersonId, scope: SealedScope) -> list[UUID]:
        if scope is SealedScope.CALL:
            return [self.offer.narrative.item] if self.offer else []
        return [item for item, author in self.notes if scope is SealedScope.SESSIONS or author == reader]

    def take(self, event: ChildEvent) -> None:
        self.kinds.add(type(event))
        match event:
            case facts.ChildFileOffered():
                self.offer = event.offer
            case facts.ChildFileSigned():
                self.owner = event.owner
            case facts.ChildSeatGiven():
                self.seats[event.person] = event.seat
            case facts.ChildSeatExcluded():
                self.seats.pop(event.person, None)
                self.out[event.person] = event.conflict
            case facts.ChildInterviewHeld():
                self.notes.append((event.notes.item, event.interviewed_by))
            case facts.CounsellingHeld():
                self.notes.append((event.notes.item, event.counsellor))
            case facts.SealedReadAsked():
                self.asked[event.read_id] = event
            case facts.SealedReadApproved():
                self.approved[event.read_id] = event.until
            case facts.SealedReadDeclined():
                self.declined.add(event.read_id)
            case _:
                self._clocks(event)

    def _clocks(self, event: Any) -> None:
        match event:
            case facts.HarmSuspected():
                self.owed[facts.REPORT] = event.report_due
            case facts.MandatoryReported():
                self.owed.pop(facts.REPORT, None)
            case facts.ChildCaseworkFiled():
                self.owed[facts.FEEDBACK] = event.feedback_due
            case facts.ReporterUnitTold():
                self.owed.pop(facts.FEEDBACK, None)
            case facts.BullyingReported():
                self.owed[facts.SCHOOL] = event.result_due
            case facts.SchoolResultGiven():
                self.owed.pop(facts.SCHOOL, None)
            case facts.ChildClockWarned() | facts.ChildClockBreached() | facts.ChildClockEscalated():
                self.steps.add((event.clock, type(event)))
            case _:
                pass
