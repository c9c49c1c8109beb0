"""What to bring to a window: for everybody, with the law that says so."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Response
from fastapi import Query as Param

from services.portal.desk_client import Answer
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import CatalogueLine, CatalogueView, ItemView
from services.portal.pages.door import pages_router

API = "/intake/v1/catalogue"


class Term(Answer):
    words: str


class Source(Answer):
    law: str


class Window(Answer):
    name: str
    address: str
    hours: str


class Item(Answer):
    code: str
    title: str
    who: str
    materials: tuple[str, ...]
    term: Term
    fee: str
    proxy: str
    source: Source
    checked: date
    window: Window


class Items(Answer):
    items: tuple[Item, ...] = ()


def catalogue_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/catalogue")
    async def listed(
        caller: Annotated[Caller, Depends(site.caller)], q: Annotated[str, Param(max_length=200)] = ""
    ) -> Response:
        told = await caller.desk.get(API, Items, q=q)
        view = CatalogueView(
            q, tuple(CatalogueLine(f"/catalogue/{each.code}", each.title, each.term.words) for each in told.items)
        )
        return caller.show("catalogue/list.html", view, caller.page(), keep=True)

    @router.get("/catalogue/{code}")
    async def one(code: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        if not code.replace("-", "").isalnum() or not code.isascii():
            raise HTTPException(404)
        return caller.show("catalogue/one.html", _view(await caller.desk.get(f"{API}/{code}", Item)), caller.page())

    return router


def _view(item: Item) -> ItemView:
    return ItemView(
        title=item.title,
        who=item.who,
        materials=item.materials,
        term=item.term.words,
        fee=item.fee,
        proxy=item.proxy,
        window=item.window.name,
        address=item.window.address,
        hours=item.window.hours,
        source=item.source.law,
        checked=f"{item.checked:%Y年%m月%d日}",
    )
