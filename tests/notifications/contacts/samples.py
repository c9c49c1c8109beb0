"""People, instants and facts of the tests; nobody in them is real."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.notifications.contacts.commands import AskVerdict, NoteFailure, Rate, Tell
from services.notifications.contacts.decider import message_id
from services.notifications.contacts.facts import (
    NOTHING_MORE,
    REQUESTER,
    About,
    ContactOpened,
    DeliveryAsked,
    Failure,
    MessagePosted,
    Particulars,
    ReachLearned,
    Side,
    VerdictAsked,
    Voice,
)
from shared.contracts.codes import Outcome
from shared.kernel import PersonId, RequestId

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)

REQUEST = RequestId(UUID(int=1))
TENANT = PersonId(UUID(int=11))
LANDLORD = PersonId(UUID(int=12))
NEIGHBOUR = Voice(Side.OTHER_PARTY, LANDLORD)
FILING = UUID(int=51)
RESULT = UUID(int=52)
SECOND_RESULT = UUID(int=53)
REOPENING = UUID(int=54)
ADDRESS = UUID(int=61)

settled = Particulars(outcome=Outcome.SETTLED)
opened = ContactOpened(request_id=REQUEST, requester=TENANT, occurred_at=MONDAY)
reachable = ReachLearned(request_id=REQUEST, voice=REQUESTER, contact=ADDRESS, occurred_at=MONDAY)


def posted(
    about: About,
    cause: UUID,
    *,
    voice: Voice = REQUESTER,
    attempt: int = 1,
    particulars: Particulars = NOTHING_MORE,
    requester: PersonId | None = TENANT,
) -> MessagePosted:
    return MessagePosted(
        request_id=REQUEST,
        message_id=message_id(cause, about, voice),
        attempt=attempt,
        voice=voice,
        requester=requester,
        about=about,
        particulars=particulars,
        occurred_at=MONDAY,
    )


def verdict_asked(*voices: Voice, attempt: int = 1) -> VerdictAsked:
    return VerdictAsked(request_id=REQUEST, attempt=attempt, voices=voices, due=MONDAY + WEEK, occurred_at=MONDAY)


RECEIPT = message_id(FILING, About.RECEIVED, REQUESTER)
received = posted(About.RECEIVED, FILING)
told_result = posted(About.OUTCOME, RESULT, particulars=settled)
told_neighbour = posted(About.OUTCOME, RESULT, voice=NEIGHBOUR, particulars=settled)

tell_received = Tell(cause=FILING, about=About.RECEIVED, at=MONDAY)
tell_result = Tell(cause=RESULT, about=About.OUTCOME, particulars=settled, attempt=1, at=MONDAY)
ask_requester = AskVerdict(attempt=1, voices=(REQUESTER,), at=MONDAY)


def letter(tries: int = 1, at: datetime = MONDAY) -> DeliveryAsked:
    return DeliveryAsked(request_id=REQUEST, message_id=RECEIPT, contact=ADDRESS, tries=tries, occurred_at=at)


def failure(kind: Failure, at: datetime, code: int | None = None) -> NoteFailure:
    return NoteFailure(message_id=RECEIPT, failure=kind, code=code, at=at)


def rate(satisfied: bool, *, voice: Voice = REQUESTER, at: datetime = MONDAY + DAY) -> Rate:
    return Rate(voice=voice, satisfied=satisfied, comment=None, at=at)
