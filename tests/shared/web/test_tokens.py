import base64
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey

from deploy.lounge.issuer import AUDIENCE, Issuer, load_people
from shared.kernel import Actor, PersonId, RequestId, new_id, wall_time
from shared.web import tokens
from shared.web.capabilities import Capabilities
from shared.web.errors import NotSignedIn
from shared.web.tokens import LEEWAY_SECONDS, MAX_TOKEN, TokenVerifier

URL = "http://lounge.test/issuer"
SEED = bytes(range(32))
ISSUER = Issuer(URL, SEED, load_people())
KEY: OKPKey = next(key for key in ISSUER.keys().keys if isinstance(key, OKPKey))
STRANGER = OKPKey.generate_key("Ed25519", {"kid": str(KEY.kid)})
VERIFIER = TokenVerifier(URL, AUDIENCE, ISSUER)
PERSON = PersonId(new_id())


def _claims(**other: object) -> dict[str, Any]:
    now = int(wall_time().timestamp())
    claims = {
        "iss": URL, "aud": AUDIENCE, "iat": now, "exp": now + 600, "jti": str(new_id()), "sub": "operator",
        "client_id": "portal", "roles": ["operator"], "person": str(PERSON), "unit": "BUREAU",
    }  # fmt: skip
    return {name: value for name, value in {**claims, **other}.items() if value is not None}


def _header(**other: object) -> dict[str, Any]:
    header = {"alg": "Ed25519", "typ": "at+jwt", "kid": KEY.kid}
    return {name: value for name, value in {**header, **other}.items() if value is not None}


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _signed(header: Mapping[str, Any] | bytes, claims: Mapping[str, Any] | bytes) -> str:
    """Signed truly by the issuer's key, whatever the parts say."""
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, claims)]
    message = ".".join(_b64(part) for part in parts)
    return f"{message}.{_b64(Ed25519PrivateKey.from_private_bytes(SEED).sign(message.encode()))}"


def _good() -> str:
    return _signed(_header(), _claims())


def _unsigned() -> str:
    return _signed(_header(alg="none"), _claims()).rpartition(".")[0] + "."


def _hmac_with_the_public_key() -> str:
    public = json.dumps(KEY.as_dict(private=False)).encode()
    key = OctKey.import_key(public)
    return jwt.encode({"alg": "HS256", "typ": "at+jwt", "kid": KEY.kid}, _claims(), key, algorithms=["HS256"])


def _embedded_key() -> str:
    header = _header(jwk=STRANGER.as_dict(private=False))
    return jwt.encode(header, _claims(), STRANGER, algorithms=["Ed25519"])


def _other_curve() -> str:
    key = ECKey.generate_key("P-256")
    return jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid}, _claims(), key)


def _malleable() -> str:
    """The same signature bytes, spelt with other unused bits."""
    token = _good()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + alphabet[alphabet.index(token[-1]) | 1]


def _now(seconds: int) -> int:
    return int(wall_time().timestamp()) + seconds


FORGED: dict[str, Callable[[], str]] = {
    "no signature, alg none": _unsigned,
    "alg None": lambda: _signed(_header(alg="None"), _claims()),
    "HS256 with the public key": _hmac_with_the_public_key,
    "embedded key of a stranger": _embedded_key,
    "key of a stranger under our kid": lambda: jwt.encode(_header(), _claims(), STRANGER, algorithms=["Ed25519"]),
    "another curve under our kid": _other_curve,
    "unknown kid": lambda: _signed(_header(kid="unknown"), _claims()),
    "kid that is no text": lambda: _signed(_header(kid=["a"]), _claims()),
    "no typ": lambda: _signed(_header(typ=None), _claims()),
    "id token": lambda: _signed(_header(typ="JWT"), _claims()),
    "crit": lambda: _signed(_header(crit=["exp"]), _claims()),
    "crit of an extension": lambda: _signed(_header(crit=["x"], x=1), _claims()),
    "key url": lambda: _signed(_header(jku="https://evil.test/keys"), _claims()),
    "certificate url": lambda: _signed(_header(x5u="https://evil.test/cert"), _claims()),
    "embedded certificate": lambda: _signed(_header(x5c=["AAAA"]), _claims()),
    "our own key embedded": lambda: _signed(_header(jwk=KEY.as_dict(private=False)), _claims()),
    "another issuer": lambda: _signed(_header(), _claims(iss="http://evil.test")),
    "no issuer": lambda: _signed(_header(), _claims(iss=None)),
    "another audience": lambda: _signed(_header(), _claims(aud="other")),
    "audiences without us": lambda: _signed(_header(), _claims(aud=["other", "account"])),
    "audience that is an object": lambda: _signed(_header(), _claims(aud={"lounge": 1})),
    "no audience": lambda: _signed(_header(), _claims(aud=None)),
    "expired": lambda: _signed(_header(), _claims(exp=_now(-120))),
    "no end": lambda: _signed(_header(), _claims(exp=None)),
    "end as text": lambda: _signed(_header(), _claims(exp=str(_now(600)))),
    "end NaN": lambda: _signed(_header(), _claims(exp=float("nan"))),
    "not valid yet": lambda: _signed(_header(), _claims(nbf=_now(600))),
    "issued in the future": lambda: _signed(_header(), _claims(iat=_now(600))),
    "issued in the future, valid before": lambda: _signed(_header(), _claims(iat=_now(600), nbf=_now(-10))),
    "no time of issue": lambda: _signed(_header(), _claims(iat=None)),
    "no id": lambda: _signed(_header(), _claims(jti=None)),
    "no subject": lambda: _signed(_header(), _claims(sub=None)),
    "no roles": lambda: _signed(_header(), _claims(roles=[])),
    "roles as text": lambda: _signed(_header(), _claims(roles="operator")),
    "roles as object": lambda: _signed(_header(), _claims(roles={"operator": True})),
    "roles as number": lambda: _signed(_header(), _claims(roles=7)),
    "person that is no id": lambda: _signed(_header(), _claims(person="somebody")),
    "person that is a number": lambda: _signed(_header(), _claims(person=7)),
    "claims that are a list": lambda: _signed(_header(), b"[]"),
    "claims that are no JSON": lambda: _signed(_header(), b"{"),
    "header that is no JSON": lambda: _signed(b"{", _claims()),
    "header that is a list": lambda: _signed(b"[]", _claims()),
    "header nested without end": lambda: _signed(b'{"a":' + b"[" * 5000, b"{}"),
    "claims nested without end": lambda: _signed(_header(), b'{"a":' + b"[" * 4000),
    "changed claims": lambda: ".".join([_good().split(".")[0], _b64(b'{"roles":["dpo"]}'), _good().split(".")[2]]),
    "padding": lambda: _good() + "=",
    "padded header": lambda: _good().replace(".", "=.", 1),
    "whitespace before": lambda: " " + _good(),
    "whitespace after": lambda: _good() + " ",
    "newline after": lambda: _good() + "\n",
    "two dots at once": lambda: _good().replace(".", "..", 1),
    "two parts": lambda: _good().rpartition(".")[0],
    "four parts": lambda: _good() + ".AAAA",
    "standard alphabet": lambda: _good()[:-2] + "+/",
    "unused bits": _malleable,
    "empty": lambda: "",
    "dots": lambda: "..",
    "huge": lambda: _good() + "A" * MAX_TOKEN,
    "not ASCII": lambda: _good()[:-1] + "é",
}


