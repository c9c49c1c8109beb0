"""The form of one row of a rule pack: conditions, outcome, reason, law."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.portal.pages.caller import Caller
from services.portal.pages.contexts import Choice, Field
from services.portal.pages.contexts.rule_packs import LineForm
from services.portal.pages.gate_specs import GATE_RESULTS, RESULTS
from services.portal.pages.rule_words import ASKED, BECOMES, REASONS, Row, names_of
from services.portal.pages.words import zh_names

MOST_LINES = 6
CLOSING = ("UNDECIDED", "BLOCKED", "CHILD_LANE", "GUARDIAN_NEEDED", "REDIRECTED", "NO")
"""Results that close a gate; only a person opens one."""

Line = Mapping[str, tuple[str, ...]]


def lines_of(row: Row | None) -> tuple[LineForm, ...]:
    """The lines there are, and a folded one to add."""
    return _forms(row.when if row else ())


def filled_lines(caller: Caller) -> tuple[LineForm, ...]:
    """As they were sent, so that nothing is lost when something has to be mended."""
    return _forms([line for line in _sent(caller) if line])


def _forms(lines: Sequence[Line]) -> tuple[LineForm, ...]:
    shown = [_line(number, line, open_=True) for number, line in enumerate(lines or [{}])]
    if len(shown) < MOST_LINES and lines:
        shown.append(_line(len(shown), {}, open_=False))
    return tuple(shown)


def _line(number: int, line: Line, *, open_: bool) -> LineForm:
    return LineForm(number, tuple(_asked(number, name, line) for name in ASKED), open_)


def _asked(number: int, name: str, line: Line) -> Field:
    words, kind = ASKED[name]
    chosen = line.get(name, ())
    choices = tuple(Choice(code, zh, chosen=code in chosen) for code, zh in names_of(kind).items())
    return Field(f"{number}-{name}", words, "many", choices=choices)


def outcome_fields(row: Row | None) -> tuple[Field, ...]:
    then = row.then if row else {}
    closes = f"{row.closes.gate}:{row.closes.result}" if row and row.closes else ""
    becomes = [_becomes(name, then.get(name) or "") for name in BECOMES]
    gates = [
        Choice(
            f"{gate}:{result}",
            f"{zh_names()['gates'][gate]}：{RESULTS[result][0]}",
            chosen=f"{gate}:{result}" == closes,
        )
        for gate, results in GATE_RESULTS.items()
        for result in results
        if result in CLOSING
    ]
    reason = row.reason if row else ""
    return (
        *becomes,
        Field("closes", "关闸门", "pick", "规则只能关闸门；打开要由有权的人决定。", choices=tuple(gates)),
        Field(
            "reason",
            "理由",
            "pick",
            choices=tuple(Choice(code, zh, chosen=code == reason) for code, zh in REASONS.items()),
            required=True,
            heading="为什么",
        ),
        Field(
            "law",
            "依据",
            hint="规则编号，例如 R-18；没有法律依据的空着，显示为“本单位规定”。",
            value=(row.law or "") if row else "",
            limit=8,
        ),
    )


def _becomes(name: str, chosen: str) -> Field:
    words, kind = BECOMES[name]
    choices = tuple(Choice(code, zh, chosen=code == chosen) for code, zh in names_of(kind).items())
    first = name == "category"
    hint = "没选的不变。" if first else ""
    return Field(name, words, "pick", hint, choices=choices, heading="就这样办" if first else "")


def row_sent(caller: Caller) -> dict[str, Any]:
    """As the API takes it. Lines without any condition are left out, unless there is no other."""
    lines = [line for line in _sent(caller) if line] or [{}]
    gate, _, result = caller.text("closes").partition(":")
    return {
        "law": caller.text("law").upper() or None,
        "reason": caller.text("reason"),
        "when": lines,
        "then": {name: caller.text(name) or None for name in BECOMES},
        "closes": {"gate": gate, "result": result} if gate else None,
    }


def as_row(body: Mapping[str, Any]) -> Row:
    return Row.model_validate({**body, "number": 1})


def _sent(caller: Caller) -> list[dict[str, tuple[str, ...]]]:
    return [
        {name: codes for name in ASKED if (codes := caller.many(f"{number}-{name}"))} for number in range(MOST_LINES)
    ]
