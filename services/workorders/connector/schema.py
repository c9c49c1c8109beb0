"""The connector's messages as one JSON Schema: `python -m services.workorders.connector.schema` writes it out."""

import json
import sys
from typing import Any

from pydantic.json_schema import models_json_schema

from services.workorders.connector.messages import InboundMessage, OutboundMessage, Taken

TITLE = "Messages between a Lounge and other bodies"
ENDS = ("InboundMessage", "OutboundMessage", "Taken")


def schema() -> dict[str, Any]:
    _, made = models_json_schema(
        [(InboundMessage, "validation"), (OutboundMessage, "serialization"), (Taken, "serialization")], title=TITLE
    )
    defs = {name: _without_comment(each) for name, each in made["$defs"].items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": TITLE,
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in ENDS],
        "$defs": defs,
    }


def _without_comment(each: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in each.items() if name != "description"}


def written() -> str:
    return json.dumps(schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(written())
