"""The other bodies on the page of transfers: how each is reached, and whether the line to it is alive."""

from datetime import datetime

from services.portal.desk_client import Answer
from services.portal.pages.contexts import BodyTile
from services.portal.pages.words import near, zh_names

REACHED = {"none": "电话、函件", "pull": "对方系统来取", "push": "直接送到对方系统"}
SEES = {"stub": "只看概要", "task": "概要和要办的事"}


class BodyFile(Answer):
    code: str
    zh: str
    link: str
    sees: str
    takes: tuple[str, ...] = ()
    waiting: int = 0
    failing_since: datetime | None = None
    given_up: bool = False
    taken_at: datetime | None = None


class Bodies(Answer):
    bodies: tuple[BodyFile, ...] = ()


def body_tiles(bodies: tuple[BodyFile, ...], now: datetime) -> tuple[BodyTile, ...]:
    """Those whose line is dead come first."""
    tiles = [_tile(each, now) for each in bodies]
    return tuple(sorted(tiles, key=lambda tile: (not tile.failing, tile.name)))


def _tile(body: BodyFile, now: datetime) -> BodyTile:
    failing = ""
    if body.given_up:
        failing = "几天没有接收，已停发"
    elif body.failing_since is not None:
        failing = f"{near(body.failing_since, now)} 起发不通"
    categories = zh_names()["categories"]
    return BodyTile(
        name=body.zh,
        reached=REACHED.get(body.link, body.link),
        sees=SEES.get(body.sees, body.sees),
        takes="、".join(categories.get(code, code) for code in body.takes),
        waiting=body.waiting,
        failing=failing,
        tone="late" if body.given_up else "soon" if failing else "plain",
    )
