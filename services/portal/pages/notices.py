"""What the desk told somebody: to an officer of what runs out, to a side of what happens next."""

from datetime import datetime
from uuid import UUID

from services.portal.desk_client import Answer, DeskClient, Refused, Unreachable
from services.portal.pages.contexts import NoticeLine

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
