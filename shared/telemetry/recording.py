"""Spans as we need them: names, times, attributes, links, and whether it failed. Every one is kept.

The SDK's own spans cost more processor time than the statement they time. What is recorded never holds an exception's
message or traceback: a message may carry what somebody typed.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import time_ns
from typing import Any

from opentelemetry import context as running
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState
from opentelemetry.util.types import Attributes, AttributeValue

SAMPLED = TraceFlags(TraceFlags.SAMPLED)
NO_STATE = TraceState.get_default()


class RecordedSpan(trace.Span):
    """Told to the processors when it ends."""

    __slots__ = ("_processors", "attributes", "context", "end_time", "failed", "kind", "links", "name", "parent",
                 "start_time")  # fmt: skip

    def __init__(
        self,
        name: str,
        context: SpanContext,
        parent: SpanContext | None,
        kind: SpanKind,
        attributes: dict[str, AttributeValue],
        links: list[Link],
        processors: Sequence[SpanProcessor],
    ) -> None:
        self.name = name
        self.context = context
        self.parent = parent
        self.kind = kind
        self.attributes = attributes
        self.links = links
        self.failed = False
        self.start_time = time_ns()
        self.end_time: int | None = None
        self._processors = processors

    def end(self, end_time: int | None = None) -> None:
        if self.end_time is not None:
            return
        self.end_time = end_time or time_ns()
        for processor in self._processors:
            processor.on_end(self)  # type: ignore[arg-type]  # it hands the span on to our exporters as it is

    def get_span_context(self) -> SpanContext:
        return self.context

    def set_attributes(self, attributes: Mapping[str, AttributeValue]) -> None:
        self.attributes.update(attributes)

    def set_attribute(self, key: str, value: AttributeValue) -> None:
        self.attributes[key] = value

    def add_event(self, name: str, attributes: Attributes = None, timestamp: int | None = None) -> None:
        """None are kept."""

    def add_link(self, context: SpanContext, attributes: Attributes = None) -> None:
        self.links.append(Link(context))

    def update_name(self, name: str) -> None:
        self.name = name

    def is_recording(self) -> bool:
        return self.end_time is None

    def set_status(self, status: Status | StatusCode, description: str | None = None) -> None:
        code = status.status_code if isinstance(status, Status) else status
        self.failed = code is StatusCode.ERROR

    def record_exception(
        self,
        exception: BaseException,
        attributes: Attributes = None,
        timestamp: int | None = None,
        escaped: bool = False,
    ) -> None:
        """The log has its class and places; the span only that it failed."""
        self.failed = True


class Recorder(trace.Tracer):
    def __init__(self, processors: Sequence[SpanProcessor]) -> None:
        self._processors = processors

    def start_span(
        self,
        name: str,
        context: running.Context | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        start_time: int | None = None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
    ) -> RecordedSpan:
        parent = trace.get_current_span(context).get_span_context()
        trace_id = parent.trace_id if parent.is_valid else _number(128)
        own = SpanContext(trace_id, _number(64), False, SAMPLED, NO_STATE)
        return RecordedSpan(
            name,
            own,
            parent if parent.is_valid else None,
            kind,
            dict(attributes) if attributes else {},
            list(links) if links else [],
            self._processors,
        )

    @contextmanager
    def start_as_current_span(  # type: ignore[override]  # theirs may also decorate functions
        self, name: str, *arguments: Any, **how: Any
    ) -> Iterator[RecordedSpan]:
        how.pop("end_on_exit", None)
        span = self.start_span(name, *arguments, **how)
        token = running.attach(trace.set_span_in_context(span))
        try:
            yield span
        except Exception:
            span.failed = True
            raise
        finally:
            running.detach(token)
            span.end()


class Recording(trace.TracerProvider):
    def __init__(self, processors: Sequence[SpanProcessor]) -> None:
        self._processors = processors
        self._tracer = Recorder(processors)

    def get_tracer(self, *_: Any, **__: Any) -> Recorder:
        return self._tracer

    def close(self, flush_millis: int) -> None:
        for processor in self._processors:
            processor.force_flush(flush_millis)
            processor.shutdown()


class SentOn(SpanExporter):
    """Hands recorded spans to an exporter of the SDK."""

    def __init__(self, exporter: SpanExporter, resource: Resource) -> None:
        self._exporter = exporter
        self._resource = resource

    def export(self, spans: Sequence[Any]) -> SpanExportResult:
        return self._exporter.export([self._readable(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def _readable(self, span: RecordedSpan) -> ReadableSpan:
        return ReadableSpan(
            name=span.name,
            context=span.context,
            parent=span.parent,
            resource=self._resource,
            attributes=span.attributes,
            links=span.links,
            kind=span.kind,
            status=Status(StatusCode.ERROR if span.failed else StatusCode.UNSET),
            start_time=span.start_time,
            end_time=span.end_time,
        )


def _number(bits: int) -> int:
    """Zero is no id."""
    return random.getrandbits(bits) or 1
