"""Tiles are the same whether a log is written at once, leaf by leaf, or by a sealer that was killed between."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.audit.log.tiles import (
    Bundle,
    Tile,
    TileEdge,
    TileMalformed,
    bundle_bytes,
    bundle_entries,
    bundles_of,
    hashes_from_tiles,
    new_bundles,
    new_tiles,
    parse_path,
    tile_at,
    tile_bytes,
    tiles_for,
    tiles_of,
)
from services.audit.log.tree import (
    Node,
    Rows,
    consistency_proof,
    consistency_spans,
    inclusion_proof,
    inclusion_spans,
    leaf_hash,
    root,
)

LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(65_700)]
TREE = Rows(LEAVES)


def test_paths_are_those_of_the_specification() -> None:
    assert Tile(0, 0).path == "tile/0/000"
    assert Tile(1, 17, 3).path == "tile/1/017.p/3"
    assert Tile(0, 1_234_067).path == "tile/0/x001/x234/067"
    assert Bundle(1_234_067, 255).path == "tile/entries/x001/x234/067.p/255"
    assert Bundle(1000).path == "tile/entries/x001/000"


@given(st.integers(0, 63), st.integers(0, 10**12), st.integers(1, 256))
def test_a_path_leads_back_to_its_tile(level: int, index: int, width: int) -> None:
    assert parse_path(Tile(level, index, width).path) == Tile(level, index, width)
    assert parse_path(Bundle(index, width).path) == Bundle(index, width)


@pytest.mark.parametrize(
    "path",
    [
        "tile/64/000",
        "tile/00/000",
        "tile/01/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/001/002",
        "tile/0/x000/001",
        "tile/0/x001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/\u0661\u0661\u0661",
        "tile/0/000/",
        "/tile/0/000",
        "tile/entries/../../checkpoint",
        "tile/data/000",
    ],
)
def test_other_spellings_of_a_path_are_refused(path: str) -> None:
    with pytest.raises(TileMalformed):
        parse_path(path)


def test_a_tree_of_seventy_thousand_has_the_tiles_of_the_specification() -> None:
    tiles = tiles_of(70_000)
    assert [tile.level for tile in tiles].count(0) == 274
    assert Tile(0, 273, 112) in tiles
    assert {tile for tile in tiles if tile.level} == {Tile(1, 0), Tile(1, 1, 17), Tile(2, 0, 1)}
    assert set(tiles_of(256)) == {Tile(0, 0), Tile(1, 0, 1)}
    assert tiles_of(0) == ()
    assert set(new_tiles(70_000, 70_001)) == {Tile(0, 273, 113)}


def require_growth(old: int, new: int) -> None:
    before = TileEdge()
    before.extend(LEAVES[:old])
    after = TileEdge(before.size, before.partials)
    grown = after.extend(LEAVES[old:new])
    assert set(grown) == set(new_tiles(old, new))
    assert all(data == tile_bytes(tile, TREE) for tile, data in grown.items())
    assert after.root == root(new, TREE)


@given(st.tuples(st.integers(0, 1100), st.integers(0, 1100)).map(sorted))
def test_growing_by_any_step_gives_the_tiles_of_the_whole(sizes: list[int]) -> None:
    require_growth(*sizes)


@pytest.mark.parametrize(("old", "new"), [(65_279, 65_536), (65_535, 65_537), (65_536, 65_700)])
def test_growing_over_a_whole_tile_of_tiles_gives_the_tiles_of_the_whole(old: int, new: int) -> None:
    require_growth(old, new)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([1, 200, 256, 257, 1000, 65_537, 65_699]), st.data())
def test_proofs_from_tiles_are_the_proofs_of_the_tree(size: int, data: st.DataObject) -> None:
    read: set[Tile] = set()

    def kept(tile: Tile) -> bytes:
        assert tile in tiles_of(size)
        read.add(tile)
        return tile_bytes(tile, TREE)

    hashes = hashes_from_tiles(kept, size)
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    assert inclusion_proof(index, size, hashes) == inclusion_proof(index, size, TREE)
    assert consistency_proof(old, size, hashes) == consistency_proof(old, size, TREE)
    spans = (*inclusion_spans(index, size), *consistency_spans(old, size))
    assert read == tiles_for((node for nodes in spans for node in nodes), size)
    assert root(size, hashes) == root(size, TREE)


def test_an_edge_that_does_not_fit_its_size_is_refused() -> None:
    edge = TileEdge()
    edge.extend(LEAVES[:300])
    with pytest.raises(TileMalformed):
        TileEdge(301, edge.partials)
    with pytest.raises(TileMalformed):
        TileEdge(300, edge.partials[:1])


def test_a_tile_of_another_length_is_refused() -> None:
    for data in (b"", bytes(31), bytes(33), bytes(64)):
        with pytest.raises(TileMalformed):
            hashes_from_tiles(lambda tile, data=data: data, 1)(Node(0, 0))  # type: ignore[misc]
    with pytest.raises(TileMalformed):
        tile_at(Node(1, 1), 3)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_a_bundle_gives_its_entries_back(entries: list[bytes]) -> None:
    assert bundle_entries(Bundle(0, len(entries)), bundle_bytes(entries)) == tuple(entries)


def test_a_damaged_bundle_is_refused() -> None:
    data = bundle_bytes([b"one", b"two"])
    for damaged in (data[:-1], data + b"\0", data + b"\0\0", data[:5], b""):
        with pytest.raises(TileMalformed):
            bundle_entries(Bundle(0, 2), damaged)


def test_only_the_longest_possible_entry_fits() -> None:
    assert bundle_entries(Bundle(0, 1), bundle_bytes([bytes(65_535)])) == (bytes(65_535),)
    with pytest.raises(TileMalformed):
        bundle_bytes([bytes(65_536)])


def test_only_touched_bundles_are_written_again() -> None:
    assert new_bundles(256, 300) == (Bundle(1, 44),)
    assert new_bundles(255, 257) == (Bundle(0), Bundle(1, 1))
    assert new_bundles(300, 300) == ()
    assert bundles_of(0) == ()
