"""The lead learns who goes on with it, and those who go on with it learn of its result.

The two streams commit one after the other: whoever was linked to a lead that ended in between is parted again.
"""

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from services.intake.requests.facts import NotAccepted, Withdrawn
from services.intake.requests.linking_commands import JoinVoice, LeaveVoice, NoteSharedOutcome, SplitLink
from services.intake.requests.linking_facts import DuplicateLinked, LinkUndone
from services.intake.requests.reactions import HANDLERS
from services.intake.requests.rules.linking import LeadNotOpen, ResultIsShared
from services.intake.requests.state import Unfiled
from services.intake.requests.store import ItemKind, RequestHandler
from shared.contracts.codes import DataLevel, Outcome, Purpose, ReasonCode
from shared.contracts.handling import OutcomeReportedV1
from shared.eventstore import Incoming, Transaction
from shared.kernel import Clock, Context, RequestId, TextRef, derive_id
from shared.messaging import Reaction
from shared.web import Text, Vault

SHARED = uuid5(NAMESPACE_URL, "urn:lounge:intake:shared-answers")


def keep_voices(requests: RequestHandler, clock: Clock) -> Reaction:
    async def keep(record: Incoming, tx: Transaction) -> None:
        now, within = clock.now(), requests.within(tx)
        match record.body:
            case DuplicateLinked() as linked:
                await _join(linked, within, record.context, now)
            case LinkUndone() as undone:
                left = LeaveVoice(member=undone.request_id, at=now)
                await within.handle(undone.lead, left, record.context)
            case Withdrawn() | NotAccepted() as ended:
                for voice in await _voices(within, ended.request_id):
                    await _part(voice, within, record.context, now)

    causes = tuple(("intake", fact) for fact in (DuplicateLinked, LinkUndone, Withdrawn, NotAccepted))
    return Reaction(reader="intake.keep_voices", causes=causes, handle=keep)


async def _join(linked: DuplicateLinked, requests: RequestHandler, context: Context, now: datetime) -> None:
    state, _ = await requests.state(linked.request_id)
    if isinstance(state, Unfiled) or state.matter.link is None or state.matter.link.lead != linked.lead:
        return
    joined = JoinVoice(member=linked.request_id, relation=linked.relation, at=now)
    try:
        await requests.handle(linked.lead, joined, context)
    except LeadNotOpen:
        await _part(linked.request_id, requests, context, now)


async def _part(member: RequestId, requests: RequestHandler, context: Context, now: datetime) -> None:
    """It goes on by itself; what has a result by now has that result."""
    try:
        await requests.handle(member, SplitLink(reason=ReasonCode.NEW_FACTS, note=None, at=now), context)
    except ResultIsShared:
        return


async def _voices(requests: RequestHandler, lead: RequestId) -> tuple[RequestId, ...]:
    state, _ = await requests.state(lead)
    return () if isinstance(state, Unfiled) else tuple(sorted(state.matter.voices))


def share_outcomes(requests: RequestHandler, vault: Vault, clock: Clock) -> Reaction:
    """A reader of its own: where the vault is down, nobody else's result waits."""

    async def share(record: Incoming, tx: Transaction) -> None:
        body = record.body
        if not isinstance(body, OutcomeReportedV1) or body.outcome is Outcome.HANDED_OVER:
            return
        within = requests.within(tx)
        voices = await _voices(within, body.request_id)
        words = await _words(vault, body, record.context) if voices and body.answer else None
        for voice in voices:
            answer = await _sealed(vault, voice, body, words, record.context)
            await within.handle(voice, _shared(body, answer, clock.now()), record.context)

    causes = tuple((service, OutcomeReportedV1) for service in HANDLERS)
    return Reaction(reader="intake.share_outcomes", causes=causes, handle=share)


def _shared(body: OutcomeReportedV1, answer: TextRef | None, now: datetime) -> NoteSharedOutcome:
    return NoteSharedOutcome(
        lead=body.request_id,
        attempt=body.attempt,
        handling_id=body.handling_id,
        channel=body.channel,
        outcome=body.outcome,
        detail=body.detail,
        answer=answer,
        answered=answer is not None or body.outcome is Outcome.SETTLED or body.detail is not None,
        handler=body.handler,
        at=now,
    )


async def _words(vault: Vault, body: OutcomeReportedV1, context: Context) -> str | None:
    assert body.answer is not None
    texts = await vault.fetch(context, [body.answer.item], purpose=Purpose.FEEDBACK, request_id=body.request_id)
    return texts.get(body.answer.item)


async def _sealed(
    vault: Vault, voice: RequestId, body: OutcomeReportedV1, words: str | None, context: Context
) -> TextRef | None:
    """Who reads his own result must not read from somebody else's request."""
    if words is None:
        return None
    key = str(derive_id(SHARED, voice, body.handling_id, body.attempt))
    text = Text(ItemKind.ANSWER, words, DataLevel.L2)
    sealed = await vault.seal(voice, key, {"answer": text}, request_id=voice, owner=None, context=context)
    return sealed.refs["answer"]
