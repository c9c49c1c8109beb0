"""Which record is told to whom. Words are not chosen here, only what they will be about."""

from datetime import datetime

from services.notifications.contacts.commands import (
    AskVerdict,
    ContactCommand,
    LearnReach,
    OpenContact,
    RetryDelivery,
    Tell,
)
from services.notifications.contacts.decider import RATING_WINDOW
from services.notifications.contacts.facts import REQUESTER, About, Particulars
from services.notifications.contacts.store import CATEGORY, ContactHandler, message_of_timer
from services.notifications.news.reactions import OF_MEDIATION, others, told_by_mediation
from shared.contracts.calendar import CalendarYearMissing, work_calendar
from shared.contracts.codes import Outcome
from shared.contracts.handling import FirstResponseV1, HandlingSignedV1, OutcomeReportedV1
from shared.contracts.intake import (
    ContactLeftV1,
    InfoRemindedV1,
    InfoRequestedV1,
    NotAcceptedV1,
    RequestArchivedV1,
    RequestFiledV1,
    RequestReopenedV1,
    SupplementedV1,
    WithdrawnV1,
)
from shared.contracts.routing import ClockBreachedV1, RequestRoutedV1
from shared.contracts.samematter import DuplicateLinkedV1, LinkUndoneV1, SharedOutcomeV1
from shared.eventstore import Due, Incoming, TimerReaction, Transaction
from shared.kernel import ClockId, NotThereYet
from shared.messaging import Reaction

PROMISES = frozenset(ClockId(f"CL-{number:03}") for number in (*range(8, 12), *range(16, 21)))
"""Clocks whose end the requester waits for: the answer, and that somebody begins. The first response (CL-012 to CL-015)
is the desk's own: who reported danger must not read of a missed promise while officers are on their way."""


def follow_intake(contacts: ContactHandler) -> Reaction:
    async def follow(record: Incoming, tx: Transaction) -> None:
        for command in told_by_intake(record):
            await contacts.within(tx).handle(record.key, command, record.context)

    return Reaction(
        reader="notifications.follow_intake",
        causes=tuple(
            ("intake", contract)
            for contract in (
                RequestFiledV1,
                ContactLeftV1,
                SupplementedV1,
                InfoRequestedV1,
                InfoRemindedV1,
                NotAcceptedV1,
                WithdrawnV1,
                RequestReopenedV1,
                RequestArchivedV1,
                DuplicateLinkedV1,
                LinkUndoneV1,
                SharedOutcomeV1,
            )
        ),
        handle=follow,
        on=contacts,
    )


def tell_progress(contacts: ContactHandler) -> Reaction:
    """A reader of its own: what waits here for the filing must not make the filing wait."""

    async def tell(record: Incoming, tx: Transaction) -> None:
        commands = told_by_handlers(record)
        if not commands:
            return
        if not await contacts.within(tx).has_begun(record.key):
            raise NotThereYet("contact")
        for command in commands:
            await contacts.within(tx).handle(record.key, command, record.context)

    handlers = ("enterprise", "mediation", "workorders")
    protocol = (HandlingSignedV1, FirstResponseV1, OutcomeReportedV1)
    return Reaction(
        reader="notifications.tell_progress",
        causes=(
            ("routing", RequestRoutedV1),
            ("routing", ClockBreachedV1),
            *((service, contract) for service in handlers for contract in protocol),
            *(("mediation", contract) for contract in OF_MEDIATION),
        ),
        handle=tell,
        on=contacts,
    )


def told_by_intake(record: Incoming) -> tuple[ContactCommand, ...]:
    cause, body = record.record_id, record.body
    match body:
        case RequestFiledV1():
            return _filed(record, body)
        case ContactLeftV1() if body.by_email:
            return (LearnReach(voice=REQUESTER, contact=body.contact, at=body.at),)
        case SupplementedV1() if body.danger:
            said = Particulars(danger=body.danger)
            return (Tell(cause=cause, about=About.DANGER, particulars=said, at=body.at),)
        case InfoRequestedV1():
            said = Particulars(items=body.items, text=body.note, due=body.due)
            return (Tell(cause=cause, about=About.INFO_REQUESTED, particulars=said, at=body.at),)
        case InfoRemindedV1():
            said = Particulars(due=body.due)
            return (Tell(cause=cause, about=About.INFO_REMINDED, particulars=said, at=body.at),)
        case NotAcceptedV1():
            said = Particulars(reason=body.reason, text=body.note)
            return (Tell(cause=cause, about=About.NOT_ACCEPTED, particulars=said, everybody=True, at=body.at),)
        case WithdrawnV1():
            return (Tell(cause=cause, about=About.WITHDRAWN, everybody=True, at=body.at),)
        case RequestReopenedV1():
            said = Particulars(reason=body.reason)
            tell = Tell(
                cause=cause,
                about=About.REOPENED,
                attempt=body.attempt,
                particulars=said,
                everybody=True,
                at=body.at,
            )
            return (tell,)
        case RequestArchivedV1():
            return (Tell(cause=cause, about=About.ARCHIVED, everybody=True, at=body.at),)
        case DuplicateLinkedV1():
            return (Tell(cause=cause, about=About.LINKED, at=body.at),)
        case LinkUndoneV1() if body.resumes:
            return (Tell(cause=cause, about=About.LINK_UNDONE, at=body.at),)
        case SharedOutcomeV1():
            return _shared_outcome(record, body)
    return ()


