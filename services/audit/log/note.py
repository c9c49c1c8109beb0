"""Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint), with Ed25519 keys of type 0x01."""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from unicodedata import category

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.audit.log.tree import EMPTY_ROOT, HASH_SIZE, Unproven

ED25519 = 0x01
_KEY_ID_SIZE = 4
_PUBLIC_KEY_SIZE = 32
_MAX_NOTE = 1_000_000
_MAX_SIGNATURES = 100
_DASH = "\N{EM DASH} "
_SIZE = re.compile(r"0|[1-9]\d{0,18}", re.ASCII)

_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_ORDER_8 = int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little")
_LOW_ORDER = frozenset({0, 1, _P - 1, _ORDER_8, _P - _ORDER_8})
"""The y coordinates of the eight points whose order divides 8: under such a key a signature proves nothing."""


class NoteMalformed(Unproven):
    pass


class KeyRefused(Unproven):
    pass


class NotSigned(Unproven):
    """No trusted key signed this, or a signature under a trusted key's name is false."""


def encode_base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """Standard base64 in its one canonical spelling."""
    try:
        data = b64decode(text, validate=True)
    except (NotBase64, ValueError):
        raise NoteMalformed("a line is not base64") from None
    if encode_base64(data) != text:
        raise NoteMalformed("a line is not canonical base64")
    return data


@dataclass(frozen=True, slots=True)
class SignatureLine:
    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {encode_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    signatures: tuple[SignatureLine, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with the name it signs under."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise KeyRefused(f"{self.name!r} cannot name a key")
        _require_sound_key(self.public_key)

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """From `name+key id in hex+base64(type, key)`."""
        parts = vkey.strip().split("+", 2)
        if len(parts) != 3:
            raise KeyRefused("this is no verifier key")
        name, key_id, encoded = parts
        try:
            data = decode_base64(encoded)
        except NoteMalformed:
            raise KeyRefused("the key is not base64") from None
        if data[:1] != bytes([ED25519]):
            raise KeyRefused("only Ed25519 log keys (type 0x01) are known here")
        verifier = cls(name, data[1:])
        if verifier.key_id.hex() != key_id:
            raise KeyRefused("the key does not belong to its name and id")
        return verifier

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([ED25519]) + self.public_key).digest()[:_KEY_ID_SIZE]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(bytes([ED25519]) + self.public_key)}"

    def made(self, line: SignatureLine) -> bool:
        """Whether the line claims to be by this key."""
        return line.name == self.name and line.key_id == self.key_id

    def verifies(self, text: str, line: SignatureLine) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(line.signature, text.encode())
        except InvalidSignature:
            return False
        return True


def is_key_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(c.isspace() or category(c) in ("Cc", "Cs") for c in name)


def _require_sound_key(public_key: bytes) -> None:
    if len(public_key) != _PUBLIC_KEY_SIZE:
        raise KeyRefused("an Ed25519 key has 32 bytes")
    y = int.from_bytes(public_key, "little") & ((1 << 255) - 1)
    if y >= _P:
        raise KeyRefused("the key is not written canonically")
    if y in _LOW_ORDER:
        raise KeyRefused("the key has a low order: anybody can sign for it")
    x_squared = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    if pow(x_squared, (_P - 1) // 2, _P) != 1:
        raise KeyRefused("the key is no point of the curve")


@dataclass(frozen=True, slots=True)
class Signer:
    name: str
    private_key: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self.private_key.public_key().public_bytes_raw())

    def sign(self, text: str) -> SignatureLine:
        return SignatureLine(self.name, self.verifier.key_id, self.private_key.sign(text.encode()))


def sign_note(text: str, *signers: Signer) -> Note:
    """Sign a text that ends with a newline."""
    return parse_note(str(Note(text, tuple(signer.sign(text) for signer in signers))))


def parse_note(written: str | bytes) -> Note:
    """A note as it was written; says nothing about its signatures."""
    text = _decode(written)
    body, separator, tail = text.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise NoteMalformed("a note is a text, an empty line and signatures")
    lines = tail[:-1].split("\n")
    if len(lines) > _MAX_SIGNATURES:
        raise NoteMalformed("the note has too many signatures")
    return Note(body + "\n", tuple(map(_parse_signature, lines)))


def _decode(written: str | bytes) -> str:
    if len(written) > _MAX_NOTE:
        raise NoteMalformed("the note is too long")
    try:
        text = written.decode() if isinstance(written, bytes) else written.encode().decode()
    except UnicodeError:
        raise NoteMalformed("the note is not UTF-8") from None
    if any(c < " " and c != "\n" for c in text):
        raise NoteMalformed("the note has control characters")
    return text


def _parse_signature(line: str) -> SignatureLine:
    name, separator, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not separator or not is_key_name(name):
        raise NoteMalformed("a signature line is a dash, a name and base64")
    data = decode_base64(encoded)
    if len(data) <= _KEY_ID_SIZE:
        raise NoteMalformed("a signature is too short")
    return SignatureLine(name, data[:_KEY_ID_SIZE], data[_KEY_ID_SIZE:])


def open_note(written: str | bytes, trusted: Iterable[Verifier]) -> Note:
    """The note with only the signatures that trusted keys made.

    A false signature under a trusted key refuses the whole note; unknown keys are ignored.
    """
    note = parse_note(written)
    verified = []
    for verifier in frozenset(trusted):
        claimed = [line for line in note.signatures if verifier.made(line)]
        if not all(verifier.verifies(note.text, line) for line in claimed):
            raise NotSigned(f"a signature of {verifier.name} is false")
        verified += claimed[:1]
    if not verified:
        raise NotSigned("no trusted key signed this note")
    return Note(note.text, tuple(verified))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: who, how many leaves, which root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        lines = (self.origin, str(self.size), encode_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse_checkpoint(text: str) -> Checkpoint:
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(lines) or not text.endswith("\n"):
        raise NoteMalformed("a checkpoint has an origin, a size and a root")
    origin, size, encoded, *extensions = lines
    if not _SIZE.fullmatch(size):
        raise NoteMalformed("the size of the checkpoint is no plain number")
    root = decode_base64(encoded)
    if len(root) != HASH_SIZE:
        raise NoteMalformed("the root of the checkpoint has another length than 32 bytes")
    if size == "0" and root != EMPTY_ROOT:
        raise NoteMalformed("an empty log has another root")
    return Checkpoint(origin, int(size), root, tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, *signers: Signer) -> str:
    if parse_checkpoint(checkpoint.text) != checkpoint:
        raise NoteMalformed("this checkpoint cannot be written")
    return str(sign_note(checkpoint.text, *signers))


def open_checkpoint(written: str | bytes, log: Verifier) -> Checkpoint:
    """The checkpoint, if `log` signed it and it is the checkpoint of that log."""
    checkpoint = parse_checkpoint(open_note(written, (log,)).text)
    if checkpoint.origin != log.name:
        raise NotSigned(f"this is a checkpoint of {checkpoint.origin}, not of {log.name}")
    return checkpoint
