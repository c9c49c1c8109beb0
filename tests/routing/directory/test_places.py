"""Which grid a text means: names, aliases, old names, slips of the pen, landmarks, and names that are not unique."""

from datetime import date
from pathlib import Path
from time import process_time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.routing.directory.gazetteer import County, read_confusions, read_county
from services.routing.directory.places import Gazetteer, normalised
from services.routing.directory.sightings import Means, Sighting, Where
from services.routing.settings import DEMO_COUNTY

COUNTY = read_county(DEMO_COUNTY)
GAZETTEER = Gazetteer(COUNTY)
TODAY = date(2026, 3, 2)
INDEX = GAZETTEER.on(TODAY)


def seen(place: str, title: str = "", text: str = "") -> Sighting:
    sighting = INDEX.find(place, title, text)
    assert sighting is not None, place
    return sighting


@pytest.mark.parametrize(
    ("typed", "grids", "means"),
    [
        ("汇景花园3栋", "GL-01", Means.NAME),
        ("汇景 花\n园", "GL-01", Means.NAME),
        ("鼓楼東街", "", Means.NAME),
        ("汇景小区南门", "GL-01", Means.ALIAS),
        ("老棉纺家属院二单元", "GL-01", Means.FORMER),
        ("惠景花园3栋", "GL-01", Means.TYPO),
        ("鼓搂东街", "GL-01", Means.TYPO),
        ("政务服务心二楼", "GL-04", Means.TYPO),
        ("政务服中务心", "GL-04", Means.TYPO),
        ("县医院", "GL-01", Means.ALIAS),
        ("县医院对面", "GL-03", Means.LANDMARK),
        ("县医院旁边的药店", "GL-01 GL-03", Means.LANDMARK),
        ("靠近体育广场", "GL-03 GL-04", Means.LANDMARK),
        ("幸福小区5号楼", "GL-03 GL-04", Means.NAME),
        ("北关街道幸福小区", "GL-03 GL-04", Means.NAME),
        ("西苑社区幸福小区", "GL-04", Means.NAME),
        ("张庄村", "GL-05 GL-06", Means.NAME),
        ("沙渡乡张庄村", "GL-06", Means.NAME),
        ("前张庄", "GL-05", Means.ALIAS),
        ("鼓楼西街", "GL-01 GL-04", Means.NAME),
        ("鼓楼西街12号", "GL-01", Means.NAME),
        ("鼓楼西街120号", "GL-04", Means.NAME),
        ("鼓楼西街9999号", "GL-01 GL-04", Means.NAME),
        ("迎宾路与鼓楼西街交叉口", "GL-04", Means.NAME),
        ("南关小区和北关村之间", "GL-02 GL-03", Means.NAME),
        ("西苑小区,靠近县医院", "GL-04", Means.NAME),
        ("柳林镇", "GL-05", Means.NAME),
        ("北关街道", "GL-03 GL-04", Means.NAME),
    ],
)
def test_a_place_leads_to_its_grid_or_to_those_it_may_mean(typed: str, grids: str, means: Means) -> None:
    sighting = INDEX.find(typed)
    if not grids:
        assert sighting is None
        return
    assert sighting is not None
    assert (" ".join(sighting.candidates), sighting.means) == (grids, means)
    assert sighting.grid == (grids if " " not in grids else None)


@pytest.mark.parametrize("typed", ["", "别处", "江景花园", "熙园小区", "我家楼下", "幸福", "3号楼"])
def test_another_name_is_not_taken_for_one_of_ours(typed: str) -> None:
    assert INDEX.find(typed) is None


def test_of_names_that_overlap_the_longest_counts() -> None:
    data = {
        "division": "130581",
        "grids": {code: {"name": code, "community": code, "township": "镇"} for code in ("EAST", "WEST")},
        "places": [
            {"name": "汇景花园", "kind": "estate", "grid": "EAST"},
            {"name": "汇景花园东区", "kind": "estate", "grid": "WEST"},
        ],
    }
    index = Gazetteer(County.model_validate(data)).on(TODAY)
    found = [index.find(typed) for typed in ("汇景花园东区3栋", "汇景花园3栋")]
    assert [each.grid for each in found if each] == ["WEST", "EAST"]


def test_what_was_written_as_the_place_counts_before_the_title_and_the_title_before_the_text() -> None:
    sighting = seen("北关村", "汇景花园的人来闹", "在沙渡村")
    assert (sighting.grid, sighting.where) == ("GL-03", Where.PLACE)
    sighting = seen("不清楚", "汇景花园的人来闹", "在沙渡村")
    assert (sighting.grid, sighting.where) == ("GL-01", Where.TITLE)
    sighting = seen("", "", "昨晚在沙渡村")
    assert (sighting.grid, sighting.where) == ("GL-06", Where.TEXT)


def test_the_words_that_name_the_place_are_shown_where_they_were_typed() -> None:
    text = "昨晚　在…汇景 花园３栋"
    sighting = seen("", "", text)
    assert text[sighting.start : sighting.end] == "汇景 花园"


def test_a_place_that_moved_to_another_grid_lies_there_from_that_day() -> None:
    before, after = (GAZETTEER.on(day).find("桂花园") for day in (date(2025, 12, 31), date(2026, 1, 1)))
    assert before is not None
    assert after is not None
    assert (before.grid, after.grid) == ("GL-03", "GL-04")


def test_an_answer_to_which_of_them_names_one_grid_only() -> None:
    for entry in COUNTY.places:
        for typed in (f"我家在{entry.name}附近", f"{entry.name}5栋"):
            sighting = seen(typed)
            if len(sighting.candidates) < 2:
                continue
            for grid in sighting.candidates:
                assert seen(GAZETTEER.spelled_out(typed, sighting, grid)).grid == grid


def test_every_place_of_the_county_is_found_by_each_of_its_names() -> None:
    for entry in COUNTY.places:
        place = entry.place()
        if not place.holds(TODAY):
            continue
        for name, _ in place.names():
            assert place.grids & set(seen(f"{name}里").candidates), name


def test_a_place_without_a_grid_or_in_an_unknown_one_is_refused() -> None:
    data = yaml.safe_load(Path(DEMO_COUNTY).read_text(encoding="utf-8"))
    for wrong in ({"name": "某处", "kind": "estate"}, {"name": "某处", "kind": "estate", "grid": "GL-99"}):
        with pytest.raises(ValidationError):
            County.model_validate(data | {"places": [wrong]})


def test_a_character_is_confused_with_those_of_one_line_only() -> None:
    folded = read_confusions()
    assert folded["惠"] == folded["汇"] == "汇"
    assert all(folded[first] == first for first in folded.values())


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="汇景花园鼓楼东街幸福小区 　１2号…ﬁ", max_size=40))
def test_whatever_is_typed_a_sighting_points_into_the_text(typed: str) -> None:
    sighting = INDEX.find("", "", typed)
    if sighting is not None:
        assert 0 <= sighting.start < sighting.end <= len(typed)
        assert normalised(typed[sighting.start : sighting.end])
        assert sighting.candidates == tuple(sorted(set(sighting.candidates)))


def test_a_long_message_is_read_within_a_millisecond() -> None:
    text = "领导您好，我是附近的住户，小区里的商铺每天晚上很吵，物业也不管，请帮忙解决。" * 13
    INDEX.find("", "小区噪音", text)
    begun = process_time()
    for _ in range(50):
        INDEX.find("", "小区噪音", text)
    assert (process_time() - begun) / 50 < 0.001
