"""What the desk told somebody: to an officer of what runs out, to a side of what happens next."""

from datetime import datetime
from uuid import UUID

from services.portal.desk_client import Answer, DeskClient, Refused, Unreachable
from services.portal.pages.clock_files import ToldLine, ToldLines
from services.portal.pages.contexts import NoticeLine
from services.portal.pages.words import near, zh_names

OFFICER = "officer"
LAST = 6
TONES = {
    "limit_warned": "soon",
    "duty_warned": "soon",
    "confirmation_warned": "soon",
    "limit_breached": "late",
    "duty_defaulted": "late",
    "penalty_due": "late",
}


class Told(Answer):
    side: str = ""
    about: str = ""
    title: str
    text: str
    handling: UUID | None = None
    at: datetime


class ToldList(Answer):
    messages: tuple[Told, ...] = ()


async def notices_to_officers(desk: DeskClient, request_id: UUID) -> tuple[NoticeLine, ...]:
    """Of one request, the latest first; a page without them is better than no page."""
    try:
        told = await desk.get(f"/notifications/v1/requests/{request_id}/messages", ToldList)
    except (Refused, Unreachable):
        return ()
    return _lines(told)


async def own_notices(desk: DeskClient) -> tuple[NoticeLine, ...]:
    """What the reader himself was told as an officer, over all his cases."""
    try:
        told = await desk.get("/notifications/v1/inbox", ToldList)
    except (Refused, Unreachable):
        return ()
    return _lines(told)


async def clock_notices(desk: DeskClient, now: datetime) -> tuple[NoticeLine, ...]:
    """Which clocks the reader is told of: by his role in the table, or because the ladder came to him."""
    try:
        told = await desk.get("/routing/v1/clocks/told", ToldLines)
    except (Refused, Unreachable):
        return ()
    return tuple(clock_line(line, now) for line in told.lines[:LAST])


def clock_line(line: ToldLine, now: datetime) -> NoticeLine:
    words = zh_names()
    category = words["categories"].get(line.category or "", "诉求")
    parts = [f"时限是{near(line.due, now)}。"]
    if line.next_rung and line.next_at:
        parts.append(
            f"{near(line.next_at, now)} 还没有办，会告诉{words['roles'].get(line.next_rung, line.next_rung)}。"
        )
    if line.broken and line.remedy:
        parts.append(f"{line.remedy}。")
    return NoticeLine(
        title=f"{category}：{line.name}{'已经超时' if line.broken else '快到了'}",
        text="".join(parts),
        at=line.at,
        tone="late" if line.broken else "soon",
        url=f"/clocks/{line.request_id}",
    )


def _lines(told: ToldList) -> tuple[NoticeLine, ...]:
    mine = sorted((each for each in told.messages if each.side == OFFICER), key=lambda each: each.at, reverse=True)
    return tuple(
        NoticeLine(
            title=each.title,
            text=each.text,
            at=each.at,
            tone="late" if TONES.get(each.about) == "late" else "soon" if each.about in TONES else "plain",
            url=f"/cases/{each.handling}" if each.handling else "",
        )
        for each in mine[:LAST]
    )
