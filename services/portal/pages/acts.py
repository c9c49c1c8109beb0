"""One act, one form, one button: what is asked, how it is sent, and how a refusal comes back beside what was typed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from uuid import UUID

from fastapi import Response

from services.portal.desk_client import DeskClient, Refused
from services.portal.pages.caller import Caller
from services.portal.pages.contexts import Act, ActView, Choice, Field, FieldError, Notice
from services.portal.pages.words import zh_names
from shared.kernel import value

Body = dict[str, Any]
MENDABLE = frozenset({400, 409, 412, 422, 429})
MAX_YUAN = Decimal(10**11)
CHOSEN = ("one", "pick")
"""Radio buttons, or a list that opens, where there are many."""


def as_written(values: Body) -> Body:
    return values


@value
class ActSpec:
    """An operation of the API as people see it."""

    path: str
    """With `{id}` where the thing stands."""
    label: str
    title: str
    explanation: str
    submit: str
    said: str
    """What is told when it is done."""
    fields: tuple[Field, ...] = ()
    body: Callable[[Body], Body] = as_written
    consequence: str = ""
    danger: bool = False
    method: str = "POST"

    @property
    def asks(self) -> bool:
        return bool(self.fields or self.consequence)

    def at(self, path: str) -> "ActSpec":
        return replace(self, path=path)

    def asking(self, *fields: Field) -> "ActSpec":
        return replace(self, fields=fields)


def offered(spec: ActSpec, url: str, *, hint: str = "", why_not: str = "", key: str = "") -> Act:
    return Act(spec.label, url, hint or spec.explanation, why_not, key, asks_first=spec.asks)


def question(
    caller: Caller,
    spec: ActSpec,
    back: tuple[str, str],
    *,
    surface: Literal["citizen", "desk"] = "citizen",
    errors: tuple[FieldError, ...] = (),
    notice: Notice | None = None,
    status: int = 200,
    quick_leave: bool = False,
) -> Response:
    """The form of an act, with whatever was typed before."""
    view = ActView(
        title=spec.title,
        explanation=spec.explanation,
        action=caller.path,
        submit=spec.submit,
        back_url=back[0],
        back_label=back[1],
        consequence=spec.consequence,
        fields=tuple(filled(caller, field) for field in spec.fields),
        danger=spec.danger,
    )
    page = caller.page(surface=surface, errors=errors, notice=notice, quick_leave=quick_leave)
    return caller.show("act.html", view, page, status=status, keep=True)


async def carry_out(
    caller: Caller,
    desk: DeskClient,
    spec: ActSpec,
    thing: UUID,
    back: tuple[str, str],
    *,
    surface: Literal["citizen", "desk"] = "citizen",
    quick_leave: bool = False,
) -> tuple[Body | None, Response | None]:
    """What the desk answered; or the form again, when something has to be mended."""
    values, errors = read(caller, spec.fields)
    if errors:
        return None, question(caller, spec, back, surface=surface, errors=errors, status=422, quick_leave=quick_leave)
    try:
        told = await desk.command(spec.path.format(id=thing), spec.body(values), caller.form_key, spec.method)
    except Refused as refused:
        if refused.status not in MENDABLE:
            raise
        errors = mendings(refused, spec.fields)
        notice = None if errors else Notice(refused.words, "late")
        return None, question(
            caller,
            spec,
            back,
            surface=surface,
            errors=errors,
            notice=notice,
            status=refused.status,
            quick_leave=quick_leave,
        )
    caller.visit = caller.visit.saying(spec.said)
    return told, None


async def act(
    caller: Caller, desk: DeskClient, spec: ActSpec, thing: UUID, back: tuple[str, str], **how: Any
) -> Response:
    """Carries it out and goes back to the page of the thing."""
    _, again = await carry_out(caller, desk, spec, thing, back, **how)
    return again if again is not None else caller.go(back[0])


def mendings(refused: Refused, fields: Sequence[Field]) -> tuple[FieldError, ...]:
    known = {field.name for field in fields}
    return tuple(
        FieldError(name, each.words) for each in refused.mendings if (name := each.field.split(".")[0]) in known
    )


def read(caller: Caller, fields: Sequence[Field]) -> tuple[Body, tuple[FieldError, ...]]:
    """The filled-in fields as the API takes them, and what has to be mended."""
    values: Body = {}
    errors = []
    for field in fields:
        given, words = _read_one(caller, field)
        if words:
            errors.append(FieldError(field.name, words))
        elif given not in ("", (), None):
            values[field.name] = given
    return values, tuple(errors)


def _read_one(caller: Caller, field: Field) -> tuple[object, str]:
    if field.kind == "many":
        chosen = [each for each in caller.many(field.name) if each in {choice.value for choice in field.choices}]
        return chosen, f"请至少选一项：{field.label}" if field.required and not chosen else ""
    text = caller.text(field.name)
    if not text:
        return "", f"{'请选一项' if field.kind in CHOSEN else '请填写'}：{field.label}" if field.required else ""
    if len(text) > field.limit:
        return "", f"最多 {field.limit} 个字，您写了 {len(text)} 个"
    match field.kind:
        case "one" | "pick" if text not in {choice.value for choice in field.choices}:
            return "", f"请选一项：{field.label}"
        case "money":
            return _fen(text)
        case "number":
            return (int(text), "") if text.isascii() and text.isdigit() else ("", "这里写数字")
    return text, ""


def _fen(text: str) -> tuple[object, str]:
    try:
        yuan = Decimal(text.replace(",", "").replace("，", "").removesuffix("元").strip())
    except InvalidOperation:
        return "", "金额只写数字，例如 2000 或 2000.50"
    if not yuan.is_finite() or not 0 < yuan <= MAX_YUAN or yuan != round(yuan, 2):
        return "", "金额要大于 0，最多写到分"
    return int(yuan * 100), ""


def filled(caller: Caller, field: Field) -> Field:
    """The same field with what was typed in it."""
    if not caller.form:
        return field
    if field.kind in (*CHOSEN, "many"):
        chosen = set(caller.many(field.name))
        return replace(field, choices=tuple(replace(each, chosen=each.value in chosen) for each in field.choices))
    return replace(field, value=caller.text(field.name))


def choices_of(kind: str, codes: Sequence[str], chosen: str = "") -> tuple[Choice, ...]:
    """Codes as radio buttons, by their Chinese names."""
    names: Mapping[str, str] = zh_names()[kind]
    return tuple(Choice(code, names[code], chosen=code == chosen) for code in codes)


MISPLACED = ("WRONG_CATEGORY", "WRONG_GRID", "CONFLICT_OF_INTEREST", "OVERLOAD")


def returning(path: str, reasons: Sequence[str] = MISPLACED, *, note: bool = True, whose: str = "您") -> ActSpec:
    """Every handling can be given back to those who triage."""
    why = Field("reason", "为什么", "one", required=True, choices=choices_of("reasons", reasons))
    return ActSpec(
        path,
        "退回重分",
        "退回重分",
        f"不该由{whose}办时退回，由分流岗重新安排。",
        "退回",
        "已退回。",
        (why, Field("note", "说明（可以不写）", "area", limit=1000)) if note else (why,),
        consequence="退回后这件事不再归您。",
    )
