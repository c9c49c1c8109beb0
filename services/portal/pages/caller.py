"""One request of a visitor: who asks, whether the form is his, and how he is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

import httpx2
from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment

from services.portal.bureau import Bureau
from services.portal.desk_client import DeskClient
from services.portal.pages.contexts import AgainView, FieldError, Kept, NavLink, Notice, Page, Undo
from services.portal.pages.refusals import SignInNeeded, StrangeForm
from services.portal.pages.words import zh_names
from services.portal.settings import PortalSettings
from services.portal.staff import CITIZENS, Staff
from services.portal.visits import COOKIE, LARGE_COOKIE, SignedIn, Visit, Visits
from shared.kernel import BUREAU_ZONE, Clock, new_id, wall_time

REAL_ENOUGH = timedelta(minutes=1)
OWN_FIELDS = frozenset({"csrf", "form_key", "again_code", "again_pin"})
NAV = (
    (
        "待办",
        "/desk",
        frozenset(
            {"duty_officer", "triage_officer", "dispatcher", "station_leader", "bureau_leader", "case_investigator"}
        ),
    ),
    ("热点", "/desk/hotspots", frozenset({"duty_officer", "triage_officer", "station_leader", "bureau_leader"})),
    ("护企", "/station", frozenset({"enterprise_officer"})),
    ("检查计划", "/station/plans", frozenset({"department_clerk"})),
    ("我的企业", "/firms", frozenset({"firm_member"})),
    ("未保", "/children", frozenset({"child_officer", "station_leader", "counsellor"})),
    ("未保名单", "/children/group", frozenset({"bureau_leader"})),
    ("席位", "/seats", frozenset({"school_staff", "counsellor"})),
    (
        "工单",
        "/orders",
        frozenset(
            {
                "community_officer",
                "station_leader",
                "bureau_leader",
                "dispatcher",
                "permit_officer",
                "window_clerk",
                "traffic_officer",
                "case_investigator",
                "supervisor",
            }
        ),
    ),
    (
        "协办",
        "/tasks",
        frozenset(
            {
                "department_clerk",
                "partner_clerk",
                "centre_officer",
                "village_official",
                "traffic_officer",
                "permit_officer",
                "window_clerk",
            }
        ),
    ),
    ("报线索", "/clues/new", frozenset({"volunteer", "grid_worker"})),
    (
        "时限",
        "/clocks",
        frozenset({"duty_officer", "triage_officer", "dispatcher", "station_leader", "bureau_leader", "supervisor"}),
    ),
    ("移送", "/transfers", frozenset({"hotline_liaison", "triage_officer", "operator"})),
    ("群发寻人", "/broadcasts", frozenset({"dispatcher"})),
    ("线索核查", "/clues", frozenset({"community_officer", "case_investigator", "station_leader"})),
    ("群名册", "/groups", frozenset({"dispatcher", "community_officer", "station_leader"})),
    (
        "登记",
        "/register",
        frozenset(
            {
                "grid_worker",
                "community_officer",
                "permit_officer",
                "traffic_officer",
                "duty_officer",
                "window_clerk",
                "hotline_liaison",
                "dispatcher",
                "procurator",
            }
        ),
    ),
    (
        "回访",
        "/revisits",
        frozenset(
            {
                "community_officer",
                "traffic_officer",
                "enterprise_officer",
                "child_officer",
                "supervisor",
                "station_leader",
                "triage_officer",
                "peoples_mediator",
            }
        ),
    ),
    (
        "联席会议",
        "/meetings",
        frozenset(
            {
                "community_officer",
                "traffic_officer",
                "enterprise_officer",
                "department_clerk",
                "partner_clerk",
                "centre_officer",
                "village_official",
                "grid_worker",
                "bureau_leader",
            }
        ),
    ),
    ("排查", "/sweeps", frozenset({"community_officer", "village_official", "grid_worker"})),
    ("我的件", "/work", None),
    ("法院对接", "/suits", frozenset({"court_mediator"})),
    ("待批档案", "/exports", frozenset({"bureau_leader", "auditor"})),
    ("对接", "/developers", frozenset({"department_clerk", "partner_clerk", "platform", "operator"})),
    ("模型", "/desk/models", frozenset({"triage_officer", "operator", "auditor", "bureau_leader"})),
    ("规则", "/rules", frozenset({"triage_officer", "bureau_leader", "auditor"})),
    ("运行", "/ops", frozenset({"operator", "auditor", "bureau_leader"})),
    ("日志", "/log", None),
    (
        "名录",
        "/directory",
        frozenset(
            {"duty_officer", "triage_officer", "dispatcher", "station_leader", "community_officer", "bureau_leader"}
        ),
    ),
    ("权限", "/people", None),
)


@dataclass(slots=True)
class Caller:
    """One request of a visitor: what was sent, by whom, and how it is answered."""

    site: "Site"
    request: Request
    visit: Visit
    form: Mapping[str, tuple[str, ...]]
    now: datetime

    @property
    def path(self) -> str:
        return self.request.url.path

    @property
    def person(self) -> SignedIn | None:
        """Who is signed in, as long as the token lasts."""
        person = self.visit.person
        return person if person and person.until > wall_time().timestamp() else None

    @property
    def staff(self) -> SignedIn:
        """Raises SignInNeeded."""
        if self.person is None:
            raise SignInNeeded
        return self.person

    def require_staff(self) -> SignedIn:
        """Raises SignInNeeded for everybody who is not signed in."""
        return self.staff

    @property
    def is_renewing(self) -> bool:
        """A part of a page that renews itself: nobody reads it as a new page."""
        return self.request.headers.get("x-requested-with") == "lounge"

    @property
    def language(self) -> str:
        return self.request.headers.get("accept-language", "zh")

    @property
    def desk(self) -> DeskClient:
        """The desk, asked with the right of whoever is signed in."""
        client = self.request.client
        token = self.person.token if self.person else None
        return DeskClient(self.site.http, self.language, token, client.host if client else None)

    def desk_about(self, thing: UUID) -> DeskClient:
        """The desk, asked with what code and PIN opened; else with the right of whoever is signed in."""
        key = self.visit.keys.get(str(thing))
        return self.desk.holding(key) if key else self.desk

    def text(self, name: str) -> str:
        """One field, with the line ends of one kind and no blanks around it."""
        given = self.form.get(name, ("",))[0]
        return given.replace("\r\n", "\n").replace("\r", "\n").strip()

    def many(self, name: str) -> tuple[str, ...]:
        return tuple(each for each in self.form.get(name, ()) if each)

    @property
    def form_key(self) -> str:
        """The key of the form that was sent; a fresh one for a form that is about to be shown."""
        try:
            return str(UUID(self.text("form_key")))
        except ValueError:
            return str(new_id())

    def page(
        self,
        *,
        surface: Literal["citizen", "desk"] = "citizen",
        errors: tuple[FieldError, ...] = (),
        notice: Notice | None = None,
        quick_leave: bool = False,
        form_key: str = "",
        path: str = "",
    ) -> Page:
        said = self.visit.notice
        undo = self.visit.undo
        return Page(
            bureau=self.site.bureau.name,
            now=self.now,
            path=path or self.path,
            csrf=self.site.visits.form_token(self.visit),
            form_key=form_key or str(new_id()),
            large=self.request.cookies.get(LARGE_COOKIE) == "1",
            surface=surface,
            signed_in_as=_called(self.person),
            nav=_nav(self.person, self.path),
            errors=errors,
            notice=notice or (Notice(said[0], "soon" if said[1] == "soon" else "good") if said else None),
            undo=Undo(undo.text, undo.url, datetime.fromtimestamp(undo.until, BUREAU_ZONE))
            if undo and undo.holds_at(self.now) and surface == "desk"
            else None,
            quick_leave=quick_leave,
            opened_by_code=bool(self.visit.keys),
            clock_is_set=abs(self.now - wall_time()) > REAL_ENOUGH,
        )

    def show(self, template: str, view: object, page: Page, *, status: int = 200, keep: bool = False) -> Response:
        """`keep`: the browser may keep the page, so that its back button shows what was typed."""
        html = self.site.templates.get_template(template).render(page=page, view=view)
        response = HTMLResponse(html, status_code=status)
        response.headers["Cache-Control"] = "private, no-cache" if keep else "no-store"
        if self.visit.notice is not None and page.notice is not None and not self.is_renewing:
            self.visit = replace(self.visit, notice=None)
        return response

    def go(self, url: str, after: object = None) -> Response:
        """To another page; `after`: the record it has to show."""
        if after:
            url += ("&" if "?" in url else "?") + urlencode({"after": str(after)})
        return RedirectResponse(url, status_code=303)

    def keep_visit(self, response: Response) -> None:
        sealed = self.request.cookies.get(COOKIE)
        if sealed is not None and self.site.visits.open(sealed) == self.visit:
            return
        response.set_cookie(
            COOKIE,
            self.site.visits.seal(self.visit),
            httponly=True,
            secure=self.request.url.scheme == "https",
            samesite="lax",
            path="/",
        )

    def hold(self, needs: Literal["press", "code", "sign_in"], door: str = "") -> Response:
        """The form again, with everything typed in it, until what is missing was given."""
        kept = tuple(
            Kept(name, value) for name, values in self.form.items() if name not in OWN_FIELDS for value in values
        )
        view = AgainView(action=self.path, kept=kept, needs=needs, door=door)
        return self.show("again.html", view, self.page(form_key=self.form_key), status=409, keep=True)


@dataclass(frozen=True, slots=True)
class Site:
    """What the pages are made with."""

    http: httpx2.AsyncClient
    clock: Clock
    bureau: Bureau
    settings: PortalSettings
    staff: Staff
    visits: Visits
    templates: Environment

    async def caller(self, request: Request) -> Caller:
        """Whoever asks. Raises StrangeForm for a form that is not his."""
        caller = await self.glance(request)
        if request.method == "POST":
            if not self.visits.is_own_form(caller.visit, caller.text("csrf")):
                raise StrangeForm
            await self._renew_key(caller)
        request.state.caller = caller
        return caller

    async def glance(self, request: Request) -> Caller:
        """Whoever asks, without judging his form."""
        form: dict[str, tuple[str, ...]] = {}
        if request.method == "POST":
            sent = await request.form(max_files=1, max_fields=200)
            form = {
                name: tuple(each for each in sent.getlist(name) if isinstance(each, str))
                for name in dict.fromkeys(sent)
            }
        return Caller(self, request, self.visits.open(request.cookies.get(COOKIE)), form, self.clock.now())

    async def _renew_key(self, caller: Caller) -> None:
        """Code and PIN given beside a form whose key had run out."""
        code, pin = caller.text("again_code"), caller.text("again_pin")
        if code and pin:
            thing, key = await self.open_by_code(caller, code, pin, party=caller.path.startswith("/party"))
            caller.visit = caller.visit.with_key(thing, key)

    async def open_by_code(self, caller: Caller, code: str, pin: str, *, party: bool) -> tuple[UUID, str]:
        """The request or case that code and PIN open, and the capability. Raises Refused."""
        where = "/mediation/v1/party-access" if party else "/intake/v1/follow"
        told = await caller.desk.holding(None).command(where, {"code": code, "pin": pin}, str(new_id()))
        return UUID(str(told["case_id" if party else "request_id"])), str(told["token"])


def _called(person: SignedIn | None) -> str:
    if person is None:
        return ""
    return f"{person.name} · {zh_names()['roles'].get(person.role, person.role)}"


def _nav(person: SignedIn | None, path: str) -> tuple[NavLink, ...]:
    if person is None:
        return ()
    own = set(person.roles)
    shown = [(label, url) for label, url, roles in NAV if (roles & own if roles is not None else not CITIZENS & own)]
    here = max((url for _, url in shown if path == url or path.startswith(url + "/")), key=len, default="")
    return tuple(NavLink(label, url, url == here) for label, url in shown)