def test_a_true_token_says_who_it_is() -> None:
    bearer = VERIFIER.verify(_good())
    assert bearer.actor == Actor(role="operator", person=PERSON, unit=bearer.actor.unit, roles=frozenset({"operator"}))
    assert VERIFIER.verify(_signed(_header(typ="application/at+jwt"), _claims(aud=["x", AUDIENCE]))).subject


@pytest.mark.parametrize("kind", FORGED)
def test_a_token_that_does_not_hold_in_every_respect_is_no_token(kind: str) -> None:
    with pytest.raises(NotSignedIn):
        VERIFIER.verify(FORGED[kind]())


def test_a_key_that_was_removed_opens_nothing() -> None:
    class NoKeys:
        def keys(self) -> KeySet:
            return KeySet([])

    with pytest.raises(NotSignedIn):
        TokenVerifier(URL, AUDIENCE, NoKeys()).verify(_good())


class Rotating:
    def __init__(self, keys: KeySet) -> None:
        self.now = keys

    def keys(self) -> KeySet:
        return self.now


def test_a_token_that_held_before_does_not_outlive_its_key() -> None:
    source = Rotating(ISSUER.keys())
    verifier = TokenVerifier(URL, AUDIENCE, source)
    token = _good()
    assert verifier.verify(token) == verifier.verify(token)
    source.now = KeySet([])
    with pytest.raises(NotSignedIn):
        verifier.verify(token)


def test_a_token_that_held_before_does_not_outlive_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    verifier = TokenVerifier(URL, AUDIENCE, Rotating(ISSUER.keys()))
    token = _signed(_header(), _claims(exp=_now(60)))
    verifier.verify(token)
    later = wall_time() + timedelta(seconds=60 + LEEWAY_SECONDS + 1)
    monkeypatch.setattr(tokens, "wall_time", lambda: later)
    with pytest.raises(NotSignedIn):
        verifier.verify(token)


def test_a_capability_opens_one_request_in_one_role() -> None:
    request = RequestId(new_id())
    actor = Capabilities(b"k" * 32).open(Capabilities(b"k" * 32).issue("requester", request, PERSON))
    assert (actor.role, actor.roles, actor.about, actor.person) == (
        "requester", frozenset({"requester"}), request, PERSON,
    )  # fmt: skip


@pytest.mark.parametrize("spoil", [
    lambda token: token[:-5] + ("A" if token[-5] != "A" else "B") + token[-4:],
    lambda token: token.replace("requester", "operator"),
    lambda token: token + "x",
    lambda token: "cap.",
    lambda token: "cap." + "~" * 50,
    lambda token: token.replace("/", "//", 1),
    lambda token: token + "é",
    lambda token: Capabilities(b"o" * 32).issue("requester", RequestId(new_id())),
])  # fmt: skip
def test_a_forged_capability_opens_nothing(spoil: Callable[[str], str]) -> None:
    token = Capabilities(b"k" * 32).issue("requester", RequestId(new_id()))
    with pytest.raises(NotSignedIn):
        Capabilities(b"k" * 32).open(spoil(token))
