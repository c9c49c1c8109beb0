"""How somebody who calls stands to a child's file, and what he is shown of it."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from services.mediation.cases.room import id_in
from services.mediation.childgroup.api import RELATION_OF
from services.mediation.childgroup.store import GroupHandler, part_of
from services.mediation.children.bodies import (
    ChildDone,
    ChildFile,
    ClockLine,
    ExcludedLine,
    Moment,
    OpenedAnswer,
    ReadLine,
    SeatAnswer,
    SeatLine,
    SessionLine,
)
from services.mediation.children.commands import ChildCommand, Hand, OpenSealed
from services.mediation.children.facts import (
    SCHOOL,
    ChildInterviewHeld,
    ChildOutcomeReported,
    CounsellingHeld,
    ReadId,
    SealedRead,
    SealedReadAsked,
    SealedScope,
    Seat,
)
from services.mediation.children.refusals import NoSuchChildFile
from services.mediation.children.state import Ended, Open
from services.mediation.children.store import ChildHandler
from shared.contracts.codes import Purpose, Relation, Role
from shared.kernel import SYSTEM, Actor, Clock, Context, NotFound, PersonId, RequestId, TextRef, derive_id, fact_name
from shared.web import Call, Query, Text, Vault, VaultUnavailable
from shared.web.errors import NotAllowed

_SEAT_RELATION: Final = {
    Seat.GUARDIAN: Relation.WARD,
    Seat.SUITABLE_ADULT: Relation.WARD,
    Seat.SCHOOL: Relation.OWN_PUPIL,
    Seat.COUNSELLOR: Relation.OWN_PUPIL,
}


class ChildDesk:
    def __init__(self, files: ChildHandler, groups: GroupHandler, vault: Vault, clock: Clock) -> None:
        self.files = files
        self.groups = groups
        self.vault = vault
        self.clock = clock

    async def relate(self, actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        """Whoever is neither of the group nor seated learns nothing, not even whether there is such a file."""
        part = await self.part(actor)
        state, _ = await self.files.state(id_in(path, "child_id"))
        if not isinstance(state, Open | Ended):
            if part is None:
                return frozenset()
            raise NotFound("child")
        file = state.file if isinstance(state, Ended) else state
        if actor.person is None:
            return frozenset()
        if actor.person in file.excluded:
            return frozenset({Relation.WARD_SUSPECTED_GUARDIAN})
        found: set[Relation] = set()
        if (seat := file.seats.get(actor.person)) is not None:
            found.add(_SEAT_RELATION[seat])
        of_a_side = actor.person in (file.offer.requester, file.offer.other_party)
        if part is not None and part is not Role.COUNSELLOR and not of_a_side:
            found.add(RELATION_OF[part])
        return frozenset(found)

    async def relate_list(self, actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        part = await self.part(actor)
        return frozenset({RELATION_OF[part]}) if part else frozenset()

    async def relate_seats(self, actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        """Of the seats that are one's own; the query leaves out the rest."""
        return frozenset({Relation.OWN_PUPIL, Relation.WARD}) if actor.person else frozenset()

    async def part(self, actor: Actor) -> Role | None:
        return await part_of(self.groups, actor.person, self.clock.now())

    async def hand(self, actor: Actor) -> Hand:
        if actor.person is None:
            raise NotAllowed
        return Hand(actor.person, await self.part(actor), actor.unit)

    async def person_of_phone(self, phone: str, child_id: UUID, call: Call) -> PersonId:
        request_id = (await self._file(child_id)).offer.request_id
        return (await self.vault.identify(call.context, {"phone": phone}, request_id=request_id)).person

    async def seal(self, call: Call, child_id: UUID, texts: Mapping[str, Text | None]) -> Mapping[str, TextRef]:
        request_id = (await self._file(child_id)).offer.request_id
        sealed = await self.vault.seal(
            derive_id(child_id, call.principal),
            f"{call.once.operation}/{call.key}",
            texts,
            request_id=request_id,
            owner=call.actor.person,
            context=call.context,
        )
        return sealed.refs

    async def act(self, child_id: UUID, wish: ChildCommand, call: Call, **ids: UUID) -> ChildDone:
        recorded = await self.files.handle(
            child_id,
            wish,
            call.context,
            once=call.once,
            answer=lambda recorded: ChildDone(
                child_id=child_id, version=recorded.version, record_id=recorded.last, **ids
            ).model_dump(mode="json"),
            if_version=call.if_match,
        )
        return ChildDone.model_validate(recorded.answer)

    async def open(self, child_id: UUID, read_id: UUID, call: Call) -> OpenedAnswer:
        """Every opening is a fact, a repeated one too: the words left the vault again."""
        wish = OpenSealed(hand=await self.hand(call.actor), read_id=ReadId(read_id), at=self.clock.now())
        recorded = await self.files.handle(child_id, wish, call.context)
        read = next(event for event in recorded.events if isinstance(event, SealedRead))
        file = await self._file(child_id)
        asked = file.reads[read.read_id]
        assert asked.until is not None
        if asked.scope is not SealedScope.OWN_SESSIONS:
            await self.vault.open_to(
                call.context,
                read.items,
                request_id=read.request_id,
                reader=read.reader,
                approver=asked.approver,
                until=asked.until,
            )
        texts = await self.vault.fetch(
            call.context, read.items, purpose=Purpose.CHILD_PROTECTION, request_id=RequestId(read.request_id)
        )
        found = [text for item in read.items if (text := texts.get(item)) is not None]
        return OpenedAnswer(read_id=read_id, texts=found, erased=len(read.items) - len(found), until=asked.until)

    async def show(self, child_id: UUID, query: Query) -> ChildFile:
        history = [stored.event for stored in await self.files.history(child_id)]
        state = self.files.decider.fold(history)
        if not isinstance(state, Open | Ended):
            raise NotFound("child")
        file = state.file if isinstance(state, Ended) else state
        opened = [event.read_id for event in history if isinstance(event, SealedRead)]
        whys = await self._whys(file, [event for event in history if isinstance(event, SealedReadAsked)], query)
        outcome = next((event.outcome for event in history if isinstance(event, ChildOutcomeReported)), None)
        return ChildFile(
            child_id=child_id,
            request_id=file.offer.request_id,
            attempt=file.offer.attempt,
            category=file.offer.category,
            priority=file.offer.priority,
            in_danger=file.in_danger,
            state=_stage(state),
            unit=file.offer.unit,
            owner=file.owner or file.offer.owner,
            signed=file.owner is not None,
            reported=file.reported,
            casework=file.casework,
            told_reporter=file.told_reporter,
            bullying=file.bullying,
            school_answered=file.school_result is not None,
            clocks=[
                ClockLine(
                    clock=clock,
                    due=running.due,
                    warned=running.warned,
                    breached=running.breached,
                    escalated=running.escalated,
                )
                for clock, running in file.clocks.items()
            ],
            seats=[SeatLine(person=person, seat=seat) for person, seat in file.seats.items()],
            excluded=[ExcludedLine(person=person, conflict=why) for person, why in file.excluded.items()],
            sessions=[_session(event) for event in history if isinstance(event, CounsellingHeld | ChildInterviewHeld)],
            reads=[
                ReadLine(
                    read_id=read_id,
                    reader=read.reader,
                    scope=read.scope,
                    until=read.until,
                    approver=read.approver,
                    declined=read.declined,
                    opened=opened.count(read_id),
                    why=whys.get(read_id),
                )
                for read_id, read in file.reads.items()
            ],
            outcome=outcome,
            answer_due=file.offer.answer_due,
            timeline=[Moment(fact=fact_name(event), at=event.occurred_at) for event in history],
        )

    async def _whys(self, file: Open, asked: Sequence[SealedReadAsked], query: Query) -> Mapping[ReadId, str | None]:
        """Nobody approves blindly: whoever may decide reads the purpose. The service fetches it, for child officers
        themselves read no text without an approval."""
        if await self.part(query.actor) not in (Role.CHILD_OFFICER, Role.STATION_LEADER):
            return {}
        pending = {
            event.read_id: event.why.item
            for event in asked
            if event.reader != query.actor.person
            and (read := file.reads[event.read_id]).until is None
            and not read.declined
        }
        own = Context(actor=SYSTEM, trace=query.context.trace)
        try:
            texts = await self.vault.fetch(
                own, list(pending.values()), purpose=Purpose.HANDLING, request_id=file.offer.request_id
            )
        except VaultUnavailable:
            return {}
        return {read_id: texts.get(item) for read_id, item in pending.items()}

    async def seat(self, child_id: UUID, query: Query) -> SeatAnswer:
        state, _ = await self.files.state(child_id)
        file = await self._file(child_id)
        seat = file.seats.get(query.actor.person) if query.actor.person else None
        if seat is None:
            raise NotAllowed
        wanted = seat is Seat.SCHOOL and file.bullying and file.school_result is None
        running = file.clocks.get(SCHOOL)
        return SeatAnswer(
            child_id=child_id,
            seat=seat,
            state=_stage(state),
            answer_wanted=wanted and isinstance(state, Open),
            school_due=running.due if running and wanted else None,
        )

    async def _file(self, child_id: UUID) -> Open:
        state, _ = await self.files.state(child_id)
        match state:
            case Open():
                return state
            case Ended(file=file):
                return file
            case _:
                raise NoSuchChildFile


def _stage(state: object) -> str:
    if isinstance(state, Ended):
        return "CLOSED"
    return "SIGNED" if isinstance(state, Open) and state.owner is not None else "OFFERED"


def _session(event: CounsellingHeld | ChildInterviewHeld) -> SessionLine:
    if isinstance(event, CounsellingHeld):
        return SessionLine(
            session_id=event.session_id, kind="counselling", author=event.counsellor, at=event.occurred_at
        )
    return SessionLine(session_id=event.session_id, kind="interview", author=event.interviewed_by, at=event.occurred_at)
