"""The catalogue as it stands in its file: refused as a whole when one item is wrong, with the item and the field."""

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError

from services.intake.catalogue.shelf import Item, Shelf, Window

M = TypeVar("M", Item, Window)

OWN = Path(__file__).parents[1] / "catalogue" / "items.yaml"


class CatalogueInvalid(Exception):
    """Which item and field, and what is wrong there."""


def load_shelf(file: Path = OWN) -> Shelf:
    raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    windows = tuple(_one(Window, entry, file, place) for place, entry in enumerate(raw["windows"], 1))
    items = tuple(_one(Item, entry, file, place) for place, entry in enumerate(raw["items"], 1))
    codes = [item.code for item in items]
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise CatalogueInvalid(f"{file.name}: {', '.join(sorted(twice))} stands there twice")
    for item in items:
        if not any(item.window in window.serves for window in windows):
            raise CatalogueInvalid(f"{file.name}: {item.code}: no window serves {item.window}")
    return Shelf(windows, items)


def _one(kind: type[M], entry: object, file: Path, place: int) -> M:
    try:
        return kind.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        code = entry.get("code", place) if isinstance(entry, dict) else place
        where = ".".join(str(each) for each in first["loc"])
        raise CatalogueInvalid(f"{file.name}: {code}: {where}: {first['msg']}") from None
