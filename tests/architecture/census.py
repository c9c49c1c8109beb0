"""Every fact and every contract of the house, found by looking."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

import services
import shared.contracts
from shared.contracts.base import Contract
from shared.kernel.facts import FACT_NAME


def facts() -> list[type]:
    return [found for found in _classes(services) if FACT_NAME in vars(found)]


def contracts() -> list[type[Contract]]:
    return [found for found in _classes(shared.contracts) if issubclass(found, Contract) and found is not Contract]


def _classes(package: ModuleType) -> Iterator[type]:
    for module in _modules(package):
        for member in vars(module).values():
            if isinstance(member, type) and member.__module__ == module.__name__:
                yield member


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    yield package
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not found.name.endswith("__main__"):
            yield import_module(found.name)
