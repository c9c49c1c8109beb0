"""The front page, its English summary, the blank page, type size, and the files of the look."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from starlette.routing import Match
from starlette.types import Scope

from services.portal.pages.caller import Caller, Site
from services.portal.pages.door import YEAR, pages_router
from services.portal.visits import LARGE_COOKIE

STATIC = Path(str(files("services.portal") / "static"))
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
INNER = ("/livez", "/readyz", "/internal/", "/portal/")
"""What a process answers about itself, beside its pages."""


def home_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/")
    async def home(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        return caller.show("home.html", site.bureau.home(caller.now), caller.page())

    @router.get("/en")
    async def english(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        return caller.show("english.html", site.bureau.home(caller.now), caller.page())

    @router.get("/blank")
    async def blank() -> Response:
        """Where quick leave goes: no name of ours, and nothing that tells where one comes from."""
        return HTMLResponse(site.templates.get_template("blank.html").render())

    @router.post("/type-size")
    async def type_size(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        response = caller.go(own_path(caller.text("back")))
        if caller.text("large"):
            response.set_cookie(LARGE_COOKIE, "1", max_age=YEAR, samesite="lax", httponly=True)
        else:
            response.delete_cookie(LARGE_COOKIE)
        return response

    @router.get("/static/{name}")
    async def static(name: str) -> Response:
        file = STATIC / name
        if file.parent != STATIC or file.suffix not in KINDS or not file.is_file():
            raise HTTPException(404)
        return FileResponse(file, media_type=KINDS[file.suffix], headers={"Cache-Control": "public, max-age=3600"})

    return router


def nothing_here(site: Site) -> APIRouter:
    """The last router: whatever nobody else answers is a page that says so."""
    router = pages_router(site)

    class Otherwise(router.route_class):  # type: ignore[name-defined,misc]
        def matches(self, scope: Scope) -> tuple[Match, Scope]:
            if scope["path"].startswith(INNER):
                return Match.NONE, {}
            found: tuple[Match, Scope] = super().matches(scope)
            return found

    router.route_class = Otherwise

    @router.api_route("/{path:path}", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    async def nothing(path: str, request: Request) -> Response:
        raise HTTPException(404)

    return router


def own_path(path: str) -> str:
    """A path of this site; anything else becomes the front page."""
    parts = urlsplit(path)
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc and "\n" not in path
    return path if own else "/"
