"""What an agency's developer builds against: AsyncAPI 3, made from the published facts and one purpose."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from services.notifications.subscriptions.projection import TAKEN_BACK, TYPE, delivery_id, withdrawal
from services.notifications.subscriptions.purposes import Purpose, contracts_named
from services.notifications.subscriptions.sending import JSON
from shared.kernel import ItemCode

EXAMPLE = uuid5(NAMESPACE_URL, "urn:lounge:partners:example")
EXAMPLE_TIME = "2026-03-02T09:00:00+08:00"
SCHEMAS = "#/components/schemas/"
DESCRIPTION = """
Deliveries of one subscription. `sequence` is dense: 1, 2, 3, … over what this subscription receives, so a missing
number is a lost delivery: ask for it. The same delivery may come more than once, with the same `id` and `sequence`.
Webhooks are signed by Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`).

`delivery_withdrawn` with `data.numbers`: drop whatever you hold under these numbers, it must not have been told. It
comes under a number of its own, to those too who have the others already. Without `data`: this very number was emptied.
""".strip()


def asyncapi(name: ItemCode, purpose: Purpose, version: int, division: str) -> dict[str, Any]:
    schemas: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for fact, fields in purpose.facts.items():
        schemas.update(_schemas_of(fact, fields))
        messages[fact] = _message(fact, f"{name}/{version}", purpose.ground, division, _example(schemas, fact))
        schemas[f"{fact}_delivery"] = _envelope(fact, f"{SCHEMAS}{fact}_data")
    schemas[f"{TAKEN_BACK}_delivery"] = _withdrawn()
    messages[TAKEN_BACK] = _message(TAKEN_BACK, None, None, division, None)
    messages[TAKEN_BACK]["examples"].append(_notice(division))
    ways = {"webhook": "receives", "feed": "asks for", "stream": "follows"}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Lounge partner deliveries: {name}",
            "version": str(version),
            "description": f"{purpose.zh} — {purpose.means}\n\n{DESCRIPTION}",
        },
        "defaultContentType": JSON,
        "channels": {
            "deliveries": {
                "address": "/notifications/v1/subscriptions/{subscription_id}/deliveries",
                "title": purpose.en,
                "parameters": {"subscription_id": {"description": "Given when the subscription was opened."}},
                "messages": {fact: {"$ref": f"#/components/messages/{fact}"} for fact in messages},
            }
        },
        "operations": {
            f"{way}": {
                "action": "send",
                "channel": {"$ref": "#/channels/deliveries"},
                "summary": f"The agency {verb} deliveries.",
            }
            for way, verb in ways.items()
        },
        "components": {"messages": messages, "schemas": schemas},
    }


def _schemas_of(fact: str, fields: tuple[str, ...]) -> dict[str, Any]:
    _, contract = contracts_named(fact)[0]
    whole = contract.model_json_schema(ref_template=SCHEMAS + "{model}", mode="serialization")
    properties = {field: whole["properties"][field] for field in fields}
    needed = set(_references(properties))
    found = {name: schema for name, schema in whole.get("$defs", {}).items() if name in needed}
    found[f"{fact}_data"] = {
        "type": "object",
        "properties": properties,
        "required": list(fields),
        "additionalProperties": False,
    }
    return found


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(reference := schema.get("$ref"), str):
            yield reference.removeprefix(SCHEMAS)
        for inner in schema.values():
            yield from _references(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _references(inner)


def _envelope(fact: str, data: str | None) -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string"}
    properties: dict[str, Any] = {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "format": "uuid"},
        "source": text,
        "type": {"const": TYPE.format(fact=fact)},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "subscription": {"type": "string", "format": "uuid"},
        "sequence": {"type": "string", "pattern": "^[0-9]+$"},
    }
    if data is not None:
        properties |= {
            "subject": {"type": "string", "format": "uuid"},
            "purpose": text,
            "ground": {"enum": ["duty", "contract"]},
            "data": {"$ref": data},
        }
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _withdrawn() -> dict[str, Any]:
    """Of a number that was emptied; or of the notice, which names such numbers."""
    schema = _envelope(TAKEN_BACK, None)
    numbers = {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 1}
    schema["properties"]["data"] = {
        "type": "object",
        "properties": {"numbers": numbers},
        "required": ["numbers"],
        "additionalProperties": False,
    }
    return schema


def _notice(division: str) -> dict[str, Any]:
    at = datetime.fromisoformat(EXAMPLE_TIME)
    return {"name": "notice", "payload": orjson.loads(withdrawal(EXAMPLE, 3, [1, 2], at, division))}


def _message(fact: str, purpose: str | None, ground: str | None, division: str, data: Any) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(delivery_id(EXAMPLE, 1)),
        "source": f"//{division}/partners",
        "type": TYPE.format(fact=fact),
        "time": EXAMPLE_TIME,
        "datacontenttype": "application/json",
        "subscription": str(EXAMPLE),
        "sequence": "1",
    }
    if data is not None:
        payload |= {"subject": str(EXAMPLE), "purpose": purpose, "ground": ground, "data": data}
    return {
        "name": TYPE.format(fact=fact),
        "title": fact.replace("_", " "),
        "contentType": JSON,
        "payload": {"$ref": f"{SCHEMAS}{fact}_delivery"},
        "examples": [{"name": fact, "payload": payload}],
    }


def _example(schemas: dict[str, Any], fact: str) -> dict[str, Any]:
    """A value of the right kind for each field."""
    properties: dict[str, Any] = schemas[f"{fact}_data"]["properties"]
    return {field: _value(schema, schemas) for field, schema in properties.items()}


def _value(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _value(schemas[schema["$ref"].removeprefix(SCHEMAS)], schemas)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return _value(schema["anyOf"][0], schemas)
    match schema.get("type"), schema.get("format"):
        case "string", "uuid":
            return str(EXAMPLE)
        case "string", "date-time":
            return EXAMPLE_TIME
        case "string", "date":
            return EXAMPLE_TIME[:10]
        case "string", _:
            return "UNIT-1"
        case "integer", _:
            return 1
        case "boolean", _:
            return True
        case "array", _:
            return [_value(schema["items"], schemas)]
        case _:
            return None
