"""Spans of our own, and the context that records carry from one process to the next."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from opentelemetry import context as running
from opentelemetry import trace
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind, StatusCode, TraceFlags
from opentelemetry.util.types import AttributeValue

from shared.telemetry import names

MAX_LINKS = 100
"""The SDK drops links beyond 128; a batch says how many there were."""

_tracer = trace.get_tracer("lounge")


def span_context(traceparent: str | None) -> SpanContext | None:
    try:
        _, trace_id, span_id, flags = (traceparent or "").split("-")
        sampled = TraceFlags(int(flags, 16))
        context = SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=sampled)
    except ValueError:
        return None
    return context if context.is_valid else None


def current_traceparent() -> str | None:
    """The W3C traceparent of the running span; None outside one."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def current_trace_id() -> str | None:
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None


def concerns(key: UUID) -> None:
    """Marks the running span as one of the request `key`, so that its trace is found under it."""
    trace.get_current_span().set_attribute(names.REQUEST_ID, str(key))


@contextmanager
def span(
    name: str,
    *,
    parent: str | None = None,
    linked: Sequence[str | None] = (),
    kind: SpanKind = SpanKind.INTERNAL,
    **attributes: AttributeValue | None,
) -> Iterator[Span]:
    """A span named `name`; `parent` is the traceparent of the record that caused it, else the running span.

    Attributes are given by the short name of `shared.telemetry.names`: `stream=`, `request_id=`, `reader=` …
    """
    context = None
    if (remote := span_context(parent)) is not None:
        context = trace.set_span_in_context(NonRecordingSpan(remote))
    links = [Link(found) for each in linked[:MAX_LINKS] if (found := span_context(each)) is not None]
    told = {getattr(names, key.upper()): value for key, value in attributes.items() if value is not None}
    started = _tracer.start_span(name, context=context, kind=kind, links=links, attributes=told)
    token = running.attach(trace.set_span_in_context(started))
    try:
        yield started
    except Exception:
        started.set_status(StatusCode.ERROR)
        raise
    finally:
        running.detach(token)
        started.end()
