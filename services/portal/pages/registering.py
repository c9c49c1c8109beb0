"""What staff bring in: choose the door, write one sentence, hand over code and PIN; later the consent, and thanks."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.desk_client import Answer
from services.portal.pages.acts import ActSpec, Body, act, carry_out, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import (
    Choice,
    DangerHelp,
    DoorLink,
    DoorsView,
    EmergencyNumber,
    Field,
    RegisteredView,
    TakenInView,
    Tone,
)
from services.portal.pages.door import pages_router
from services.portal.pages.filing import Danger
from services.portal.pages.staffroom import DESK, Moment, history
from services.portal.pages.words import zh_names
from shared.kernel import value

API: Final = "/intake/v1"
BACK: Final = ("/register", "回登记")
NOWHERE: Final = UUID(int=0)

WHAT = Field("narrative", "什么事", "area", "写一句就行；有危险的先写危险。", limit=5000, required=True)
WHERE = Field("place", "在哪里", hint="小区、村、路口")
CALLER = (Field("name", "姓名", heading="谁提的"), Field("phone", "手机号"))
CONCERNED = (
    Field("for_name", "本人姓名", heading="给谁办（就是提的人自己，不用写）"),
    Field("for_phone", "本人手机号"),
)
FOR_WHOM = (Field("for_name", "本人姓名", heading="给谁办（知道就写）"), Field("for_phone", "本人手机号"))
ASKED = Field(
    "agreed",
    "问过他本人吗",
    "one",
    "没问过也照办；他同意以前不给他发消息。",
    choices=(Choice("no", "还没有问"), Choice("yes", "问过了，他同意")),
)
LINES = tuple(Choice(number, number) for number in ("110", "12345", "12367", "12389"))
SYSTEM = Field("system", "哪条热线", "one", choices=LINES)
NUMBER = Field("number", "来文编号", hint="同一个编号再登记，不会重复")
GROUP = Field("group", "哪个群", hint="群的代码，例如 GROUP-HJ-OWNERS；答复回到这个群")


@value
class DoorForm:
    name: str
    hint: str
    roles: frozenset[str]
    fields: tuple[Field, ...]
    batches: bool = False


DOORS: Final[Mapping[str, DoorForm]] = {
    "GRID": DoorForm(
        "走访看到的", "网格里看到的事、隐患", frozenset({"grid_worker"}), (WHAT, WHERE, *FOR_WHOM, ASKED), batches=True
    ),
    "OFFICER": DoorForm(
        "我发现的需要",
        "走访、办事时知道的，本人没有提过",
        frozenset({"community_officer", "permit_officer", "traffic_officer", "duty_officer"}),
        (WHAT, WHERE, *FOR_WHOM, ASKED),
    ),
    "WINDOW": DoorForm(
        "窗口来的",
        "本人来，或者代别人来",
        frozenset({"window_clerk", "permit_officer", "duty_officer"}),
        (WHAT, WHERE, *CALLER, Field("id_number", "身份证号（没有就不填）"), *CONCERNED, ASKED),
        batches=True,
    ),
    "HOTLINE": DoorForm(
        "热线转来的",
        "110、12345、12367、12389",
        frozenset({"hotline_liaison", "dispatcher", "duty_officer"}),
        (WHAT, SYSTEM, NUMBER, WHERE, *CALLER, *CONCERNED),
        batches=True,
    ),
    "GROUP_CHAT": DoorForm(
        "群里问的",
        "居民群、商户群、行业群里的话",
        frozenset({"community_officer", "duty_officer", "grid_worker"}),
        (WHAT, GROUP, WHERE, *CALLER),
    ),
    "OVERSIGHT": DoorForm("监督发现的", "检察机关的发现，要书面回复", frozenset({"procurator"}), (WHAT, WHERE)),
}
CONSENT = ActSpec(
    API + "/requests/{id}/beneficiary-consent",
    "记下：他同意了",
    "记下他本人同意",
    "当面或者电话问过他本人，他同意办。记下以后，进度会告诉他。",
    "他同意了",
    "已记下：他同意。",
    consequence="记下以后不能改。",
)
FEEDBACK = ActSpec(
    API + "/requests/{id}/feedback-notes",
    "记一句感谢或意见",
    "记一句感谢或意见",
    "打电话来道谢、随口说的看法，记在这件事上，不另开一件。",
    "记下",
    "已记下。",
    (Field("text", "他说了什么", "area", limit=2000, required=True),),
)
ACTS: Final = {"consent": CONSENT, "feedback": FEEDBACK}
WANTED: Final[Mapping[str, tuple[str, Tone]]] = {
    "himself": ("本人提的", "plain"),
    "never": ("还没有问过本人；同意以前不给他发消息", "soon"),
    "agreed": ("本人同意", "good"),
}


class Brought(Answer):
    request_id: UUID
    code: str
    pin: str | None = None
    door: str
    asked: str
    repeated: bool = False
    danger: Danger | None = None


class Registered(Answer):
    request_id: UUID
    code: str
    door: str
    wanted: str
    state: str
    next_words: str = ""
    timeline: tuple[Moment, ...] = ()


def registering_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/register")
    async def doors(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        own = doors_of(caller)
        if len(own) == 1 and not DOORS[own[0]].batches:
            return caller.go(f"/register/{own[0]}")
        view = DoorsView(
            tuple(DoorLink(f"/register/{door}", DOORS[door].name, DOORS[door].hint) for door in own),
            "/batches" if any(DOORS[door].batches for door in own) else "",
        )
        return caller.show("register/doors.html", view, caller.page(surface=DESK))

    @router.get("/register/{door}")
    async def ask(door: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        return question(caller, _form(caller, door), BACK, surface=DESK)

    @router.post("/register/{door}")
    async def take(door: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        told, again = await carry_out(caller, caller.desk, _form(caller, door), NOWHERE, BACK, surface=DESK)
        if told is None:
            return again or caller.go(BACK[0])
        caller.visit = replace(caller.visit, notice=None)
        view = _brought(site, Brought.model_validate(told), f"/register/{door}")
        return caller.show("register/done.html", view, caller.page(surface=DESK, form_key=caller.form_key))

    @router.get("/registered/{request_id}")
    async def one(request_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        told = await caller.desk.get(f"{API}/requests/{request_id}", Registered)
        return caller.show("register/one.html", _registered(site, told), caller.page(surface=DESK))

    @router.get("/registered/{request_id}/{name}")
    async def ask_act(request_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, _act(name), _back(request_id), surface=DESK)

    @router.post("/registered/{request_id}/{name}")
    async def do(request_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await act(caller, caller.desk, _act(name), request_id, _back(request_id), surface=DESK)

    return router


def doors_of(caller: Caller) -> tuple[str, ...]:
    roles = set(caller.require_staff().roles)
    return tuple(door for door, form in DOORS.items() if form.roles & roles)


def _form(caller: Caller, door: str) -> ActSpec:
    if door not in doors_of(caller):
        raise HTTPException(404)
    form = DOORS[door]
    return ActSpec(
        f"{API}/registrations",
        form.name,
        form.name,
        f"{form.hint}。只有第一格必须写。",
        "登记",
        "",
        form.fields,
        body=lambda values: as_body(door, values),
    )


def as_body(door: str, values: Body) -> Body:
    """Flat fields of a form as the API nests them."""
    body: dict[str, Any] = {"door": door, "agreed": values.get("agreed") == "yes"}
    body |= {name: values[name] for name in ("narrative", "place", "system", "number", "group") if name in values}
    contact = {name: values[name] for name in ("name", "phone", "id_number") if name in values}
    concerned = {name: values[f"for_{name}"] for name in ("name", "phone") if f"for_{name}" in values}
    return body | ({"contact": contact} if contact else {}) | ({"beneficiary": concerned} if concerned else {})


def _brought(site: Site, brought: Brought, again_url: str) -> TakenInView:
    names = {each.number: each.name for each in site.bureau.emergency}
    danger = brought.danger
    return TakenInView(
        code=brought.code,
        pin=brought.pin or "",
        door=door_name(brought.door),
        consent_open=brought.asked == "never",
        repeated=brought.repeated,
        danger=DangerHelp(tuple(EmergencyNumber(each, names.get(each, "")) for each in danger.numbers), danger.words)
        if danger
        else None,
        url=f"/registered/{brought.request_id}",
        again_url=again_url,
    )


def _registered(site: Site, told: Registered) -> RegisteredView:
    words, tone = WANTED.get(told.wanted, (told.wanted, "plain"))
    base = f"/registered/{told.request_id}"
    consent = (offered(CONSENT, f"{base}/consent"),) if told.wanted == "never" else ()
    return RegisteredView(
        code=told.code,
        door=door_name(told.door),
        state=zh_names()["states"].get(told.state, told.state),
        next_step=told.next_words,
        wanted=words,
        tone=tone,
        acts=(*consent, offered(FEEDBACK, f"{base}/feedback")),
        timeline=history(told.timeline, site.bureau),
    )


def door_name(door: str) -> str:
    return zh_names()["doors"].get(door, door)


def _act(name: str) -> ActSpec:
    if name not in ACTS:
        raise HTTPException(404)
    return ACTS[name]


def _back(request_id: UUID) -> tuple[str, str]:
    return f"/registered/{request_id}", "回这件登记"
