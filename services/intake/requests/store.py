"""Where requests are kept, what of them is public, and which timers they set."""

from uuid import UUID

from services.intake.requests import facts
from services.intake.requests.commands import RequestCommand
from services.intake.requests.decider import request_decider
from services.intake.requests.facts import (
    AlertReceived,
    BeneficiaryAgreed,
    CallReceived,
    ContactLeft,
    GroupMessageSeen,
    InfoReminded,
    InfoRequested,
    NeedLearned,
    NotAccepted,
    RequestAccepted,
    RequestArchived,
    RequestEvent,
    RequestFiled,
    RequestReopened,
    SideTold,
    Sourced,
    SourceNoted,
    Supplemented,
    Withdrawn,
)
from services.intake.requests.linking_facts import DuplicateLinked, LinkUndone, SharedOutcomeNoted
from services.intake.requests.state import RequestState, Unfiled
from shared.contracts import samematter
from shared.contracts.base import Contract
from shared.contracts.doors import Asked, BeneficiaryAgreedV1, RequestSourceV1
from shared.contracts.intake import (
    ContactLeftV1,
    InfoRemindedV1,
    InfoRequestedV1,
    Kind,
    NotAcceptedV1,
    RequestAcceptedV1,
    RequestArchivedV1,
    RequestFiledV1,
    RequestReopenedV1,
    SupplementedV1,
    WithdrawnV1,
)
from shared.contracts.vault import ItemKind as ItemKind
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer

CATEGORY = "intake.request"
INFO_WARN = "info_warn"
INFO_DUE = "info_due"
RATING_DUE = "rating_due"

RequestHandler = CommandHandler[RequestCommand, RequestState, RequestEvent]

request_codec: Codec[RequestEvent] = Codec(RequestEvent)


def published(event: RequestEvent) -> Contract | None:
    match event:
        case RequestFiled():
            return _filed(event)
        case NeedLearned() | AlertReceived() | GroupMessageSeen() | CallReceived() | SourceNoted():
            return _sourced(event)
        case BeneficiaryAgreed():
            return BeneficiaryAgreedV1(request_id=event.request_id, beneficiary=event.beneficiary, at=event.occurred_at)
        case ContactLeft():
            return ContactLeftV1(
                request_id=event.request_id,
                person=event.person,
                contact=event.contact,
                by_email=facts.Way.EMAIL in event.ways,
                at=event.occurred_at,
            )
        case RequestAccepted():
            return RequestAcceptedV1(request_id=event.request_id, at=event.occurred_at)
        case InfoRequested():
            return InfoRequestedV1(
                request_id=event.request_id,
                items=event.items,
                note=event.note,
                due=event.due,
                at=event.occurred_at,
            )
        case InfoReminded():
            return InfoRemindedV1(request_id=event.request_id, due=event.due, at=event.occurred_at)
        case Supplemented():
            return SupplementedV1(
                request_id=event.request_id,
                text=event.text,
                answers_request=event.answers_request,
                danger=event.danger,
                at=event.occurred_at,
            )
        case DuplicateLinked() | LinkUndone() | SharedOutcomeNoted():
            return _of_one_matter(event)
    return _published_end(event)


def _of_one_matter(event: DuplicateLinked | LinkUndone | SharedOutcomeNoted) -> Contract:
    match event:
        case DuplicateLinked():
            return samematter.DuplicateLinkedV1(
                request_id=event.request_id,
                lead=event.lead,
                relation=samematter.SameAs(event.relation),
                at=event.occurred_at,
            )
        case LinkUndone():
            return samematter.LinkUndoneV1(
                request_id=event.request_id,
                lead=event.lead,
                reason=event.reason,
                resumes=event.resumes,
                at=event.occurred_at,
            )
        case SharedOutcomeNoted():
            return samematter.SharedOutcomeV1(
                request_id=event.request_id,
                lead=event.lead,
                attempt=event.attempt,
                handling_id=event.handling_id,
                channel=event.channel,
                outcome=event.outcome,
                detail=event.detail,
                answer=event.answer,
                handler=event.handler,
                at=event.occurred_at,
            )


def _published_end(event: RequestEvent) -> Contract | None:
    match event:
        case NotAccepted():
            return NotAcceptedV1(
                request_id=event.request_id, reason=event.reason, note=event.note, at=event.occurred_at
            )
        case Withdrawn():
            return WithdrawnV1(request_id=event.request_id, at=event.occurred_at)
        case RequestReopened():
            return RequestReopenedV1(
                request_id=event.request_id,
                attempt=event.attempt,
                reason=event.reason,
                former_handler=event.former_handler,
                at=event.occurred_at,
            )
        case RequestArchived():
            return RequestArchivedV1(
                request_id=event.request_id, category=event.category, rated=event.rated, at=event.occurred_at
            )
    return None


def _filed(event: RequestFiled) -> RequestFiledV1:
    return RequestFiledV1(
        request_id=event.request_id,
        door=event.door,
        kind=Kind(event.kind),
        title=event.title,
        narrative=event.narrative,
        place=event.place,
        requester=event.requester,
        other_party=event.other_party,
        other_party_known=event.other_party_known,
        danger=event.danger,
        at=event.occurred_at,
    )


def _sourced(event: Sourced) -> RequestSourceV1:
    source = event.source
    return RequestSourceV1(
        request_id=event.request_id,
        door=source.door,
        group=source.group,
        system=source.system,
        external=source.external,
        filed_by=source.filed_by,
        beneficiary=source.beneficiary,
        asked=Asked(source.wanted),
        batch=source.batch,
        at=event.occurred_at,
    )


def timers_of(event: RequestEvent, state: RequestState) -> tuple[Timer | Cancel, ...]:
    match event:
        case InfoRequested():
            return (Timer(INFO_WARN, event.warn_at), Timer(INFO_DUE, event.due))
        case SideTold() if event.rating_due is not None:
            return (Timer(RATING_DUE, event.rating_due),)
        case Supplemented() if event.answers_request:
            return (Cancel(INFO_WARN), Cancel(INFO_DUE))
        case NotAccepted() | Withdrawn() | RequestArchived() | RequestReopened():
            return (Cancel(INFO_WARN), Cancel(INFO_DUE), Cancel(RATING_DUE))
    return ()


def request_handler(store: EventStore) -> RequestHandler:
    return CommandHandler(
        store=store,
        category=CATEGORY,
        decider=request_decider,
        codec=request_codec,
        publish=published,
        key=lambda id, state, events: id,
        timers=timers_of,
    )


async def filing_of(requests: RequestHandler, request_id: UUID) -> RequestFiled | None:
    """How it began; None where there is no such request."""
    history = await requests.history(request_id)
    first = history[0].event if history else None
    return first if isinstance(first, RequestFiled) else None


async def source_of(requests: RequestHandler, request_id: UUID) -> facts.Source | None:
    """As it stands now: with the consent that came later."""
    state, _ = await requests.state(request_id)
    return None if isinstance(state, Unfiled) else state.matter.source
