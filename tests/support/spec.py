"""Given events, when a command, then events or a refusal: the native test of a decider."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from shared.kernel import Decider, Rejection

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")
R = TypeVar("R", bound=Rejection)


@dataclass(frozen=True, slots=True)
class Decided(Generic[S, E]):
    """What came of one command: events, or the rejection, never both."""

    state: S
    events: tuple[E, ...]
    rejection: Rejection | None

    def then(self, *expected: E) -> None:
        assert self.rejection is None, f"refused: {self.rejection}"
        assert self.events == expected

    def then_nothing(self) -> None:
        self.then()

    def then_rejected(self, expected: type[R], **details: object) -> R:
        """The refusal, for a closer look; `details` are compared with what it carries."""
        assert isinstance(self.rejection, expected), f"not refused with {expected.__name__}: {self!r}"
        assert {name: self.rejection.details.get(name) for name in details} == details
        return self.rejection


@dataclass(frozen=True, slots=True)
class Spec(Generic[C, S, E]):
    """`Spec(case_decider).given(opened, consented).when(settle).then(settled)`."""

    decider: Decider[C, S, E]
    past: tuple[E, ...] = ()

    def given(self, *events: E) -> "Spec[C, S, E]":
        """The same desk after `events`; calls add up."""
        return Spec(self.decider, self.past + events)

    def after(self, *commands: C) -> "Spec[C, S, E]":
        """The same desk after `commands`, each of which must be allowed."""
        past = self.past
        for command in commands:
            past += self.decider.decide(command, self.decider.fold(past))
        return Spec(self.decider, past)

    @property
    def state(self) -> S:
        return self.decider.fold(self.past)

    def when(self, command: C) -> Decided[S, E]:
        """Decide, and fold what was decided: an event that `evolve` cannot take fails here."""
        before = self.state
        try:
            events = self.decider.decide(command, before)
        except Rejection as rejection:
            return Decided(before, (), rejection)
        return Decided(self.decider.fold(events, before), events, None)
