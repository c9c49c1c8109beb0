"""Metrics of our own: a counter of appends, and gauges that show what was measured last."""

from collections.abc import Iterable, Mapping

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation
from prometheus_client import Histogram

from shared.telemetry import names

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

Measured = tuple[float, Mapping[str, str]]
"""One value of a gauge and its labels."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_meter = metrics.get_meter("lounge")
_appends = _meter.create_counter(names.APPENDS, description="events appended")


def count_appends(service: str, events: int) -> None:
    _appends.add(events, {names.SERVICE: service})


# Straight into the page that /metrics shows: through the SDK each request paid as much as for a statement.
_requests = Histogram(
    names.REQUEST_SECONDS, "duration of HTTP requests", ("service", "method", "route", "status"), buckets=BUCKETS
)


def count_request(service: str, method: str, route: str, status: int, seconds: float) -> None:
    known = method if method in METHODS else "other"
    _requests.labels(service, known, route, str(status)).observe(seconds)


class Gauges:
    """Somebody who may wait for a database measures; the scraper reads what was measured last."""

    def __init__(self) -> None:
        self._values: dict[str, list[Observation]] = {}

    def set(self, name: str, values: Iterable[Measured]) -> None:
        if name not in self._values:
            _meter.create_observable_gauge(name, [self._observer(name)])
        self._values[name] = [Observation(value, dict(labels)) for value, labels in values]

    def _observer(self, name: str) -> "metrics.CallbackT":
        def observe(options: CallbackOptions) -> Iterable[Observation]:
            return self._values.get(name, [])

        return observe
