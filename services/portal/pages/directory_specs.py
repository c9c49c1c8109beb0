"""What leaders of a unit enter in the directory, each with its days."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from services.portal.pages.acts import ActSpec, Body
from services.portal.pages.contexts import Choice, Field
from services.portal.pages.directory_files import API, AWAY, SEATS, SHIFTS, Grid, Officer
from services.portal.pages.words import zh_names

LEADER = "station_leader"
FROM = Field("first_day", "从哪天起", "day", required=True)
UNTIL = Field("last_day", "到哪天为止", "day", "可以不填：到有人接替为止")
OWNER = ActSpec(
    f"{API}/grids/{{id}}",
    "换责任民警",
    "换责任民警",
    "从那天起，这个网格里的新诉求都由他负责；已经在办的不动，谁办谁负责到底。",
    "换人",
    "责任民警已登记。",
    method="PUT",
)
AUXILIARY = ActSpec(
    f"{API}/grids/{{id}}/auxiliary",
    "换辅警",
    "换网格辅警",
    "辅警跟着责任民警走网格，负责的还是民警。",
    "登记",
    "网格辅警已登记。",
    method="PUT",
)
HEAD = ActSpec(
    f"{API}/grids/{{id}}/heads/{{seat}}",
    "登记五长",
    "登记五长联络人",
    "所长、校长、村主任、居委会主任、单位主管：出事时先找得到人。",
    "登记",
    "联络人已登记。",
    method="PUT",
)
CLOSE = ActSpec(
    f"{API}/grids/{{id}}/closing",
    "撤销网格",
    "撤销网格",
    "网格并入别处时用。先在地名表里把地名改到新网格。",
    "撤销",
    "网格已撤销。",
    (FROM,),
    consequence="从那天起，这个网格不再有人负责，也不再提示缺人。",
)
ABSENCE = ActSpec(
    f"{API}/officers/{{id}}/absences",
    "登记不在岗",
    "登记不在岗",
    "不在岗的日子，新诉求由代理人接；回来以后自动恢复。",
    "登记",
    "已登记不在岗。",
    (
        Field(
            "reason", "为什么", "one", choices=tuple(Choice(code, name) for code, name in AWAY.items()), required=True
        ),
        Field("first_day", "从哪天起", "day", required=True),
        Field("last_day", "到哪天为止（含当天）", "day", required=True),
    ),
)
BACK = ActSpec(
    f"{API}/officers/{{id}}/absences/withdrawal",
    "销假",
    "销假",
    "他没有走，或者提前回来了。",
    "销假",
    "已销假。",
)
POST = ActSpec(
    f"{API}/officers/{{id}}",
    "调整岗位",
    "调整岗位和代理人",
    "从那天起按新的算，以前的记录不动。",
    "登记",
    "岗位已登记。",
    method="PUT",
)
DUTY = ActSpec(
    f"{API}/units/{{id}}/duties",
    "排班",
    "排班",
    "没有人办的诉求，由当班的人负责。同一班再排一次，以后一次为准。",
    "排上",
    "值班表已登记。",
)


def owner_spec(grid: Grid, people: Sequence[Officer], names: Mapping[UUID, str], first: date) -> ActSpec:
    officers = _people(people, names, "community_officer", "traffic_officer", "case_investigator", "station_leader")

    def body(values: Body) -> Body:
        return {"unit": grid.unit, **values}

    return replace(
        OWNER,
        body=body,
        fields=(
            Field("owner", "责任民警", "pick", choices=_chosen(officers, str(grid.owner)), required=True),
            Field("deputy", "他不在时由谁代", "pick", choices=_chosen(officers, str(grid.deputy or ""))),
            replace(FROM, value=first.isoformat()),
            UNTIL,
        ),
    )


def auxiliary_spec(people: Sequence[Officer], names: Mapping[UUID, str], first: date) -> ActSpec:
    walkers = _people(people, names, "auxiliary")
    return AUXILIARY.asking(
        Field("auxiliary", "辅警", "pick", choices=walkers, required=True),
        Field("deputy", "他不在时由谁代", "pick", choices=walkers),
        replace(FROM, value=first.isoformat()),
        UNTIL,
    )


def head_spec(seat: str, people: Sequence[Officer], names: Mapping[UUID, str], first: date) -> ActSpec:
    spec = replace(HEAD, title=f"登记{SEATS[seat]}", label=f"登记{SEATS[seat]}")
    return spec.at(HEAD.path.replace("{seat}", seat)).asking(
        Field("person", SEATS[seat], "pick", choices=_people(people, names), required=True),
        replace(FROM, value=first.isoformat()),
        UNTIL,
    )


def post_spec(officer: Officer, people: Sequence[Officer], names: Mapping[UUID, str], first: date) -> ActSpec:
    roles = zh_names()["roles"]
    given = [Choice(role, roles.get(role, role), chosen=True) for role in officer.roles]
    known = {role for each in people for role in each.roles} - set(officer.roles)
    others = [Choice(role, roles.get(role, role)) for role in sorted(known)]
    deputies = tuple(each for each in _people(people, names) if each.value != str(officer.person))

    def body(values: Body) -> Body:
        return {"unit": officer.unit, **values}

    return replace(
        POST,
        body=body,
        fields=(
            Field("roles", "岗位", "many", choices=(*given, *others), required=True),
            Field("deputy", "他不在时由谁代", "pick", choices=_chosen(deputies, str(officer.deputy or ""))),
            replace(FROM, value=first.isoformat()),
            UNTIL,
        ),
    )


def duty_spec(people: Sequence[Officer], names: Mapping[UUID, str], on: date) -> ActSpec:
    shifts = tuple(Choice(code, name) for code, name in SHIFTS.items())
    leads = "民警里排在最前面的一位负责，辅警不单独负责；不在岗的排不上。"
    return replace(DUTY, body=listed_duty).asking(
        Field("day", "哪天", "day", value=on.isoformat(), required=True),
        Field("shift", "哪一班", "one", choices=shifts, required=True),
        Field("people", "谁值班", "many", leads, choices=_people(people, names)),
    )


def back_spec(first: date) -> ActSpec:
    def body(values: Body) -> Body:
        return {"first_day": first.isoformat()}

    return replace(BACK, body=body, consequence=f"撤掉从 {first.isoformat()} 开始的不在岗登记。")


def listed_duty(values: Body) -> Body:
    """Nobody is a word too."""
    return {"people": [], **values}


def _people(people: Sequence[Officer], names: Mapping[UUID, str], *roles: str) -> tuple[Choice, ...]:
    """Of these roles; whoever has a name, in the order of names."""
    found = [each for each in people if not roles or set(roles) & set(each.roles)]
    choices = (Choice(str(each.person), names.get(each.person, "未命名"), _does(each)) for each in found)
    return tuple(sorted(choices, key=lambda choice: choice.label))


def _does(officer: Officer) -> str:
    roles = zh_names()["roles"]
    return "、".join(roles.get(role, role) for role in officer.roles)


def _chosen(choices: Sequence[Choice], value: str) -> tuple[Choice, ...]:
    return tuple(replace(choice, chosen=choice.value == value) for choice in choices)
