"""The steps of a playbook file: read line by line, refused with the line that is wrong."""

import re
from collections.abc import Iterator, Mapping
from typing import TypeVar

from services.workorders.adapters.yaml_nodes import Node
from services.workorders.orders.rules.playbook import (
    Ask,
    Does,
    Limit,
    OrderFact,
    Proof,
    Share,
    Step,
    Task,
    Tier,
    When,
)
from shared.contracts.codes import Priority, Role, State, UnitKind
from shared.kernel import ItemCode, RuleId, value

CODE = re.compile(r"[a-z][a-z_]{1,39}")
"""Short enough for a timer's name."""
RULE = re.compile(r"R-\d\d")

REACHABLE = frozenset(
    {
        State.COLLECTING,
        State.APPROVING,
        State.ISSUED,
        State.DELIVERED,
        State.DISPATCHED,
        State.ON_SCENE,
        State.BROADCAST,
        State.RECALLED,
        State.CONTROLLED,
        State.CASEWORK_FILED,
    }
)
"""The states of codes.yaml that belong to `workorders.order`."""

STEP_FIELDS = frozenset(
    {
        "after", "one_of", "failed", "when", "helpers", "others", "minutes", "days", "reaches", "results", "proof",
        "asks", "items", "tries", "tells", "tiers", "task", "back_to", "rule",
    }
)  # fmt: skip
ONLY_WORK = frozenset({"results", "proof", "asks", "items", "tries"})
"""What belongs to steps that somebody reports as done."""

S = TypeVar("S", Role, Proof, Ask, Share, UnitKind)


@value
class Words:
    zh: str
    en: str


def code_of(node: Node) -> ItemCode:
    if CODE.fullmatch(node.text()) is None:
        raise node.wrong(f"{node.text()!r} is no code: small letters and underscores, at most 40")
    return ItemCode(node.text())


def words_of(node: Node) -> Words:
    fields = node.record(frozenset({"zh", "en"}))
    return Words(fields["zh"].text(), fields["en"].text())


def limits_of(node: Node | None) -> Iterator[Limit]:
    if node is None:
        return
    for name, minutes in node.fields().items():
        if name not in set(Priority):
            raise minutes.wrong(f"{name!r} is no Priority")
        yield Limit(Priority(name), _some(minutes))


def _some(node: Node) -> int:
    if node.number() == 0:
        raise node.wrong("no time at all")
    return node.number()


def steps_of(node: Node) -> tuple[Step, ...]:
    found: list[Step] = []
    for item in node.items():
        step = _step(item)
        if step.code in {each.code for each in found}:
            raise item.wrong(f"the step {step.code} stands here twice")
        _require_above(step, found, item)
        found.append(step)
    return tuple(found)


def _require_above(step: Step, above: list[Step], node: Node) -> None:
    """Only steps that stand above it: no circle can be written."""
    known = {each.code: each for each in above}
    named = (*step.after, *step.one_of, *step.failed, *(each.step for each in step.when))
    for code in (*named, *((step.back_to,) if step.back_to else ())):
        if code not in known:
            raise node.wrong(f"{step.code} comes after {code}, which does not stand above it")
    for when in step.when:
        if when.result not in known[when.step].results:
            raise node.wrong(f"{when.result} is no result of {when.step}")


