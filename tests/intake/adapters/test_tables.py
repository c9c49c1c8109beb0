"""Tables as people really save them."""

import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook  # type: ignore[import-untyped]

from services.intake.adapters.tables import HeadingMissing, TableUnreadable, as_csv, empty_form, rows_in
from services.intake.batches.decider import MAX_ROWS, TooManyRows

CHINESE = '序号,事由,地点,手机号\r\n1,路灯坏了,汇景花园,13900000001\r\n\r\n2,"井盖丢了，\r\n很危险",东街,\r\n'
READ = [
    {"narrative": "路灯坏了", "place": "汇景花园", "phone": "13900000001"},
    {"narrative": "井盖丢了，\r\n很危险", "place": "东街"},
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_csv_in_whatever_code_it_was_saved(encoding: str) -> None:
    assert rows_in(CHINESE.encode(encoding)) == READ


@pytest.mark.parametrize("separator", ["\t", ";", ",", "，"])
def test_whatever_separates_the_cells(separator: str) -> None:
    assert rows_in(f"narrative{separator}place\nLamp broken{separator}East Street\n".encode()) == [
        {"narrative": "Lamp broken", "place": "East Street"}
    ]


def test_excel_with_telephones_as_numbers_and_stars_at_headings() -> None:
    book = Workbook()
    book.active.append(["事由*", "手机", "别的", "身份证号码"])
    book.active.append(["路灯坏了", 13900000001.0, True, "990000198602020013"])
    book.active.append([None, None])
    written = io.BytesIO()
    book.save(written)
    assert rows_in(written.getvalue()) == [
        {"narrative": "路灯坏了", "phone": "13900000001", "id_number": "990000198602020013"}
    ]


def test_a_table_without_its_heading_is_told_so() -> None:
    for content in (b"", b"\xef\xbb\xbf", "姓名,电话\n甲,1".encode()):
        with pytest.raises(HeadingMissing):
            rows_in(content)


def test_what_is_no_table_is_refused_and_never_breaks() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "<nonsense")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 31_000_000)
    wrong = [
        b"PK\x03\x04 nothing",
        packed.getvalue(),
        bomb.getvalue(),
        b"\xd0\xcf\x11\xe0old",
        b"\xff\xfe\x00\x01",
        b"a\x00b",
    ]
    for content in wrong:
        with pytest.raises((TableUnreadable, HeadingMissing)):
            rows_in(content)


def test_one_row_more_than_can_be_taken_is_said_before_anything_is_filed() -> None:
    table = "事由\n" + "路灯坏了\n" * (MAX_ROWS + 1)
    with pytest.raises(TooManyRows):
        rows_in(table.encode())
    assert len(rows_in("事由\n".encode() + "路灯坏了\n".encode() * MAX_ROWS)) == MAX_ROWS


def test_the_form_to_fill_in_is_read_as_it_is_given_out() -> None:
    assert rows_in(empty_form()) == [
        {"narrative": "路灯坏了一周，晚上看不见路", "title": "路灯", "place": "汇景花园南门"}
    ]
    sheet = load_workbook(io.BytesIO(empty_form())).active
    assert sheet.cell(1, 1).value == "事由"


def test_no_cell_of_a_list_of_errors_runs_as_a_formula() -> None:
    assert as_csv([("1", "=HYPERLINK(1)")]).decode("utf-8-sig") == "1,'=HYPERLINK(1)\r\n"
