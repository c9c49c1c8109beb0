"""Purposes and agencies as data: what may be told to whom. Whatever is wrong in a file is said with its line."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args
from uuid import UUID

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.notifications.subscriptions.commands import Contract as Agreement
from services.notifications.subscriptions.facts import Grant
from shared.contracts.codes import Category, DataLevel, Flag, UnitKind
from shared.contracts.danger import DangerKind
from shared.contracts.published import PUBLISHED
from shared.kernel import ItemCode, PersonId, RuleId, TextRef, UnitCode

PURPOSES = Path(__file__).with_name("purposes.yaml")
DEMO_AGENCIES = Path(__file__).with_name("agencies.yaml")
NEVER = (PersonId, TextRef, Flag, DangerKind, str, bytes)
"""Who somebody is, what somebody wrote, and labels on persons are no fields of a delivery."""

M = TypeVar("M", bound=BaseModel)


class PurposeInvalid(Exception):
    """A file says what it must not; `line` is where."""

    def __init__(self, path: Path, line: int, what: str) -> None:
        super().__init__(f"{path.name}:{line}: {what}")
        self.line = line


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Purpose(_Data):
    zh: str
    en: str
    means: str
    rule: RuleId
    ground: Literal["duty", "contract"]
    level: DataLevel
    scope: Literal["own", "place"]
    kinds: frozenset[UnitKind]
    categories: frozenset[Category]
    facts: Mapping[ItemCode, tuple[str, ...]]


class Purposes(_Data):
    version: int = Field(ge=1)
    since: date = Field(alias="from")
    ties: Mapping[ItemCode, str]
    unties: Mapping[ItemCode, tuple[ItemCode, ...]]
    """Fact → the ties of its attempt that it ends, by the facts that made them."""
    purposes: Mapping[ItemCode, Purpose]

    def grant(self, name: ItemCode, contract: ItemCode) -> Grant:
        return Grant(name, self.version, ItemCode(self.purposes[name].ground), contract)

    def open_to(self, kind: UnitKind) -> Mapping[ItemCode, Purpose]:
        return {name: purpose for name, purpose in self.purposes.items() if kind in purpose.kinds}


class Agency(_Data):
    zh: str
    kind: UnitKind
    contract: ItemCode
    since: date = Field(alias="from")
    until: date
    places: frozenset[UnitCode] = frozenset()

    def has_contract(self, day: date) -> bool:
        return self.since <= day <= self.until


class Agencies(_Data):
    version: int = Field(ge=1)
    agencies: Mapping[UnitCode, Agency]

    def of(self, unit: UnitCode | None) -> Agency | None:
        return self.agencies.get(unit) if unit is not None else None


NO_AGENCIES = Agencies(version=1, agencies={})


def contracts_named(fact: str) -> tuple[tuple[str, type[Any]], ...]:
    """(service, contract) of every published fact of this name and of its newest version."""
    found = [(service, cls) for service, classes in PUBLISHED.items() for cls in classes if cls.fact == fact]
    newest = max((cls.version for _, cls in found), default=0)
    return tuple((service, cls) for service, cls in found if cls.version == newest)


def load_purposes(path: Path = PURPOSES) -> Purposes:
    """Raises PurposeInvalid."""
    lines, raw = _read(path)
    loaded = _model(Purposes, raw, path, lines)
    for place, wrong in _wrong_fields(loaded):
        raise PurposeInvalid(path, _line(lines, place), wrong)
    return loaded


def load_agencies(path: Path = DEMO_AGENCIES) -> Agencies:
    """Raises PurposeInvalid."""
    lines, raw = _read(path)
    return _model(Agencies, raw, path, lines)


@cache
def delivered_purposes() -> Purposes:
    return load_purposes()


def agreement(purposes: Purposes, agencies: Agencies, agency: UnitCode | None, name: str, day: date) -> Agreement:
    """What the contract with an agency says about one purpose, as facts for the decider."""
    nothing = Agreement(grant=None, in_force=False, types=frozenset(), places=frozenset())
    known = agencies.of(agency)
    if known is None or not known.has_contract(day) or day < purposes.since:
        return nothing
    purpose = purposes.open_to(known.kind).get(ItemCode(name))
    if purpose is None:
        return Agreement(grant=None, in_force=True, types=frozenset(), places=frozenset())
    return Agreement(
        grant=purposes.grant(ItemCode(name), known.contract),
        in_force=True,
        types=frozenset(purpose.facts),
        places=known.places if purpose.scope == "place" else frozenset(),
    )


def names_what_never_leaves(annotation: Any) -> bool:
    """Whether a value of this type is, or holds, a person, a text or a label."""
    if annotation in NEVER:
        return True
    if isinstance(annotation, type) and issubclass(annotation, UUID):
        return False
    return any(names_what_never_leaves(each) for each in get_args(annotation))


def _wrong_fields(purposes: Purposes) -> Iterator[tuple[tuple[str, ...], str]]:
    for fact, field in purposes.ties.items():
        for _, contract in contracts_named(fact) or ((None, None),):
            if contract is None or field not in contract.model_fields:
                yield ("ties", fact), f"no published fact {fact} with a field {field}"
    for fact, ended in purposes.unties.items():
        for each in (fact, *ended):
            if not all("attempt" in contract.model_fields for _, contract in contracts_named(each)):
                yield ("unties", fact), f"{each} is of no attempt"
        if unknown := set(ended) - set(purposes.ties):
            yield ("unties", fact), f"{', '.join(sorted(unknown))} ties nobody"
    for name, purpose in purposes.purposes.items():
        for fact, fields in purpose.facts.items():
            place = ("purposes", name, "facts", fact)
            named = contracts_named(fact)
            if not named:
                yield place, f"nobody publishes {fact}"
            for _, contract in named:
                for field in fields:
                    if field not in contract.model_fields:
                        yield place, f"{fact} has no field {field}"
                    elif names_what_never_leaves(contract.model_fields[field].annotation):
                        yield place, f"{fact}.{field} names a person, a text or a label"


def _read(path: Path) -> tuple[Mapping[tuple[str, ...], int], Any]:
    text = path.read_text(encoding="utf-8")
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        return dict(_lines(node, ())), yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise PurposeInvalid(path, mark.line + 1 if mark else 1, str(error.problem)) from None


def _lines(node: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*place, str(key.value))
            yield inner, key.start_mark.line + 1
            yield from _lines(value, inner)


def _line(lines: Mapping[tuple[str, ...], int], place: tuple[str, ...]) -> int:
    """Of the place, or of the nearest one around it that the file names."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _model(kind: type[M], raw: Any, path: Path, lines: Mapping[tuple[str, ...], int]) -> M:
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = tuple(str(part) for part in first["loc"])
        raise PurposeInvalid(path, _line(lines, place), f"{'.'.join(place)}: {first['msg']}") from None
