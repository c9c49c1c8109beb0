"""Takes in what other bodies send: signed, fresh, once; and what it causes commits together with the answer."""

import hmac
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import orjson

from services.workorders.adapters.bodies import Body, Registry
from services.workorders.adapters.signatures import SignatureUnreadable, Signed, read_signature
from services.workorders.arrivals.commands import GiveNotice, TakeRequestBack
from services.workorders.arrivals.desk import ArrivalDesk
from services.workorders.arrivals.store import request_of
from services.workorders.connector.messages import (
    InboundMessage,
    RequestSent,
    RequestTakenBack,
    SupervisionNoticed,
    Taken,
    TransferAnswered,
    TransferObjected,
    TransferReceived,
)
from services.workorders.transfers.api import written
from services.workorders.transfers.commands import Answer, Object, TakeReceipt, TransferCommand, Voice
from services.workorders.transfers.desk import TransferDesk
from services.workorders.transfers.facts import Result
from services.workorders.transfers.relations import body_of
from services.workorders.transfers.shown import state_name
from services.workorders.transfers.state import Unoffered
from services.workorders.transfers.store import proof_text, remark, told
from shared.contracts.codes import Operation, Relation, Role, UnitKind
from shared.eventstore import EventStore, Transaction
from shared.eventstore.handler import RE_DECISIONS
from shared.kernel import Actor, Clock, ConcurrencyConflict, Context, NotFound, Rejection, TextRef
from shared.telemetry.spans import current_traceparent
from shared.web import Text, Vault
from shared.web.access import access_table
from shared.web.errors import NotAllowed, SignatureRefused

WINDOW = timedelta(minutes=5)
"""How far a signature may be from the bureau clock."""
FORGET_AFTER = timedelta(hours=1)

Act = Callable[[Transaction], Awaitable[Taken]]

OPERATIONS = {
    "transfer_received": Operation.ANSWER_TASK,
    "transfer_objected": Operation.ANSWER_TASK,
    "transfer_answered": Operation.ANSWER_TASK,
    "request_sent": Operation.REGISTER,
    "request_taken_back": Operation.SUPPLEMENT,
    "supervision_noticed": Operation.SUPERVISION_NOTICE,
}


class MessageReused(Rejection):
    """Another message came under this id before."""


class NotYourMessage(Rejection):
    """It names a sender or a receiver other than who signed it and who reads it."""


