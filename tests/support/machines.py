"""Random legal and illegal acts on one decider; and the search that has to miss a rule that was taken away."""

from contextlib import suppress
from typing import Any, ClassVar, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from shared.kernel import Decider, Rejection

QUICK: Final = settings(max_examples=60, stateful_step_count=30, deadline=None)
SEARCH: Final = settings(
    max_examples=10_000,  # it stops at the first find, within some hundreds
    stateful_step_count=30,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


class Acts(RuleBasedStateMachine):
    """One stream, and all that happened on it."""

    decider: ClassVar[Decider[Any, Any, Any]]

    def __init__(self) -> None:
        super().__init__()
        self.past: list[Any] = []
        self.state: Any = self.decider.initial

    def attempt(self, wish: Any, *, each_counts: bool = False) -> tuple[Any, ...]:
        """Decide and fold; nothing follows a refusal. Unless `each_counts`, the same wish again changes nothing."""
        try:
            events = self.decider.decide(wish, self.state)
        except Rejection:
            return ()
        self.past.extend(events)
        self.state = self.decider.fold(events, self.state)
        assert self.state == self.decider.fold(self.past), "the history tells another state"
        if not each_counts:
            with suppress(Rejection):
                assert self.decider.decide(wish, self.state) == (), f"{wish} happened twice"
        return events

    def of(self, *kinds: type) -> list[Any]:
        return [event for event in self.past if isinstance(event, kinds)]


def quick(machine: type[Acts]) -> Any:
    case = machine.TestCase
    case.settings = QUICK
    return case


def misses(machine: type[RuleBasedStateMachine]) -> None:
    """A machine whose rule was taken away finds out."""
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine, settings=SEARCH)
