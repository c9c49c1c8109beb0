"""Packs as decision tables: written and read back, and the engine decides as the desk does."""

from enum import StrEnum

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.routing.adapters.tables import Engine, Past, TableUnreadable, read_pack, write_pack
from services.routing.decisions.rules.acts import ActKind
from services.routing.decisions.rules.gates import GateResult
from services.routing.decisions.rules.pack import Change, Closes, Conditions, Pack, Row, RowReason, apply
from services.routing.decisions.rules.ruling import ruling
from shared.contracts.codes import Category, Channel, Flag, Gate, Police, Priority
from shared.contracts.danger import DangerKind
from shared.kernel import PackVersion, RuleId
from tests.routing.rulepacks.packs import SHIPPED, TODAY


def some(kind: type[StrEnum], most: int = 2) -> st.SearchStrategy[tuple[StrEnum, ...]]:
    return st.lists(st.sampled_from(list(kind)), max_size=most, unique=True).map(lambda codes: tuple(sorted(codes)))


conditions = st.builds(
    Conditions,
    categories=some(Category, 4),
    not_categories=some(Category),
    channels=some(Channel, 4),
    not_channels=some(Channel),
    priorities=some(Priority),
    police=some(Police),
    flags_all=some(Flag, 1),
    flags_any=some(Flag),
    flags_none=some(Flag),
    danger_all=some(DangerKind, 1),
    danger_any=some(DangerKind),
    danger_none=some(DangerKind),
    acts_any=some(ActKind),
)
changes = st.builds(
    Change,
    category=st.none() | st.sampled_from(Category),
    channel=st.none() | st.sampled_from(Channel),
    police=st.none() | st.sampled_from(Police),
    floor=st.none() | st.sampled_from(Priority),
    priority=st.none() | st.sampled_from(Priority),
    flag=st.none() | st.sampled_from(Flag),
)
rows = st.builds(
    Row,
    number=st.just(0),
    law=st.none() | st.just(RuleId("R-18")),
    reason=st.sampled_from(RowReason),
    when=st.lists(conditions, min_size=1, max_size=2).map(tuple),
    then=changes,
    closes=st.none() | st.builds(Closes, st.sampled_from(Gate), st.sampled_from(GateResult)),
)
packs = st.lists(rows, min_size=1, max_size=4).map(
    lambda rows: Pack(
        PackVersion("tried"),
        TODAY,
        tuple(Row(number, row.law, row.reason, row.when, row.then, row.closes) for number, row in enumerate(rows, 1)),
    )
)
pasts = st.builds(
    Past,
    st.builds(
        ruling,
        st.sampled_from(Category),
        st.frozensets(st.sampled_from(Flag), max_size=4),
        st.sampled_from(Priority),
        st.sampled_from(Police),
        st.sampled_from(Channel),
    ),
    st.frozensets(st.sampled_from(DangerKind), max_size=3),
    st.frozensets(st.sampled_from(ActKind), max_size=1),
)


def by_desk(pack: Pack, past: list[Past]) -> list[object]:
    return [apply(pack, each.ruling, each.danger, each.acts) for each in past]


@settings(max_examples=40, deadline=None)
@given(packs, st.lists(pasts, min_size=20, max_size=20))
def test_the_engine_reads_any_table_as_the_desk_does(pack: Pack, past: list[Past]) -> None:
    assert Engine(pack).apply(past) == by_desk(pack, past)


@pytest.mark.parametrize("pack", SHIPPED, ids=lambda pack: pack.version)
def test_the_engine_reads_the_shipped_tables_as_the_desk_does(pack: Pack) -> None:
    engine = Engine(pack)

    @settings(max_examples=20, deadline=None)
    @given(st.lists(pasts, min_size=40, max_size=40))
    def agree(past: list[Past]) -> None:
        assert engine.apply(past) == by_desk(pack, past)

    agree()


@settings(max_examples=40, deadline=None)
@given(packs)
def test_a_pack_survives_being_written_as_a_table(pack: Pack) -> None:
    written = write_pack(pack)
    assert read_pack(written) == pack
    assert write_pack(read_pack(written)) == written


def test_a_table_that_somebody_else_wrote_is_refused_and_not_guessed_at() -> None:
    told = orjson.loads(write_pack(SHIPPED[-1]))
    told["nodes"][1]["content"]["rules"][0]["category"] = 'startsWith($, "E")'
    with pytest.raises(TableUnreadable):
        read_pack(orjson.dumps(told))
    with pytest.raises(TableUnreadable):
        read_pack(b"{}")
