"""The acts on an order that are asked on a page of their own."""

from collections.abc import Iterable, Mapping

from services.portal.pages.acts import ActSpec, choices_of, returning
from services.portal.pages.contexts import Choice, Field
from services.portal.pages.orders_files import API, Order, StepFile
from services.portal.pages.words import zh_names
from services.portal.staff import Person

ORDER = f"{API}/orders/{{id}}"

HAND_OVER = ActSpec(
    f"{ORDER}/handover",
    "交给同事",
    "交给同事",
    "交接以后由同事负责到底；他签收以前，仍由您负责。",
    "请他接手",
    "已请同事接手，等他签收。",
)
SPECS: Mapping[str, ActSpec] = {
    "sign_for_order": ActSpec(
        f"{ORDER}/signature", "签收", "签收", "签收后由您负责到底。", "签收", "已签收，由您负责。"
    ),
    "return_order": returning(f"{ORDER}/return"),
    "choose_playbook": ActSpec(
        f"{ORDER}/playbook",
        "换一个规程",
        "换一个规程",
        "还没有做任何一步时可以换。",
        "换成这个",
        "已换规程。",
    ),
    "report_outcome": ActSpec(
        f"{ORDER}/outcome",
        "这样结束",
        "报结果",
        "没有办成、不该办或已移交的，在这里报；办成的先写答复。",
        "报结果",
        "结果已报，会告诉当事人。",
        consequence="报了结果，这张工单就结束了。",
    ),
}


def asks_units(step: StepFile) -> ActSpec:
    return ActSpec(
        f"{ORDER}/tasks",
        step.name,
        step.name,
        "请别的单位一起办，只告诉他们要办的那一部分。",
        "请他们办",
        "已请，等他们签收。",
    )


def outcome_spec(order: Order, outcome: str) -> ActSpec:
    """How one outcome is reported, with what may be told beside it."""
    spec, end = SPECS["report_outcome"], next(each for each in order.ends if each.outcome == outcome)
    name = zh_names()["outcomes"].get(outcome, outcome)
    detail = Field("detail", "具体情况（可以不选）", "one", choices=choices_of("outcome_details", end.details))
    return ActSpec(
        spec.path,
        name,
        f"报结果：{name}",
        spec.explanation,
        f"报：{name}",
        spec.said,
        (detail,) if end.details else (),
        body=lambda values: {"outcome": outcome, **values},
        consequence=spec.consequence,
    )


def colleagues(people: Iterable[Person], order: Order) -> tuple[Choice, ...]:
    """Of the unit that has the order; auxiliaries take nothing over (R-07)."""
    return tuple(
        Choice(str(each.person), each.name, each.about)
        for each in people
        if each.unit == order.unit and each.person not in (None, order.owner) and "auxiliary" not in each.roles
    )


def hand_over_spec(people: Iterable[Person], order: Order) -> ActSpec:
    return HAND_OVER.asking(
        Field("to", "交给谁", "one", choices=colleagues(people, order), required=True),
        Field("note", "交代几句（可以不写）", "area", limit=1000),
    )


def playbook_spec(order: Order) -> ActSpec:
    choices = tuple(Choice(each.code, each.words) for each in order.choices)
    return SPECS["choose_playbook"].asking(Field("playbook", "换成哪个", "one", choices=choices, required=True))
