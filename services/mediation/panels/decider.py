"""A panel of a case: called together by a template, complete at its quorum, and never deciding below it."""

from collections.abc import Mapping
from dataclasses import field, replace
from typing import assert_never

from services.mediation.cases.values import CaseId
from services.mediation.panels.commands import (
    CaseSeen,
    Decide,
    Dissolve,
    FormPanel,
    LeaveSeat,
    OfferSeat,
    PanelCommand,
    TakeSeat,
)
from services.mediation.panels.facts import (
    PanelDecided,
    PanelDissolved,
    PanelEvent,
    PanelFormed,
    PanelId,
    Seat,
    SeatLeft,
    SeatOffered,
    SeatTaken,
    SessionDecisionId,
)
from services.mediation.panels.refusals import (
    AbsentSeatsCannotDecide,
    ContactTreeIsNoPanel,
    NoPanelYet,
    NoSuchSeat,
    NotInSeat,
    PanelStandsAlready,
    SeatIsTaken,
    SeatNotOffered,
    SitsAlready,
)
from services.mediation.panels.rules.seats import counting, require_member, require_seat_holder, require_stranger
from services.mediation.panels.rules.templates import TEMPLATES
from shared.contracts.codes import Panel
from shared.kernel import CorruptHistory, Decider, PersonId, RequestId, RuleId, state

RECUSAL = RuleId("R-15")


@state
class Unformed:
    pass


@state
class Standing:
    panel_id: PanelId
    case_id: CaseId
    request_id: RequestId
    template: Panel
    quorum: int
    offered: Mapping[Seat, PersonId] = field(default_factory=dict)
    taken: Mapping[Seat, PersonId] = field(default_factory=dict)
    decided: frozenset[SessionDecisionId] = frozenset()

    def lacking(self, case: CaseSeen) -> int:
        return max(0, self.quorum - len(counting(self.taken, case)))


PanelState = Unformed | Standing


def evolve(state: PanelState, event: PanelEvent) -> PanelState:
    match state, event:
        case _, PanelFormed():
            return Standing(event.panel_id, event.case_id, event.request_id, event.template, event.quorum)
        case Standing(), SeatOffered():
            return replace(state, offered={**state.offered, event.seat: event.person})
        case Standing(), SeatTaken():
            return replace(state, taken={**state.taken, event.seat: event.person})
        case Standing(), SeatLeft():
            offered = {seat: person for seat, person in state.offered.items() if seat is not event.seat}
            taken = {seat: person for seat, person in state.taken.items() if seat is not event.seat}
            return replace(state, offered=offered, taken=taken)
        case Standing(), PanelDecided():
            return replace(state, decided=state.decided | {event.decision_id})
        case Standing(), PanelDissolved():
            return Unformed()
        case _:
            raise CorruptHistory(f"{type(event).__name__} before the panel was formed")


def decide(command: PanelCommand, state: PanelState) -> tuple[PanelEvent, ...]:
    if isinstance(command, FormPanel):
        return _form(command, state)
    if isinstance(state, Unformed):
        if isinstance(command, Dissolve):
            return ()
        raise NoPanelYet
    match command:
        case OfferSeat():
            return _offer(command, state)
        case TakeSeat():
            return _take(command, state)
        case LeaveSeat():
            return _leave(command, state)
        case Decide():
            return _decide(command, state)
        case Dissolve():
            return (
                PanelDissolved(
                    panel_id=state.panel_id,
                    case_id=state.case_id,
                    request_id=state.request_id,
                    occurred_at=command.at,
                ),
            )
        case _:
            assert_never(command)


def _form(command: FormPanel, state: PanelState) -> tuple[PanelEvent, ...]:
    template = TEMPLATES.get(command.template)
    if template is None:
        raise ContactTreeIsNoPanel
    if isinstance(state, Standing):
        if state.template is command.template:
            return ()
        raise PanelStandsAlready
    return (
        PanelFormed(
            panel_id=command.panel_id,
            case_id=command.case_id,
            request_id=command.request_id,
            template=command.template,
            quorum=template.quorum,
            lead=template.lead,
            occurred_at=command.at,
        ),
    )


def _require_seat(panel: Standing, seat: Seat) -> None:
    if seat not in TEMPLATES[panel.template].seats:
        raise NoSuchSeat


def _offer(command: OfferSeat, panel: Standing) -> tuple[PanelEvent, ...]:
    _require_seat(panel, command.seat)
    if panel.offered.get(command.seat) == command.person:
        return ()
    if command.seat in panel.taken:
        raise SeatIsTaken
    if command.person in panel.taken.values():
        raise SitsAlready
    if command.seat is not Seat.GUARDIAN:
        require_stranger(command.case, command.person)
    return (
        SeatOffered(
            panel_id=panel.panel_id,
            case_id=panel.case_id,
            request_id=panel.request_id,
            seat=command.seat,
            person=command.person,
            occurred_at=command.at,
        ),
    )


def _take(command: TakeSeat, panel: Standing) -> tuple[PanelEvent, ...]:
    _require_seat(panel, command.seat)
    if panel.taken.get(command.seat) == command.by.person:
        return ()
    if panel.offered.get(command.seat) != command.by.person:
        raise SeatNotOffered
    if command.by.person in panel.taken.values():
        raise SitsAlready
    require_seat_holder(command)
    seated = replace(panel, taken={**panel.taken, command.seat: command.by.person})
    return (
        SeatTaken(
            panel_id=panel.panel_id,
            case_id=panel.case_id,
            request_id=panel.request_id,
            seat=command.seat,
            person=command.by.person,
            unit=command.by.unit,
            lacking=seated.lacking(command.case),
            occurred_at=command.at,
        ),
    )


def _leave(command: LeaveSeat, panel: Standing) -> tuple[PanelEvent, ...]:
    """Recusal and replacement: the seat is free again, the quorum counted anew."""
    _require_seat(panel, command.seat)
    if command.seat not in panel.offered:
        return ()
    if panel.offered[command.seat] != command.person:
        raise NotInSeat
    rest = {seat: person for seat, person in panel.taken.items() if seat is not command.seat}
    return (
        SeatLeft(
            panel_id=panel.panel_id,
            case_id=panel.case_id,
            request_id=panel.request_id,
            seat=command.seat,
            person=command.person,
            interest=command.interest,
            rule=RECUSAL if command.interest else None,
            lacking=replace(panel, taken=rest).lacking(command.case),
            occurred_at=command.at,
        ),
    )


def _decide(command: Decide, panel: Standing) -> tuple[PanelEvent, ...]:
    if command.decision_id in panel.decided:
        return ()
    sitting = counting(panel.taken, command.case)
    require_member(command, sitting)
    present = tuple(seat for seat in TEMPLATES[panel.template].seats if seat in command.present and seat in sitting)
    if len(present) < panel.quorum:
        raise AbsentSeatsCannotDecide(lacking=panel.quorum - len(present))
    return (
        PanelDecided(
            panel_id=panel.panel_id,
            case_id=panel.case_id,
            request_id=panel.request_id,
            decision_id=command.decision_id,
            decision=command.decision,
            present=present,
            note=command.note,
            by=command.by,
            occurred_at=command.at,
        ),
    )


panel_decider: Decider[PanelCommand, PanelState, PanelEvent] = Decider(Unformed(), decide, evolve)
