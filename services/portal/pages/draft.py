"""What a citizen wrote on the five screens, and what is still missing. It lives in the form alone."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from services.portal.pages.caller import Caller
from services.portal.pages.contexts import Answer, Choice, FieldError, Kept
from shared.contracts.danger import DangerKind, danger_signs

STEPS = ("what", "where", "who", "reach", "check")
MAX_TEXT = 5_000
MAX_LINE = 200
NO_SUCH_PLACE = "-"
"""None of the places that were offered, or not known."""
SIDES = {
    "nobody": ("没有别人，就是我自己的事", ""),
    "person": ("邻居、熟人或别的个人", ""),
    "firm": ("公司、店铺、物业", ""),
    "minor": ("有未满 18 岁的孩子", "会安排懂孩子的人来办"),
    "police": ("民警或派出所", "会交给别的单位办，不会交给被投诉的单位"),
}
OF_STEP = {
    "what": ("text",),
    "where": ("place", "place_asked"),
    "who": ("sides", "others", "contact"),
    "reach": ("phone", "email", "name", "id_number"),
    "check": (),
}
HIDING = frozenset({DangerKind.VIOLENCE_NOW, DangerKind.CHILD_HARM, DangerKind.SUICIDE, DangerKind.TRAPPED})
"""Kinds of danger in which somebody may look over the writer's shoulder."""

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class Draft:
    text: str = ""
    place: str = ""
    place_asked: str = ""
    """The place for which "which of them" was asked: it is asked once."""
    sides: tuple[str, ...] = ()
    others: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""
    name: str = ""
    id_number: str = ""

    @classmethod
    def of(cls, caller: Caller) -> Self:
        lines = {field.name: caller.text(field.name) for field in fields(cls) if field.name != "sides"}
        which = caller.text("which")
        if which not in ("", NO_SUCH_PLACE) and lines["place_asked"] == lines["place"]:
            lines |= {"place": which, "place_asked": which}
        return cls(**lines, sides=tuple(side for side in caller.many("sides") if side in SIDES))

    def kept(self, shown: str) -> tuple[Kept, ...]:
        """Everything but what the screen `shown` asks for."""
        own = OF_STEP[shown]
        lines = [Kept(name, value) for name, value in asdict(self).items() if name not in own and name != "sides"]
        sides = [] if "sides" in own else [Kept("sides", side) for side in self.sides]
        return (*(line for line in lines if line.value), *sides, Kept("at", shown))

    def choices(self) -> tuple[Choice, ...]:
        return tuple(Choice(side, label, hint, side in self.sides) for side, (label, hint) in SIDES.items())

    def wrong(self, step: str) -> tuple[FieldError, ...]:
        checks = _CHECKS.get(step, ())
        return tuple(FieldError(field, words) for field, check in checks if (words := check(self)))

    def first_wrong(self) -> str | None:
        """The first screen that has to be mended before sending."""
        return next((step for step in STEPS if self.wrong(step)), None)

    @property
    def hides(self) -> bool:
        return bool(HIDING & {sign.kind for sign in danger_signs(self.text)}) or "minor" in self.sides

    @property
    def in_danger(self) -> bool:
        return bool(danger_signs(self.text))

    def answers(self) -> tuple[Answer, ...]:
        sides = "；".join(SIDES[side][0] for side in self.sides)
        others = "，".join(each for each in (self.others, self.contact) if each)
        ways = (self.name, self.phone, self.email, self.id_number)
        return (
            Answer("发生了什么", self.text, "what"),
            Answer("在哪里", self.place, "where"),
            Answer("还有谁", "：".join(each for each in (sides, others) if each), "who"),
            Answer("怎么联系您", "\n".join(each for each in ways if each) or "凭编号和查询码自己来看", "reach"),
        )

    def body(self) -> dict[str, Any]:
        """What intake is sent: only what was written."""
        contact = {"name": self.name, "phone": _digits(self.phone), "email": self.email, "id_number": self.id_number}
        other = {"name": self.others, "phone": _digits(self.contact)}
        full = {
            "kind": "dispute" if {"person", "firm"} & set(self.sides) else "other",
            "narrative": self.text,
            "place": self.place,
            "contact": _written(contact),
            "other_party": _written(other),
        }
        return _written(full)


def _written(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _digits(phone: str) -> str:
    return re.sub(r"[\s\-()]", "", phone)


def _text_wrong(draft: Draft) -> str:
    if not draft.text:
        return "请写一句发生了什么，我们才知道找谁来办"
    return (
        f"最多 {MAX_TEXT} 个字，您写了 {len(draft.text)} 个；可以先写要紧的，以后再补充"
        if len(draft.text) > MAX_TEXT
        else ""
    )


def _line_wrong(value: str) -> str:
    return f"最多 {MAX_LINE} 个字，您写了 {len(value)} 个" if len(value) > MAX_LINE else ""


def _phone_wrong(phone: str) -> str:
    digits = _digits(phone)
    if not digits:
        return ""
    if not re.fullmatch(r"\+?\d{7,15}", digits):
        return "电话只写数字，例如 13800001234；也可以不写"
    if re.fullmatch(r"1\d*", digits) and len(digits) != 11:
        return f"手机号是 11 位数字，您写了 {len(digits)} 位；也可以不写"
    return ""


def _email_wrong(draft: Draft) -> str:
    wrong = draft.email and not EMAIL.fullmatch(draft.email)
    return "邮箱要像 name@example.cn 这样写；也可以不写" if wrong else _line_wrong(draft.email)


def _id_wrong(draft: Draft) -> str:
    number = draft.id_number.upper()
    if not number:
        return ""
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return "身份证号是 18 位，最后一位可能是 X；也可以不写"
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], ID_WEIGHTS, strict=True))
    return "" if ID_CHECKS[total % 11] == number[17] else "身份证号最后一位对不上，请对着证件再看一遍；也可以不写"


Check = Callable[[Draft], str]
_CHECKS: dict[str, tuple[tuple[str, Check], ...]] = {
    "what": (("text", _text_wrong),),
    "where": (("place", lambda draft: _line_wrong(draft.place)),),
    "who": (
        ("others", lambda draft: _line_wrong(draft.others)),
        ("contact", lambda draft: _phone_wrong(draft.contact)),
    ),
    "reach": (
        ("phone", lambda draft: _phone_wrong(draft.phone)),
        ("email", _email_wrong),
        ("name", lambda draft: _line_wrong(draft.name)),
        ("id_number", _id_wrong),
    ),
}
