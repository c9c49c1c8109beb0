"""Metrics of our own: a counter of appends, and gauges that show what was measured last."""

from collections.abc import Iterable, Mapping

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

from shared.telemetry import names

_meter = metrics.get_meter("lounge")
_appends = _meter.create_counter(names.APPENDS, description="events appended")


def count_appends(service: str, events: int) -> None:
    _appends.add(events, {names.SERVICE: service})


class Gauges:
    """Somebody who may wait for a database measures; the scraper reads what was measured last."""

    def __init__(self) -> None:
        self._values: dict[str, list[Observation]] = {}
        for name in (names.READER_LAG, names.PARKED, names.SEALED_AGE):
            _meter.create_observable_gauge(name, [self._observer(name)])

    def set(self, name: str, values: Iterable[tuple[float, Mapping[str, str]]]) -> None:
        self._values[name] = [Observation(value, dict(labels)) for value, labels in values]

    def _observer(self, name: str) -> "metrics.CallbackT":
        def observe(options: CallbackOptions) -> Iterable[Observation]:
            return self._values.get(name, [])

        return observe
