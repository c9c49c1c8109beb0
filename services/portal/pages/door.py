"""How every answer leaves the house: refusals as pages, the visitor's cookie, the headers."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from services.portal.desk_client import Refused, Unreachable
from services.portal.pages.caller import Caller, Site
from services.portal.pages.problems import problem_of
from services.portal.pages.refusals import KeyNeeded, SignInNeeded, StrangeForm
from services.portal.staff import CITIZENS
from services.portal.visits import COOKIE
from shared.telemetry.spans import current_trace_id

YEAR = 365 * 24 * 3600
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
EXPECTED = (Refused, Unreachable, HTTPException, RequestValidationError, StrangeForm)

log = structlog.get_logger("portal")


def pages_router(site: Site) -> APIRouter:
    return APIRouter(route_class=page_route(site), include_in_schema=False)


def page_route(site: Site) -> type[APIRoute]:
    class PageRoute(APIRoute):
        """Turns refusals into pages, keeps the visitor's cookie, and sets the headers of every answer."""

        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self.methods = {*self.methods, "HEAD"} if self.methods and "GET" in self.methods else self.methods

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def answer(request: Request) -> Response:
                try:
                    response: Response = await handle(request)
                except Exception as error:
                    response = await _instead(site, request, error)
                if isinstance(caller := getattr(request.state, "caller", None), Caller):
                    caller.keep_visit(response)
                await request.close()
                return dressed(request, response)

            return answer

    return PageRoute


def dressed(request: Request, response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.url.scheme == "https":
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
    return response


async def _instead(site: Site, request: Request, error: Exception) -> Response:
    """The page that is shown in place of the one that failed."""
    if isinstance(error, HTTPException) and error.status_code == 413:
        caller = Caller(site, request, site.visits.open(request.cookies.get(COOKIE)), {}, site.clock.now())
    else:
        caller = getattr(request.state, "caller", None) or await site.glance(request)
    request.state.caller = caller
    if isinstance(error, Refused) and error.status == 401:
        error = _key_or_sign_in(caller)
    match error:
        case StrangeForm() if _from_our_page(request):
            return caller.hold("press")
        case SignInNeeded() if request.method == "POST":
            return caller.hold("sign_in")
        case SignInNeeded():
            return caller.go("/sign-in?" + urlencode({"after": _target(request)}))
        case KeyNeeded() if request.method == "POST":
            return caller.hold("code", error.door)
        case KeyNeeded():
            caller.visit = caller.visit.saying("请输入编号和查询码，再看这件事。", "soon")
            return caller.go(f"/{error.door}")
    if not isinstance(error, EXPECTED):
        log.error("page_failed", path=request.scope["route"].path, exc_info=error)
    person = caller.person
    desk = person is not None and not CITIZENS & set(person.roles)
    view = problem_of(error, current_trace_id() or "—", desk=desk)
    page = caller.page(surface="desk" if desk else "citizen")
    return caller.show("problem.html", view, page, status=view.status)


def _key_or_sign_in(caller: Caller) -> Exception:
    """Which right ran out: what code and PIN opened, or the signing in."""
    for thing in caller.visit.keys:
        if thing in caller.path:
            caller.visit = caller.visit.without_key(thing)
    if caller.path.startswith("/follow"):
        return KeyNeeded("follow")
    return KeyNeeded("party") if caller.path.startswith(("/party", "/agreements")) else SignInNeeded()


def _from_our_page(request: Request) -> bool:
    """Browsers tell where a form was sent from; pages of strangers cannot forge it."""
    return request.headers.get("sec-fetch-site") == "same-origin"


def _target(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
