"""Model files for tests: the shipped one, bent so that its answers are known."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.routing.adapters.classifier import SHIPPED_MODEL
from shared.kernel import ModelVersion

ALWAYS_UNSURE = 1001
ANSWERS = {"category": "DIS", "priority": "P2", "police": "lead", "channel": "PM"}
CERTAIN = 10**7


def bent(answers: Mapping[str, str] = ANSWERS, *, unsure: bool = False, second: bool = False) -> dict[str, Any]:
    """Says `answers` to everything; `second`: with a head for one-dimensional vectors that says them once more."""
    file: dict[str, Any] = json.loads(SHIPPED_MODEL.read_bytes())
    for head in file["heads"]:
        head["bias"] = [CERTAIN * (label == answers[head["field"]]) for label in head["labels"]]
        head["threshold"] = [ALWAYS_UNSURE if unsure else 0] * 2
        head["scarce"] = []
    for part in ("title", "text"):
        file[part]["ngrams"] = {}
    file |= {"urgent_from": ALWAYS_UNSURE, "own_from": ALWAYS_UNSURE}
    file["second"] = [_second(head, answers) for head in file["heads"]] if second else []
    return file


def _second(head: Mapping[str, Any], answers: Mapping[str, str]) -> dict[str, Any]:
    bias = [40.0 * (label == answers[head["field"]]) for label in head["labels"]]
    rows = [[0] * len(bias)]
    return {"field": head["field"], "trust": 0.0, "bias": bias, "scale": 1.0, "threshold": [0, 0], "rows": rows}


def write(path: Path, file: Mapping[str, Any]) -> ModelVersion:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps(file, ensure_ascii=False).encode()
    path.write_bytes(content)
    return ModelVersion(hashlib.sha256(content).hexdigest()[:12])
