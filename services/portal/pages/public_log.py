"""The public log, and the table of who may do what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response

from services.portal.desk_client import Answer
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import LogView, PeopleView, Permission, Proof, RolePermissions
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK
from services.portal.pages.words import zh_names
from services.portal.staff import CITIZENS
from shared.web.access import AccessTable, access_table

SERVICES: Mapping[str, str] = {
    "intake": "受理",
    "vault": "保险库",
    "routing": "分流",
    "mediation": "调解",
    "enterprise": "护企",
    "workorders": "工单",
    "notifications": "反馈",
    "audit": "日志自身",
}


class Covered(Answer):
    size: int = 0
    checkpoint_at: datetime | None = None
    covered: Mapping[str, Mapping[int, int]] = {}


def public_log_pages(site: Site) -> APIRouter:
    router = pages_router(site)
    people = _people(access_table())

    @router.get("/log")
    async def log(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        covered = await caller.desk.get("/audit/v1/covered", Covered)
        checkpoint = await caller.desk.text("/audit/v1/checkpoint")
        key = await caller.desk.text("/audit/v1/key")
        return caller.show("log.html", _view(covered, checkpoint, key.strip()), caller.page(surface=_surface(caller)))

    @router.get("/people")
    async def table(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        return caller.show("people.html", people, caller.page(surface=_surface(caller)))

    return router


def _surface(caller: Caller) -> Literal["citizen", "desk"]:
    staff = caller.person is not None and not CITIZENS & set(caller.person.roles)
    return DESK if staff else "citizen"


def _view(covered: Covered, checkpoint: str, key: str) -> LogView:
    """The signed note: origin, size, root, then signatures."""
    note, _, signatures = checkpoint.partition("\n\n")
    lines = [*note.split("\n"), "", "", ""]
    origin = lines[0]
    signers = [line.split(" ")[1] for line in signatures.split("\n") if line.startswith("— ")]
    return LogView(
        origin=origin,
        size=covered.size,
        root=lines[2],
        signed_at=covered.checkpoint_at,
        checkpoint=checkpoint,
        checkpoint_url="/audit/v1/checkpoint",
        verifier_key=key,
        witnesses=tuple(signer for signer in signers if signer != origin),
        services=tuple(
            Proof(SERVICES.get(service, service), f"{sum(lanes.values()):,}")
            for service, lanes in sorted(covered.covered.items())
        ),
    )


def _people(table: AccessTable) -> PeopleView:
    names = {"*": "所有人", **zh_names()["roles"]}
    rows: dict[str, list[Permission]] = {}
    for cell in table.cells:
        rows.setdefault(cell.role, []).append(
            Permission(cell.operation, cell.relation, cell.effect.value, cell.max_level, cell.condition, cell.source)
        )
    return PeopleView(tuple(RolePermissions(names.get(role, role), role, tuple(each)) for role, each in rows.items()))
