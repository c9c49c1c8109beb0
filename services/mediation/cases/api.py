"""Cases over HTTP: what the desk does with them."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.mediation.cases import deadlines
from services.mediation.cases.bodies import (
    CaseAnswer,
    CaseList,
    DangerBody,
    Done,
    EmptyBody,
    EndBody,
    EndSessionBody,
    ExtensionBody,
    HostBody,
    NoticeBody,
    ReturnBody,
    SessionBody,
    SessionOpenedAnswer,
    ViolationBody,
)
from services.mediation.cases.commands import (
    EndCase,
    EndSession,
    ExtendMediation,
    GiveNotice,
    NameHost,
    OpenSession,
    RecordViolation,
    ReportDanger,
    ReturnCase,
    SignFor,
)
from services.mediation.cases.doors import coordinating
from services.mediation.cases.facts import LongerAgreed, SessionId
from services.mediation.cases.room import CaseRoom
from services.mediation.cases.rules.channels import ways_before_help, ways_owed
from services.mediation.cases.state import Open
from services.mediation.cases.steps import ACCESS
from services.mediation.cases.store import answer, confided, evidence, note
from services.mediation.cases.views import CaseBoard
from shared.contracts.codes import Channel, Operation, Relation, SessionKind, State
from shared.kernel import Actor, PersonId, derive_id
from shared.web import Call, Guard, Query

TOGETHER = frozenset({SessionKind.JOINT, SessionKind.REMOTE})
APART = frozenset({SessionKind.CAUCUS, SessionKind.SHUTTLE})


async def _of_the_reader(actor: Actor, path: Any) -> frozenset[Relation]:
    """The list shows nobody more than his own cases and those of his unit."""
    return frozenset({Relation.OWN, Relation.PANEL, Relation.OWN_UNIT, Relation.TASK})


def cases_router(room: CaseRoom, board: CaseBoard, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/mediation/v1/cases", tags=["cases"])
    _readings(router, room, board, guard)
    _preparations(router, room, guard)
    _sessions(router, room, guard)
    _endings(router, room, guard)
    return router


def _readings(router: APIRouter, room: CaseRoom, board: CaseBoard, guard: Guard) -> None:
    @router.get("", operation_id="mediation.list_cases")
    async def list_cases(
        query: Annotated[Query, guard.query(Operation.READ, relation=_of_the_reader)],
        request_id: UUID | None = None,
        state: State | None = None,
        after: UUID | None = None,
        cursor: str | None = None,
    ) -> CaseList:
        rows, next_cursor = await board.page(query.actor, request_id, state, cursor, after)
        return CaseList(cases=rows, next_cursor=next_cursor)

    @router.get("/{case_id}", operation_id="mediation.get_case")
    async def get_case(
        case_id: UUID,
        response: Response,
        query: Annotated[Query, guard.query(Operation.READ, relation=room.relate)],
        texts: bool = False,
    ) -> CaseAnswer:
        """With `texts` the claim is fetched from the vault, which records the read."""
        answer = await room.answer(case_id, query, texts)
        response.headers["ETag"] = f'"{answer.version}"'
        return answer


def _preparations(router: APIRouter, room: CaseRoom, guard: Guard) -> None:
    coordinator = coordinating(guard, room.relate)

    @router.post("/{case_id}/signature", operation_id="mediation.sign_for_case")
    async def sign_for_case(
        case_id: UUID,
        call: Annotated[Call, coordinator],
        body: EmptyBody | None = None,
    ) -> Done:
        case, now = await room.open_case(case_id), room.now()
        term = deadlines.term_of(case, case.channel if isinstance(case, Open) else Channel.PM, now)
        wish = SignFor(
            by=await room.official(call.actor),
            consent_due=deadlines.consent_due(now),
            mediation_due=term.mediation_due,
            limits=term.limits,
            at=now,
        )
        return Done(**await room.act(case_id, wish, call))

    @router.post("/{case_id}/notice", operation_id="mediation.give_notice")
    async def give_notice(
        case_id: UUID,
        call: Annotated[Call, coordinator],
        body: NoticeBody | None = None,
    ) -> Done:
        case = await room.open_case(case_id)
        owed = ways_before_help(case.flags) if isinstance(case, Open) else ()
        ways = body.ways if body and body.ways is not None else owed
        return Done(**await room.act(case_id, GiveNotice(ways=ways, at=room.now()), call))

    @router.post("/{case_id}/violation", operation_id="mediation.record_violation")
    async def record_violation(
        case_id: UUID,
        body: ViolationBody,
        call: Annotated[Call, guard.command(ACCESS["record_violation"], relation=room.relate)],
    ) -> Done:
        case = await room.open_case(case_id)
        refs = await room.seal(call, case_id, case.request_id, {"reference": evidence(body.reference)})
        wish = RecordViolation(
            reference=refs["reference"],
            by=await room.official(call.actor),
            suspects=tuple(PersonId(suspect) for suspect in body.suspects),
            at=room.now(),
        )
        return Done(**await room.act(case_id, wish, call))

    @router.post("/{case_id}/host", operation_id="mediation.name_host")
    async def name_host(
        case_id: UUID,
        body: HostBody,
        call: Annotated[Call, coordinator],
    ) -> Done:
        other = body.host if body.host != call.actor.person else None
        file = await room.file(case_id)
        host = await room.named(PersonId(other), file) if other else await room.official(call.actor, file)
        if body.registered_with is not None and body.registered_with != host.registered_with:
            host = replace(host, registered_with=None)
        now = room.now()
        wish = NameHost(host=host, remote=deadlines.remote_term(now), at=now)
        return Done(**await room.act(case_id, wish, call))


def _sessions(router: APIRouter, room: CaseRoom, guard: Guard) -> None:
    @router.post("/{case_id}/sessions", operation_id="mediation.open_session", status_code=201)
    async def open_session(
        case_id: UUID,
        body: SessionBody,
        call: Annotated[Call, guard.command(ACCESS["open_session"], relation=room.relate)],
    ) -> SessionOpenedAnswer:
        case = await room.open_case(case_id)
        refs = await room.seal(call, case_id, case.request_id, {"recording": evidence(body.recording)})
        session_id = SessionId(derive_id(case_id, "session", call.principal, call.key))
        file = await room.file(case_id)
        wish = OpenSession(
            session_id=session_id,
            kind=body.kind,
            by=await room.official(call.actor, file),
            officers=body.officers,
            recording=refs.get("recording"),
            panel=await room.panel_seen(file),
            at=room.now(),
        )
        return SessionOpenedAnswer(**await room.act(case_id, wish, call, session_id=session_id))

    @router.post("/{case_id}/sessions/{session_id}/end", operation_id="mediation.end_session")
    async def end_session(
        case_id: UUID,
        session_id: UUID,
        body: EndSessionBody,
        call: Annotated[Call, guard.command(ACCESS["end_session"], relation=room.relate)],
    ) -> Done:
        case, now = await room.open_case(case_id), room.now()
        apart = isinstance(case, Open) and case.session is not None and case.session.kind in APART
        words = confided(body.notes) if apart else note(body.notes)
        refs = await room.seal(call, case_id, case.request_id, {"notes": words})
        together = isinstance(case, Open) and case.session is not None and case.session.kind in TOGETHER
        everybody = case.parties if isinstance(case, Open) and together else ()
        wish = EndSession(
            session_id=SessionId(session_id),
            result=body.result,
            attended=tuple(PersonId(party) for party in body.attended) if body.attended is not None else everybody,
            notes=refs.get("notes"),
            next_session_due=deadlines.second_session_due(now),
            limits=deadlines.second_session(now),
            at=now,
        )
        return Done(**await room.act(case_id, wish, call))

    @router.post("/{case_id}/extension", operation_id="mediation.extend_mediation")
    async def extend_mediation(
        case_id: UUID,
        body: ExtensionBody,
        call: Annotated[Call, guard.command(ACCESS["extend_mediation"], relation=room.relate)],
    ) -> Done:
        case = await room.open_case(case_id)
        texts = {str(each.party): evidence(each.evidence) for each in body.agreed}
        refs = await room.seal(call, case_id, case.request_id, texts)
        agreed = tuple(LongerAgreed(PersonId(each.party), refs[str(each.party)]) for each in body.agreed)
        return Done(**await room.act(case_id, ExtendMediation(until=body.until, agreed=agreed, at=room.now()), call))


def _endings(router: APIRouter, room: CaseRoom, guard: Guard) -> None:
    @router.post("/{case_id}/danger", operation_id="mediation.report_danger")
    async def report_danger(
        case_id: UUID,
        body: DangerBody,
        call: Annotated[Call, guard.command(ACCESS["report_danger"], relation=room.relate)],
    ) -> Done:
        case = await room.open_case(case_id)
        refs = await room.seal(call, case_id, case.request_id, {"note": note(body.note)})
        by = (await room.official(call.actor)).person
        return Done(**await room.act(case_id, ReportDanger(note=refs["note"], by=by, at=room.now()), call))

    @router.post("/{case_id}/return", operation_id="mediation.return_case")
    async def return_case(
        case_id: UUID,
        body: ReturnBody,
        call: Annotated[Call, guard.command(ACCESS["return_case"], relation=room.relate)],
    ) -> Done:
        case = await room.open_case(case_id)
        refs = await room.seal(call, case_id, case.request_id, {"note": note(body.note)})
        wish = ReturnCase(reason=body.reason, note=refs.get("note"), at=room.now())
        return Done(**await room.act(case_id, wish, call))

    @router.post("/{case_id}/end", operation_id="mediation.end_case")
    async def end_case(
        case_id: UUID,
        body: EndBody,
        call: Annotated[Call, guard.command(ACCESS["end_case"], relation=room.relate)],
    ) -> Done:
        """Without `ways` the list of the law counts as told: the parties get it with the outcome."""
        case = await room.open_case(case_id)
        refs = await room.seal(call, case_id, case.request_id, {"note": answer(body.note)})
        owed = ways_owed(case.channel, case.flags, case.course.trade) if isinstance(case, Open) else ()
        wish = EndCase(
            ground=body.reason,
            ways=body.ways if body.ways is not None else owed,
            note=refs.get("note"),
            at=room.now(),
        )
        return Done(**await room.act(case_id, wish, call))
