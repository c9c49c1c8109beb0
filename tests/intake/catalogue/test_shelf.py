"""The catalogue as it is shipped: found by two characters, each item whole, a wrong one named at the start."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import shared.contracts
from services.intake.adapters.catalogue import OWN, CatalogueInvalid, load_shelf

SHELF = load_shelf()
RULES = Path(shared.contracts.__path__[0]) / "domain" / "rules.csv"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("居住", "residence-permit"),
        ("办理居住证需要什么资料？", "residence-permit"),
        ("身份证丢了怎么补", "id-card"),
        ("护照", "passport"),
        ("孩子上户口", "birth-registration"),
        ("我没有户口", "no-hukou"),
        ("租房", "rented-house"),
        ("老伴去世，存款怎么取", "small-inheritance"),
        ("  开 证明 ", "certificate"),
    ],
)
def test_two_characters_find_it(asked: str, found: str) -> None:
    assert SHELF.search(asked)[0].code == found


def test_one_character_or_a_stranger_finds_nothing_and_no_question_shows_all() -> None:
    assert SHELF.search("证") == ()
    assert SHELF.search("天气预报") == ()
    assert SHELF.search(" ") == SHELF.items


def test_every_rule_it_cites_is_in_the_table() -> None:
    with RULES.open(encoding="utf-8") as rows:
        known = {row[0] for row in csv.reader(rows)}
    assert len(SHELF.items) >= 8
    assert {item.source.rule for item in SHELF.items} <= known


def test_the_nearest_window_is_the_one_whose_place_was_named() -> None:
    permit, passport = SHELF.get("residence-permit"), SHELF.get("passport")
    assert permit is not None
    assert passport is not None
    assert SHELF.nearest(permit, "我住汇景花园").code == "STATION-GL"
    assert SHELF.nearest(permit, "").code == "HOUSEHOLD-1"
    assert SHELF.nearest(passport, "我住汇景花园").code == "HOUSEHOLD-1"


def _without_source(raw: dict[str, Any]) -> None:
    del raw["items"][1]["source"]


def _without_a_window(raw: dict[str, Any]) -> None:
    raw["items"][1]["window"] = "nowhere"


def _twice(raw: dict[str, Any]) -> None:
    raw["items"].append(raw["items"][1])


@pytest.mark.parametrize("spoil", [_without_source, _without_a_window, _twice])
def test_a_wrong_item_stops_the_start_and_is_named(spoil: Callable[[dict[str, Any]], None], tmp_path: Path) -> None:
    raw = yaml.safe_load(OWN.read_text(encoding="utf-8"))
    spoil(raw)
    file = tmp_path / "items.yaml"
    file.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    with pytest.raises(CatalogueInvalid, match="id-card"):
        load_shelf(file)
