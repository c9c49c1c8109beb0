"""The committed courses of law. A line that contradicts the table of clocks stops the start."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from services.routing.clocks.table import ClockRules, clock_rules
from services.routing.watch.courses import Act, Course, CourseRules, contradictions
from shared.kernel import ClockId, ItemCode, RuleId

COURSES: Final = files("services.routing.watch").joinpath("courses.yaml")


class CoursesWrong(Exception):
    """A course that the table of clocks does not bear out."""


def read_courses(lines: Mapping[str, Any], rules: ClockRules) -> CourseRules:
    courses = {ItemCode(code): _course(ItemCode(code), entry) for code, entry in lines.items()}
    for wrong in contradictions(courses, rules.limits):
        raise CoursesWrong(wrong)
    return CourseRules(courses, rules)


def _course(code: ItemCode, entry: Mapping[str, Any]) -> Course:
    acts = {ItemCode(act): _act(ItemCode(act), line) for act, line in entry["acts"].items()}
    return Course(code, entry["zh"], RuleId(entry["rule"]), acts)


def _act(code: ItemCode, line: Mapping[str, Any]) -> Act:
    return Act(
        code=code,
        zh=line["zh"],
        fact=line.get("fact", code),
        first=line.get("first", False),
        stops=tuple(ClockId(clock) for clock in line.get("stops", ())),
        starts=tuple(ClockId(clock) for clock in line.get("starts", ())),
        prolongs={ClockId(base): ClockId(clock) for base, clock in line.get("prolongs", {}).items()},
        record=line.get("record", ""),
    )


@cache
def course_rules() -> CourseRules:
    return read_courses(yaml.safe_load(COURSES.read_text(encoding="utf-8")), clock_rules())