class Postbox:
    def __init__(
        self,
        store: EventStore,
        registry: Registry,
        transfers: TransferDesk,
        arrivals: ArrivalDesk,
        vault: Vault,
        clock: Clock,
        *,
        receiver: str,
        mac_key: bytes,
    ) -> None:
        self._store = store
        self._registry = registry
        self._transfers = transfers
        self._arrivals = arrivals
        self._vault = vault
        self._clock = clock
        self._receiver = receiver
        self._mac_key = mac_key

    async def sender(self, method: str, path: str, headers: dict[str, str], raw: bytes) -> Body:
        """Whose message this is. Raises SignatureRefused."""
        try:
            signed = read_signature(method, path, headers, raw)
        except SignatureUnreadable as unreadable:
            raise SignatureRefused(reason=f"unreadable:{unreadable}") from None
        now = self._clock.now()
        found = self._registry.of_key(signed.key_id, now)
        if found is None:
            raise SignatureRefused(reason="unknown_key")
        body, public = found
        if not signed.holds(public):
            raise SignatureRefused(reason="wrong")
        if abs(now - datetime.fromtimestamp(signed.created, UTC)) > WINDOW:
            raise SignatureRefused(reason="not_fresh")
        await self._seen_once(body, signed, now)
        return body

    async def _seen_once(self, body: Body, signed: Signed, now: datetime) -> None:
        pool = self._store.pool
        new = await pool.fetchval(
            "INSERT INTO connector_nonce (body, nonce, created) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1",
            body.code,
            signed.nonce,
            datetime.fromtimestamp(signed.created, UTC),
        )
        if new is None:
            raise SignatureRefused(reason="replayed")
        await pool.execute("DELETE FROM connector_nonce WHERE created < $1", now - FORGET_AFTER)

    async def take(self, body: Body, message: InboundMessage) -> Taken:
        """Raises Rejection, NotFound, VaultUnavailable. Whatever is refused was not taken, and may be sent again."""
        if message.sender != body.code or message.receiver != self._receiver:
            raise NotYourMessage
        context = _context(body, message)
        mac = hmac.digest(self._mac_key, message.about.model_dump_json().encode(), sha256)
        known = await self._store.pool.fetchrow(
            "SELECT mac, answer FROM connector_inbox WHERE body = $1 AND message_id = $2", body.code, message.message
        )
        if known is not None:
            if not hmac.compare_digest(known["mac"], mac):
                raise MessageReused
            return Taken.model_validate_json(known["answer"])
        act = await self._prepared(body, message, context)
        for tries_left in reversed(range(RE_DECISIONS)):
            try:
                return await self._once(body, message, mac, act)
            except ConcurrencyConflict:
                if tries_left == 0:
                    raise
        raise AssertionError("unreachable")

    async def _once(self, body: Body, message: InboundMessage, mac: bytes, act: Act) -> Taken:
        async with self._store.transaction() as tx:
            new = await tx.fetchval(
                "INSERT INTO connector_inbox (body, message_id, mac, taken_at) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT DO NOTHING RETURNING 1",
                body.code,
                message.message,
                mac,
                self._clock.now(),
            )
            if new is None:
                raise ConcurrencyConflict(str(message.message))
            taken = await act(tx)
            await tx.execute(
                "UPDATE connector_inbox SET answer = $3 WHERE body = $1 AND message_id = $2",
                body.code,
                message.message,
                orjson.dumps(taken.model_dump(mode="json")).decode(),
            )
        self._store.appended()
        return taken

    async def _prepared(self, body: Body, message: InboundMessage, context: Context) -> Act:
        """Texts are sealed before the transaction; what it does with them is decided inside."""
        about = message.about
        match about:
            case RequestSent():
                return await self._request(body, message, about, context)
            case RequestTakenBack():
                return await self._taken_back(body, message, about, context)
            case SupervisionNoticed():
                return await self._notice(body, message, about, context)
            case TransferReceived() | TransferObjected() | TransferAnswered():
                return await self._of_transfer(body, message, about, context)

    async def _request(self, body: Body, message: InboundMessage, about: RequestSent, context: Context) -> Act:
        wish = await self._arrivals.sent(body, about, context)
        request_id = request_of(body.code, about.number)

        async def act(tx: Transaction) -> Taken:
            if wish is not None:
                await self._arrivals.arrivals.within(tx).handle(request_id, wish, context)
            return Taken(message=message.message, request=request_id)

        return act

    async def _taken_back(self, body: Body, message: InboundMessage, about: RequestTakenBack, context: Context) -> Act:
        request_id = request_of(body.code, about.number)
        await self._arrivals.arrived(request_id)

        async def act(tx: Transaction) -> Taken:
            wish = TakeRequestBack(at=self._clock.now())
            await self._arrivals.arrivals.within(tx).handle(request_id, wish, context)
            return Taken(message=message.message, request=request_id)

        return act

    async def _notice(self, body: Body, message: InboundMessage, about: SupervisionNoticed, context: Context) -> Act:
        request_id = request_of(body.code, about.number)
        await self._arrivals.arrived(request_id)
        refs = await self._arrivals.seal(request_id, str(message.message), context, owner=None, notice=about.notice)
        wish = GiveNotice(
            notice_id=message.message, notice=refs["notice"], reply_due=about.reply_due, at=self._clock.now()
        )

        async def act(tx: Transaction) -> Taken:
            await self._arrivals.arrivals.within(tx).handle(request_id, wish, context)
            return Taken(message=message.message, request=request_id)

        return act

    async def _of_transfer(
        self,
        body: Body,
        message: InboundMessage,
        about: TransferReceived | TransferObjected | TransferAnswered,
        context: Context,
    ) -> Act:
        handler, transfer_id = self._transfers.transfers, about.transfer
        state, _ = await handler.state(transfer_id)
        if isinstance(state, Unoffered) or body_of(state) != body.code:
            raise NotFound
        request_id = state.offer.request_id
        sealed = await self._vault.seal(
            transfer_id, str(message.message), _texts(about), request_id=request_id, owner=None, context=context
        )
        wish = _wish(about, Voice(body.code), dict(sealed.refs), self._clock.now())

        async def act(tx: Transaction) -> Taken:
            recorded = await handler.within(tx).handle(transfer_id, wish, context)
            assert not isinstance(recorded.state, Unoffered)
            stands = state_name(recorded.state)
            return Taken(message=message.message, request=request_id, transfer=transfer_id, state=stands)

        return act


def _context(body: Body, message: InboundMessage) -> Context:
    """R-37: what a body may do here is what the access table lets its account do with its own."""
    operation = OPERATIONS[message.about.kind]
    oversight = body.kind is UnitKind.PROCURATORATE and operation is Operation.SUPERVISION_NOTICE
    role = Role.PROCURATOR if oversight else Role.PLATFORM
    if not access_table().may(role, operation, frozenset({Relation.OWN})).allowed:
        raise NotAllowed
    return Context(actor=Actor(role=role, unit=body.code, roles=frozenset({role})), trace=current_traceparent())


def _texts(about: TransferReceived | TransferObjected | TransferAnswered) -> dict[str, Text | None]:
    match about:
        case TransferReceived():
            return {"number": remark(about.number) if about.number else None}
        case TransferObjected():
            return {"note": remark(about.note) if about.note else None}
        case TransferAnswered():
            return {"answer": told(about.answer), "proof": proof_text(written(about.proof)) if about.proof else None}


def _wish(
    about: TransferReceived | TransferObjected | TransferAnswered, voice: Voice, refs: dict[str, TextRef], at: datetime
) -> TransferCommand:
    match about:
        case TransferReceived():
            return TakeReceipt(voice=voice, number=refs.get("number"), at=at)
        case TransferObjected():
            return Object(voice=voice, reason=about.reason, note=refs.get("note"), at=at)
        case TransferAnswered():
            return Answer(
                voice=voice,
                result=Result(about.result),
                answer=refs["answer"],
                proof=refs.get("proof"),
                at=at,
            )