def _shared_outcome(record: Incoming, body: SharedOutcomeV1) -> tuple[ContactCommand, ...]:
    """Whoever was linked is told like everybody who asked, and judges for himself."""
    said = Particulars(
        channel=body.channel,
        outcome=body.outcome,
        detail=body.detail,
        text=body.answer,
        rating_due=body.at + RATING_WINDOW,
    )
    tell = Tell(cause=record.record_id, about=About.OUTCOME, attempt=body.attempt, particulars=said, at=body.at)
    return (tell, AskVerdict(attempt=body.attempt, voices=(REQUESTER,), at=body.at))


def _filed(record: Incoming, body: RequestFiledV1) -> tuple[ContactCommand, ...]:
    """Danger is answered before the receipt."""
    opened = OpenContact(request_id=body.request_id, requester=body.requester, at=body.at)
    received = Tell(cause=record.record_id, about=About.RECEIVED, at=body.at)
    if not body.danger:
        return (opened, received)
    said = Particulars(danger=body.danger)
    danger = Tell(cause=record.record_id, about=About.DANGER, particulars=said, at=body.at)
    return (opened, danger, received)


def told_by_handlers(record: Incoming) -> tuple[ContactCommand, ...]:
    cause, body = record.record_id, record.body
    match body:
        case RequestRoutedV1():
            said = Particulars(
                unit=body.unit,
                person=body.owner,
                category=body.category,
                channel=body.channel,
                due=body.answer_due,
            )
            return (Tell(cause=cause, about=About.ROUTED, attempt=body.attempt, particulars=said, at=body.at),)
        case ClockBreachedV1() if body.clock in PROMISES:
            said = Particulars(
                unit=body.unit,
                person=body.owner,
                clock=body.clock,
                missed=body.due,
                due=new_promise(body.at),
            )
            return (Tell(cause=cause, about=About.PROMISE_MISSED, particulars=said, at=body.at),)
        case HandlingSignedV1():
            said = Particulars(unit=body.unit, person=body.owner, handling=body.handling_id)
            return (Tell(cause=cause, about=About.SIGNED, attempt=body.attempt, particulars=said, at=body.at),)
        case FirstResponseV1():
            said = Particulars(handling=body.handling_id, text=body.note)
            return (Tell(cause=cause, about=About.FIRST_RESPONSE, particulars=said, at=body.at),)
        case OutcomeReportedV1() if body.outcome is not Outcome.HANDED_OVER:
            return _outcome(record, body)
    return told_by_mediation(record)


def _outcome(record: Incoming, body: OutcomeReportedV1) -> tuple[ContactCommand, ...]:
    """Every side is told, and asked for its verdict. A hand-over is told by who has it next."""
    voices = (REQUESTER, *others(body.sides))
    said = Particulars(
        channel=body.channel,
        outcome=body.outcome,
        detail=body.detail,
        text=body.answer,
        handling=body.handling_id,
        duties=body.duties_watched,
        rating_due=body.at + RATING_WINDOW,
    )
    tell = Tell(
        cause=record.record_id,
        about=About.OUTCOME,
        voices=voices,
        particulars=said,
        attempt=body.attempt,
        at=body.at,
    )
    return (tell, AskVerdict(attempt=body.attempt, voices=voices, at=body.at))


def new_promise(missed_at: datetime) -> datetime:
    """A proposal: who missed a promise has until the end of the next working day."""
    calendar = work_calendar()
    try:
        return calendar.due(missed_at, 1, "working_day")
    except CalendarYearMissing:
        return calendar.earliest(missed_at, 1, "working_day")


def letter_timers(contacts: ContactHandler) -> TimerReaction:
    async def retry(due: Due, tx: Transaction) -> None:
        command = RetryDelivery(message_id=message_of_timer(due.name), at=due.now)
        await contacts.within(tx).handle(due.id, command, due.context)

    return TimerReaction(category=CATEGORY, handle=retry)
