"""What the desk says it knows: each with its law, its day, and without pretending that it was checked."""

import re
from pathlib import Path
from shutil import copytree

import pytest
import yaml

from services.intake.adapters.catalogue import load_shelf
from services.intake.adapters.knowledge import OWN, KnowledgeInvalid, load_knowledge
from services.intake.knowledge.entry import Entry

SHELF = load_shelf()


def entries() -> tuple[Entry, ...]:
    return load_knowledge(SHELF).entries


def test_there_is_an_answer_for_the_business_of_the_windows() -> None:
    known = entries()
    assert len(known) >= 140
    topics = {entry.topic for entry in known}
    assert {"户口", "身份证", "居住证和租房", "出入境", "驾驶证和车辆", "证明和查询"} <= topics
    for item in SHELF.items:
        assert any(entry.code == item.code for entry in known)


def test_every_entry_names_its_law_and_the_day_it_was_written_down() -> None:
    assert all(entry.law and entry.noted for entry in entries())


def test_nothing_written_from_memory_is_called_checked() -> None:
    """Only the items of the catalogue carry a day on which they were compared with their source."""
    own = [entry for entry in entries() if entry.code not in {item.code for item in SHELF.items}]
    assert [entry.code for entry in own if entry.checked] == []


def test_no_sum_of_money_stands_in_an_entry_that_nobody_checked() -> None:
    assert [entry.code for entry in entries() if not entry.checked and re.search(r"\d 元|\d元", entry.fee)] == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"law": ""}, "hk-death: law"),
        ({"bring": []}, "hk-death: bring"),
        ({"rule": "R-99"}, "R-99"),
        ({"clock": "CL-999"}, "CL-999"),
        ({"code": "hk-move-in"}, "twice"),
        ({"price": "10"}, "price"),
    ],
)
def test_one_wrong_entry_stops_the_start_and_is_named(change: dict[str, object], told: str, tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    (folder / "entries").mkdir(parents=True)
    copytree(OWN, folder, dirs_exist_ok=True, ignore=lambda _, names: [n for n in names if n.endswith(".py")])
    file = folder / "entries/household.yaml"
    raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    raw["entries"][0] |= change
    file.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    with pytest.raises(KnowledgeInvalid, match=told):
        load_knowledge(SHELF, folder)
