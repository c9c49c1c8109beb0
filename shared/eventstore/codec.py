"""Facts to bytes and back. The bytes are RFC 8785 JSON: what is stored is what was hashed."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar, get_args

import orjson
import rfc8785
from pydantic import TypeAdapter, ValidationError

from shared.kernel import CorruptHistory, UnknownFact, fact_name

E = TypeVar("E")

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""An old stored form → the present one. Applied on reading; stored bytes are never rewritten."""


class Codec(Generic[E]):
    """The facts of one stream category, by stored name."""

    def __init__(self, union: object, upcasters: Mapping[str, Upcaster] | None = None) -> None:
        members: tuple[type[Any], ...] = get_args(union) or (union,)
        self._adapters: dict[str, TypeAdapter[E]] = {fact_name(cls): TypeAdapter(cls) for cls in members}
        if len(self._adapters) != len(members):
            raise TypeError("two facts of one category share a stored name")
        self._upcasters = dict(upcasters or {})

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._adapters)

    def encode(self, event: E) -> bytes:
        return rfc8785.dumps(self._adapters[fact_name(event)].dump_python(event, mode="json"))

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
