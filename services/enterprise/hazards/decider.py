"""A hazard found at a firm: until when it is to be fixed, who is told when it is not, what may be forgiven (R-29).

R-30: what is found on an inspection is found there by whoever may inspect; everybody else visits.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from services.enterprise.firms.decider import FirmId
from services.enterprise.hazards.commands import (
    DecideLeniency,
    HazardCommand,
    NoteHazardOverdue,
    RecheckHazard,
    RecordHazard,
)
from services.enterprise.hazards.facts import (
    LENIENCY,
    FoundAt,
    HazardEvent,
    HazardFound,
    HazardId,
    HazardOverdue,
    HazardRechecked,
    LeniencyDecided,
    LeniencyProposed,
    Recheck,
)
from services.enterprise.inspections.decider import InspectionUnknown, require_of_inspection, require_takes_place
from services.enterprise.inspections.rules.entitlement import require_may_inspect
from services.enterprise.inspections.state import Inspection
from services.enterprise.matters.rules.hands import Doer
from services.enterprise.visits.decider import Visit, VisitUnknown, require_held, require_visitor
from shared.contracts.codes import Role
from shared.kernel import Decider, ItemCode, PersonId, Rejection, TextRef, UnitCode, state

NEXT_RUNG: Mapping[Role | None, Role | None] = {
    None: Role.ENTERPRISE_OFFICER,
    Role.ENTERPRISE_OFFICER: Role.BUREAU_LEADER,
}


@state
class Unfound:
    pass


@state
class Hazard:
    hazard_id: HazardId
    firm_id: FirmId
    item: ItemCode
    finder: PersonId
    unit: UnitCode
    finding: TextRef
    fix_by: datetime
    may_be_forgiven: bool
    """Slight, on the list, and the first of its kind."""
    fixed: bool = False
    rung: Role | None = None
    was_late: bool = False
    proposed: bool = False
    granted: bool | None = None
    handlers: frozenset[PersonId] = frozenset()
    """Who found or re-checked it: they do not decide on leniency."""


HazardState = Unfound | Hazard


class HazardUnknown(Rejection):
    """No hazard was found under this id."""


class HazardNotListed(Rejection):
    """`item` is no hazard of the workstation's catalogue."""


class FixByInThePast(Rejection):
    """A hazard needs a day that is still to come."""


class HazardFixedAlready(Rejection):
    """It was re-checked and is gone."""


class LeniencyNotProposed(Rejection):
    """Only a slight first offence of the list, put right in time, is proposed for leniency."""

    rule = "R-29"


class LeniencyDecidedAlready(Rejection):
    rule = "R-29"


class HandlerDoesNotForgive(Rejection):
    """Who handled it does not decide on it."""

    rule = "R-29"


class LeaderDecides(Rejection):
    """Leniency is decided by a leader, never by the list and never by an auxiliary."""

    rule = "R-29"


MAY_FORGIVE = frozenset({Role.STATION_LEADER, Role.BUREAU_LEADER})
"""As access.csv: `approve_leniency`."""


def require_found(state: HazardState) -> Hazard:
    if isinstance(state, Unfound):
        raise HazardUnknown
    return state


def evolve(state: HazardState, event: HazardEvent) -> HazardState:
    if isinstance(event, HazardFound):
        return Hazard(
            event.hazard_id,
            event.firm_id,
            event.item,
            event.finder,
            event.unit,
            event.finding,
            event.fix_by,
            may_be_forgiven=event.slight and event.forgivable and event.first,
            handlers=frozenset({event.finder}),
        )
    hazard = require_found(state)
    match event:
        case HazardOverdue():
            return replace(hazard, rung=event.rung, was_late=True)
        case HazardRechecked():
            fixed = event.result is Recheck.FIXED
            return replace(
                hazard,
                fixed=fixed,
                fix_by=event.fix_by or hazard.fix_by,
                rung=None,
                handlers=hazard.handlers | {event.checker},
            )
        case LeniencyProposed():
            return replace(hazard, proposed=True)
        case LeniencyDecided():
            return replace(hazard, granted=event.granted)
        case _:
            assert_never(event)


def decide(command: HazardCommand, state: HazardState) -> tuple[HazardEvent, ...]:
    if isinstance(command, RecordHazard):
        return _record(command, state)
    hazard = require_found(state)
    match command:
        case RecheckHazard():
            return _recheck(command, hazard)
        case NoteHazardOverdue():
            return _overdue(command, hazard)
        case DecideLeniency():
            return _decide_leniency(command, hazard)
        case _:
            assert_never(command)


