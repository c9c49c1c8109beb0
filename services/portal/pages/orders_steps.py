"""A step as a form: exactly what its playbook wants shown and told, and how that is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.portal.pages.acts import Body
from services.portal.pages.contexts import Choice, Field, FieldError
from services.portal.pages.orders_files import StepFile

PROOFS: Mapping[str, str] = {
    "place": "地点",
    "photo": "照片",
    "recording": "录音录像",
    "receipt": "签收凭证",
    "consent": "本人同意",
    "age": "年龄",
    "proxy": "代办人证件",
}
SHARES: Mapping[str, str] = {"name": "姓名", "phone": "电话", "place": "地点", "matter": "要办的事"}
NOTE = Field("note", "补一句（可以不写）", "area", limit=1000)

CONSENT = Field(
    "consent",
    "怎么同意的",
    "one",
    choices=(Choice("in_person", "当面"), Choice("paper", "书面"), Choice("recorded", "有录音录像")),
    required=True,
)
AGE = Field(
    "age",
    "年龄问过了吗",
    "one",
    "没问过就先问，不能默认是成年人（R-06）。",
    choices=(Choice("adult", "成年人"), Choice("with_guardian", "未成年人，监护人在场或已同意")),
    required=True,
)
PROXY = Field(
    "applicant",
    "谁来办",
    "one",
    "近亲属代办要看两个人的证件（R-47）。",
    choices=(Choice("himself", "本人"), Choice("both_papers", "近亲属或监护人，两个人的证件都看过")),
    required=True,
)
PHOTO = Field("photo", "照片编号", hint="执法记录仪或取证系统里的编号。", required=True, limit=200)
RECORDING = Field("recording", "录音录像编号", hint="执法记录仪或取证系统里的编号。", required=True)
RECEIPT = Field("receipt", "签收凭证", hint="谁收的、凭什么，例如：家人签字。", required=True, limit=500)
DEADLINE = Field("deadline", "哪天要用", "day", required=True)
AMOUNT = Field("amount_fen", "金额（元）", "money", required=True)

EVIDENCE = ("grid", "photo", "recording", "receipt", "consent", "age", "applicant")
"""Fields that travel as evidence; the time is the bureau's clock."""


def place_field(grids: Mapping[str, str]) -> Field:
    known = tuple(Choice(code, name) for code, name in grids.items())
    return Field("grid", "现在在哪里", "pick", choices=known, required=True)


def proof_fields(proof: Sequence[str], grids: Mapping[str, str]) -> tuple[Field, ...]:
    asked = {
        "place": place_field(grids),
        "photo": PHOTO,
        "recording": RECORDING,
        "receipt": RECEIPT,
        "consent": CONSENT,
        "age": AGE,
        "proxy": PROXY,
    }
    return tuple(asked[each] for each in proof)


def step_fields(step: StepFile, grids: Mapping[str, str]) -> tuple[Field, ...]:
    """In the order in which it happens: what came of it, what shows it, what else is to be told."""
    fields: list[Field] = []
    if step.results:
        results = tuple(Choice(each.code, each.words) for each in step.results)
        fields.append(Field("result", "结果", "one", choices=results, required=True))
    fields += proof_fields(step.proof, grids)
    if "deadline" in step.asks:
        fields.append(DEADLINE)
    if "amount" in step.asks:
        fields.append(AMOUNT)
    if "items" in step.asks:
        items = tuple(Choice(each.code, each.words) for each in step.items)
        hint = "只从清单里选，清单以外的不能要。"
        fields.append(Field("items", "要哪些材料", "many", hint, choices=items, required=True))
    return tuple(fields)


def step_body(values: Body) -> Body:
    return {name: given for name, given in values.items() if name not in EVIDENCE} | _evidence(values)


def _evidence(values: Body) -> Body:
    shown = {name: values[name] for name in EVIDENCE if name in values}
    return {"evidence": shown} if shown else {}


def within(step: str, fields: Sequence[Field]) -> tuple[Field, ...]:
    """Several forms stand on one page: each field carries the name of its step."""
    return tuple(replace(each, name=f"{step}-{each.name}") for each in fields)


def bare(step: str, values: Body) -> Body:
    return {name.removeprefix(f"{step}-"): given for name, given in values.items()}


def beside(step: str, fields: Sequence[Field], mendings: Sequence[tuple[str, str]]) -> tuple[FieldError, ...]:
    """What the desk wants written differently, beside the field that it means: `body.evidence.photo` is the photo."""
    known = {field.name for field in fields}
    return tuple(
        FieldError(f"{step}-{part}", words) for path, words in mendings for part in path.split(".") if part in known
    )
