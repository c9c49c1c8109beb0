"""The committed ladders."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from services.routing.watch.ladders import ORDER, Ladders, PlaceRung, PlaceStep, Rung
from shared.contracts.calendar import Unit
from shared.contracts.codes import ReasonCode, Role
from shared.kernel import ClockId

LADDERS: Final = files("services.routing.watch").joinpath("ladders.yaml")


def read_ladders(lines: Mapping[str, Any]) -> Ladders:
    steps = [_step(line) for line in lines["place"]]
    if tuple(step.rung for step in steps) != ORDER:
        raise ValueError("the rungs of the place are not those of the code list, in its order")
    return Ladders(
        usual=_rungs(lines["overdue"]["usual"]),
        at_once=_rungs(lines["overdue"]["at_once"]),
        place={step.rung: step for step in steps},
        reasons=frozenset(ReasonCode(code) for code in lines["reasons"]),
        skipping=frozenset(ReasonCode(code) for code in lines["skipping"]),
        remedies={ClockId(clock): words for clock, words in lines["remedies"].items()},
    )


def _rungs(lines: list[dict[str, Any]]) -> tuple[Rung, ...]:
    rungs = tuple(Rung(Role(line["rung"]), _length(line.get("within"))) for line in lines)
    if [rung.within is None for rung in rungs] != [False] * (len(rungs) - 1) + [True]:
        raise ValueError("every rung but the last has a time")
    return rungs


def _length(written: list[Any] | None) -> tuple[int, str] | None:
    return (int(written[0]), Unit(written[1])) if written else None


def _step(line: Mapping[str, Any]) -> PlaceStep:
    return PlaceStep(
        rung=PlaceRung(line["rung"]),
        owner=Role(line["owner"]),
        clock=ClockId(line["clock"]) if "clock" in line else None,
        overdue=PlaceRung(line["overdue"]) if "overdue" in line else None,
    )


@cache
def ladders() -> Ladders:
    return read_ladders(yaml.safe_load(LADDERS.read_text(encoding="utf-8")))
