from enum import StrEnum
from pathlib import Path

import pytest
import yaml

from shared.contracts import codes

DOMAIN = Path(codes.__file__).parent / "domain" / "codes.yaml"
LISTED = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))

LISTS: dict[str, type[StrEnum]] = {
    "categories": codes.Category,
    "flags": codes.Flag,
    "priorities": codes.Priority,
    "police": codes.Police,
    "channels": codes.Channel,
    "doors": codes.Door,
    "states": codes.State,
    "session_kinds": codes.SessionKind,
    "panels": codes.Panel,
    "complexity": codes.Complexity,
    "gates": codes.Gate,
    "products": codes.Product,
    "effects": codes.Effect,
    "outcomes": codes.Outcome,
    "outcome_details": codes.OutcomeDetail,
    "reasons": codes.ReasonCode,
    "purposes": codes.Purpose,
    "data_levels": codes.DataLevel,
    "service_modes": codes.ServiceMode,
    "ladders": codes.Ladder,
    "roles": codes.Role,
    "unit_kinds": codes.UnitKind,
    "operations": codes.Operation,
    "relations": codes.Relation,
}
NOT_CODES = {"metrics", "facts"}
"""Figures and names of facts, which code does not choose among."""


def _codes(entries: object) -> list[str]:
    if isinstance(entries, dict):
        return [code for each in entries.values() for code in _codes(each)]
    assert isinstance(entries, list)
    return [str(entry["code"]) for entry in entries]


@pytest.mark.parametrize("name", LISTS)
def test_code_and_the_list_of_the_domain_say_the_same(name: str) -> None:
    listed = _codes(LISTED[name])
    assert {member.value for member in LISTS[name]} == set(listed)


def test_every_list_and_every_enum_has_its_other_half() -> None:
    enums = {cls for cls in vars(codes).values() if isinstance(cls, type) and cls.__module__ == codes.__name__}
    assert set(LISTS.values()) == enums
    assert set(LISTED) - NOT_CODES == set(LISTS)
