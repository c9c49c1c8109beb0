"""Signing in by code flow with PKCE, and leaving. The token stays in the visitor's own sealed cookie."""

import base64
import hashlib
import os
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Depends, Response
from fastapi import Query as Param

from services.portal.desk_client import Answer, Refused
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import DemoPerson, SignInView
from services.portal.pages.door import pages_router
from services.portal.pages.home import own_path
from services.portal.pages.words import zh_names
from services.portal.staff import CITIZENS
from services.portal.visits import SignedIn, Visit
from shared.kernel import wall_time

CALLBACK = "/signed-in"
MAX_FLOWS = 3
STALE = {"title": "登录没有完成", "detail": "这次登录放得太久，或者在另一个窗口已经登录过。请再登录一次。"}


class Grant(Answer):
    access_token: str
    expires_in: int = 3600


class Claims(Answer):
    sub: str
    name: str = ""
    roles: tuple[str, ...]
    person: str = ""
    unit: str = ""


def sign_in_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/sign-in")
    async def choose(
        caller: Annotated[Caller, Depends(site.caller)], after: Annotated[str, Param(max_length=500)] = ""
    ) -> Response:
        people = await site.staff.everybody()
        roles = zh_names()["roles"]
        view = SignInView(
            people=tuple(
                DemoPerson(each.login, each.name, roles.get(each.roles[0], each.roles[0]), each.about)
                for each in people
            ),
            after=own_path(after) if after else "",
            identity_provider_url="" if people else _leave_for_provider(site, caller, "", after),
        )
        return caller.show("signin.html", view, caller.page())

    @router.post("/sign-in")
    async def begin(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        return caller.go(_leave_for_provider(site, caller, caller.text("person"), caller.text("after")))

    @router.get(CALLBACK)
    async def finish(
        caller: Annotated[Caller, Depends(site.caller)],
        code: Annotated[str, Param(max_length=2000)] = "",
        state: Annotated[str, Param(max_length=100)] = "",
    ) -> Response:
        flow = caller.visit.flows.get(state)
        if flow is None or not code:
            raise Refused(400, STALE)
        verifier, after = flow
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "client_id": site.settings.client_id,
            "redirect_uri": _callback(caller),
        }
        grant = await caller.desk.holding(None).form(site.settings.token_url, fields, Grant)
        person = _person(grant)
        caller.visit = _signed_in(caller.visit, person)
        return caller.go(own_path(after) if after else _first_page(person))

    @router.get(f"{CALLBACK}/again")
    async def elsewhere(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        """Where a second window ends that was opened to sign in again."""
        caller.visit = caller.visit.saying("登录好了。请回到刚才的窗口，按“接着提交”。")
        return caller.go("/work")

    @router.post("/sign-out")
    async def leave(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.visit = Visit.new().saying("已经退出，这台设备上什么都没有留下。")
        response = caller.go("/")
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return router


def _leave_for_provider(site: Site, caller: Caller, login: str, after: str) -> str:
    """The address of the identity provider; verifier and state wait in the visitor's cookie."""
    verifier, state = _random(32), _random(16)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    flows = dict([*caller.visit.flows.items()][-(MAX_FLOWS - 1) :])
    caller.visit = replace(caller.visit, flows={**flows, state: (verifier, own_path(after) if after else "")})
    asked = {
        "response_type": "code",
        "client_id": site.settings.client_id,
        "redirect_uri": _callback(caller),
        "scope": "openid",
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if login:
        asked["login"] = login
    return f"{site.settings.authorize_url}?{urlencode(asked)}"


def _callback(caller: Caller) -> str:
    return str(caller.request.base_url).rstrip("/") + CALLBACK


def _random(size: int) -> str:
    return base64.urlsafe_b64encode(os.urandom(size)).rstrip(b"=").decode()


def _person(grant: Grant) -> SignedIn:
    """What the token says of its holder. It came from the provider itself, and every service checks it again."""
    claims = Claims.model_validate(_payload(grant.access_token))
    return SignedIn(
        token=grant.access_token,
        until=int(wall_time().timestamp()) + grant.expires_in,
        login=claims.sub,
        name=claims.name or claims.sub,
        roles=claims.roles,
        person=claims.person,
        unit=claims.unit,
    )


def _payload(token: str) -> Any:
    part = token.split(".")[1]
    return orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def _signed_in(visit: Visit, person: SignedIn) -> Visit:
    """A new visit, so that no form of before carries over; the same one for whoever just signs in again."""
    same = visit.person is not None and visit.person.login == person.login
    return replace(visit, person=person, flows={}) if same else replace(Visit.new(), person=person)


def _first_page(person: SignedIn) -> str:
    """Where each role's day begins."""
    station = {"enterprise_officer": "/station", "department_clerk": "/station/plans", "firm_member": "/firms"} | {
        "volunteer": "/clues/new",
        "dispatcher": "/broadcasts",
    }
    for role in person.roles:
        if role in station:
            return station[role]
    if CITIZENS & set(person.roles):
        return "/work"
    return "/desk" if {"duty_officer", "triage_officer"} & set(person.roles) else "/work"
