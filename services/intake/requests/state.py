"""What the desk remembers of a request in order to decide: where it stands, and what it knows of its handling."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.intake.requests.facts import (
    REQUESTER,
    AlertReceived,
    BeneficiaryAgreed,
    CallReceived,
    ContactLeft,
    DutyEnded,
    FeedbackNoted,
    GroupMessageSeen,
    InfoReminded,
    InfoRequested,
    NeedLearned,
    NotAccepted,
    Notice,
    OutcomeNoted,
    RatingWindowEnded,
    RequestAccepted,
    RequestArchived,
    RequestEvent,
    RequestFiled,
    RequestReopened,
    RoutingNoted,
    Side,
    SideTold,
    Source,
    Sourced,
    SourceNoted,
    Supplemented,
    VerdictNoted,
    Voice,
    Wanted,
    Withdrawn,
)
from services.intake.requests.linking_facts import (
    DuplicateLinked,
    LinkUndone,
    SameAs,
    SharedOutcomeNoted,
    VoiceJoined,
    VoiceLeft,
)
from shared.contracts.codes import Category, ReasonCode, State
from shared.contracts.danger import DangerKind
from shared.kernel import CorruptHistory, ItemCode, PersonId, RequestId, state, value


@value
class Asked:
    items: tuple[ItemCode, ...]
    warn_at: datetime
    due: datetime
    reminded: bool = False


@value
class Result:
    """What the handling of one attempt came to."""

    attempt: int
    handling_id: UUID
    answered: bool
    handler: PersonId | None
    voices: frozenset[Voice]


@value
class Link:
    """With which request this one goes on, and how it stands to it."""

    lead: RequestId
    relation: SameAs


@value
class Matter:
    request_id: RequestId
    danger: frozenset[DangerKind]
    attempt: int = 1
    """The handling that counts: one more for each reopening and each new routing. Notes of an older one do nothing."""
    reopened_as: int = 1
    """The attempt that the last reopening began."""
    category: Category | None = None
    result: Result | None = None
    told: frozenset[tuple[int, Notice, Voice]] = frozenset()
    verdicts: Mapping[tuple[int, Voice], bool] = field(default_factory=dict)
    rating_due: Mapping[int, datetime] = field(default_factory=dict)
    windows_over: frozenset[int] = frozenset()
    watched: Mapping[UUID, int] = field(default_factory=dict)
    """Of each handling, how many duties there were: what its outcome left open, and what had ended before it."""
    ended_duties: Mapping[tuple[UUID, UUID], bool] = field(default_factory=dict)
    default_open: bool = False
    """A duty was missed, and nobody has taken the request up again since."""
    supplements: frozenset[UUID] = frozenset()
    unread_addition: bool = False
    """The person added something after the result."""
    requester: PersonId | None = None
    source: Source | None = None
    feedback: frozenset[UUID] = frozenset()
    link: Link | None = None
    voices: Mapping[RequestId, SameAs] = field(default_factory=dict)
    """Those that go on with this one."""
    joined: int = 0
    """How many ever did."""


@state
class Unfiled:
    pass


@state
class Open:
    matter: Matter
    accepted: bool = False
    reopened: bool = False
    asked: Asked | None = None


@state
class Declined:
    matter: Matter
    reason: ReasonCode


@state
class TakenBack:
    matter: Matter


@state
class Closed:
    matter: Matter


Filed = Open | Declined | TakenBack | Closed
RequestState = Unfiled | Filed


def state_code(request: Filed) -> State:
    match request:
        case Open():
            return _open_code(request)
        case Declined():
            return State.NOT_ACCEPTED
        case TakenBack():
            return State.WITHDRAWN
        case Closed():
            return State.ARCHIVED
        case _:
            assert_never(request)


def _open_code(request: Open) -> State:
    if request.matter.link is not None:
        return State.DUPLICATE_LINKED
    if request.asked is not None and not request.matter.danger:
        return State.NEED_INFO
    if request.reopened:
        return State.REOPENED
    return State.ACCEPTED if request.accepted else State.RECEIVED


def evolve(request: RequestState, event: RequestEvent) -> RequestState:
    if isinstance(event, RequestFiled):
        return Open(Matter(event.request_id, frozenset(event.danger), requester=event.requester))
    if isinstance(request, Unfiled):
        raise CorruptHistory(f"{type(event).__name__} before the request was filed")
    match event:
        case ContactLeft():
            return request
        case NeedLearned() | AlertReceived() | GroupMessageSeen() | CallReceived() | SourceNoted():
            return _at_a_door(request, event)
        case BeneficiaryAgreed() | FeedbackNoted():
            return _learned_since(request, event)
        case RequestAccepted() | InfoRequested() | InfoReminded():
            return _evolve_open(_require_open(request), event)
        case Supplemented():
            return _supplemented(request, event)
        case NotAccepted():
            return Declined(request.matter, event.reason)
        case Withdrawn():
            return TakenBack(request.matter)
        case RequestReopened():
            return Open(_taken_up_again(request.matter, event), accepted=True, reopened=True)
        case RequestArchived():
            return Closed(request.matter)
        case OutcomeNoted() if isinstance(request, Open):
            return replace(request, matter=note(request.matter, event), asked=None)
        case DuplicateLinked() | LinkUndone():
            return _link_changed(request, event)
        case VoiceJoined() | VoiceLeft():
            return replace(request, matter=_voices_changed(request.matter, event))
        case SharedOutcomeNoted():
            return replace(request, matter=_with_shared_result(request.matter, event))
        case RoutingNoted() | OutcomeNoted() | SideTold() | VerdictNoted() | RatingWindowEnded() | DutyEnded():
            return replace(request, matter=note(request.matter, event))
        case _:
            assert_never(event)


def _at_a_door(request: Filed, event: Sourced) -> Filed:
    return replace(request, matter=replace(request.matter, source=event.source))


def _learned_since(request: Filed, event: BeneficiaryAgreed | FeedbackNoted) -> Filed:
    matter = request.matter
    if isinstance(event, FeedbackNoted):
        return replace(request, matter=replace(matter, feedback=matter.feedback | {event.text.item}))
    if matter.source is None:
        raise CorruptHistory("somebody agreed to what he filed himself")
    return replace(request, matter=replace(matter, source=replace(matter.source, wanted=Wanted.AGREED)))


def _require_open(request: Filed) -> Open:
    if not isinstance(request, Open):
        raise CorruptHistory(f"an act at the open desk on a request that is {state_code(request)}")
    return request


def _evolve_open(request: Open, event: RequestAccepted | InfoRequested | InfoReminded) -> Open:
    match event:
        case RequestAccepted():
            return replace(request, accepted=True)
        case InfoRequested():
            return replace(request, asked=Asked(event.items, event.warn_at, event.due))
        case InfoReminded():
            return replace(request, asked=replace(request.asked, reminded=True) if request.asked else None)


def _link_changed(request: Filed, event: DuplicateLinked | LinkUndone) -> Filed:
    """Whoever links or parts a request has accepted it."""
    link = Link(event.lead, event.relation) if isinstance(event, DuplicateLinked) else None
    matter = replace(request.matter, link=link)
    if isinstance(request, Open):
        return replace(request, matter=matter, accepted=True, reopened=False, asked=None)
    return replace(request, matter=matter)


def _voices_changed(matter: Matter, event: VoiceJoined | VoiceLeft) -> Matter:
    if isinstance(event, VoiceJoined):
        return replace(matter, voices={**matter.voices, event.member: event.relation}, joined=event.number)
    return replace(matter, voices={each: how for each, how in matter.voices.items() if each != event.member})


def _with_shared_result(matter: Matter, event: SharedOutcomeNoted) -> Matter:
    """Duties of the lead are watched there, and its other sides are told there."""
    return replace(
        matter,
        attempt=event.attempt,
        result=Result(event.attempt, event.handling_id, event.answered, event.handler, frozenset({REQUESTER})),
        watched={**matter.watched, event.handling_id: 0},
    )


def _supplemented(request: Filed, event: Supplemented) -> Filed:
    matter = replace(
        request.matter,
        danger=request.matter.danger | frozenset(event.danger),
        supplements=request.matter.supplements | {event.text.item},
        unread_addition=request.matter.result is not None,
    )
    if isinstance(request, Open):
        return replace(request, matter=matter, asked=None)
    return replace(request, matter=matter)


def _taken_up_again(matter: Matter, event: RequestReopened) -> Matter:
    return replace(
        matter,
        attempt=event.attempt,
        reopened_as=event.attempt,
        result=None,
        default_open=False,
        unread_addition=False,
    )


Note = RoutingNoted | OutcomeNoted | SideTold | VerdictNoted | RatingWindowEnded | DutyEnded


def note(matter: Matter, event: Note) -> Matter:
    match event:
        case RoutingNoted():
            superseded = matter.result is not None and matter.result.attempt < event.attempt
            return replace(
                matter,
                attempt=max(matter.attempt, event.attempt),
                category=event.category,
                result=None if superseded else matter.result,
            )
        case OutcomeNoted():
            return _with_result(matter, event)
        case SideTold():
            told = matter.told | {(event.attempt, event.notice, event.voice)}
            return replace(matter, told=told, rating_due=_later_due(matter, event))
        case VerdictNoted():
            verdicts = {**matter.verdicts, (event.attempt, event.voice): event.satisfied}
            return replace(matter, verdicts=verdicts)
        case RatingWindowEnded():
            return replace(matter, windows_over=matter.windows_over | {event.attempt})
        case DutyEnded():
            ended = {**matter.ended_duties, (event.handling_id, event.duty_id): event.performed}
            missed = not event.performed and matter.result is not None
            return replace(matter, ended_duties=ended, default_open=matter.default_open or missed)
        case _:
            assert_never(event)


def _later_due(matter: Matter, event: SideTold) -> Mapping[int, datetime]:
    if event.rating_due is None:
        return matter.rating_due
    known = matter.rating_due.get(event.attempt, event.rating_due)
    return {**matter.rating_due, event.attempt: max(known, event.rating_due)}


def _with_result(matter: Matter, event: OutcomeNoted) -> Matter:
    others = frozenset(Voice(Side.OTHER_PARTY, person) for person in event.sides)
    ended = [performed for (handling, _), performed in matter.ended_duties.items() if handling == event.handling_id]
    return replace(
        matter,
        attempt=max(matter.attempt, event.attempt),
        result=Result(event.attempt, event.handling_id, event.answered, event.handler, others | {REQUESTER}),
        watched={**matter.watched, event.handling_id: event.duties_watched + len(ended)},
        default_open=not all(ended),
    )