def require_found_inspecting(command: RecordHazard) -> None:
    """R-30: on a merged visit of this firm that takes place, by a department of it."""
    require_may_inspect(command.doer.role)
    if not isinstance(command.occasion, Inspection):
        raise InspectionUnknown
    require_of_inspection(command.doer.unit, command.occasion)
    require_takes_place(command.occasion, command.today)


def require_found_visiting(command: RecordHazard) -> None:
    """R-30: on a visit of this firm that was held, by those whose visit it was: no department inspects by its name."""
    if not isinstance(command.occasion, Visit) or command.occasion.firm_id != command.firm_id:
        raise VisitUnknown
    require_visitor(command.doer, command.occasion)
    require_held(command.occasion)


def _record(command: RecordHazard, state: HazardState) -> tuple[HazardEvent, ...]:
    if isinstance(state, Hazard):
        return ()
    match command.found_at:
        case FoundAt.INSPECTION:
            require_found_inspecting(command)
        case FoundAt.VISIT:
            require_found_visiting(command)
        case _:
            assert_never(command.found_at)
    if command.item not in command.known_items:
        raise HazardNotListed(item=command.item)
    if command.fix_by <= command.at:
        raise FixByInThePast(due=command.fix_by)
    return (
        HazardFound(
            hazard_id=command.hazard_id,
            firm_id=command.firm_id,
            found_at=command.found_at,
            source=command.source,
            item=command.item,
            slight=command.slight,
            forgivable=command.forgivable,
            first=command.first,
            finding=command.finding,
            fix_by=command.fix_by,
            finder=command.doer.person,
            unit=command.doer.unit or UnitCode("-"),
            occurred_at=command.at,
        ),
    )


def _recheck(command: RecheckHazard, hazard: Hazard) -> tuple[HazardEvent, ...]:
    """R-29: fixed in time, slight, first and listed: the list proposes leniency, and does no more."""
    if hazard.fixed:
        if command.result is Recheck.FIXED:
            return ()
        raise HazardFixedAlready
    if command.result is Recheck.NOT_FIXED and (command.fix_by is None or command.fix_by <= command.at):
        raise FixByInThePast(due=command.fix_by)
    checked = HazardRechecked(
        hazard_id=hazard.hazard_id,
        firm_id=hazard.firm_id,
        result=command.result,
        fix_by=command.fix_by if command.result is Recheck.NOT_FIXED else None,
        checker=command.doer.person,
        occurred_at=command.at,
    )
    in_time = not hazard.was_late and command.at <= hazard.fix_by
    if command.result is not Recheck.FIXED or not hazard.may_be_forgiven or not in_time or hazard.proposed:
        return (checked,)
    proposed = LeniencyProposed(
        hazard_id=hazard.hazard_id, firm_id=hazard.firm_id, rule=LENIENCY, occurred_at=command.at
    )
    return (checked, proposed)


def _overdue(command: NoteHazardOverdue, hazard: Hazard) -> tuple[HazardEvent, ...]:
    rung = NEXT_RUNG.get(hazard.rung)
    if hazard.fixed or rung is None or command.at < hazard.fix_by:
        return ()
    return (
        HazardOverdue(
            hazard_id=hazard.hazard_id,
            firm_id=hazard.firm_id,
            due=hazard.fix_by,
            rung=rung,
            climbs_at=command.climbs_at if NEXT_RUNG.get(rung) is not None else None,
            occurred_at=command.at,
        ),
    )


def require_forgiver(doer: Doer, hazard: Hazard) -> None:
    """R-29: a leader decides; who handled it is not the one who forgives it."""
    if doer.role not in MAY_FORGIVE:
        raise LeaderDecides(role=doer.role)
    if doer.person in hazard.handlers:
        raise HandlerDoesNotForgive


def _decide_leniency(command: DecideLeniency, hazard: Hazard) -> tuple[HazardEvent, ...]:
    """R-29: a person decides with a reason, on what the list proposed."""
    require_forgiver(command.doer, hazard)
    if not hazard.proposed:
        raise LeniencyNotProposed
    if hazard.granted is not None:
        if hazard.granted is command.granted:
            return ()
        raise LeniencyDecidedAlready
    return (
        LeniencyDecided(
            hazard_id=hazard.hazard_id,
            firm_id=hazard.firm_id,
            granted=command.granted,
            reason=command.reason,
            rule=LENIENCY,
            occurred_at=command.at,
        ),
    )


hazard_decider: Decider[HazardCommand, HazardState, HazardEvent] = Decider(Unfound(), decide, evolve)
