"""Codes and PINs: the same for the same thing, told apart by nobody, forgiving to who types them."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.web.pins import ALPHABET, LETTERS, PinHashes, code_as_typed, letters_of, pin_as_typed, spelled

KEY = bytes(32)


def test_the_same_key_and_parts_give_the_same_letters_and_others_give_others() -> None:
    assert letters_of(KEY, "code", 1) == letters_of(KEY, "code", 1)
    assert len({letters_of(KEY, "code", 1), letters_of(KEY, "pin", 1), letters_of(KEY, "code", 2)}) == 3
    assert letters_of(KEY, "code", 1) != letters_of(b"x" * 32, "code", 1)
    assert len(letters_of(KEY, "a")) == LETTERS
    assert set(letters_of(KEY, "a")) <= set(ALPHABET)


def test_no_letter_looks_or_sounds_like_another() -> None:
    assert not set("01OILU") & set(ALPHABET)


@pytest.mark.parametrize("typed", ["NG-7K3F-9Q2M", "ng 7k3f 9q2m", "7K3F9Q2M", "７Ｋ３Ｆ９Ｑ２Ｍ", " ng7k3f9q2m "])
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert code_as_typed(typed, "NG") == spelled("NG", "7K3F9Q2M") == "NG-7K3F-9Q2M"


@pytest.mark.parametrize("typed", ["ABCD2345", " abcd 2345 ", "ＡＢＣＤ２３４５"])
def test_a_pin_is_understood_however_it_is_typed(typed: str) -> None:
    assert pin_as_typed(typed) == "ABCD2345"


async def test_a_pin_fits_its_own_hash_and_no_other() -> None:
    with ThreadPoolExecutor(1) as threads:
        hashes = PinHashes(threads, b"a key of the installation")
        salt, hashed = await hashes.fresh("ABCD2345")
        assert await hashes.fits("ABCD2345", salt, hashed)
        assert not await hashes.fits("ABCD2346", salt, hashed)
        assert not await hashes.fits("ABCD2345", None, None)
        assert (await hashes.fresh("ABCD2345"))[0] != salt


async def test_a_table_without_the_key_says_nothing_about_a_pin() -> None:
    with ThreadPoolExecutor(1) as threads:
        salt, hashed = await PinHashes(threads, b"ours").fresh("ABCD2345")
        assert not await PinHashes(threads, b"a thief's").fits("ABCD2345", salt, hashed)


async def test_a_pin_that_was_given_out_before_hashes_had_a_key_still_opens() -> None:
    salt = bytes(range(16))
    hashed = hashlib.scrypt(b"ABCD2345", salt=salt, n=2**12, r=8, p=1, dklen=32)
    with ThreadPoolExecutor(1) as threads:
        hashes = PinHashes(threads, b"a key of the installation")
        assert await hashes.fits("ABCD2345", salt, hashed)
        assert not await hashes.fits("ABCD2346", salt, hashed)
