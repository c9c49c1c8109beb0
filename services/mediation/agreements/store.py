"""How agreements are stored, and what of them others learn."""

from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from services.mediation.agreements.commands import AgreementCommand
from services.mediation.agreements.decider import agreement_decider
from services.mediation.agreements.facts import (
    AgreementDrafted,
    AgreementEvent,
    AgreementSigned,
    AgreementTookEffect,
    ConfirmationAccepted,
    ConfirmationDecided,
    ConfirmationExtended,
    ConfirmationFiled,
    ConfirmationStep,
    ConfirmationWarned,
    DefaultClimbed,
    Duty,
    DutyDefaulted,
    DutyPerformed,
    DutyWarned,
    PenaltyProcedureDue,
)
from services.mediation.agreements.limits import application_warn_at, day_begins
from services.mediation.agreements.rules.schedule import watched
from services.mediation.agreements.state import AgreementState, InEffect
from shared.contracts.base import Contract
from shared.contracts.codes import DataLevel
from shared.contracts.handling import DutyDefaultedV1, DutyPerformedV1
from shared.contracts.mediation import (
    AgreementDraftedV1,
    AgreementInEffectV1,
    AgreementSignedV1,
    ConfirmationAcceptedV1,
    ConfirmationDecidedV1,
    ConfirmationFiledV1,
    ConfirmationWarnedV1,
    DefaultClimbedV1,
    DutyWarnedV1,
    PenaltyProcedureDueV1,
)
from shared.contracts.vault import ItemKind
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer
from shared.web import Text

CATEGORY = "mediation.agreement"
WARN = "duty_warn:"
TODAY = "duty_today:"
DUE = "duty_due:"
CLIMB = "duty_climb:"
APPLICATION_WARN = "confirmation_warn"
CONFIRMATION_DUE = "confirmation_due:"

AgreementHandler: TypeAlias = CommandHandler[AgreementCommand, AgreementState, AgreementEvent]

agreement_codec: Codec[AgreementEvent] = Codec(AgreementEvent)


def agreement_handler(store: EventStore) -> AgreementHandler:
    return CommandHandler(
        store=store,
        category=CATEGORY,
        decider=agreement_decider,
        codec=agreement_codec,
        publish=published,
        key=request_of,
        timers=agreement_timers,
    )


def request_of(id: UUID, state: AgreementState, events: tuple[AgreementEvent, ...]) -> UUID:
    return events[0].request_id


def agreement_timers(event: AgreementEvent, state: AgreementState) -> tuple[Timer | Cancel, ...]:
    match event:
        case AgreementTookEffect() if isinstance(state, InEffect):
            watching = (timer for duty in state.duties for timer in _timers_of(duty, event.occurred_at))
            return (*watching, *_application_timers(state.confirmation.due, event.occurred_at))
        case DutyPerformed():
            return tuple(Cancel(f"{timer}{event.duty_id}") for timer in (WARN, TODAY, DUE, CLIMB))
        case DefaultClimbed() if event.next_at is not None:
            return (Timer(f"{CLIMB}{event.duty_id}", event.next_at),)
        case ConfirmationFiled():
            asked = (Cancel(APPLICATION_WARN), Cancel(f"{CONFIRMATION_DUE}{ConfirmationStep.APPLICATION}"))
            return (*asked, Timer(f"{CONFIRMATION_DUE}{ConfirmationStep.ACCEPTANCE}", event.acceptance_due))
        case ConfirmationAccepted() | ConfirmationExtended():
            return (
                Cancel(f"{CONFIRMATION_DUE}{ConfirmationStep.ACCEPTANCE}"),
                Timer(f"{CONFIRMATION_DUE}{ConfirmationStep.DECISION}", event.decision_due),
            )
        case ConfirmationDecided():
            steps = (ConfirmationStep.ACCEPTANCE, ConfirmationStep.DECISION)
            return tuple(Cancel(f"{CONFIRMATION_DUE}{step}") for step in steps)
        case _:
            return ()


