"""A view gets only the records that it names: what its projection looks for and it does not name would be lost."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType
from typing import Any

import pytest

import services
from services.routing.decisions.corrections import project as project_corrections
from services.routing.decisions.facts import DecisionOverruled, OverruleUndone
from shared.contracts.base import Contract
from shared.kernel import fact_name
from shared.messaging import View


def _views() -> dict[str, View]:
    found = {}
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if module.name.rsplit(".", 1)[1] in {"views", "corrections"}:
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, View):
                    found[value.name] = value
    return found


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _is_cause(value: object) -> bool:
    if not isinstance(value, type):
        return False
    if issubclass(value, Contract):
        return value is not Contract
    try:
        return bool(fact_name(value))
    except (TypeError, KeyError, AttributeError, LookupError):
        return False


def looked_for(project: Callable[..., Any]) -> set[type]:
    """The facts and contracts that a projection names, and every function of its module that it calls."""
    assert isinstance(project, FunctionType)
    seen: set[FunctionType] = set()
    found: set[type] = set()
    waiting = [project]
    while waiting:
        function = waiting.pop()
        seen.add(function)
        for name in _names(function.__code__):
            value = function.__globals__.get(name)
            if isinstance(value, type) and _is_cause(value):
                found.add(value)
            elif isinstance(value, FunctionType) and value not in seen and value.__module__ == project.__module__:
                waiting.append(value)
    return found


@pytest.mark.parametrize("view", [pytest.param(view, id=name) for name, view in sorted(_views().items())])
def test_a_view_names_every_record_that_its_projection_looks_for(view: View) -> None:
    if view.causes is not None:
        assert set(view.causes) == looked_for(view.project)


def test_a_cause_that_is_not_named_would_be_seen() -> None:
    assert looked_for(project_corrections) == {DecisionOverruled, OverruleUndone}
    assert len(_views()) >= 12
