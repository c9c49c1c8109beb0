"""RFC 6962 trees: known answers, and agreement with the definition read aloud."""

from hashlib import sha256

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.audit.log.tree import (
    EMPTY_ROOT,
    Edge,
    Node,
    NotConsistent,
    NotIncluded,
    Rows,
    Unproven,
    consistency_proof,
    hash_of,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    span,
    verify_consistency,
    verify_inclusion,
)

REFERENCE_ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
REFERENCE_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(str(number).encode()) for number in range(131)]
TREE = Rows(LEAVES)
SIZES = st.integers(0, 130)


def defined_root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return node_hash(defined_root(leaves[:middle]), defined_root(leaves[middle:]))


def defined_path(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    if index < middle:
        return [*defined_path(index, leaves[:middle]), defined_root(leaves[middle:])]
    return [*defined_path(index - middle, leaves[middle:]), defined_root(leaves[:middle])]


def defined_subproof(old: int, leaves: list[bytes], complete: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if complete else [defined_root(leaves)]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    if old <= middle:
        return [*defined_subproof(old, leaves[:middle], complete), defined_root(leaves[middle:])]
    return [*defined_subproof(old - middle, leaves[middle:], False), defined_root(leaves[:middle])]


@pytest.mark.parametrize("size", range(9))
def test_the_reference_tree_has_the_published_roots(size: int) -> None:
    leaves = [leaf_hash(entry) for entry in REFERENCE_ENTRIES[:size]]
    expected = REFERENCE_ROOTS[size]
    assert root(size, Rows(leaves)).hex() == expected
    assert Edge().extend(leaves).root.hex() == expected


def test_the_reference_subtree_has_the_published_hash() -> None:
    tree = Rows(leaf_hash(entry) for entry in REFERENCE_ENTRIES)
    assert tree(Node(1, 2)).hex() == "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
    assert tree(Node(2, 1)).hex() == "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"


@given(SIZES)
def test_every_way_to_a_root_agrees_with_the_definition(size: int) -> None:
    expected = defined_root(LEAVES[:size])
    assert root(size, TREE) == expected
    assert Edge().extend(LEAVES[:size]).root == expected


@given(SIZES, SIZES)
def test_an_edge_can_be_put_away_at_any_size(first: int, more: int) -> None:
    kept = Edge().extend(LEAVES[:first])
    edge = Edge(kept.size, kept.peaks)
    for leaf in LEAVES[first : first + more]:
        edge = edge.append(leaf)
    assert edge == Edge().extend(LEAVES[: first + more])


def test_an_edge_with_a_missing_peak_is_refused() -> None:
    with pytest.raises(Unproven):
        Edge(3, (LEAVES[0],))
    with pytest.raises(Unproven):
        Edge(1, (b"short",))


@given(SIZES.filter(bool), st.data())
def test_inclusion_proofs_agree_with_the_definition_and_verify(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, TREE)
    assert list(proof) == defined_path(index, LEAVES[:size])
    verify_inclusion(index, size, LEAVES[index], proof, root(size, TREE))


@given(SIZES.filter(bool), st.data())
def test_consistency_proofs_agree_with_the_definition_and_verify(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    proof = consistency_proof(old, new, TREE)
    assert list(proof) == defined_subproof(old, LEAVES[:new], True)
    verify_consistency(old, new, root(old, TREE), root(new, TREE), proof)


@given(st.integers(0, 6), st.integers(0, 8), st.data())
def test_the_hash_of_an_aligned_range_is_its_own_tree(level: int, index: int, data: st.DataObject) -> None:
    start = index << level
    width = data.draw(st.integers(1, 1 << level))
    assume(start + width <= len(LEAVES))
    assert hash_of(span(start, start + width), TREE) == defined_root(LEAVES[start : start + width])


def flip(digest: bytes) -> bytes:
    return bytes([digest[0] ^ 1]) + digest[1:]


@given(st.integers(1, 130), st.data())
def test_no_changed_inclusion_proof_verifies(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaf, proof, head = LEAVES[index], list(inclusion_proof(index, size, TREE)), root(size, TREE)
    changed = [
        (index, size, flip(leaf), proof, head),
        (index, size, leaf, proof, flip(head)),
        (index, size, leaf, [*proof, head], head),
        (index, size, leaf, [head, *proof], head),
        (index, size, leaf, [*proof, b""], head),
        (size, size, leaf, proof, head),
        (-1, size, leaf, proof, head),
        (index, size, leaf, proof, head + b"\0"),
        (index, size, leaf[:-1], proof, head),
        (index, index, leaf, proof, head),
    ]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        changed += [
            (index, size, leaf, [*proof[:at], flip(proof[at]), *proof[at + 1 :]], head),
            (index, size, leaf, [*proof[:at], *proof[at + 1 :]], head),
            (index, size, leaf, [*proof[:at], proof[at] + b"\0", *proof[at + 1 :]], head),
            (index ^ 1, size, leaf, proof, head),
        ]
    for claim in changed:
        with pytest.raises(NotIncluded):
            verify_inclusion(*claim)


@given(st.integers(2, 130), st.data())
def test_no_changed_consistency_proof_verifies(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new - 1))
    proof = list(consistency_proof(old, new, TREE))
    earlier, later = root(old, TREE), root(new, TREE)
    at = data.draw(st.integers(0, len(proof) - 1))
    changed = [
        (old, new, flip(earlier), later, proof),
        (old, new, earlier, flip(later), proof),
        (old, new, later, earlier, proof),
        (new, old, later, earlier, proof),
        (old, new, earlier, later, [*proof, later]),
        (old, new, earlier, later, [later, *proof]),
        (old, new, earlier, later, proof[:-1]),
        (old, new, earlier, later, proof[1:]),
        (old, new, earlier, later, [*proof[:at], flip(proof[at]), *proof[at + 1 :]]),
        (old, new, earlier, later, [*proof[:at], proof[at][:-1], *proof[at + 1 :]]),
        (0, new, EMPTY_ROOT, later, proof),
        (0, new, EMPTY_ROOT, later, []),
        (-1, new, earlier, later, proof),
        (new, new, earlier, later, []),
        (new, new, later, later, proof),
        (-1, -1, later, later, []),
    ]
    for claim in changed:
        with pytest.raises(NotConsistent):
            verify_consistency(*claim)


def test_a_tree_is_consistent_with_itself() -> None:
    verify_consistency(7, 7, root(7, TREE), root(7, TREE), [])
    verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])


def test_an_empty_root_proves_no_empty_leaf() -> None:
    with pytest.raises(NotIncluded):
        verify_inclusion(0, 1, b"", [], b"")


def test_a_subtree_is_taken_neither_for_a_leaf_nor_for_an_older_tree() -> None:
    left, right, whole = TREE(Node(2, 0)), TREE(Node(2, 1)), TREE(Node(3, 0))
    with pytest.raises(NotIncluded):
        verify_inclusion(0, 8, left, [right], whole)
    with pytest.raises(NotConsistent):
        verify_consistency(1, 8, left, whole, [right])


def test_proofs_of_trees_that_do_not_exist_are_refused() -> None:
    with pytest.raises(NotIncluded):
        inclusion_proof(5, 5, TREE)
    with pytest.raises(NotConsistent):
        consistency_proof(0, 5, TREE)
    with pytest.raises(Unproven):
        Rows(LEAVES[:3])(Node(1, 1))
