"""What history and other services rely on, as committed files: stored names of facts, schemas of contracts.

`make contracts` adds what is new. What exists is never altered: a changed contract is a new version, and a fact that
was stored keeps its name.
"""

import json
import sys
from pathlib import Path
from typing import Any

from shared.contracts.base import record_type
from shared.contracts.published import PUBLISHED
from shared.kernel import fact_name
from tests.architecture.census import facts

HERE = Path(__file__).parent
CONTRACTS = HERE / "contracts"
FACTS = HERE / "facts.txt"


def schemas() -> dict[str, str]:
    """Schema by the type of the record."""
    return {
        record_type(service, contract.fact, contract.version): json.dumps(
            _without_prose(contract.model_json_schema()), ensure_ascii=False, indent=1, sort_keys=True
        )
        for service, published in PUBLISHED.items()
        for contract in published
    }


def stored_names() -> set[str]:
    """`<service>.<slice> <name>` of each fact."""
    return {f"{'.'.join(cls.__module__.split('.')[1:3])} {fact_name(cls)}" for cls in facts()}


def _without_prose(schema: Any) -> Any:
    match schema:
        case dict():
            return {
                key: _without_prose(part)
                for key, part in schema.items()
                if not (key in ("title", "description") and isinstance(part, str))
            }
        case list():
            return [_without_prose(part) for part in schema]
    return schema


def committed_schemas(folder: Path = CONTRACTS) -> dict[str, str]:
    return {file.stem: file.read_text(encoding="utf-8").rstrip("\n") for file in folder.glob("*.json")}


def committed_names() -> set[str]:
    return set(FACTS.read_text(encoding="utf-8").splitlines())


def altered(committed: dict[str, str], present: dict[str, str]) -> list[str]:
    return sorted(name for name, schema in committed.items() if present.get(name) != schema)


def main() -> int:
    committed, present = committed_schemas(), schemas()
    lost = sorted(committed_names() - stored_names())
    if broken := altered(committed, present) + lost:
        sys.stderr.write("Published or stored already, and altered now:\n" + "".join(f"  {name}\n" for name in broken))
        return 1
    CONTRACTS.mkdir(exist_ok=True)
    for name in present.keys() - committed.keys():
        (CONTRACTS / f"{name}.json").write_text(f"{present[name]}\n", encoding="utf-8")
    FACTS.write_text("".join(f"{name}\n" for name in sorted(stored_names())), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
