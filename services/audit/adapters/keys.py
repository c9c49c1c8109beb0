"""The log's signing key in a file: made once, readable by its owner only."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from services.audit.log.note import KeyRefused, Signer

_OTHERS = 0o007


def load_signer(path: Path, name: str) -> Signer:
    """The signer of the log called `name`; the key file is made when there is none."""
    if not path.exists():
        _make_key(path)
    if path.stat().st_mode & _OTHERS:
        raise KeyRefused(f"{path.name} can be read by everybody")
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError):
        raise KeyRefused(f"{path.name} holds no readable key") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyRefused(f"{path.name} holds no Ed25519 key")
    return Signer(name, key)


def vkey_text(signer: Signer) -> str:
    """The one line to publish out of band, with which everybody verifies the log."""
    return f"{signer.verifier.vkey}\n"


def _make_key(path: Path) -> None:
    """Written beside and linked: two first starts end up with one key, and a crash with none or a whole one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".key") as made:
        made.write(pem)
        made.flush()
        os.fsync(made.fileno())
        with suppress(FileExistsError):
            os.link(made.name, path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
