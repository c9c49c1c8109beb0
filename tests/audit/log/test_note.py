"""Notes and checkpoints: only what the right key signed under its own name is believed."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from services.audit.log.note import (
    _D,
    _ORDER_8,
    _P,
    Checkpoint,
    KeyRefused,
    NoteMalformed,
    NotSigned,
    Signer,
    Verifier,
    encode_base64,
    open_checkpoint,
    open_note,
    parse_checkpoint,
    parse_note,
    sign_checkpoint,
    sign_note,
)
from services.audit.log.tree import EMPTY_ROOT, Unproven, leaf_hash
from tests.audit.log.samples import LOG, NAME, STRANGER, signer

PUBLISHED_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_SEED = bytes.fromhex("810a1402d5146c8d84f2443330f54080ebf98ee17d9c74f6252fc5d5c7283173")
PUBLISHED_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
OUR_VKEY = LOG.verifier.vkey
HEAD = Checkpoint(NAME, 7, leaf_hash(b"root"))
WRITTEN = sign_checkpoint(HEAD, LOG)


def test_a_note_of_another_implementation_is_read_and_verified() -> None:
    verifier = Verifier.parse(PUBLISHED_VKEY)
    assert verifier.vkey == PUBLISHED_VKEY
    assert str(open_note(PUBLISHED_NOTE, [verifier])) == PUBLISHED_NOTE


def test_each_changed_character_of_a_note_is_noticed() -> None:
    verifier = Verifier.parse(PUBLISHED_VKEY)
    for at in range(len(PUBLISHED_NOTE)):
        changed = PUBLISHED_NOTE[:at] + chr(ord(PUBLISHED_NOTE[at]) ^ 1) + PUBLISHED_NOTE[at + 1 :]
        with pytest.raises(Unproven):
            open_note(changed, [verifier])
        with pytest.raises(Unproven):
            open_note(PUBLISHED_NOTE[:at] + PUBLISHED_NOTE[at + 1 :], [verifier])


def test_we_sign_as_another_implementation_signs() -> None:
    theirs = Signer("PeterNeumann", Ed25519PrivateKey.from_private_bytes(PUBLISHED_SEED))
    assert str(sign_note(PUBLISHED_NOTE.partition("\n\n")[0] + "\n", theirs)) == PUBLISHED_NOTE


def test_our_key_and_checkpoint_keep_their_form() -> None:
    assert OUR_VKEY == "lounge.example/330100/audit+f288c84b+AZsfhHkc/HZjBFhU04netcqVRJ2HXydqg4QLBgqznPxx"
    assert WRITTEN == (
        "lounge.example/330100/audit\n"
        "7\n"
        "PAb5plclr2BSYfY2ZyyWINQJcx2JpFHXRV/pxK4WeCk=\n"
        "\n"
        "— lounge.example/330100/audit "
        "8ojIS5S4ruFhOIcwZElYe5S/gz6wQf1YAH/fI0MJaieB+4mgEZ7PVgvOIbNNeEo/Itk2bc2SKedg0QlHens06xs2Sg0=\n"
    )


@pytest.mark.parametrize("at", range(len(OUR_VKEY)))
def test_each_changed_character_of_a_key_is_noticed(at: int) -> None:
    for changed in (
        OUR_VKEY[:at] + OUR_VKEY[at + 1 :],
        OUR_VKEY[:at] + chr(ord(OUR_VKEY[at]) ^ 1) + OUR_VKEY[at + 1 :],
    ):
        with pytest.raises(KeyRefused):
            Verifier.parse(changed)


@pytest.mark.parametrize("key_type", [0, 2, 4, 6, 255])
def test_keys_of_other_types_are_refused(key_type: int) -> None:
    name, key_id, _ = OUR_VKEY.split("+", 2)
    with pytest.raises(KeyRefused):
        Verifier.parse(f"{name}+{key_id}+{encode_base64(bytes([key_type]) + LOG.verifier.public_key)}")


LOW_ORDER = [0, 1, _P - 1, _ORDER_8, _P - _ORDER_8]


@pytest.mark.parametrize("y", [*LOW_ORDER, _P, _P + 1])
@pytest.mark.parametrize("sign", [0, 1])
def test_a_key_for_which_anybody_can_sign_is_refused(y: int, sign: int) -> None:
    with pytest.raises(KeyRefused):
        Verifier(NAME, (y | sign << 255).to_bytes(32, "little"))


def test_the_listed_points_of_order_eight_double_to_order_four() -> None:
    # On −x² + y² = 1 + d·x²y² a double has y = 0, which is order four, exactly when x² = −y².
    for y in (_ORDER_8, _P - _ORDER_8):
        assert (2 * y * y - 1 + _D * pow(y, 4, _P)) % _P == 0


def test_a_key_off_the_curve_or_of_another_length_is_refused() -> None:
    for public_key in ((2).to_bytes(32, "little"), bytes(31), bytes(33), b""):
        with pytest.raises(KeyRefused):
            Verifier(NAME, public_key)


@given(st.binary(min_size=32, max_size=32))
def test_every_real_key_is_accepted(seed: bytes) -> None:
    verifier = Signer(NAME, Ed25519PrivateKey.from_private_bytes(seed)).verifier
    assert Verifier.parse(verifier.vkey) == verifier


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\nb", "a\0b", "\ud800"])
def test_a_name_that_a_note_cannot_hold_is_refused(name: str) -> None:
    with pytest.raises(KeyRefused):
        Verifier(name, LOG.verifier.public_key)


def test_unknown_signatures_are_ignored_beside_a_known_one() -> None:
    both = sign_checkpoint(HEAD, STRANGER, LOG)
    assert open_checkpoint(both, LOG.verifier) == HEAD
    assert [line.name for line in open_note(both, [LOG.verifier]).signatures] == [NAME]


def test_a_note_of_unknown_keys_only_is_refused() -> None:
    with pytest.raises(NotSigned):
        open_checkpoint(sign_checkpoint(HEAD, STRANGER), LOG.verifier)
    with pytest.raises(NotSigned):
        open_note(WRITTEN, [])


def test_one_false_signature_of_a_known_key_refuses_the_note() -> None:
    other = sign_checkpoint(Checkpoint(NAME, 8, leaf_hash(b"other")), LOG)
    line = other.rpartition("\n\n")[2]
    for mixed in (WRITTEN + line, WRITTEN.rpartition("\n\n")[0] + "\n\n" + line + WRITTEN.rpartition("\n\n")[2]):
        with pytest.raises(NotSigned):
            open_checkpoint(mixed, LOG.verifier)


def test_a_checkpoint_of_another_log_is_refused() -> None:
    elsewhere = Checkpoint("other.example/log", 7, HEAD.root)
    with pytest.raises(NotSigned):
        open_checkpoint(sign_checkpoint(elsewhere, LOG), LOG.verifier)
    same_key_other_name = signer(b"log", "other.example/log")
    with pytest.raises(NotSigned):
        open_checkpoint(sign_checkpoint(HEAD, same_key_other_name), LOG.verifier)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n",
        f"origin\n7\n{encode_base64(bytes(32))}",
        f"\n7\n{encode_base64(bytes(32))}\n",
        f"origin\n07\n{encode_base64(bytes(32))}\n",
        f"origin\n+7\n{encode_base64(bytes(32))}\n",
        f"origin\n-7\n{encode_base64(bytes(32))}\n",
        f"origin\n\u0667\n{encode_base64(bytes(32))}\n",
        f"origin\n7\n{encode_base64(bytes(31))}\n",
        f"origin\n7\n{encode_base64(bytes(33))}\n",
        f"origin\n7\n{encode_base64(bytes(32))[:-2]}B=\n",
        f"origin\n7\n{encode_base64(bytes(32))}\n\n",
        f"origin\n0\n{encode_base64(bytes(32))}\n",
        "origin\n7\nnot base64\n",
    ],
)
def test_a_checkpoint_that_is_not_written_as_one_is_refused(text: str) -> None:
    with pytest.raises(NoteMalformed):
        parse_checkpoint(text)


def test_an_empty_log_has_a_checkpoint() -> None:
    empty = Checkpoint(NAME, 0, EMPTY_ROOT)
    assert open_checkpoint(sign_checkpoint(empty, LOG), LOG.verifier) == empty


def test_extension_lines_are_kept() -> None:
    extended = Checkpoint(NAME, 7, HEAD.root, ("sm3 root", "more"))
    assert open_checkpoint(sign_checkpoint(extended, LOG), LOG.verifier) == extended


def test_a_checkpoint_that_would_be_read_otherwise_is_not_signed() -> None:
    for unwritable in (
        Checkpoint(f"{NAME}\n9", 7, HEAD.root),
        Checkpoint("", 7, HEAD.root),
        Checkpoint(NAME, -1, HEAD.root),
        Checkpoint(NAME, 7, HEAD.root, ("",)),
    ):
        with pytest.raises(NoteMalformed):
            sign_checkpoint(unwritable, LOG)


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\n\xff\n",
        WRITTEN[:-1],
        WRITTEN.replace("\n\n", "\n"),
        WRITTEN.replace("— ", "- "),
        WRITTEN.replace(NAME, "tab\tname"),
        WRITTEN + "— name AAAAAA==\n",
        WRITTEN + "— name\n",
        "\ud800" + WRITTEN,
        WRITTEN + "— name AAAAAAAA\n" * 100,
        "x" * 1_000_001,
    ],
)
def test_what_is_not_a_note_is_refused(written: str | bytes) -> None:
    with pytest.raises(NoteMalformed):
        parse_note(written)


def test_a_text_without_its_last_newline_is_not_signed() -> None:
    with pytest.raises(NoteMalformed):
        sign_note("text", LOG)


def test_sixteen_signatures_and_more_are_read() -> None:
    many = [signer(bytes([number]), f"witness{number}.example") for number in range(40)]
    assert open_checkpoint(sign_checkpoint(HEAD, *many, LOG), LOG.verifier) == HEAD
