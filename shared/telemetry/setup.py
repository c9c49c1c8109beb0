"""Traces, metrics and logs of one process."""

import logging
import sys
from collections.abc import Callable

import structlog
from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

from shared.telemetry.recording import Recording, SentOn
from shared.telemetry.spans import current_trace_id
from shared.telemetry.spanstore import SpanStore, StoreExporter

OTLP_TIMEOUT_SECONDS = 2


def set_up_logs(level: str = "INFO") -> None:
    """One JSON line an entry on standard error, with the trace id; what libraries say, too."""
    common: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        _with_trace,
        _only_the_kind_of_exception,
    ]
    written = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*common, written],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
    foreign = logging.StreamHandler(sys.stderr)
    foreign.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[_only_the_first_line, *common],
            processors=[ProcessorFormatter.remove_processors_meta, written],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[foreign])


def _only_the_first_line(logger: WrappedLogger, method: str, entry: EventDict) -> EventDict:
    """What follows it shows objects as they are: asyncio prints a lost exception with its message."""
    entry["event"] = str(entry["event"]).partition("\n")[0]
    return entry


def _with_trace(logger: WrappedLogger, method: str, entry: EventDict) -> EventDict:
    if (trace_id := current_trace_id()) is not None:
        entry["trace_id"] = trace_id
    return entry


def _only_the_kind_of_exception(logger: WrappedLogger, method: str, entry: EventDict) -> EventDict:
    """Class and places, never the message: a message may carry what somebody typed."""
    error = entry.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        entry["error"] = type(error).__name__
        entry["at"] = _places(error)
    return entry


def _places(error: BaseException) -> list[str]:
    places = []
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/site-packages/', 1)[-1]}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    return places[-12:]


def set_up_traces(service: str, store: SpanStore | None, otlp_endpoint: str | None) -> Callable[[], None]:
    """Returns what flushes and closes the exporters. Nothing leaves the machine unless an endpoint is given."""
    resource = Resource.create({"service.name": service})
    processors: list[SpanProcessor] = []
    if store is not None:
        processors.append(BatchSpanProcessor(StoreExporter(store), schedule_delay_millis=500, max_queue_size=32_768))
    if otlp_endpoint:
        exporter = OTLPSpanExporter(endpoint=f"{otlp_endpoint.rstrip('/')}/v1/traces", timeout=OTLP_TIMEOUT_SECONDS)
        processors.append(BatchSpanProcessor(SentOn(exporter, resource)))
    provider = Recording(processors)
    trace.set_tracer_provider(provider)
    metrics.set_meter_provider(MeterProvider(metric_readers=[PrometheusMetricReader()]))

    def close() -> None:
        provider.close(flush_millis=3000)

    return close
