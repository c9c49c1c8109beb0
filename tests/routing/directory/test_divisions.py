"""R-53: division codes of two tables, names that are not unique, codes that retire."""

import pytest

from services.routing.directory.divisions import TEST_AREA, Table, divisions

KNOWN = divisions()


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("桥西区", ["130104", "130503", "130703"]),
        ("桥西", ["130104", "130503", "130703"]),
        ("青山区", ["150204", "420107"]),
        ("白云区", ["440111", "520113"]),
        ("白云鄂博", ["150206"]),
        ("渤海新区", ["130973"]),
        ("邢台经开区", ["130571"]),
        ("南宫", ["130581", "132201", "132230"]),
        ("桥", []),
        ("没有这个地方", []),
    ],
)
def test_r_53_a_name_stands_for_every_division_that_bears_it(name: str, codes: list[str]) -> None:
    assert [each.code for each in KNOWN.named(name)] == codes


def test_r_53_divisions_of_one_name_are_told_apart_by_what_is_above_them() -> None:
    assert [KNOWN.full_name(each) for each in KNOWN.named("青山区")] == [
        "内蒙古自治区包头市青山区",
        "湖北省武汉市青山区",
    ]


def test_r_53_a_development_zone_stands_in_the_statistical_table_only() -> None:
    zone = KNOWN.of_code("130973")
    assert zone is not None
    assert zone.table is Table.STAT
    assert all(each.table is Table.STAT for each in KNOWN.named("邢台经开区"))


def test_r_53_a_code_counts_in_its_years_and_a_retired_one_stays_readable() -> None:
    assert [each.code for each in KNOWN.named("桥西区", 2026)] == ["130104", "130703"]
    assert [each.code for each in KNOWN.named("桥西区", 2019)] == ["130104", "130503", "130703"]
    then, now = KNOWN.of_code("130503", 2019), KNOWN.of_code("130503", 2026)
    assert then is not None
    assert now is not None
    assert (then.name, now.name) == ("桥西区", "信都区")
    retired = KNOWN.of_code("130527", 2026)
    assert retired is not None
    assert (retired.name, retired.counts_in(2026), retired.counts_in(2019)) == ("南和县", False, True)


def test_r_53_what_a_retired_code_has_become_is_followed_to_codes_of_today() -> None:
    old = KNOWN.of_code("132230")
    assert old is not None
    assert [each.code for each in KNOWN.successors(old)] == ["130581"]
    county = KNOWN.of_code("130521")
    assert county is not None
    assert [each.name for each in KNOWN.successors(county)] == ["襄都区", "信都区"]


def test_r_57_the_test_area_and_an_unknown_code_are_in_no_table() -> None:
    assert KNOWN.of_code(TEST_AREA) is None
    assert KNOWN.of_code("999999", 2026) is None


def test_every_division_but_a_province_lies_in_a_known_one() -> None:
    for each in KNOWN.named("南和县") + KNOWN.named("岚皋县"):
        assert KNOWN.full_name(each).count(each.name) == 1
        assert KNOWN.of_code(each.of) is not None
