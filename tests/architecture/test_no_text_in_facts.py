"""No sentence that somebody typed, and no name, stands in an event: there is no field that could hold one."""

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
from pydantic import BaseModel

from shared.kernel import TextRef, command, fact, value
from shared.kernel.facts import FACT_NAME
from shared.kernel.ids import STRING_IDS, Digest, RequestId, UnitCode
from tests.architecture.census import contracts, facts

PLAIN = (bool, int, UUID, datetime, date, time, timedelta, type(None))
CONTAINERS = (tuple, frozenset, Mapping, dict)
ID_SUFFIXES = ("Code", "Id")
"""A service's own textual ids; the kernel's are listed there."""


def loose_ends(annotation: Any, where: str) -> Iterator[str]:
    """Everything in the type that could carry free text, or a number that is not exact."""
    if isinstance(annotation, NewType):
        if not _is_id(annotation):
            yield f"{where}: {annotation.__name__}"
    elif get_origin(annotation) in (Union, types.UnionType, *CONTAINERS, Mapping):
        for part in get_args(annotation):
            if part is not Ellipsis:
                yield from loose_ends(part, where)
    elif get_origin(annotation) is typing.Annotated:
        yield from loose_ends(get_args(annotation)[0], where)
    elif isinstance(annotation, type) and (dataclasses.is_dataclass(annotation) or issubclass(annotation, BaseModel)):
        yield from loose_fields(annotation, where)
    elif not _is_closed(annotation):
        yield f"{where}: {annotation}"


def loose_fields(cls: type, where: str) -> Iterator[str]:
    for name, annotation in get_type_hints(cls, include_extras=True).items():
        if get_origin(annotation) is not typing.ClassVar and name != "model_config":
            yield from loose_ends(annotation, f"{where}.{name}")


def _is_id(annotation: NewType) -> bool:
    if annotation in STRING_IDS:
        return True
    return annotation.__supertype__ is UUID or annotation.__name__.endswith(ID_SUFFIXES)


def _is_closed(annotation: Any) -> bool:
    if get_origin(annotation) is Literal:
        return True
    return isinstance(annotation, type) and (annotation in PLAIN or issubclass(annotation, Enum))


def test_no_fact_can_hold_a_text() -> None:
    found = facts()
    assert found
    assert [end for cls in found for end in loose_fields(cls, f"{cls.__module__}.{cls.__qualname__}")] == []


def test_no_contract_can_hold_a_text() -> None:
    found = contracts()
    assert found
    assert [end for cls in found for end in loose_fields(cls, f"{cls.__module__}.{cls.__qualname__}")] == []


@value
class Remark:
    words: str


Sentence = NewType("Sentence", str)


@pytest.mark.parametrize(
    "annotation",
    [str, float, Any, object, bytes, Sentence, Remark, str | None, tuple[Remark, ...], Mapping[UnitCode, str]],
)
def test_a_field_for_text_is_noticed_wherever_it_hides(annotation: Any) -> None:
    assert list(loose_ends(annotation, "fact.field"))


@pytest.mark.parametrize(
    "annotation", [RequestId, Digest, TextRef, int, datetime | None, tuple[TextRef, ...], Literal["yes", "no"]]
)
def test_ids_references_codes_and_whole_numbers_are_welcome(annotation: Any) -> None:
    assert not list(loose_ends(annotation, "fact.field"))


def test_a_fact_is_told_from_a_command() -> None:
    @fact("something_happened")
    class SomethingHappened:
        at: datetime

    @command
    class Do:
        at: datetime

    assert FACT_NAME in vars(SomethingHappened)
    assert FACT_NAME not in vars(Do)
