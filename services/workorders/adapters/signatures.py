"""HTTP Message Signatures (RFC 9421) with Ed25519, over method, path, content type and content digest (RFC 9530).

One signature for each message, with `created`, `keyid`, `nonce` and `alg`; nothing less is taken.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

COVERED = ("@method", "@path", "content-type", "content-digest")
LABEL = "lounge"
ALGORITHM = "ed25519"
JSON = "application/json"

INPUT = re.compile(
    r'([a-z][a-z0-9_-]{0,30})=(\(((?:"[a-z@-]+"(?: (?="))?)+)\)'
    r'((?:;[a-z]+=(?:"[\x21\x23-\x5b\x5d-\x7e]{0,100}"|\d{1,10}))+))'
)
PARAMETER = re.compile(r';([a-z]+)=(?:"([^"]*)"|(\d+))')
VALUE = re.compile(r"([a-z][a-z0-9_-]{0,30})=:([A-Za-z0-9+/]{86}==):")
REQUIRED = frozenset({"created", "keyid", "nonce", "alg"})
NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")


class SignatureUnreadable(Exception):
    """Headers that do not say what they have to; the argument is which."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What a message says of its signature, not yet checked against a key."""

    key_id: str
    created: int
    nonce: str
    base: bytes
    signature: bytes

    def holds(self, public: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(self.signature, self.base)
        except InvalidSignature:
            return False
        return True


def digest_of(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def signature_base(components: Sequence[str], values: Mapping[str, str], parameters: str) -> bytes:
    """RFC 9421, section 2.5."""
    lines = [f'"{name}": {values[name]}' for name in components]
    return "\n".join([*lines, f'"@signature-params": {parameters}']).encode()


class Signer:
    """Our own key."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()
        self.key_id = f"lounge-{hashlib.sha256(self.public).hexdigest()[:16]}"

    def jwk(self) -> dict[str, str]:
        x = base64.urlsafe_b64encode(self.public).rstrip(b"=").decode()
        return {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": self.key_id, "alg": "Ed25519", "use": "sig"}

    def headers(self, path: str, body: bytes, created: int, nonce: str, method: str = "POST") -> dict[str, str]:
        values = {"@method": method, "@path": path, "content-type": JSON, "content-digest": digest_of(body)}
        covered = " ".join(f'"{name}"' for name in COVERED)
        parameters = f'({covered});created={created};keyid="{self.key_id}";nonce="{nonce}";alg="{ALGORITHM}"'
        signature = self._key.sign(signature_base(COVERED, values, parameters))
        return {
            "Content-Type": JSON,
            "Content-Digest": values["content-digest"],
            "Signature-Input": f"{LABEL}={parameters}",
            "Signature": f"{LABEL}=:{base64.b64encode(signature).decode()}:",
        }


def read_signature(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Signed:
    """Raises SignatureUnreadable."""
    given = INPUT.fullmatch(headers.get("signature-input", ""))
    if given is None:
        raise SignatureUnreadable("signature-input")
    label, parameters, items, rest = given.groups()
    components = tuple(item.strip('"') for item in items.split())
    named = [(name, text or number) for name, text, number in PARAMETER.findall(rest)]
    found = dict(named)
    if sorted(components) != sorted(COVERED) or len(named) != len(found) or not found.keys() >= REQUIRED:
        raise SignatureUnreadable("signature-input")
    if found["alg"] != ALGORITHM or not NONCE.fullmatch(found["nonce"]) or not found["created"].isdigit():
        raise SignatureUnreadable("signature-input")
    value = VALUE.fullmatch(headers.get("signature", ""))
    if value is None or value[1] != label:
        raise SignatureUnreadable("signature")
    if not hmac.compare_digest(headers.get("content-digest", "").encode(), digest_of(body).encode()):
        raise SignatureUnreadable("content-digest")
    values = {
        "@method": method,
        "@path": path,
        "content-type": headers.get("content-type", ""),
        "content-digest": headers["content-digest"],
    }
    try:
        signature = base64.b64decode(value[2], validate=True)
    except binascii.Error:
        raise SignatureUnreadable("signature") from None
    base = signature_base(components, values, parameters)
    return Signed(found["keyid"], int(found["created"]), found["nonce"], base, signature)
