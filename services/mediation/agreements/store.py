"""How agreements are stored, and what of them others learn."""

from typing import TypeAlias
from uuid import UUID

from services.mediation.agreements.commands import AgreementCommand
from services.mediation.agreements.decider import agreement_decider
from services.mediation.agreements.facts import (
    AgreementDrafted,
    AgreementEvent,
    AgreementSigned,
    AgreementTookEffect,
    Duty,
    DutyDefaulted,
    DutyPerformed,
    DutyWarned,
)
from services.mediation.agreements.state import AgreementState
from shared.contracts.base import Contract
from shared.contracts.codes import DataLevel
from shared.contracts.handling import DutyDefaultedV1, DutyPerformedV1
from shared.contracts.mediation import AgreementDraftedV1, AgreementInEffectV1, AgreementSignedV1, DutyWarnedV1
from shared.contracts.vault import ItemKind
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer
from shared.web import Text

CATEGORY = "mediation.agreement"
WARN = "duty_warn:"
DUE = "duty_due:"

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
        case AgreementTookEffect():
            return tuple(timer for duty in event.duties for timer in _timers_of(duty, event))
        case DutyPerformed():
            return (Cancel(f"{WARN}{event.duty_id}"), Cancel(f"{DUE}{event.duty_id}"))
        case _:
            return ()


def _timers_of(duty: Duty, event: AgreementTookEffect) -> tuple[Timer, ...]:
    """A day closer than the warning is not warned of: it was just agreed on."""
    if duty.lapses_at is None:
        return ()
    due = Timer(f"{DUE}{duty.duty_id}", duty.lapses_at)
    if duty.warn_at is None or duty.warn_at <= event.occurred_at:
        return (due,)
    return (Timer(f"{WARN}{duty.duty_id}", duty.warn_at), due)


def terms(text: str) -> Text:
    """Every party and the mediator read what is signed, so it lies at their level."""
    return Text(ItemKind.TERMS, text, DataLevel.L2)


def published(event: AgreementEvent) -> Contract | None:
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
                duties=len(event.duties),
                first_due=min((duty.due for duty in event.duties if duty.due), default=None),
                at=event.occurred_at,
            )
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
        case _:
            return None
