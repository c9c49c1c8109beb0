"""A text can be opened with its own key under its own label, and with nothing else."""

import stat
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vault.adapters.crypto import (
    CannotOpen,
    FileKeyProvider,
    KeyFileUnsafe,
    Label,
    commitment_of,
    new_data_key,
    new_salt,
    open_sealed,
    seal,
)

KEY = new_data_key(UUID(int=7))
LABEL = Label(UUID(int=1), "narrative", "L3", KEY.key_id)
WORDS = "楼上漏水，把我家天花板泡坏了。"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_was_sealed_can_be_opened(text: str) -> None:
    assert open_sealed(KEY, LABEL, seal(KEY, LABEL, text)) == text


def test_the_same_text_never_looks_the_same() -> None:
    assert seal(KEY, LABEL, WORDS) != seal(KEY, LABEL, WORDS)


@pytest.mark.parametrize(
    "other",
    [
        replace(LABEL, item=UUID(int=2)),
        replace(LABEL, kind="note"),
        replace(LABEL, level="L2"),
        replace(LABEL, key_id=UUID(int=8)),
    ],
)
def test_a_text_cannot_be_passed_off_under_another_label(other: Label) -> None:
    ciphertext = seal(KEY, LABEL, WORDS)
    with pytest.raises(CannotOpen):
        open_sealed(KEY, other, ciphertext)


def test_a_changed_ciphertext_is_not_opened() -> None:
    ciphertext = bytearray(seal(KEY, LABEL, WORDS))
    ciphertext[-1] ^= 1
    with pytest.raises(CannotOpen):
        open_sealed(KEY, LABEL, bytes(ciphertext))


def test_another_key_of_the_same_name_opens_nothing() -> None:
    with pytest.raises(CannotOpen):
        open_sealed(new_data_key(KEY.key_id), LABEL, seal(KEY, LABEL, WORDS))


def test_a_commitment_is_repeated_with_its_salt_only() -> None:
    salt = new_salt()
    assert len(salt) == 32
    assert commitment_of(salt, WORDS) == commitment_of(salt, WORDS)
    assert commitment_of(new_salt(), WORDS) != commitment_of(salt, WORDS)
    assert commitment_of(salt, WORDS + "。") != commitment_of(salt, WORDS)


def test_a_commitment_is_what_anybody_computes() -> None:
    # RFC 4231, test case 2.
    assert commitment_of(b"Jefe", "what do ya want for nothing?") == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


async def test_a_data_key_comes_back_from_a_provider_that_was_started_again(tmp_path: Path) -> None:
    wrapped = await FileKeyProvider(tmp_path / "home/kek").wrap(KEY)
    assert await FileKeyProvider(tmp_path / "home/kek").unwrap(wrapped) == KEY
    assert KEY.secret not in wrapped.wrapped


async def test_a_wrapped_key_of_another_installation_is_useless(tmp_path: Path) -> None:
    wrapped = await FileKeyProvider(tmp_path / "ours").wrap(KEY)
    with pytest.raises(CannotOpen):
        await FileKeyProvider(tmp_path / "theirs").unwrap(wrapped)


async def test_a_wrapped_key_cannot_take_the_place_of_another(tmp_path: Path) -> None:
    provider = FileKeyProvider(tmp_path / "kek")
    wrapped = await provider.wrap(KEY)
    with pytest.raises(CannotOpen):
        await provider.unwrap(replace(wrapped, key_id=UUID(int=9)))


def test_the_key_file_is_the_owners_alone(tmp_path: Path) -> None:
    FileKeyProvider(tmp_path / "kek")
    assert stat.S_IMODE((tmp_path / "kek").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["kek"]


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    FileKeyProvider(tmp_path / "kek")
    (tmp_path / "kek").chmod(0o640)
    with pytest.raises(KeyFileUnsafe, match="0600"):
        FileKeyProvider(tmp_path / "kek")


def test_a_key_file_of_another_length_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kek").write_bytes(b"short")
    (tmp_path / "kek").chmod(0o600)
    with pytest.raises(KeyFileUnsafe, match="5 bytes"):
        FileKeyProvider(tmp_path / "kek")


def test_a_key_does_not_print_itself() -> None:
    assert repr(KEY.secret)[2:-1] not in repr(KEY)
    assert repr(KEY) == f"DataKey({KEY.key_id})"
