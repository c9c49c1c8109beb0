"""A dispute brought over the API to where a browser test begins."""

from dataclasses import dataclass
from typing import Any

from shared.kernel import new_id
from tests.support.served import Served

LIN = {"name": "林晓梅", "phone": "13900000001"}
ZHAO = {"name": "赵志强", "phone": "13900000002"}
FILING = {
    "kind": "dispute",
    "title": "围墙",
    "narrative": "隔壁修墙占了我家的地，说好赔钱一直没有给。",
    "place": "汇景花园",
    "contact": LIN,
    "other_party": ZHAO,
}
OVERRULING = {
    "category": "DIS", "channel": "PM", "police": "lead", "priority": "P2", "flags": [], "reason": "OVERRULED",
}  # fmt: skip


@dataclass(frozen=True)
class Dispute:
    request: str
    case: str


class Callers:
    def __init__(self, desk: Served) -> None:
        self._http = desk.house.http

    async def ask(self, method: str, path: str, who: str, body: Any = None) -> dict[str, Any]:
        granted = await self._http.post("/issuer/demo-token", data={"login": who})
        headers = {"Authorization": f"Bearer {granted.json()['access_token']}", "Idempotency-Key": str(new_id())}
        answer = await self._http.request(method, path, headers=headers, json=body)
        assert answer.status_code < 300, f"{path}: {answer.text}"
        told: dict[str, Any] = answer.json()
        return told


async def filed_dispute(desk: Served) -> str:
    """Filed and judged."""
    request = (await Callers(desk).ask("POST", "/intake/v1/requests", "citizen_lin", FILING))["request_id"]
    await desk.house.settled(60.0)
    return str(request)


async def signed_dispute(desk: Served) -> Dispute:
    """Signed for by a people's mediator, both sides told of the other ways."""
    api = Callers(desk)
    request = (await api.ask("POST", "/intake/v1/requests", "citizen_lin", FILING))["request_id"]
    await desk.house.settled(60.0)
    await api.ask("POST", f"/routing/v1/decisions/{request}/overrule", "triage_officer", OVERRULING)
    case = await _case(desk, api, request)
    await api.ask("POST", f"/mediation/v1/cases/{case}/signature", "mediator")
    await api.ask("POST", f"/mediation/v1/cases/{case}/notice", "mediator")
    await desk.house.settled(60.0)
    return Dispute(request, case)


async def agreed_dispute(desk: Served) -> Dispute:
    """Both sides consented, met and agreed: the paper is still to be written."""
    dispute, api = await signed_dispute(desk), Callers(desk)
    case = f"/mediation/v1/cases/{dispute.case}"
    for side in ("citizen_lin", "party_zhao"):
        await api.ask("POST", f"{case}/consent", side)
    await api.ask("POST", f"{case}/host", "mediator", {})
    session = (await api.ask("POST", f"{case}/sessions", "mediator", {"kind": "JOINT"}))["session_id"]
    await api.ask("POST", f"{case}/sessions/{session}/end", "mediator", {"result": "agreed"})
    await desk.house.settled(60.0)
    return dispute


async def _case(desk: Served, api: Callers, request: str) -> str:
    await desk.house.settled(60.0)
    (row,) = (await api.ask("GET", f"/mediation/v1/cases?request_id={request}", "mediator"))["cases"]
    return str(row["case_id"])
