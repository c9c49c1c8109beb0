"""What the rest of the bureau does around triage: files, supplements, signs, reports, tells."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.routing.adapters.bureau import demo_person
from shared.contracts.codes import Channel, Door, Outcome, ReasonCode
from shared.contracts.danger import DangerKind
from shared.contracts.handling import HandlingReturnedV1, HandlingSignedV1, OutcomeReportedV1
from shared.contracts.intake import Kind, RequestFiledV1
from shared.contracts.vault import ItemKind
from shared.kernel import SYSTEM, Context, PersonId, RequestId, TextRef, UnitCode, new_id
from shared.web import Text, Vault
from tests.support.house import Desk
from tests.support.strangers import Stranger

INTAKE, MEDIATION, WORKORDERS = Stranger("intake"), Stranger("mediation"), Stranger("workorders")
NOTIFICATIONS, ENTERPRISE = Stranger("notifications"), Stranger("enterprise")
HANDLERS = (MEDIATION, ENTERPRISE, WORKORDERS)

RETAINING_WALL = "我和隔壁邻居因为院墙地界闹了矛盾，他家砌墙占了我家半米宅基地，请帮忙调解一下。"
NO_WISH_TO_LIVE = "我在汇景花园3栋，不想活了，活着没意思。"


def vault_of(desk: Desk) -> Vault:
    return desk.runtime("routing").deps.vault


async def filed(
    desk: Desk, text: str, *danger: DangerKind, place: str | None = None, requester: PersonId | None = None
) -> RequestId:
    """A request as intake would have published it, its texts in the vault."""
    request_id = RequestId(new_id())
    texts = {"narrative": Text(ItemKind.NARRATIVE, text), "place": Text(ItemKind.PLACE, place) if place else None}
    sealed = await desk.house.runtimes["intake"].deps.vault.seal(
        request_id, "k", texts, request_id=request_id, owner=None, context=Context(actor=SYSTEM)
    )
    await INTAKE.says(
        desk, filing(request_id, sealed.refs["narrative"], sealed.refs.get("place"), danger, requester, desk)
    )
    return request_id


def filing(
    request_id: RequestId,
    narrative: TextRef,
    place: TextRef | None,
    danger: tuple[DangerKind, ...],
    requester: PersonId | None,
    desk: Desk,
) -> RequestFiledV1:
    return RequestFiledV1(
        request_id=request_id,
        door=Door.PORTAL,
        kind=Kind.DISPUTE,
        title=None,
        narrative=narrative,
        place=place,
        requester=requester,
        other_party=None,
        other_party_known=False,
        danger=danger,
        at=desk.clock.now(),
    )


async def signed(desk: Desk, request_id: RequestId, login: str, attempt: int = 1) -> None:
    contract = HandlingSignedV1(
        request_id=request_id,
        handling_id=UUID(int=1),
        attempt=attempt,
        unit=UnitCode("PM-COMMITTEE-1"),
        owner=demo_person(login),
        at=desk.clock.now(),
    )
    await MEDIATION.says(desk, contract)


async def returned(desk: Desk, request_id: RequestId, login: str, reason: ReasonCode) -> None:
    contract = HandlingReturnedV1(
        request_id=request_id,
        handling_id=UUID(int=1),
        attempt=1,
        reason=reason,
        owner=demo_person(login),
        at=desk.clock.now(),
    )
    await MEDIATION.says(desk, contract)


async def ended(desk: Desk, request_id: RequestId, outcome: Outcome, attempt: int = 1) -> None:
    contract = OutcomeReportedV1(
        request_id=request_id,
        handling_id=UUID(int=1),
        attempt=attempt,
        channel=Channel.PM,
        outcome=outcome,
        detail=None,
        answer=None,
        duties_watched=0,
        handler=demo_person("mediator"),
        sides=(),
        at=desk.clock.now(),
    )
    await MEDIATION.says(desk, contract)


async def decision(desk: Desk, request_id: RequestId, login: str = "duty_officer") -> dict[str, Any]:
    await desk.settled()
    answer = await desk.http.get(f"/routing/v1/decisions/{request_id}", headers=await desk.as_(login))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def does(desk: Desk, login: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
    """One command of a person; status and answer."""
    answer = await desk.http.post(f"/routing/v1/{path}", json=body, headers=await desk.as_(login))
    return answer.status_code, answer.json()


async def lists(desk: Desk, login: str, path: str) -> dict[str, Any]:
    answer = await desk.http.get(f"/routing/v1/{path}", headers=await desk.as_(login))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def later(desk: Desk, **time: int) -> None:
    await desk.move_to(desk.clock.now() + timedelta(**time))
