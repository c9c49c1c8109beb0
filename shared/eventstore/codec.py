"""Facts to bytes and back. The bytes are RFC 8785 JSON: what is stored is what was hashed."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar, get_args

import orjson
import rfc8785
from pydantic import TypeAdapter, ValidationError
from pydantic.errors import PydanticInvalidForJsonSchema

from shared.kernel import CorruptHistory, UnknownFact, fact_name

E = TypeVar("E")

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""An old stored form → the present one. Applied on reading; stored bytes are never rewritten."""


LONG_NUMBER = re.compile(rb"\d{16}")
"""Beyond what RFC 8785 can hold there may be an integer of so many digits."""


class Codec(Generic[E]):
    """The facts of one stream category, by stored name."""

    def __init__(self, union: object, upcasters: Mapping[str, Upcaster] | None = None) -> None:
        members: tuple[type[Any], ...] = get_args(union) or (union,)
        self._adapters: dict[str, TypeAdapter[E]] = {fact_name(cls): TypeAdapter(cls) for cls in members}
        if len(self._adapters) != len(members):
            raise TypeError("two facts of one category share a stored name")
        self._upcasters = dict(upcasters or {})
        self._plain: dict[str, bool] = {}

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._adapters)

    def encode(self, event: E) -> bytes:
        name = fact_name(event)
        content = self._adapters[name].dump_python(event, mode="json")
        if self._is_plain(name):
            # Without floats, and with ASCII names, orjson writes RFC 8785, many times faster
            body = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
            if LONG_NUMBER.search(body) is None:
                return body
        return rfc8785.dumps(content)

    def _is_plain(self, name: str) -> bool:
        plain = self._plain.get(name)
        if plain is None:
            plain = self._plain[name] = is_plain(self._adapters[name])
        return plain

    def decode(self, name: str, body: bytes) -> E:
        adapter = self._adapters.get(name)
        if adapter is None:
            raise UnknownFact(name)
        try:
            upcast = self._upcasters.get(name)
            if upcast is None:
                return adapter.validate_json(body)
            return adapter.validate_python(upcast(orjson.loads(body)))
        except ValidationError as error:
            raise CorruptHistory(f"{name}: {error.error_count()} fields cannot be read") from None


def is_plain(adapter: TypeAdapter[Any]) -> bool:
    """Whether what it writes holds texts, whole numbers and truth values only, under names that the class gives."""
    try:
        schema = adapter.json_schema(mode="serialization")
    except PydanticInvalidForJsonSchema:
        return False
    return all(map(_is_closed, _types(schema)))


def _types(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every type in a JSON schema, the outermost first."""
    yield schema
    for name in ("$defs", "properties"):
        for inner in schema.get(name, {}).values():
            yield from _types(inner)
    for name in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for inner in schema.get(name, ()):
            yield from _types(inner)
    if isinstance(items := schema.get("items"), dict):
        yield from _types(items)


def _is_closed(schema: dict[str, Any]) -> bool:
    match schema.get("type"):
        case "string" | "integer" | "boolean" | "null":
            return True
        case "array":
            return "items" in schema or "prefixItems" in schema or schema.get("maxItems") == 0
        case "object":
            return "additionalProperties" not in schema and all(map(str.isascii, schema.get("properties", {})))
        case None:
            known = ("$ref", "anyOf", "oneOf", "allOf", "enum", "const")
            numbers = [*schema.get("enum", ()), schema.get("const")]
            return any(name in schema for name in known) and not any(isinstance(each, float) for each in numbers)
    return False
