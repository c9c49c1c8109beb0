"""What is stored is RFC 8785, by whichever way it was written."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from shared.contracts.codes import Category
from shared.eventstore import Codec
from shared.eventstore.codec import is_plain
from shared.kernel import Digest, TextRef, fact
from tests.architecture.census import facts

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@fact("codec_plain")
class Plain:
    item: UUID
    words: tuple[TextRef, ...]
    category: Category | None
    count: int
    digest: Digest
    done: bool
    occurred_at: datetime


@fact("codec_measured")
class Measured:
    shares: tuple[float, ...]
    occurred_at: datetime


@fact("codec_named")
class Named:
    counts: dict[str, int]
    occurred_at: datetime


@fact("codec_anything")
class Anything:
    thing: Any
    occurred_at: datetime


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.from_regex(r"[A-Za-z_][A-Za-z0-9_]*", fullmatch=True), inner),
)


@given(VALUES)
def test_without_floats_and_foreign_names_the_quick_way_writes_the_same_bytes(value: Any) -> None:
    assert orjson.dumps(value, option=orjson.OPT_SORT_KEYS) == rfc8785.dumps(value)


@given(st.text(alphabet=st.characters(codec="utf-8")), st.integers(-(2**53) + 1, 2**53 - 1))
def test_a_fact_is_stored_as_rfc_8785(digest: str, count: int) -> None:
    event = Plain(
        item=UUID(int=7), words=(), category=Category.DIS, count=count, digest=Digest(digest), done=True,
        occurred_at=NOON,
    )  # fmt: skip
    written = rfc8785.dumps(TypeAdapter(Plain).dump_python(event, mode="json"))
    assert Codec[Plain](Plain).encode(event) == written


@pytest.mark.parametrize("kind", [Measured, Named, Anything])
def test_a_fact_whose_content_is_not_known_to_be_plain_goes_the_long_way(kind: type) -> None:
    assert not is_plain(TypeAdapter(kind))


def test_floats_are_written_as_the_standard_wants_them() -> None:
    body = Codec[Measured](Measured).encode(Measured(shares=(1.0, 1e21), occurred_at=NOON))
    assert b"[1,1e+21]" in body


def test_an_integer_that_the_standard_cannot_hold_is_refused() -> None:
    event = Plain(
        item=UUID(int=7), words=(), category=None, count=2**53, digest=Digest(""), done=True, occurred_at=NOON
    )
    with pytest.raises(rfc8785.IntegerDomainError):
        Codec[Plain](Plain).encode(event)


def test_nearly_all_our_facts_are_plain() -> None:
    ours = [kind for kind in facts() if kind.__module__.startswith("services.")]
    adapters: list[TypeAdapter[object]] = [TypeAdapter(kind) for kind in ours]
    assert sum(map(is_plain, adapters)) > 0.9 * len(adapters)