def _step(node: Node) -> Step:
    fields = node.record(frozenset({"code", "does", "title"}), STEP_FIELDS)
    does = fields["does"].one_of(Does)
    _require_shape(does, fields, node)
    helpers, others = _codes(fields.get("helpers"), Role), _codes(fields.get("others"), Role)
    reaches = fields["reaches"].one_of(State) if "reaches" in fields else None
    if reaches is not None and reaches not in REACHABLE:
        raise fields["reaches"].wrong(f"{reaches} is no state of an order")
    return Step(
        code=code_of(fields["code"]),
        does=does,
        after=_names(fields.get("after")),
        helpers=helpers,
        limits=tuple(limits_of(fields.get("minutes"))),
        reaches=reaches,
        others=others,
        one_of=_names(fields.get("one_of")),
        failed=_names(fields.get("failed")),
        when=tuple(_when(fields["when"])) if "when" in fields else (),
        results=tuple(titles_of(fields.get("results"))),
        proof=_codes(fields.get("proof"), Proof),
        asks=_codes(fields.get("asks"), Ask),
        items=tuple(titles_of(fields.get("items"))),
        tries=_some(fields["tries"]) if "tries" in fields else 1,
        tells=fields["tells"].one_of(OrderFact) if "tells" in fields else None,
        tiers=tuple(_tier(each) for each in fields["tiers"].items()) if "tiers" in fields else (),
        days=fields["days"].number() if "days" in fields else None,
        task=_task(fields["task"]) if "task" in fields else None,
        back_to=code_of(fields["back_to"]) if "back_to" in fields else None,
        rule=rule_of(fields["rule"]) if "rule" in fields else None,
    )


def _require_shape(does: Does, fields: Mapping[str, Node], node: Node) -> None:
    """Which fields a kind of step may have, and which it must."""
    if does is Does.ANSWER and (touched := fields.keys() & {"helpers", "others"}):
        raise fields[min(touched)].wrong("the owner answers; nobody does so in the owner's name")
    if does is not Does.WORK and (touched := fields.keys() & ONLY_WORK):
        raise fields[min(touched)].wrong(f"a step that does {does} has no {min(touched)}")
    if (does is Does.TASK) != ("task" in fields):
        raise node.wrong("a step of other units, and no other, says what they are asked")
    if (does is Does.APPROVE) != ("back_to" in fields):
        raise node.wrong("an approval, and nothing else, says where a no begins again")
    if does is Does.APPROVE and not fields.keys() & {"helpers", "others"}:
        raise node.wrong("nobody could approve")
    if ("items" in fields) != ("asks" in fields and "items" in {each.text() for each in fields["asks"].items()}):
        raise node.wrong("a step that asks for items, and no other, lists them")


def rule_of(node: Node) -> RuleId:
    if RULE.fullmatch(node.text()) is None:
        raise node.wrong(f"{node.text()!r} is no rule: R- and two digits")
    return RuleId(node.text())


def titles_of(node: Node | None) -> dict[ItemCode, Words]:
    """Codes and their words, in the order of the file."""
    if node is None:
        return {}
    found: dict[ItemCode, Words] = {}
    for name, words in node.fields().items():
        if CODE.fullmatch(name) is None:
            raise words.wrong(f"{name!r} is no code: small letters and underscores, at most 40")
        found[ItemCode(name)] = words_of(words)
    return found


def _names(node: Node | None) -> tuple[ItemCode, ...]:
    return tuple(code_of(item) for item in node.items()) if node is not None else ()


def _codes(node: Node | None, kind: type[S]) -> tuple[S, ...]:
    return tuple(item.one_of(kind) for item in node.items()) if node is not None else ()


def _when(node: Node) -> Iterator[When]:
    for step, result in node.fields().items():
        yield When(ItemCode(step), code_of(result))


def _tier(node: Node) -> Tier:
    fields = node.record(frozenset({"minutes", "told"}))
    return Tier(_some(fields["minutes"]), _codes(fields["told"], Role))


def _task(node: Node) -> Task:
    fields = node.record(frozenset({"kinds"}), frozenset({"most", "shares", "proof", "minutes", "days"}))
    kinds = _codes(fields["kinds"], UnitKind)
    if not kinds:
        raise fields["kinds"].wrong("nobody could be asked")
    return Task(
        kinds=kinds,
        most=_some(fields["most"]) if "most" in fields else 1,
        shares=_codes(fields.get("shares"), Share),
        proof=_codes(fields.get("proof"), Proof),
        minutes=_some(fields["minutes"]) if "minutes" in fields else None,
        days=fields["days"].number() if "days" in fields else None,
    )
