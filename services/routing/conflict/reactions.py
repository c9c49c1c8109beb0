"""What triage, hosts and intake report of a quarrel becomes a sign; of what was linked, the lead is told."""

from collections.abc import Iterator
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from services.routing.conflict.decider import ConflictCommand, DropSign, NoteSign
from services.routing.conflict.rules.score import Part
from services.routing.conflict.store import ConflictHandler
from services.routing.decisions.facts import DangerNoted, RequestClassified
from shared.contracts.codes import Flag, Outcome
from shared.contracts.danger import DangerKind
from shared.contracts.handling import DutyDefaultedV1, OutcomeReportedV1
from shared.contracts.mediation import EscalationReportedV1
from shared.contracts.samematter import DuplicateLinkedV1, LinkUndoneV1, SameAs
from shared.eventstore import Incoming, Transaction
from shared.kernel import Clock, RequestId, derive_id
from shared.messaging import Reaction

SIGNS = uuid5(NAMESPACE_URL, "urn:lounge:routing:conflict-signs")

BY_FLAG = {Flag.VIOLENCE_SIGN: Part.VIOLENCE, Flag.DV: Part.VIOLENCE, Flag.ESCALATION: Part.THREATS}
BY_RELATION = {SameAs.REPEAT: Part.REPEATS, SameAs.OTHER_VOICE: Part.OTHER_VOICES}
NOT_SETTLED = frozenset({Outcome.FAILED, Outcome.REFUSED})


def follow_conflict(conflicts: ConflictHandler, clock: Clock) -> Reaction:
    async def follow(record: Incoming, tx: Transaction) -> None:
        for command in signs_of(record.body, clock.now()):
            await conflicts.within(tx).handle(command.request_id, command, record.context)

    return Reaction(
        reader="routing.follow_conflict",
        causes=(
            ("routing", RequestClassified),
            ("routing", DangerNoted),
            ("mediation", EscalationReportedV1),
            ("mediation", OutcomeReportedV1),
            ("mediation", DutyDefaultedV1),
            ("intake", DuplicateLinkedV1),
            ("intake", LinkUndoneV1),
        ),
        handle=follow,
        on=conflicts,
    )


def signs_of(body: object, now: datetime) -> Iterator[ConflictCommand]:
    match body:
        case RequestClassified():
            for flag in body.ruling.flags:
                if part := BY_FLAG.get(flag):
                    yield _noted(body.request_id, part, derive_id(SIGNS, body.request_id, flag), now)
        case DangerNoted() if DangerKind.VIOLENCE_NOW in body.danger:
            cause = derive_id(SIGNS, body.request_id, DangerKind.VIOLENCE_NOW)
            yield _noted(body.request_id, Part.VIOLENCE, cause, now)
        case EscalationReportedV1():
            yield _noted(body.request_id, Part.REPORTED, derive_id(SIGNS, body.case_id, body.at), now)
        case OutcomeReportedV1() if body.outcome in NOT_SETTLED:
            yield _noted(body.request_id, Part.FAILED_MEDIATION, body.handling_id, now)
        case DutyDefaultedV1():
            yield _noted(body.request_id, Part.DEFAULT, body.duty_id, now)
        case DuplicateLinkedV1() if body.relation in BY_RELATION:
            yield _noted(body.lead, BY_RELATION[body.relation], body.request_id, now)
        case LinkUndoneV1():
            for part in BY_RELATION.values():
                yield DropSign(request_id=body.lead, part=part, cause=body.request_id, at=now)


def _noted(request_id: RequestId, part: Part, cause: UUID, now: datetime) -> NoteSign:
    return NoteSign(request_id=request_id, part=part, cause=cause, at=now)