def _timers_of(duty: Duty, at: datetime) -> tuple[Timer, ...]:
    """A day closer than the warning is not warned of: it was just agreed on."""
    if duty.lapses_at is None:
        return ()
    timers = [Timer(f"{DUE}{duty.duty_id}", duty.lapses_at)]
    if duty.warn_at is not None and duty.warn_at > at:
        timers.append(Timer(f"{WARN}{duty.duty_id}", duty.warn_at))
    if (morning := day_begins(duty.lapses_at)) > at:
        timers.append(Timer(f"{TODAY}{duty.duty_id}", morning))
    return tuple(timers)


def _application_timers(due: datetime | None, at: datetime) -> tuple[Timer, ...]:
    if due is None:
        return ()
    end = Timer(f"{CONFIRMATION_DUE}{ConfirmationStep.APPLICATION}", due)
    return (Timer(APPLICATION_WARN, application_warn_at(due)), end)


def terms(text: str) -> Text:
    """Every party and the mediator read what is signed, so it lies at their level."""
    return Text(ItemKind.TERMS, text, DataLevel.L2)


def published(event: AgreementEvent) -> Contract | None:
    return _signed(event) or _watched(event) or _before_the_court(event)


def _signed(event: AgreementEvent) -> Contract | None:
    match event:
        case AgreementDrafted():
            return AgreementDraftedV1(
                request_id=event.request_id,
                case_id=event.case_id,
                agreement_id=event.agreement_id,
                product=event.product,
                parties=event.parties,
                at=event.occurred_at,
            )
        case AgreementSigned():
            return AgreementSignedV1(
                request_id=event.request_id,
                case_id=event.case_id,
                agreement_id=event.agreement_id,
                party=event.party,
                at=event.occurred_at,
            )
        case AgreementTookEffect():
            return AgreementInEffectV1(
                request_id=event.request_id,
                case_id=event.case_id,
                agreement_id=event.agreement_id,
                product=event.product,
                effect=event.effect,
                duties=len(watched(event.duties)),
                first_due=min((duty.due for duty in event.duties if duty.due), default=None),
                at=event.occurred_at,
            )
        case _:
            return None


def _watched(event: AgreementEvent) -> Contract | None:
    match event:
        case DutyPerformed():
            return DutyPerformedV1(
                request_id=event.request_id,
                handling_id=event.case_id,
                duty_id=event.duty_id,
                still_watched=event.still_watched,
                at=event.occurred_at,
            )
        case DutyWarned():
            return DutyWarnedV1(
                request_id=event.request_id,
                case_id=event.case_id,
                duty_id=event.duty_id,
                due=event.due,
                at=event.occurred_at,
            )
        case DutyDefaulted():
            return DutyDefaultedV1(
                request_id=event.request_id,
                handling_id=event.case_id,
                duty_id=event.duty_id,
                due=event.due,
                at=event.occurred_at,
            )
        case DefaultClimbed():
            return DefaultClimbedV1(
                request_id=event.request_id,
                case_id=event.case_id,
                duty_id=event.duty_id,
                ladder=event.ladder,
                rung=event.rung.value,
                next_at=event.next_at,
                at=event.occurred_at,
            )
        case PenaltyProcedureDue():
            return PenaltyProcedureDueV1(
                request_id=event.request_id, case_id=event.case_id, due=event.due, at=event.occurred_at
            )
        case _:
            return None


def _before_the_court(event: AgreementEvent) -> Contract | None:
    match event:
        case ConfirmationWarned():
            return ConfirmationWarnedV1(
                request_id=event.request_id,
                case_id=event.case_id,
                agreement_id=event.agreement_id,
                due=event.due,
                at=event.occurred_at,
            )
        case ConfirmationFiled():
            return ConfirmationFiledV1(
                request_id=event.request_id,
                case_id=event.case_id,
                agreement_id=event.agreement_id,
                scope=event.scope.value,
                acceptance_due=event.acceptance_due,
                at=event.occurred_at,
            )
        case ConfirmationAccepted():
            return ConfirmationAcceptedV1(
                request_id=event.request_id,
                case_id=event.case_id,
                agreement_id=event.agreement_id,
                decision_due=event.decision_due,
                at=event.occurred_at,
            )
        case ConfirmationDecided():
            return ConfirmationDecidedV1(
                request_id=event.request_id,
                case_id=event.case_id,
                agreement_id=event.agreement_id,
                confirmed=event.confirmed,
                effect=event.effect,
                at=event.occurred_at,
            )
        case _:
            return None
