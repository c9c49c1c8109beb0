"""Spans are kept whole, find their request, and never hold what an exception says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.telemetry import names
from shared.telemetry.recording import Recorder, SentOn
from shared.telemetry.spanstore import SpanStore, StoreExporter

REQUEST = "5f4f9a3e-2f0b-4c55-9f0e-0a8f6f3a1b2c"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SpanStore]:
    store = SpanStore(tmp_path / "traces.sqlite")
    yield store
    store.close()


def test_a_span_and_what_it_led_to_are_one_trace_of_their_request(store: SpanStore) -> None:
    tracer = Recorder([SimpleSpanProcessor(StoreExporter(store))])
    with tracer.start_as_current_span("decide") as outer:
        outer.set_attribute(names.REQUEST_ID, REQUEST)
        with tracer.start_as_current_span("view"):
            pass
    ((decide, view),) = store.traces_of(REQUEST)
    assert (decide.name, view.name) == ("decide", "view")
    assert view.parent_id == decide.span_id
    assert decide.parent_id is None
    assert not decide.error


def test_a_span_that_failed_says_so_and_not_why(store: SpanStore) -> None:
    sent = InMemorySpanExporter()
    processors = [
        SimpleSpanProcessor(StoreExporter(store)),
        SimpleSpanProcessor(SentOn(sent, Resource.create({"service.name": "lounge"}))),
    ]
    with pytest.raises(ValueError, match="typed"):
        _fail(Recorder(processors))
    ((kept,),) = store.traces_of(REQUEST)
    assert kept.error
    (told,) = sent.get_finished_spans()
    assert isinstance(told, ReadableSpan)
    assert not told.status.is_ok
    assert "typed by somebody" not in told.to_json()


def _fail(tracer: Recorder) -> None:
    with tracer.start_as_current_span("decide") as failing:
        failing.set_attribute(names.REQUEST_ID, REQUEST)
        raise ValueError("typed by somebody")


def test_a_link_leads_to_the_other_trace(store: SpanStore) -> None:
    tracer = Recorder([SimpleSpanProcessor(StoreExporter(store))])
    other = tracer.start_span("elsewhere")
    span = tracer.start_span("here", attributes={names.REQUEST_ID: REQUEST})
    span.add_link(other.get_span_context())
    span.end()
    ((kept,),) = store.traces_of(REQUEST)
    assert kept.links == (f"{other.context.trace_id:032x}",)
