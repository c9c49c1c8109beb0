"""From a message of a line to what leaves: words are fetched at the last moment, with a purpose, and not kept."""

from uuid import UUID

from services.workorders.adapters.bodies import Body
from services.workorders.connector.decider import Content, Line, Message, MessageKind
from services.workorders.connector.messages import (
    AnswerSentBack,
    Outbound,
    OutboundMessage,
    RequestObjected,
    RequestState,
    SupervisionAnswered,
    TransferClosed,
    TransferOffered,
    TransferTakenBack,
)
from services.workorders.screening import leaks_of
from services.workorders.transfers.facts import Sees
from shared.contracts.codes import Purpose
from shared.kernel import SYSTEM, Clock, Context, TextRef
from shared.web import Vault

Words = dict[UUID, str | None]

TOLD_DIRECTLY = (
    "答复含有个人信息，按最少必要原则不随消息发送，已直接答复诉求人。"
    "The answer holds personal details and is not sent; the person was answered directly."
)


class Writer:
    def __init__(self, vault: Vault, clock: Clock, sender: str) -> None:
        self._vault = vault
        self._clock = clock
        self._sender = sender

    async def write(self, line: Line, message: Message, body: Body) -> OutboundMessage:
        """Raises VaultUnavailable."""
        content = message.content
        told = None if body.sees is Sees.STUB else content.text
        wanted = [ref.item for ref in (told, content.number) if ref is not None]
        words = await self._vault.fetch(
            Context(actor=SYSTEM), wanted, purpose=Purpose.PARTNER_TASK, request_id=line.request_id
        )
        about = _about(line, content, _word(told, words), _word(content.number, words))
        return OutboundMessage(
            message=message.message_id,
            sender=self._sender,
            receiver=body.code,
            place=message.place,
            sent_at=self._clock.now(),
            about=await self._screened(about, line) if isinstance(about, RequestState) else about,
        )

    async def _screened(self, state: RequestState, line: Line) -> RequestState:
        """R-37: an answer is written for the person, who may be addressed by name; a body learns what names nobody."""
        if state.answer is None:
            return state
        if not await leaks_of(self._vault, state.answer, line.request_id, Context(actor=SYSTEM)):
            return state
        return state.model_copy(update={"answer": None, "note": TOLD_DIRECTLY})


def _word(ref: TextRef | None, words: Words) -> str | None:
    return words.get(ref.item) if ref is not None else None


def _about(line: Line, content: Content, text: str | None, number: str | None) -> Outbound:
    match content.kind:
        case MessageKind.TRANSFER_OFFERED:
            return _offered(line, content, text)
        case MessageKind.TRANSFER_TAKEN_BACK:
            return TransferTakenBack(transfer=line.matter)
        case MessageKind.ANSWER_SENT_BACK:
            return AnswerSentBack(transfer=line.matter, note=text)
        case MessageKind.TRANSFER_CLOSED:
            return TransferClosed(transfer=line.matter)
        case MessageKind.REQUEST_STATE:
            assert content.stage is not None
            return RequestState(
                request=line.request_id,
                number=number,
                stage=content.stage.value,
                unit=content.unit,
                outcome=content.outcome,
                answer=text,
            )
        case MessageKind.REQUEST_OBJECTED:
            assert content.reason is not None
            return RequestObjected(request=line.request_id, number=number, reason=content.reason, note=text)
        case MessageKind.SUPERVISION_ANSWERED:
            assert content.notice is not None
            return SupervisionAnswered(
                request=line.request_id,
                number=number,
                notice=content.notice,
                fixed=bool(content.fixed),
                reply=text or "",
            )


def _offered(line: Line, content: Content, text: str | None) -> TransferOffered:
    assert content.category is not None
    assert content.priority is not None
    assert content.reason is not None
    assert content.receipt_due is not None
    assert content.answer_due is not None
    return TransferOffered(
        transfer=line.matter,
        category=content.category,
        priority=content.priority,
        reason=content.reason,
        task=text,
        proof_demanded=bool(content.proof_demanded),
        receipt_due=content.receipt_due,
        answer_due=content.answer_due,
    )
