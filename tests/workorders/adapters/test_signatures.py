"""Signatures as RFC 9421 has them: its own example, and everything that is less than what we ask for."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key

from services.workorders.adapters.signatures import (
    SignatureUnreadable,
    Signer,
    digest_of,
    read_signature,
    signature_base,
)

SIGNER, STRANGER = Signer(bytes(32)), Signer(bytes([1]) * 32)
PATH, BODY, NONCE = "/workorders/v1/connector/messages", b'{"version":1}', "n" * 32


def headers(body: bytes = BODY, path: str = PATH, **changed: str) -> dict[str, str]:
    made = SIGNER.headers(path, body, 1772413200, NONCE)
    return {name.lower(): value for name, value in made.items()} | changed


def test_the_example_of_the_rfc_comes_out_byte_for_byte() -> None:
    """RFC 9421, B.2.6, with the key of B.1.4."""
    key = load_der_private_key(
        base64.b64decode("MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF"), None
    )
    assert isinstance(key, Ed25519PrivateKey)
    values = {
        "date": "Tue, 20 Apr 2021 02:07:55 GMT",
        "@method": "POST",
        "@path": "/foo",
        "@authority": "example.com",
        "content-type": "application/json",
        "content-length": "18",
    }
    covered = " ".join(f'"{name}"' for name in values)
    base = signature_base(tuple(values), values, f'({covered});created=1618884473;keyid="test-key-ed25519"')
    expected = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
    assert base64.b64encode(key.sign(base)).decode() == expected


def test_the_digest_is_that_of_rfc_9530() -> None:
    assert digest_of(b'{"hello": "world"}') == "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"


def test_what_is_signed_holds_for_its_key_and_no_other() -> None:
    signed = read_signature("POST", PATH, headers(), BODY)
    assert (signed.key_id, signed.created, signed.nonce) == (SIGNER.key_id, 1772413200, NONCE)
    assert signed.holds(SIGNER.public)
    assert not signed.holds(STRANGER.public)


@pytest.mark.parametrize(("method", "path"), [("PUT", PATH), ("POST", PATH + "/other")])
def test_a_message_moved_elsewhere_does_not_hold(method: str, path: str) -> None:
    assert not read_signature(method, path, headers(), BODY).holds(SIGNER.public)


def test_another_body_under_the_same_signature_is_refused() -> None:
    with pytest.raises(SignatureUnreadable, match="content-digest"):
        read_signature("POST", PATH, headers(), b'{"version":2}')
    forged = headers() | {"content-digest": digest_of(b'{"version":2}')}
    assert not read_signature("POST", PATH, forged, b'{"version":2}').holds(SIGNER.public)


GIVEN = headers()["signature-input"]


@pytest.mark.parametrize(
    "written",
    [
        "",
        GIVEN.replace('"content-digest"', '"date"'),
        GIVEN.replace(' "content-digest"', ""),
        GIVEN.replace(f';nonce="{NONCE}"', ""),
        GIVEN.replace(NONCE, "short"),
        GIVEN.replace("ed25519", "hmac-sha256"),
        GIVEN.replace("created=1772413200;", ""),
        GIVEN + ";created=1",
        GIVEN + ", " + GIVEN,
    ],
)
def test_less_than_what_is_asked_for_is_no_signature(written: str) -> None:
    with pytest.raises(SignatureUnreadable, match="signature-input"):
        read_signature("POST", PATH, headers() | {"signature-input": written}, BODY)


@pytest.mark.parametrize("written", ["", "lounge=:abc:", "other=:" + "A" * 86 + "==:"])
def test_a_signature_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(SignatureUnreadable, match="signature"):
        read_signature("POST", PATH, headers() | {"signature": written}, BODY)
