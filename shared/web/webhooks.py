"""Standard Webhooks: what a signed delivery looks like on the wire, in the symmetric form `v1`."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
PREFIX = "whsec_"
TOLERANCE = timedelta(minutes=5)


def written(secret: bytes) -> str:
    """As it is shown to its owner."""
    return PREFIX + base64.b64encode(secret).decode()


def read(text: str) -> bytes:
    """Raises ValueError on what `written` never wrote."""
    try:
        return base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("no secret") from None


def sign(secret: bytes, id: str, at: datetime, body: bytes) -> str:
    signed = f"{id}.{int(at.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def headers_of(id: str, at: datetime, body: bytes, secrets: Sequence[bytes]) -> dict[str, str]:
    """Signed with every secret that is valid: while one follows another, either of them verifies."""
    return {
        ID: id,
        TIMESTAMP: str(int(at.timestamp())),
        SIGNATURE: " ".join(sign(secret, id, at, body) for secret in secrets),
    }


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes], now: datetime) -> bool:
    """`headers` by their names in small letters."""
    id, stamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    if not id or not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        return False
    at = datetime.fromtimestamp(int(stamp), now.tzinfo)
    if abs(now - at) > TOLERANCE:
        return False
    given = headers.get(SIGNATURE, "").split(" ")
    expected = [sign(secret, id, at, body) for secret in secrets]
    return any(hmac.compare_digest(one, other) for one in given for other in expected)
