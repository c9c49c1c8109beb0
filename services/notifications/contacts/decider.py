"""What the people of one request are told and asked. R-22, S36: nothing happens to a request in silence.

A message counts as told when it lies where the person looks: the inbox, or the follow page. Letters are an extra whose
fate is known to the staff.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from services.notifications.contacts.commands import (
    AskVerdict,
    ContactCommand,
    LearnReach,
    NoteDelivered,
    NoteFailure,
    OpenContact,
    Rate,
    RetryDelivery,
    Tell,
)
from services.notifications.contacts.facts import (
    REQUESTER,
    About,
    ContactEvent,
    ContactOpened,
    Delivered,
    DeliveryAsked,
    DeliveryFailed,
    DeliveryGivenUp,
    MessagePosted,
    Particulars,
    Rated,
    ReachLearned,
    Side,
    VerdictAsked,
    Voice,
)
from services.notifications.contacts.rules.delivery import next_try
from shared.contracts.codes import Effect
from shared.kernel import (
    CorruptHistory,
    Decider,
    NotFound,
    PersonId,
    Rejection,
    RequestId,
    derive_id,
    state,
    value,
)

RATING_WINDOW = timedelta(days=7)
PROMISING = frozenset({About.ROUTED, About.PROMISE_MISSED})
REPEATING = frozenset({About.SIGNED, About.FIRST_RESPONSE})
"""Messages that say again until when an answer was promised."""
HANDLING = frozenset({About.ROUTED, About.SIGNED})
"""Messages that name who has it now."""


# ── states ───────────────────────────────────────────────────────────────
@value
class Letter:
    contact: UUID
    first: datetime
    tries: int = 1
    under_way: bool = True
    waiting_until: datetime | None = None


@value
class Question:
    """The verdict that is asked for now."""

    attempt: int
    voices: frozenset[Voice]
    due: datetime


@state
class Unopened:
    pass


@state
class Contact:
    request_id: RequestId
    requester: PersonId | None
    attempt: int = 1
    posted: Mapping[UUID, Voice] = field(default_factory=dict)
    answer_due: datetime | None = None
    """Until when an answer was promised."""
    handler: PersonId | None = None
    """Who has it now, as far as anybody was told."""
    effect: Effect | None = None
    """What the agreement in effect is worth; it says what follows when it is broken."""
    told_outcome: frozenset[tuple[int, Voice]] = frozenset()
    question: Question | None = None
    ratings: Mapping[tuple[int, Voice], Rated] = field(default_factory=dict)
    reach: Mapping[Voice, UUID] = field(default_factory=dict)
    letters: Mapping[UUID, Letter] = field(default_factory=dict)


ContactState = Unopened | Contact


class VerdictNotAsked(Rejection):
    """There is no result of the present attempt that this side was told."""


class RatingOver(Rejection):
    """`until`: when the time for a verdict ended."""


def message_id(cause: UUID, about: About, voice: Voice) -> UUID:
    return derive_id(cause, about, voice.side, voice.person)


def evolve(contact: ContactState, event: ContactEvent) -> ContactState:
    if isinstance(event, ContactOpened):
        return Contact(event.request_id, event.requester)
    if isinstance(contact, Unopened):
        raise CorruptHistory(f"{type(event).__name__} before the contact was opened")
    match event:
        case ReachLearned():
            return replace(contact, reach={**contact.reach, event.voice: event.contact})
        case MessagePosted():
            return _posted(contact, event)
        case VerdictAsked():
            return replace(contact, question=Question(event.attempt, frozenset(event.voices), event.due))
        case Rated():
            return replace(contact, ratings={**contact.ratings, (event.attempt, event.voice): event})
        case DeliveryAsked() | Delivered() | DeliveryFailed() | DeliveryGivenUp():
            return replace(contact, letters={**contact.letters, event.message_id: _letter(contact, event)})
        case _:
            assert_never(event)


def _posted(contact: Contact, event: MessagePosted) -> Contact:
    told = contact.told_outcome
    if event.about is About.OUTCOME:
        told |= {(event.attempt, event.voice)}
    promised = event.particulars.due if event.about in PROMISING else None
    has_it = event.particulars.person if event.about in HANDLING else contact.handler
    return replace(
        contact,
        handler=has_it,
        posted={**contact.posted, event.message_id: event.voice},
        answer_due=promised or contact.answer_due,
        effect=event.particulars.effect or contact.effect,
        attempt=max(contact.attempt, event.attempt),
        told_outcome=told,
    )


def _letter(contact: Contact, event: DeliveryAsked | Delivered | DeliveryFailed | DeliveryGivenUp) -> Letter:
    known = contact.letters.get(event.message_id)
    match event:
        case DeliveryAsked():
            return Letter(event.contact, known.first if known else event.occurred_at, event.tries)
        case Delivered() | DeliveryFailed() | DeliveryGivenUp() if known is not None:
            waiting = event.next_try if isinstance(event, DeliveryFailed) else None
            return replace(known, under_way=False, waiting_until=waiting)
    raise CorruptHistory("a letter nobody sent")


# ── decisions ────────────────────────────────────────────────────────────
def decide(command: ContactCommand, contact: ContactState) -> tuple[ContactEvent, ...]:
    if isinstance(command, OpenContact):
        return _open(command) if isinstance(contact, Unopened) else ()
    if isinstance(contact, Unopened):
        raise NotFound("contact")
    match command:
        case LearnReach():
            return _learn_reach(command, contact)
        case Tell():
            return tuple(event for voice in _addressed(command, contact) for event in _tell(command, voice, contact))
        case AskVerdict():
            return _ask_verdict(command, contact)
        case Rate():
            return _rate(command, contact)
        case NoteDelivered():
            return _delivered(command, contact)
        case NoteFailure():
            return _failed(command, contact)
        case RetryDelivery():
            return _retry(command, contact)
        case _:
            assert_never(command)


def _open(command: OpenContact) -> tuple[ContactEvent, ...]:
    return (ContactOpened(request_id=command.request_id, requester=command.requester, occurred_at=command.at),)


def _learn_reach(command: LearnReach, contact: Contact) -> tuple[ContactEvent, ...]:
    """What was posted before the address was known is sent after."""
    voice = _voice(command.voice, contact)
    if contact.reach.get(voice) == command.contact:
        return ()
    learned = ReachLearned(request_id=contact.request_id, voice=voice, contact=command.contact, occurred_at=command.at)
    unsent = [id for id, to in contact.posted.items() if to == voice and id not in contact.letters]
    return (learned, *(_asked(contact, id, command.contact, 1, command.at) for id in unsent))


def _voice(voice: Voice, contact: Contact) -> Voice:
    """The requester may sit among the parties under his own id."""
    is_requester = voice.person is not None and voice.person == contact.requester
    return REQUESTER if voice.side is Side.REQUESTER or is_requester else voice


def _addressed(command: Tell, contact: Contact) -> tuple[Voice, ...]:
    told = (voice for voice in contact.posted.values() if voice.side is not Side.OFFICER)
    parties = (_voice(voice, contact) for voice in (*command.voices, *(told if command.everybody else ())))
    officer = command.officer and contact.handler is not None
    return tuple(dict.fromkeys((*parties, *((Voice(Side.OFFICER, contact.handler),) if officer else ()))))


def _tell(command: Tell, voice: Voice, contact: Contact) -> tuple[ContactEvent, ...]:
    identity = message_id(command.cause, command.about, voice)
    if identity in contact.posted:
        return ()
    posted = MessagePosted(
        request_id=contact.request_id,
        message_id=identity,
        attempt=_attempt(command, contact),
        voice=voice,
        requester=contact.requester,
        about=command.about,
        particulars=_particulars(command, contact),
        occurred_at=command.at,
    )
    reach = contact.reach.get(voice)
    if reach is None:
        return (posted,)
    return (posted, _asked(contact, identity, reach, 1, command.at))


def _particulars(command: Tell, contact: Contact) -> Particulars:
    said = command.particulars
    if command.about in REPEATING and said.due is None:
        return replace(said, due=contact.answer_due)
    if command.about is About.DUTY_DEFAULTED and said.effect is None:
        return replace(said, effect=contact.effect)
    return said


def _attempt(command: Tell, contact: Contact) -> int:
    """An outcome keeps the attempt it belongs to, however late it is told of; all else is told of the present one."""
    return command.attempt if command.about is About.OUTCOME else max(command.attempt, contact.attempt)


def _asked(contact: Contact, identity: UUID, reach: UUID, tries: int, at: datetime) -> DeliveryAsked:
    return DeliveryAsked(request_id=contact.request_id, message_id=identity, contact=reach, tries=tries, occurred_at=at)


def _ask_verdict(command: AskVerdict, contact: Contact) -> tuple[ContactEvent, ...]:
    known = contact.question
    if command.attempt < contact.attempt or (known is not None and known.attempt >= command.attempt):
        return ()
    return (
        VerdictAsked(
            request_id=contact.request_id,
            attempt=command.attempt,
            voices=tuple(dict.fromkeys(_voice(voice, contact) for voice in command.voices)),
            due=command.at + RATING_WINDOW,
            occurred_at=command.at,
        ),
    )


def _rate(command: Rate, contact: Contact) -> tuple[ContactEvent, ...]:
    voice, question = _voice(command.voice, contact), contact.question
    if question is None or question.attempt < contact.attempt or voice not in question.voices:
        raise VerdictNotAsked()
    if (question.attempt, voice) not in contact.told_outcome:
        raise VerdictNotAsked()
    known = contact.ratings.get((question.attempt, voice))
    if known is not None and (known.satisfied, known.comment) == (command.satisfied, command.comment):
        return ()
    if command.at > question.due:
        raise RatingOver(until=question.due)
    return (
        Rated(
            request_id=contact.request_id,
            attempt=question.attempt,
            voice=voice,
            requester=contact.requester,
            satisfied=command.satisfied,
            comment=command.comment,
            occurred_at=command.at,
        ),
    )


def _delivered(command: NoteDelivered, contact: Contact) -> tuple[ContactEvent, ...]:
    letter = contact.letters.get(command.message_id)
    if letter is None or not letter.under_way:
        return ()
    return (
        Delivered(
            request_id=contact.request_id,
            message_id=command.message_id,
            code=command.code,
            occurred_at=command.at,
        ),
    )


def _failed(command: NoteFailure, contact: Contact) -> tuple[ContactEvent, ...]:
    letter = contact.letters.get(command.message_id)
    if letter is None or not letter.under_way:
        return ()
    again = next_try(command.failure, letter.tries, letter.first, command.at)
    failed = DeliveryFailed(
        request_id=contact.request_id,
        message_id=command.message_id,
        failure=command.failure,
        code=command.code,
        next_try=again,
        occurred_at=command.at,
    )
    if again is not None:
        return (failed,)
    given_up = DeliveryGivenUp(
        request_id=contact.request_id,
        message_id=command.message_id,
        tries=letter.tries,
        occurred_at=command.at,
    )
    return (failed, given_up)


def _retry(command: RetryDelivery, contact: Contact) -> tuple[ContactEvent, ...]:
    letter = contact.letters.get(command.message_id)
    if letter is None or letter.waiting_until is None or command.at < letter.waiting_until:
        return ()
    return (_asked(contact, command.message_id, letter.contact, letter.tries + 1, command.at),)


contact_decider: Decider[ContactCommand, ContactState, ContactEvent] = Decider(Unopened(), decide, evolve)
