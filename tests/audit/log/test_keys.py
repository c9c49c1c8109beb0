"""The log's key is made once and kept to itself."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from services.audit.adapters.keys import load_signer, vkey_text
from services.audit.log.note import KeyRefused, Verifier, open_note, sign_note
from tests.audit.log.samples import NAME


def test_the_first_start_makes_a_key_that_later_starts_find(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "log.pem"
    first = load_signer(path, NAME)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]
    later = load_signer(path, NAME)
    assert later.verifier == first.verifier
    assert open_note(str(sign_note("text\n", later)), [first.verifier]).text == "text\n"


def test_the_published_line_is_the_verifier_key(tmp_path: Path) -> None:
    signer = load_signer(tmp_path / "log.pem", NAME)
    assert Verifier.parse(vkey_text(signer)) == signer.verifier


def test_two_logs_have_two_keys(tmp_path: Path) -> None:
    assert load_signer(tmp_path / "a", NAME).verifier != load_signer(tmp_path / "b", NAME).verifier


def test_a_key_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.pem"
    load_signer(path, NAME)
    path.chmod(0o644)
    with pytest.raises(KeyRefused):
        load_signer(path, NAME)


def test_what_is_no_signing_key_is_refused(tmp_path: Path) -> None:
    exchange = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for number, content in enumerate((b"", b"no key", exchange)):
        path = tmp_path / str(number)
        path.touch(mode=0o600)
        path.write_bytes(content)
        with pytest.raises(KeyRefused):
            load_signer(path, NAME)
