"""The knowledge base as it stands in its files: refused as a whole when one entry is wrong, and which is said."""

import csv
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from services.intake.catalogue.shelf import Item, Shelf
from services.intake.knowledge.entry import Entry, Vocabulary
from services.intake.knowledge.finding import Knowledge

OWN = Path(__file__).parents[1] / "knowledge"
COUNTER = "窗口业务"


class KnowledgeInvalid(Exception):
    """Which entry and field, and what is wrong there."""


def load_knowledge(shelf: Shelf, folder: Path = OWN) -> Knowledge:
    """The entries of the folder, and the items of the catalogue, which stand in their own file once."""
    vocabulary = Vocabulary.model_validate(_yaml(folder / "vocabulary.yaml"))
    own = [entry for file in sorted(folder.glob("entries/*.yaml")) for entry in _entries(file)]
    entries = [*(_of_item(item, shelf) for item in shelf.items), *own]
    codes = [entry.code for entry in entries]
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise KnowledgeInvalid(f"{', '.join(sorted(twice))} stands there twice")
    known = _domain("rules.csv") | _domain("clocks.csv")
    for entry in entries:
        if unknown := {each for each in (entry.rule, entry.clock) if each is not None} - known:
            raise KnowledgeInvalid(f"{entry.code}: {', '.join(sorted(unknown))} is no rule or clock of the domain")
    return Knowledge(entries, vocabulary)


def _entries(file: Path) -> Iterator[Entry]:
    """What the file says once holds for each of its entries, unless the entry says otherwise."""
    raw: dict[str, Any] = _yaml(file)
    common = {name: value for name, value in raw.items() if name != "entries"}
    for place, entry in enumerate(raw["entries"], 1):
        try:
            yield Entry.model_validate(common | entry)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(each) for each in first["loc"])
            raise KnowledgeInvalid(f"{file.name}: {entry.get('code', place)}: {where}: {first['msg']}") from None


def _of_item(item: Item, shelf: Shelf) -> Entry:
    window = shelf.nearest(item, "")
    return Entry(
        code=item.code,
        topic=COUNTER,
        zh=item.zh,
        words=item.keywords,
        who=item.who,
        bring=item.materials,
        term=item.term.words,
        fee=f"{item.fee}{item.proxy}",
        where=f"{window.name}，{window.address}，{window.hours}",
        law=item.source.law,
        rule=item.source.rule,
        noted=item.checked,
        checked=True,
    )


def _domain(name: str) -> set[str]:
    with files("shared.contracts").joinpath(f"domain/{name}").open(encoding="utf-8") as file:
        return {row["id"] for row in csv.DictReader(file)}


def _yaml(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))
