"""People and acts of two disputes: a strip of land (people's mediation), a shove in a lane (police mediation)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.mediation.cases.commands import (
    EndSession,
    GiveConsent,
    GiveNotice,
    NameHost,
    Official,
    OpenCase,
    OpenSession,
    RecordConsent,
    RecordViolation,
    SignFor,
)
from services.mediation.cases.facts import CaseId, InvitationId, OtherWay, OwnWay, RecordedWay, SessionId, SessionResult
from shared.contracts.codes import Category, Channel, Flag, Role, SessionKind
from shared.kernel import Digest, PersonId, RequestId, TextRef, UnitCode


def person(number: int) -> PersonId:
    return PersonId(UUID(int=0x1000 + number))


def text(number: int) -> TextRef:
    return TextRef(UUID(int=0x2000 + number), Digest(f"{number:064x}"))


CASE = CaseId(UUID(int=1))
REQUEST = RequestId(UUID(int=2))
FIRST_SESSION = SessionId(UUID(int=3))
SECOND_SESSION = SessionId(UUID(int=4))
INVITATION = InvitationId(UUID(int=6))
THIRD_SESSION = SessionId(UUID(int=5))

WORKSHOP_OWNER = person(1)
COWSHED_OWNER = person(2)
BROTHER = person(3)
MEDIATOR_ID = person(10)
OFFICER_ID = person(11)
AUXILIARY_ID = person(12)
FORMER_ID = person(13)

STATION = UnitCode("130581-01")
OTHER_STATION = UnitCode("130581-02")
COMMITTEE = UnitCode("130581-pm1")

MEDIATOR = Official(MEDIATOR_ID, frozenset({Role.PEOPLES_MEDIATOR}), COMMITTEE, COMMITTEE)
UNREGISTERED = Official(MEDIATOR_ID, frozenset({Role.PEOPLES_MEDIATOR}), COMMITTEE)
OFFICER = Official(OFFICER_ID, frozenset({Role.COMMUNITY_OFFICER}), STATION)
OFFICER_FROM_ELSEWHERE = Official(person(14), frozenset({Role.COMMUNITY_OFFICER}), OTHER_STATION)
INVESTIGATOR = Official(OFFICER_ID, frozenset({Role.CASE_INVESTIGATOR}), STATION)
AUXILIARY = Official(AUXILIARY_ID, frozenset({Role.AUXILIARY}), STATION)

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CONSENT_DUE = MONDAY + timedelta(days=3)
MONTH_END = MONDAY + timedelta(days=31)

ALL_WAYS = (OtherWay.PEOPLES_COMMITTEE, OtherWay.SUIT, OtherWay.LEGAL_AID)


def offered(
    channel: Channel = Channel.PM,
    category: Category = Category.DIS,
    flags: tuple[Flag, ...] = (),
    owner: PersonId | None = OFFICER_ID,
) -> OpenCase:
    return OpenCase(
        case_id=CASE,
        request_id=REQUEST,
        attempt=1,
        channel=channel,
        category=category,
        flags=flags,
        unit=STATION,
        owner=owner,
        deputy=None,
        excluded=(FORMER_ID,),
        parties=(WORKSHOP_OWNER, COWSHED_OWNER),
        gates=(),
        narrative=text(0),
        at=MONDAY,
    )


def police_case(flags: tuple[Flag, ...] = ()) -> OpenCase:
    return offered(Channel.PSM, Category.PSO, flags)


def signs(by: Official = OFFICER) -> SignFor:
    return SignFor(by=by, consent_due=CONSENT_DUE, mediation_due=MONTH_END, at=MONDAY)


NOTICE = GiveNotice(ways=ALL_WAYS, at=MONDAY)
WORKSHOP_CONSENTS = GiveConsent(party=WORKSHOP_OWNER, how=OwnWay.SIGNED_IN, at=MONDAY)
COWSHED_CONSENTS = RecordConsent(party=COWSHED_OWNER, how=RecordedWay.PAPER, evidence=text(1), by=OFFICER_ID, at=MONDAY)
BOTH_CONSENT = (WORKSHOP_CONSENTS, COWSHED_CONSENTS)
VIOLATION = RecordViolation(reference=text(2), by=OFFICER, at=MONDAY)


def names(host: Official) -> NameHost:
    return NameHost(host=host, at=MONDAY)


def opens(
    by: Official = MEDIATOR,
    session: SessionId = FIRST_SESSION,
    kind: SessionKind = SessionKind.JOINT,
    at: datetime = MONDAY,
    officers: int = 1,
    recorded: bool = True,
) -> OpenSession:
    return OpenSession(
        session_id=session,
        kind=kind,
        by=by,
        officers=officers,
        recording=text(3) if recorded else None,
        at=at,
    )


def ends(
    session: SessionId = FIRST_SESSION, result: SessionResult = SessionResult.AGREED, at: datetime = MONDAY
) -> EndSession:
    return EndSession(
        session_id=session,
        result=result,
        attended=(WORKSHOP_OWNER, COWSHED_OWNER),
        notes=None,
        next_session_due=at + timedelta(days=9),
        at=at,
    )


LAND_READY = (offered(), signs(), NOTICE, *BOTH_CONSENT, names(MEDIATOR))
LANE_READY = (police_case(), signs(), VIOLATION, *BOTH_CONSENT, names(OFFICER))
