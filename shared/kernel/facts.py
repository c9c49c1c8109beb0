"""The decorators that say what a class is: a fact that happened, a command, a state, or a value inside them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")

FACT_NAME = "__fact_name__"


@dataclass_transform(frozen_default=True, kw_only_default=True)
def fact(name: str) -> Callable[[type[T]], type[T]]:
    """A past event. `name` is what is stored for ever; the class may be renamed freely."""

    def decorate(cls: type[T]) -> type[T]:
        made = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        setattr(made, FACT_NAME, name)
        return made

    return decorate


@dataclass_transform(frozen_default=True, kw_only_default=True)
def command(cls: type[T]) -> type[T]:
    """A wish, in the imperative."""
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


@dataclass_transform(frozen_default=True)
def state(cls: type[T]) -> type[T]:
    """What a decider needs to remember, and nothing for display."""
    return dataclass(frozen=True, slots=True)(cls)


@dataclass_transform(frozen_default=True)
def value(cls: type[T]) -> type[T]:
    """A part of facts and commands that has no life of its own."""
    return dataclass(frozen=True, slots=True)(cls)


def fact_name(event: object) -> str:
    """The stored name of a fact or of its class."""
    name = getattr(event, FACT_NAME, None)
    if not isinstance(name, str):
        raise TypeError(f"{event!r} is no fact")
    return name
