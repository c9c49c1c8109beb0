"""What kind of unit a code names. The directory is routing's; a bureau repeats here the units that orders may ask."""

from collections.abc import Mapping
from pathlib import Path

from services.workorders.adapters.yaml_nodes import read_yaml
from shared.contracts.codes import UnitKind
from shared.kernel import UnitCode


class Units:
    def __init__(self, kinds: Mapping[UnitCode, UnitKind]) -> None:
        self._kinds = kinds

    def kind_of(self, unit: UnitCode) -> UnitKind | None:
        return self._kinds.get(unit)

    def of(self, kinds: frozenset[UnitKind]) -> tuple[UnitCode, ...]:
        return tuple(sorted(unit for unit, kind in self._kinds.items() if kind in kinds))

    @property
    def kinds(self) -> Mapping[UnitCode, UnitKind]:
        return self._kinds


def load_units(file: Path) -> Units:
    """`KIND: [CODE, …]`. Raises PlaybookInvalid with file and line."""
    found: dict[UnitCode, UnitKind] = {}
    for name, codes in read_yaml(file).fields().items():
        if name not in set(UnitKind):
            raise codes.wrong(f"{name!r} is no UnitKind")
        for code in codes.items():
            if code.text() in found:
                raise code.wrong(f"{code.text()} stands here twice")
            found[UnitCode(code.text())] = UnitKind(name)
    return Units(found)
