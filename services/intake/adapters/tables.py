"""Tables as people save them: CSV in GBK or UTF-8, or an Excel sheet; headings in Chinese or English."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook  # type: ignore[import-untyped]
from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]

from services.intake.batches.decider import MAX_ROWS, TooManyRows
from services.intake.batches.facts import Column
from shared.kernel import Rejection

MAX_COLUMNS = 40
MAX_CELL = 30_000
MAX_UNPACKED = 30_000_000
ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
SEPARATORS = ",\t;，"
HEADINGS: Mapping[Column, tuple[str, ...]] = {
    Column.NARRATIVE: ("事由", "诉求", "诉求内容", "内容", "情况", "情况说明", "narrative", "text"),
    Column.TITLE: ("标题", "title"),
    Column.PLACE: ("地点", "地址", "位置", "place", "address"),
    Column.NAME: ("姓名", "诉求人", "来电人", "name"),
    Column.PHONE: ("手机号", "手机", "电话", "联系电话", "phone"),
    Column.ID_NUMBER: ("身份证号", "身份证号码", "公民身份号码", "id_number"),
    Column.FOR_NAME: ("替谁办", "受益人", "受益人姓名", "for_name"),
    Column.FOR_PHONE: ("受益人手机号", "受益人电话", "for_phone"),
    Column.NUMBER: ("来文编号", "工单编号", "编号", "number"),
    Column.GROUP: ("群", "来源群", "group"),
}
"""The first of each is the one that the form to fill in has."""


class TableUnreadable(Rejection):
    """It is no table that can be read here: neither CSV nor an Excel sheet of today."""


class HeadingMissing(Rejection):
    """No column says what the matter is."""


def rows_in(content: bytes) -> list[dict[str, str]]:
    """One mapping from column to cell for each row that has something in it. Raises Rejection."""
    lines = _of_sheet(content) if content.startswith(ZIP) else _of_text(content)
    filled = (line for line in lines if any(cell.strip() for cell in line))
    columns = _columns(next(filled, []))
    rows: list[dict[str, str]] = []
    for line in filled:
        if len(rows) == MAX_ROWS:
            raise TooManyRows(rows=MAX_ROWS + 1, most=MAX_ROWS)
        rows.append(
            {column: cell[:MAX_CELL] for place, cell in enumerate(line) if (column := columns.get(place)) and cell}
        )
    return rows


def _columns(headings: Sequence[str]) -> dict[int, Column]:
    known = {name: column for column, names in HEADINGS.items() for name in names}
    found: dict[int, Column] = {}
    for place, heading in enumerate(headings[:MAX_COLUMNS]):
        column = known.get(heading.strip().strip("*＊").strip().lower())
        if column is not None and column not in found.values():
            found[place] = column
    if Column.NARRATIVE not in found.values():
        raise HeadingMissing()
    return found


def _of_text(content: bytes) -> Iterator[list[str]]:
    if content.startswith(OLD_EXCEL):
        raise TableUnreadable()
    text = _decoded(content)
    first = text.lstrip().split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            yield line[:MAX_COLUMNS]
    except csv.Error:
        raise TableUnreadable() from None


def _decoded(content: bytes) -> str:
    """Excel saves in GBK where the machine is Chinese, and with a mark of its own where it is told UTF-8."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise TableUnreadable()


def _of_sheet(content: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MAX_UNPACKED:
                raise TableUnreadable()
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        rows: Iterable[Any] = book.worksheets[0].iter_rows(max_col=MAX_COLUMNS, values_only=True)
        lines = [[_cell(cell) for cell in row] for row, _ in zip(rows, range(4 * MAX_ROWS), strict=False)]
        book.close()
    except (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, IndexError, TypeError, EOFError,
            OSError, AttributeError, NotImplementedError):  # fmt: skip
        raise TableUnreadable() from None
    yield from lines


def _cell(value: object) -> str:
    """Telephones come as numbers, and dates as times of midnight."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() | date():
            return f"{value:%Y-%m-%d}"
    return str(value)


def empty_form() -> bytes:
    """The table to fill in: one line of headings and one example."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([names[0] for names in HEADINGS.values()])
    sheet.append(["路灯坏了一周，晚上看不见路", "路灯", "汇景花园南门"])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def as_csv(lines: Iterable[Sequence[str]]) -> bytes:
    """With the mark by which Excel knows the code; what a cell would run as a formula is quoted."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows([[_harmless(cell) for cell in line] for line in lines])
    return written.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
