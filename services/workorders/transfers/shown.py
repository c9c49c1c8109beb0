"""One transfer as its page shows it: folded from its history, always fresh."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from services.workorders.adapters.bodies import Registry
from services.workorders.transfers.commands import (
    ActOnDanger,
    Answer,
    Close,
    Object,
    SendAnswerBack,
    SendOut,
    TakeBack,
    TakeReceipt,
    TransferCommand,
    Voice,
)
from services.workorders.transfers.decider import transfer_decider
from services.workorders.transfers.facts import (
    Destination,
    OutcomeReported,
    Result,
    Sees,
    TransferAnswered,
    TransferEnd,
    TransferEvent,
    TransferNotified,
    TransferObjected,
    TransferReceived,
    TransferReturned,
    TransferSent,
)
from services.workorders.transfers.state import Ended, Out, Waiting
from services.workorders.transfers.views import ANSWERED, BACK, DONE, OUT, RECEIVED, TAKEN_AWAY, WAITING
from shared.contracts.codes import Priority, ReasonCode, UnitKind
from shared.eventstore.handler import Stored
from shared.kernel import Digest, PersonId, Rejection, TextRef, fact_name
from shared.web import StrictModel

PROBE = TextRef(UUID(int=0), Digest("0" * 64))
History = Sequence[Stored[TransferEvent]]
Words = Mapping[UUID, str | None]


class NextAct(StrictModel):
    operation: str
    allowed: bool
    why_not: str | None
    rule: str | None


class Moment(StrictModel):
    fact: str
    at: datetime
    role: str
    unit: str | None


class LineFile(StrictModel):
    line_id: UUID
    waiting: int
    tries: int
    next_try: datetime
    failing_since: datetime | None
    failure: str | None
    status: int | None
    given_up: bool
    taken_at: datetime | None


class BodyChoice(StrictModel):
    code: str
    zh: str
    en: str
    kind: str
    linked: bool
    sees: str


class TransferFile(StrictModel):
    transfer_id: UUID
    request_id: UUID
    attempt: int
    category: str
    priority: str
    unit: str
    state: str
    body: str | None
    owner: UUID | None
    reason: str | None
    danger_first: bool
    """Somebody has to act before it may leave."""
    proof_demanded: bool
    offered_at: datetime
    send_due: datetime
    sent_at: datetime | None
    receipt_due: datetime | None
    received_at: datetime | None
    objection_due: datetime | None
    answer_due: datetime
    late: tuple[str, ...]
    notice: str | None
    number: str | None
    objection: str | None
    objection_note: str | None
    result: str | None
    answer: str | None
    proof: str | None
    texts_withheld: bool
    outcome: str | None
    bodies: tuple[BodyChoice, ...]
    """Where it may go, as long as it waits."""
    lines: tuple[LineFile, ...]
    next: tuple[NextAct, ...]
    timeline: tuple[Moment, ...]
    version: int


def words_of(event: object) -> tuple[TextRef, ...]:
    match event:
        case TransferNotified(notice=notice):
            return (notice,)
        case TransferReceived(number=number) if number is not None:
            return (number,)
        case TransferObjected(note=note) if note is not None:
            return (note,)
        case TransferAnswered(answer=answer, proof=proof):
            return (answer, proof) if proof is not None else (answer,)
    return ()


def file_of(
    history: History,
    state: Waiting | Out | Ended,
    words: Words,
    lines: Sequence[Mapping[str, Any]],
    person: PersonId | None,
    registry: Registry,
    now: datetime,
) -> TransferFile:
    offer = state.offer
    sent, received = _last(history, TransferSent), _last(history, TransferReceived)
    objected, notified = _last(history, TransferObjected), _last(history, TransferNotified)
    answered = None if isinstance(state, Waiting) else state.answered
    wanted = [ref.item for stored in history for ref in words_of(stored.event)]
    return TransferFile(
        transfer_id=offer.transfer_id,
        request_id=offer.request_id,
        attempt=offer.attempt,
        category=offer.category,
        priority=offer.priority,
        unit=offer.unit,
        state=state_name(state),
        body=None if isinstance(state, Waiting) else state.body,
        owner=offer.owner if isinstance(state, Waiting) else state.owner,
        reason=sent.reason if sent else None,
        danger_first=isinstance(state, Waiting) and offer.priority is Priority.P0 and not state.acted,
        proof_demanded=sent.proof_demanded if sent else False,
        offered_at=history[0].event.occurred_at,
        send_due=offer.send_due,
        sent_at=sent.occurred_at if sent else None,
        receipt_due=sent.receipt_due if sent else None,
        received_at=received.occurred_at if received else None,
        objection_due=sent.objection_due if sent else None,
        answer_due=offer.answer_due,
        late=tuple(sorted(state.overdue)) if isinstance(state, Waiting | Out) else (),
        notice=_word(notified.notice if notified else None, words),
        number=_word(received.number if received else None, words),
        objection=objected.reason if objected else None,
        objection_note=_word(objected.note if objected else None, words),
        result=answered.result if answered else None,
        answer=_word(answered.answer if answered else None, words),
        proof=_word(answered.proof if answered else None, words),
        texts_withheld=any(words.get(item) is None for item in wanted),
        outcome=state.by.outcome if isinstance(state, Ended) and isinstance(state.by, OutcomeReported) else None,
        bodies=_choices(state, registry, now),
        lines=tuple(_line(each) for each in lines),
        next=_next(state, person, now) if person is not None else (),
        timeline=tuple(
            Moment(fact=fact_name(each.event), at=each.event.occurred_at, role=each.raw.role, unit=each.raw.unit)
            for each in history
        ),
        version=len(history),
    )


def state_name(state: Waiting | Out | Ended) -> str:
    match state:
        case Waiting():
            return WAITING
        case Out():
            return ANSWERED if state.answered else RECEIVED if state.received else OUT
        case Ended():
            return _end_name(state.by)
        case _:
            assert_never(state)


def _end_name(end: TransferEnd) -> str:
    if isinstance(end, OutcomeReported):
        return DONE
    return BACK if isinstance(end, TransferReturned) else TAKEN_AWAY


def _last(history: History, kind: type[Any]) -> Any:
    found = [stored.event for stored in history if isinstance(stored.event, kind)]
    return found[-1] if found else None


def _word(ref: TextRef | None, words: Words) -> str | None:
    return words.get(ref.item) if ref is not None else None


def _line(row: Mapping[str, Any]) -> LineFile:
    return LineFile(**{name: row[name] for name in LineFile.model_fields})


def _choices(state: Waiting | Out | Ended, registry: Registry, now: datetime) -> tuple[BodyChoice, ...]:
    """The body that routing chose comes first."""
    if not isinstance(state, Waiting):
        return ()
    fitting = [body for body in registry.on(now).values() if state.offer.category in body.takes]
    fitting.sort(key=lambda body: (body.code != state.offer.unit, body.code))
    return tuple(
        BodyChoice(code=body.code, zh=body.zh, en=body.en, kind=body.kind, linked=body.linked, sees=body.sees)
        for body in fitting
    )


def _next(state: Waiting | Out | Ended, person: PersonId, at: datetime) -> tuple[NextAct, ...]:
    """Each act is tried by the rules themselves, so that a page never offers what would be refused."""
    if isinstance(state, Ended):
        return ()
    return tuple(_tried(name, command, state) for name, command in _probes(state, person, at))


def _probes(state: Waiting | Out, person: PersonId, at: datetime) -> list[tuple[str, TransferCommand]]:
    hand = Voice(None, person)
    reason = ReasonCode.WRONG_CATEGORY
    take_back = ("workorders.take_transfer_back", TakeBack(by=person, reason=reason, at=at))
    if isinstance(state, Waiting):
        acted = [("workorders.act_on_danger", ActOnDanger(by=person, note=PROBE, at=at))]
        danger = acted if state.offer.priority is Priority.P0 and not state.acted else []
        return [*danger, ("workorders.send_transfer", _probe_of_sending(state, person, at)), take_back]
    answer = Answer(voice=hand, result=Result.DONE, answer=PROBE, proof=PROBE, at=at)
    looked = Close(by=person, has_read=True, at=at)
    return [
        ("workorders.receive_transfer", TakeReceipt(voice=hand, number=None, at=at)),
        ("workorders.answer_transfer", answer),
        ("workorders.object_to_transfer", Object(voice=hand, reason=reason, note=None, at=at)),
        ("workorders.close_transfer", looked),
        ("workorders.send_answer_back", SendAnswerBack(by=person, note=None, at=at)),
        take_back,
    ]


def _probe_of_sending(waiting: Waiting, person: PersonId, at: datetime) -> SendOut:
    """To a body that would take it: whether it may leave at all."""
    to = Destination(waiting.offer.unit, UnitKind.DEPARTMENT, (waiting.offer.category,), Sees.STUB, ())
    return SendOut(
        by=person,
        unit=None,
        to=to,
        reason=ReasonCode.NOT_POLICE,
        notice=PROBE,
        task=None,
        task_names_somebody=False,
        receipt_due=at,
        objection_due=at,
        at=at,
    )


def _tried(operation: str, command: TransferCommand, state: Waiting | Out) -> NextAct:
    try:
        happened = transfer_decider.decide(command, state)
    except Rejection as refused:
        return NextAct(operation=operation, allowed=False, why_not=refused.slug, rule=refused.rule)
    return NextAct(operation=operation, allowed=bool(happened), why_not=None if happened else "done", rule=None)
