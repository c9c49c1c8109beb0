"""未保专岗名单: who may see the child lane, given and taken by the bureau's leader; no file is shown here (R-36)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.portal.desk_client import Answer, Refused
from services.portal.pages.acts import ActSpec, Body, act, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.children import code_of
from services.portal.pages.contexts import ChildGroupView, Choice, Field, MemberLine, TimelineItem, Tone
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK, named
from services.portal.pages.words import zh_names
from shared.kernel import BUREAU_ZONE

API: Final = "/mediation/v1/child-group"
PLACE: Final = "/children/group"
BACK: Final = (PLACE, "回专岗名单")
KEEPER: Final = "bureau_leader"
LEADERS: Final = frozenset({KEEPER, "station_leader"})
PARTS: Final = ("child_officer", "station_leader", "counsellor")
KEPT_BY: Final = "谁在名单上，由局领导决定。"


class Member(Answer):
    person: UUID
    part: str
    since: date
    until: date | None = None
    dismissed_on: date | None = None
    today: bool


class Group(Answer):
    members: tuple[Member, ...] = ()


class UrgentRead(Answer):
    child_id: UUID
    reader: UUID
    opened: int
    first_opened_at: datetime


class UrgentReads(Answer):
    reads: tuple[UrgentRead, ...] = ()


def _membership(values: Body) -> Body:
    person, _, part = str(values["who"]).partition("/")
    return {"person": person, "part": part, **{name: values[name] for name in ("since", "until") if name in values}}


ADMIT: Final = ActSpec(
    f"{API}/members",
    "加一个人",
    "把人加进专岗名单",
    "名单上的人才看得到未保件：只加工作需要的，人数越少越好（R-36）。",
    "加进名单",
    "已加进名单，从写的那天起看得到未保件。",
    (
        Field("who", "谁", "one", "账号上有未保岗位的人。", required=True),
        Field("since", "从哪天起", "day", required=True),
        Field("until", "到哪天为止（可以不填）", "day", "那天还算在内；不填就一直到移出。"),
    ),
    body=_membership,
)
DISMISS: Final = ActSpec(
    f"{API}/members/{{id}}/dismissal",
    "移出",
    "把人移出专岗名单",
    "从写的那天起，他看不到任何未保件，手上的件请先交给名单上的别人。写过日期的，只能提前，不能推后。",
    "移出名单",
    "已移出名单，从名单上写的那天起看不到未保件。",
    consequence="移出以后要再看，得重新加进名单；加进、移出都留下记录。",
    danger=True,
)


def child_group_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get(PLACE)
    async def listed(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        group = await _group(caller)
        names = await site.staff.names()
        keeps = caller.staff.role == KEEPER
        view = ChildGroupView(
            members=tuple(line(each, names, _today(caller), keeps) for each in sorted(group.members, key=_order)),
            give=offered(ADMIT, f"{PLACE}/new", why_not=await _cannot_admit(site)) if keeps else None,
            urgent=await _urgent(caller, names),
        )
        return caller.show("children/group.html", view, caller.page(surface=DESK))

    @router.get(f"{PLACE}/new")
    async def ask_admission(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        await _require_keeper(caller)
        return question(caller, await _admission(site, caller), BACK, surface=DESK)

    @router.post(f"{PLACE}/new")
    async def admit(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        await _require_keeper(caller)
        return await act(caller, caller.desk, await _admission(site, caller), UUID(int=0), BACK, surface=DESK)

    @router.get(f"{PLACE}/{{person_id}}/dismissal")
    async def ask_dismissal(person_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        await _require_keeper(caller)
        return question(caller, await _dismissal(site, caller, person_id), BACK, surface=DESK)

    @router.post(f"{PLACE}/{{person_id}}/dismissal")
    async def dismiss(person_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        await _require_keeper(caller)
        spec = await _dismissal(site, caller, person_id)
        return await act(caller, caller.desk, spec, person_id, BACK, surface=DESK)

    return router


async def _group(caller: Caller) -> Group:
    return await caller.desk.get(API, Group)


async def _require_keeper(caller: Caller) -> None:
    """The desk refuses strangers and records it; a member who reads the list is told who keeps it."""
    caller.require_staff()
    await _group(caller)
    if caller.staff.role != KEEPER:
        raise Refused(403, {"detail": KEPT_BY})


def _today(caller: Caller) -> date:
    return caller.now.astimezone(BUREAU_ZONE).date()


async def _who(site: Site) -> tuple[Choice, ...]:
    """Everybody in each part of the lane that his account has: nobody has to say a part."""
    roles = zh_names()["roles"]
    people = await site.staff.everybody()
    return tuple(
        Choice(f"{each.person}/{part}", f"{each.name}，{roles[part]}", each.about)
        for part in PARTS
        for each in people
        if each.person is not None and part in each.roles
    )


async def _cannot_admit(site: Site) -> str:
    return "" if await _who(site) else "现在读不到账号，过一会儿再来"


async def _admission(site: Site, caller: Caller) -> ActSpec:
    who, since, until = ADMIT.fields
    people, today = await _who(site), _today(caller).isoformat()
    return ADMIT.asking(replace(who, choices=people), replace(since, value=today), until)


async def _dismissal(site: Site, caller: Caller, person_id: UUID) -> ActSpec:
    who = named(person_id, await site.staff.names(), "这个人")
    return DISMISS.asking(
        Field("on", f"{who}从哪天起不在名单上", "day", value=_today(caller).isoformat(), required=True)
    )


def _order(member: Member) -> tuple[bool, int, date]:
    return not member.today, PARTS.index(member.part) if member.part in PARTS else len(PARTS), member.since


def line(member: Member, names: Mapping[UUID, str], today: date, keeps: bool) -> MemberLine:
    state, tone = standing(member, today)
    dismissal = offered(DISMISS, f"{PLACE}/{member.person}/dismissal")
    return MemberLine(
        who=named(member.person, names, "一名工作人员（读不到名字）"),
        part=zh_names()["roles"].get(member.part, member.part),
        term=f"{_day(member.since)}起，" + (f"到{_day(member.until)}为止" if member.until else "没有写到哪天"),
        state=state,
        tone=tone,
        act=dismissal if keeps and tone != "plain" else None,
    )


def standing(member: Member, today: date) -> tuple[str, Tone]:
    """Plain is what is over."""
    if member.today:
        return (f"{_day(member.dismissed_on)}起移出", "soon") if member.dismissed_on else ("今天在名单上", "good")
    if member.dismissed_on is not None:
        return "已移出", "plain"
    return ("还没到日子", "soon") if member.since > today else ("已到期", "plain")


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


async def _urgent(caller: Caller, names: Mapping[UUID, str]) -> tuple[TimelineItem, ...] | None:
    """None for readers who do not answer for the lane."""
    if caller.staff.role not in LEADERS:
        return None
    told = await caller.desk.get("/mediation/v1/child-reads", UrgentReads)
    return tuple(
        TimelineItem(
            each.first_opened_at,
            named(each.reader, names, "专岗"),
            f"未保件 {code_of(each.child_id)}：打开了求助时写的话",
            f"打开过 {each.opened} 次" if each.opened > 1 else "",
            "soon",
        )
        for each in told.reads
    )
