"""Forged logs: every class of forgery is found, honest logs raise no alarm."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

import pytest

from services.audit.log.leaf import leaf_bytes, parse_leaf
from services.audit.log.note import Checkpoint, Signer, encode_base64, sign_checkpoint
from services.audit.log.whole import CHECKPOINT, LogForged, check_log
from tests.audit.log.samples import LOG, STRANGER, Files, entries, export, facts, head, signer

HONEST = entries(600)
SEEDS = range(6)


@dataclass
class Forger:
    """Works on an honest export of `logged`; remembers which entry betrays it, where that is one entry."""

    chance: Random
    logged: list[bytes]
    files: Files
    touched: int | None = None
    kept: Checkpoint | None = None

    def pick(self, low: int = 0) -> int:
        self.touched = self.chance.randrange(low, len(self.logged))
        return self.touched

    def flip(self, path: str, low: int = 0) -> int:
        data = bytearray(self.files[path])
        at = self.chance.randrange(low, len(data))
        data[at] ^= 1 << self.chance.randrange(8)
        self.files[path] = bytes(data)
        return at

    def bundle(self) -> str:
        return next(path for path in self.files if path.startswith("tile/entries/"))

    def leaf_tile(self) -> str:
        return next(path for path in self.files if path.startswith("tile/0/"))

    def inner_tile(self) -> str:
        return next(path for path in self.files if path.startswith("tile/1/"))

    def rehash(self, logged: list[bytes]) -> None:
        """Everything made anew around other entries, but for the signed checkpoint."""
        self.files = Files(export(logged) | {CHECKPOINT: self.files[CHECKPOINT]})

    def resign(self, logged: list[bytes], by: Signer = LOG) -> None:
        self.files = export(logged, by)

    def note(self, old: bytes, new: bytes) -> None:
        assert old in self.files[CHECKPOINT]
        self.files[CHECKPOINT] = self.files[CHECKPOINT].replace(old, new, 1)

    def edited(self, at: int) -> list[bytes]:
        changed = leaf_bytes(replace(parse_leaf(self.logged[at]), role="duty_officer"))
        return [*self.logged[:at], changed, *self.logged[at + 1 :]]


def flip_an_entry(f: Forger) -> None:
    f.flip(f.bundle())


def flip_a_leaf_hash(f: Forger) -> None:
    f.touched = f.flip(f.leaf_tile()) // 32


def flip_an_inner_hash(f: Forger) -> None:
    f.flip(f.inner_tile())


def flip_the_signature(f: Forger) -> None:
    f.flip(CHECKPOINT, low=f.files[CHECKPOINT].rindex(b" ") + 1)


def flip_the_head(f: Forger) -> None:
    data = bytearray(f.files[CHECKPOINT])
    data[f.chance.randrange(data.index(b"\n\n"))] ^= 1
    f.files[CHECKPOINT] = bytes(data)


def edit_an_entry(f: Forger) -> None:
    f.files[f.bundle()] = export(f.edited(f.pick()))[f.bundle()]


def edit_and_rehash(f: Forger) -> None:
    f.rehash(f.edited(f.pick()))


def delete_from_the_middle(f: Forger) -> None:
    at = f.pick(low=1)
    f.touched = min(at + 1, len(f.logged) - 1)
    f.rehash([*f.logged[:at], *f.logged[at + 1 :], facts_of_another_lane(f)])


def facts_of_another_lane(f: Forger) -> bytes:
    return leaf_bytes(facts(1, lane=f.chance.randrange(8, 16)))


def delete_the_first(f: Forger) -> None:
    f.touched = 1
    f.rehash([*f.logged[1:], facts_of_another_lane(f)])


def delete_the_last(f: Forger) -> None:
    f.rehash(f.logged[:-1])


def insert_backdated(f: Forger) -> None:
    at = f.pick()
    f.rehash([*f.logged[:at], facts_of_another_lane(f), *f.logged[at:-1]])


def swap_two(f: Forger) -> None:
    at = f.pick(low=1)
    f.touched = at - 1
    f.rehash([*f.logged[: at - 1], f.logged[at], f.logged[at - 1], *f.logged[at + 1 :]])


def repeat_an_entry(f: Forger) -> None:
    at = f.pick()
    f.touched = at + 1 if at + 1 < len(f.logged) else None
    f.rehash([*f.logged[: at + 1], f.logged[at], *f.logged[at + 1 : -1]])


def roll_back(f: Forger) -> None:
    f.kept = head(f.logged)
    f.resign(f.logged[: -f.chance.randrange(1, 9)])


def show_another_history(f: Forger) -> None:
    size = f.chance.randrange(2, len(f.logged))
    f.kept = head(f.logged[:size])
    f.resign(f.edited(f.chance.randrange(size)))


def rewrite_with_the_stolen_key(f: Forger) -> None:
    f.kept = head(f.logged)
    f.resign(f.edited(f.pick()))


def claim_another_origin(f: Forger) -> None:
    f.files[CHECKPOINT] = sign_checkpoint(head(f.logged, "other.example/log"), LOG).encode()


def sign_with_an_unknown_key(f: Forger) -> None:
    f.resign(f.logged, STRANGER)


def sign_under_another_name(f: Forger) -> None:
    f.resign(f.logged, signer(b"log", "other.example/log"))


def change_the_key_id(f: Forger) -> None:
    line = f.files[CHECKPOINT].rpartition(b" ")[2]
    f.note(line, b"AAAA" + line[4:])


def claim_another_size(f: Forger) -> None:
    size = len(f.logged)
    claimed = f.chance.choice((size + 1, size - 1, size * 2, size // 2))
    f.note(f"\n{size}\n".encode(), f"\n{claimed}\n".encode())


def sign_another_size(f: Forger) -> None:
    size = len(f.logged) + f.chance.choice((1, -1))
    f.files[CHECKPOINT] = sign_checkpoint(replace(head(f.logged), size=size), LOG).encode()


def remove_a_file(f: Forger) -> None:
    del f.files[f.chance.choice(sorted(f.files))]


def take_a_tile_of_a_longer_log(f: Forger) -> None:
    longer = export([*f.logged, facts_of_another_lane(f)])
    f.files[sorted(f.files)[-1]] = longer[sorted(longer)[-1]]


def cut_or_stretch_a_hash(f: Forger) -> None:
    path = f.leaf_tile()
    f.files[path] = f.chance.choice((f.files[path][:-1], f.files[path] + b"\0", f.files[path][:-32], b""))


def log_another_spelling(f: Forger) -> None:
    at = f.pick()
    spelled = json.dumps(json.loads(f.logged[at])).encode()
    f.resign([*f.logged[:at], spelled, *f.logged[at + 1 :]])


def log_a_sentence(f: Forger) -> None:
    at = f.pick()
    f.resign([*f.logged[:at], "楼上漏水".encode(), *f.logged[at + 1 :]])


def never_log_a_record(f: Forger) -> None:
    at = f.pick()
    f.touched = at + 1
    missing = f.logged[:at] + f.logged[at + 1 :]
    f.resign([*missing, *entries(len(f.logged) + 4)[-4:]])


def log_an_address_twice(f: Forger) -> None:
    at = f.pick(low=1)
    f.resign([*f.logged[:at], f.logged[at - 1], *f.logged[at:]])


def cut_a_bundle(f: Forger) -> None:
    f.files[f.bundle()] = f.files[f.bundle()][: -f.chance.randrange(1, 200)]


def stretch_a_bundle(f: Forger) -> None:
    f.files[f.bundle()] += b"\0\0" * f.chance.randrange(1, 3)


def leave_a_strange_file(f: Forger) -> None:
    f.files[f.chance.choice(("tile/0/000.bak", "tile/note", "tile/00/000", "tile/entries/0"))] = b"x"


def leave_a_tile_beyond_the_head(f: Forger) -> None:
    f.files[f.chance.choice(("tile/0/900", "tile/5/000.p/1", "tile/entries/900.p/3"))] = bytes(96)


def leave_a_contradicting_earlier_tile(f: Forger) -> None:
    other = export(f.edited(0)[:20])
    f.files |= {path: other[path] for path in [f.chance.choice(("tile/0/000.p/20", "tile/entries/000.p/20"))]}


def remove_the_checkpoint(f: Forger) -> None:
    del f.files[CHECKPOINT]


def write_the_root_otherwise(f: Forger) -> None:
    spelled = encode_base64(head(f.logged).root).encode()
    f.note(spelled, f.chance.choice((spelled[:-1], spelled + b"=", spelled[:-2] + b"b=", b" " + spelled)))


SMALL, LARGE = 24, 262
FORGERIES: list[tuple[Callable[[Forger], None], int]] = [
    (flip_an_entry, SMALL),
    (flip_a_leaf_hash, LARGE),
    (flip_an_inner_hash, LARGE),
    (flip_the_signature, SMALL),
    (flip_the_head, SMALL),
    (edit_an_entry, SMALL),
    (edit_and_rehash, LARGE),
    (delete_from_the_middle, SMALL),
    (delete_the_first, SMALL),
    (delete_the_last, SMALL),
    (insert_backdated, SMALL),
    (swap_two, SMALL),
    (repeat_an_entry, SMALL),
    (roll_back, SMALL),
    (show_another_history, LARGE),
    (rewrite_with_the_stolen_key, SMALL),
    (claim_another_origin, SMALL),
    (sign_with_an_unknown_key, SMALL),
    (sign_under_another_name, SMALL),
    (change_the_key_id, SMALL),
    (claim_another_size, SMALL),
    (sign_another_size, SMALL),
    (remove_a_file, LARGE),
    (take_a_tile_of_a_longer_log, SMALL),
    (cut_or_stretch_a_hash, SMALL),
    (log_another_spelling, SMALL),
    (log_a_sentence, SMALL),
    (never_log_a_record, SMALL),
    (log_an_address_twice, SMALL),
    (cut_a_bundle, SMALL),
    (stretch_a_bundle, SMALL),
    (leave_a_strange_file, SMALL),
    (leave_a_tile_beyond_the_head, SMALL),
    (leave_a_contradicting_earlier_tile, SMALL),
    (remove_the_checkpoint, SMALL),
    (write_the_root_otherwise, SMALL),
]


@pytest.mark.parametrize(("forge", "size"), FORGERIES, ids=[forge.__name__ for forge, _ in FORGERIES])
def test_every_forged_log_is_found(forge: Callable[[Forger], None], size: int) -> None:
    for seed in SEEDS:
        chance = Random(f"{forge.__name__}/{seed}")
        logged = HONEST[: size + chance.randrange(6)]
        forger = Forger(chance, logged, export(logged))
        forge(forger)
        with pytest.raises(LogForged) as found:
            check_log(forger.files, LOG.verifier, forger.kept)
        assert found.value.zh
        if forger.touched is not None:
            assert found.value.first <= forger.touched < found.value.end, f"seed {seed}: {found.value}"


def test_there_are_two_hundred_forged_logs_of_twenty_kinds() -> None:
    assert len(FORGERIES) >= 20
    assert len(FORGERIES) * len(SEEDS) >= 200


def test_a_stolen_key_is_noticed_only_by_who_kept_a_checkpoint() -> None:
    forger = Forger(Random(1), HONEST[:SMALL], export(HONEST[:SMALL]))
    rewrite_with_the_stolen_key(forger)
    assert check_log(forger.files, LOG.verifier).size == SMALL


def test_a_changed_hash_in_a_full_inner_tile_is_found() -> None:
    template = leaf_bytes(facts(1))
    logged = [template.replace(b'"number":1,', b'"number":%d,' % number) for number in range(1, 65_537)]
    files = export(logged)
    at = 32 * 7 + 5
    files["tile/1/000"] = files["tile/1/000"][:at] + bytes(1) + files["tile/1/000"][at + 1 :]
    with pytest.raises(LogForged, match="tile/1/000"):
        check_log(files, LOG.verifier)


@pytest.mark.parametrize("size", [*range(46), 255, 256, 257, 600])
def test_no_honest_log_raises_an_alarm(size: int) -> None:
    logged = HONEST[:size]
    earlier = export(logged[: size * 2 // 3])
    checked: list[int] = []
    found = check_log(Files(earlier | export(logged)), LOG.verifier, head(logged[: size // 2]), checked.append)
    assert found == head(logged)
    assert sum(checked) == size
