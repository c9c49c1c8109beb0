"""The AsyncAPI document of every purpose, against the standard's own schema and against what is really sent."""

from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest

from services.notifications.subscriptions.documents import asyncapi
from services.notifications.subscriptions.projection import project, taken_back, withdrawal, written
from services.notifications.subscriptions.purposes import contracts_named
from shared.kernel import ItemCode
from tests.notifications.subscriptions.facts_of_requests import Filler, offered
from tests.notifications.subscriptions.samples import NOW, PURPOSES, STATION, SUBSCRIPTION
from tests.notifications.subscriptions.test_projection import KNOWN, TIED, reach
from tests.support.node import modules

NAMES = list(PURPOSES.purposes)


@cache
def standard() -> jsonschema_rs.Validator:
    path: Path = modules() / "@asyncapi/specs/schemas/3.0.0-without-$id.json"
    return jsonschema_rs.validator_for(orjson.loads(path.read_bytes()))


def document(name: ItemCode) -> dict[str, Any]:
    return asyncapi(name, PURPOSES.purposes[name], PURPOSES.version, "130581")


@pytest.mark.parametrize("name", NAMES)
def test_it_is_asyncapi_3_by_the_standards_own_schema(name: ItemCode) -> None:
    errors = [error.message for error in standard().iter_errors(document(name))]
    assert errors == []


def test_the_standards_schema_does_refuse() -> None:
    wrong = document(NAMES[0]) | {"asyncapi": "2.0.0"}
    assert not standard().is_valid(wrong)


@pytest.mark.parametrize("name", NAMES)
def test_its_examples_and_what_is_sent_fit_its_schemas(name: ItemCode) -> None:
    told = document(name)
    purpose = PURPOSES.purposes[name]
    for fact in purpose.facts:
        check = _of(told, fact)
        for example in told["components"]["messages"][fact]["examples"]:
            check.validate(example["payload"])
        for _, contract in contracts_named(fact):
            body = Filler().body(contract)
            known = KNOWN if "request_id" in contract.model_fields else None
            wide = reach(places=frozenset({STATION}))
            sent = project(fact, body, known, TIED, wide, purpose)
            if sent is not None:
                check.validate(orjson.loads(written(wide, 1, sent, NOW, "130581")))
    withdrawn = _of(told, "delivery_withdrawn")
    withdrawn.validate(orjson.loads(taken_back(SUBSCRIPTION, 1, NOW, "130581")))
    withdrawn.validate(orjson.loads(withdrawal(SUBSCRIPTION, 5, [1, 4], NOW, "130581")))
    assert not withdrawn.is_valid(orjson.loads(withdrawal(SUBSCRIPTION, 5, [], NOW, "130581")))
    for example in told["components"]["messages"]["delivery_withdrawn"]["examples"]:
        withdrawn.validate(example["payload"])


def test_a_body_with_a_field_too_many_does_not_fit() -> None:
    sent = project("handling_offered", offered(), KNOWN, TIED, reach(), PURPOSES.purposes[ItemCode("joint_task")])
    assert sent is not None
    body = orjson.loads(written(reach(), 1, sent, NOW, "130581"))
    check = _of(document(ItemCode("joint_task")), "handling_offered")
    assert check.is_valid(body)
    assert not check.is_valid(body | {"data": body["data"] | {"owner": str(SUBSCRIPTION)}})


def _of(told: dict[str, Any], fact: str) -> jsonschema_rs.Validator:
    schema = {"$ref": f"#/components/schemas/{fact}_delivery", "components": told["components"]}
    return jsonschema_rs.validator_for(schema)
