"""The registry of other bodies: read once at the start, and refused as a whole when one line is wrong."""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from services.workorders.adapters.yaml_nodes import Node, read_yaml
from services.workorders.transfers.facts import Destination, Sees
from shared.contracts.codes import Category, Door, UnitKind
from shared.kernel import BUREAU_ZONE, PackVersion, UnitCode, value

CODE = re.compile(r"[A-Z][A-Z0-9-]{1,39}")
KEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,63}")
KEY_BYTES = 32


class Link(StrEnum):
    NONE = "none"
    PULL = "pull"
    PUSH = "push"


@value
class Period:
    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    def meets(self, other: "Period") -> bool:
        first, second = sorted((self, other), key=lambda each: each.first)
        return first.last is None or second.first <= first.last


@value
class BodyKey:
    id: str
    public: bytes
    period: Period


@value
class Body:
    code: UnitCode
    kind: UnitKind
    zh: str
    en: str
    period: Period
    takes: frozenset[Category]
    sees: Sees
    proof: frozenset[Category]
    link: Link
    url: str | None
    door: Door
    systems: frozenset[str]
    """Other names of its system, as intake's doors write them."""
    keys: tuple[BodyKey, ...]

    @property
    def linked(self) -> bool:
        return self.link is not Link.NONE

    def as_destination(self) -> Destination:
        return Destination(self.code, self.kind, tuple(sorted(self.takes)), self.sees, tuple(sorted(self.proof)))


class Registry:
    def __init__(self, version: PackVersion, bodies: tuple[Body, ...]) -> None:
        self.version = version
        self.bodies = bodies

    def on(self, instant: datetime) -> Mapping[UnitCode, Body]:
        """The bodies of that day."""
        day = instant.astimezone(BUREAU_ZONE).date()
        return {body.code: body for body in self.bodies if body.period.holds(day)}

    def linked(self, code: str | None, instant: datetime) -> Body | None:
        body = self.on(instant).get(UnitCode(code)) if code else None
        return body if body is not None and body.linked else None

    def of_system(self, system: str | None, instant: datetime) -> Body | None:
        """The connected body whose numbers these are: by its code, or by what its system is called elsewhere."""
        if system is None:
            return None
        named = (body for body in self.on(instant).values() if system == body.code or system in body.systems)
        return next((body for body in named if body.linked), None)

    def of_key(self, key_id: str, instant: datetime) -> tuple[Body, bytes] | None:
        """Whose key this is on that day."""
        day = instant.astimezone(BUREAU_ZONE).date()
        for body in self.on(instant).values():
            for key in body.keys:
                if key.id == key_id and key.period.holds(day):
                    return body, key.public
        return None


def load_registry(path: Path) -> Registry:
    """Raises PlaybookInvalid with file and line."""
    fields = read_yaml(path).record(frozenset({"version", "bodies"}))
    bodies: list[Body] = []
    for node in fields["bodies"].items():
        body = _body(node)
        for other in bodies:
            _require_apart(body, other, node)
        bodies.append(body)
    return Registry(PackVersion(fields["version"].text()), tuple(bodies))


def _require_apart(body: Body, other: Body, node: Node) -> None:
    if body.code == other.code and body.period.meets(other.period):
        raise node.fields()["code"].wrong(f"{body.code} stands here twice for the same days")
    shared = {key.id for key in body.keys} & {key.id for key in other.keys}
    if shared and body.code != other.code:
        raise node.fields()["keys"].wrong(f"{', '.join(sorted(shared))} is a key of {other.code}")


def _body(node: Node) -> Body:
    fields = node.record(
        frozenset({"code", "kind", "name", "valid_from", "takes", "sees", "link", "door"}),
        frozenset({"valid_until", "proof", "url", "keys", "systems"}),
    )
    name = fields["name"].record(frozenset({"zh", "en"}))
    takes = frozenset(each.one_of(Category) for each in fields["takes"].items())
    proof = frozenset(each.one_of(Category) for each in fields["proof"].items()) if "proof" in fields else frozenset()
    if beyond := sorted(proof - takes):
        raise fields["proof"].wrong(f"{', '.join(beyond)} is not taken there")
    return Body(
        code=UnitCode(_matching(fields["code"], CODE)),
        kind=fields["kind"].one_of(UnitKind),
        zh=name["zh"].text(),
        en=name["en"].text(),
        period=_period(fields, "valid_from", "valid_until"),
        takes=takes,
        sees=fields["sees"].one_of(Sees),
        proof=proof,
        link=(link := fields["link"].one_of(Link)),
        url=_url(fields, link),
        door=fields["door"].one_of(Door),
        systems=frozenset(each.text() for each in fields["systems"].items()) if "systems" in fields else frozenset(),
        keys=tuple(_key(each) for each in fields["keys"].items()) if "keys" in fields else (),
    )


def _url(fields: Mapping[str, Node], link: Link) -> str | None:
    if link is not Link.PUSH:
        if "url" in fields:
            raise fields["url"].wrong("an address belongs to push only")
        return None
    if "url" not in fields:
        raise fields["link"].wrong("push needs an address")
    url = fields["url"].text()
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise fields["url"].wrong("an address is https://host/path, without query")
    return url


def _key(node: Node) -> BodyKey:
    fields = node.record(frozenset({"id", "ed25519", "from"}), frozenset({"until"}))
    text = fields["ed25519"].text()
    try:
        public = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise fields["ed25519"].wrong("a key is written in base64url") from None
    if len(public) != KEY_BYTES:
        raise fields["ed25519"].wrong(f"a key has {KEY_BYTES} bytes, this one {len(public)}")
    return BodyKey(_matching(fields["id"], KEY_ID), public, _period(fields, "from", "until"))


def _period(fields: Mapping[str, Node], first: str, last: str) -> Period:
    period = Period(fields[first].day(), fields[last].day() if last in fields else None)
    if period.last is not None and period.last < period.first:
        raise fields[last].wrong("ends before it begins")
    return period


def _matching(node: Node, pattern: re.Pattern[str]) -> str:
    text = node.text()
    if not pattern.fullmatch(text):
        raise node.wrong(f"{text!r} is no code")
    return text
