"""Workbooks of ours: text that stays as it is, help where people look for it, and the same again when read."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_discovery_bulk.exceptions import DocumentRefused
from course_discovery_bulk.reading.workbook.answers import Request
from course_discovery_bulk.reading.workbook.reader import answer
from course_discovery_bulk.reading.workbook.showing import show_text
from course_discovery_bulk.reports.formats import CSV, XLSX, format_of
from course_discovery_bulk.reports.table import ColumnGuide, Remark, RemarkedRow, Table
from course_discovery_bulk.reports.workbook import LONGEST_TEXT, write_workbook
from course_discovery_bulk.text.formula_escaping import restore

HEADERS = ("organization", "number", "topics")
GUIDES = (
    ColumnGuide(note="Key of the organization", is_required=True, choices=("edX", "MIT, too"), is_one_choice=True),
    ColumnGuide(note="Such as 007"),
    ColumnGuide(choices=tuple(f"topic {at}" for at in range(300))),
)
REQUEST = Request(
    sheet="",
    names_others=True,
    lists_only=False,
    max_bytes=10_000_000,
    max_cell_bytes=40_000,
    blanks=" ",
    memory_mb=512,
    seconds=15,
)
ROW = ["edX", "007", "03/04/2027"]
cells = st.text(st.characters(codec="utf-8"), max_size=40)


def content(table: Table) -> bytes:
    return b"".join(write_workbook(table))


def opened(**facts: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content(Table(**{"headers": HEADERS, "rows": [ROW], **facts}))))


def sheets_read(book: bytes) -> tuple[dict[str, Any], list[dict[int, str]]]:
    """What reading says of the sheets, and the texts of each row by position."""
    head, *rows, _end = answer(io.BytesIO(book), REQUEST)
    return head, [dict(zip(row[1], row[2], strict=True)) for row in rows]


@given(st.lists(st.lists(cells, min_size=2, max_size=2), max_size=4))
def test_every_text_comes_back(rows: list[list[str]]) -> None:
    table = Table(headers=("=a", "b"), rows=[["x", *row] for row in rows])
    _head, (header, *read) = sheets_read(content(Table(headers=("x", *table.headers), rows=table.rows)))

    assert header == {0: "x", 1: "=a", 2: "b"}
    written = [[show_text(text) for text in row] for row in rows]
    assert [[restore(row.get(at, "")) for at in (1, 2)] for row in read] == written


def test_cells_are_text_whatever_they_look_like() -> None:
    texts = ["=1+1", "007", "03/04/2027", "-12", "1e5", "TRUE", "http://example.org", "'plain"]

    (found,) = openpyxl.load_workbook(
        io.BytesIO(content(Table(headers=tuple("abcdefgh"), rows=[texts])))
    ).active.iter_rows(min_row=2)

    assert [cell.value for cell in found] == texts
    assert {(cell.data_type, cell.number_format) for cell in found} == {("s", "@")}
    assert not any(cell.hyperlink for cell in found)


def test_an_apostrophe_is_added_only_where_one_would_be_lost() -> None:
    sheet = opened(rows=[["=1+1", "'=1+1", "'n Boek"]]).active

    assert [cell.value for cell in sheet[2]] == ["=1+1", "''=1+1", "'n Boek"]


def test_headers_stay_in_sight_and_say_what_to_write() -> None:
    sheet = opened(guides=lambda: GUIDES).active

    assert [cell.value for cell in sheet[1]] == ["organization *", "number", "topics"]
    assert [cell.comment and cell.comment.text for cell in sheet[1]] == ["Key of the organization", "Such as 007", None]
    assert sheet.freeze_panes == "A2"


def test_a_header_that_is_marked_already_gets_no_second_mark() -> None:
    sheet = opened(headers=("Organization*", "number", "topics"), guides=lambda: GUIDES).active

    assert sheet["A1"].value == "Organization*"


def test_values_to_choose_from_are_drop_downs_however_many() -> None:
    book = opened(guides=lambda: GUIDES, most_rows=50)
    one, several = book.active.data_validations.dataValidation

    assert (str(one.sqref), one.showErrorMessage, one.errorStyle) == ("A2:A51", True, "warning")
    assert (str(several.sqref), several.showErrorMessage) == ("C2:C51", False)  # a list may have more than one of them
    assert book["Choices"].sheet_state == "hidden"
    offered = [[cell.value for cell in column if cell.value] for column in book["Choices"].columns]
    assert offered == [list(guide.choices) for guide in (GUIDES[0], GUIDES[2])]
    assert (one.formula1, several.formula1) == ("'Choices'!$A$1:$A$2", "'Choices'!$B$1:$B$300")


def test_cells_that_are_still_empty_are_for_text_too() -> None:
    columns = opened(rows=[]).active.column_dimensions.values()

    assert sum(group.max - group.min + 1 for group in columns) == len(HEADERS)
    assert {group.number_format for group in columns} == {"@"}


def test_columns_are_as_wide_as_their_texts_within_reason() -> None:
    columns = opened(rows=[["edX", "x" * 25, "y" * 500]]).active.column_dimensions

    assert [round(columns[letter].width) for letter in "ABC"] == [15, 28, 41]


def test_wrong_cells_are_colored_and_say_why() -> None:
    remarks = {0: Remark(text="Organization not found.", is_error=True), 2: Remark(text="Noted.", is_error=False)}
    sheet = opened(rows=[RemarkedRow(ROW, remarks), RemarkedRow(["", "", ""], {1: remarks[0]})]).active

    colors = [cell.fill.fgColor.rgb if cell.fill.fill_type else None for cell in sheet[2]]
    assert (len(set(colors)), colors[1]) == (3, None)
    assert [cell.comment and cell.comment.text for cell in sheet[2]] == ["Organization not found.", None, "Noted."]
    assert sheet["B3"].comment.text == "Organization not found."  # also in a cell without a text
    assert sheet["B3"].fill.fgColor.rgb == colors[0]


# --- what is read of it


def test_examples_and_choices_are_neither_read_nor_noted() -> None:
    head, rows = sheets_read(content(Table(headers=HEADERS, rows=[ROW], examples=(ROW,), guides=lambda: GUIDES)))

    assert (head["sheet"], head["skipped"], head["others"]) == ("Rows", [], [])
    assert [list(row.values()) for row in rows] == [["organization *", "number", "topics"], ROW]


def test_examples_are_not_taken_for_rows_where_the_rows_are_gone() -> None:
    book = openpyxl.load_workbook(io.BytesIO(content(Table(headers=HEADERS, rows=[], examples=(ROW,)))))
    book["Rows"].delete_rows(1)
    saved = io.BytesIO()
    book.save(saved)

    head, rows = sheets_read(saved.getvalue())

    assert (head["sheet"], rows) == ("Rows", [])


# --- what cannot be written


@pytest.mark.parametrize(("text", "length"), [("x" * 32_767, 32_767), ("😀" * 16_384, 32_768)])
def test_a_text_that_no_cell_can_hold_is_refused_and_never_cut(text: str, length: int) -> None:
    with pytest.raises(DocumentRefused) as refused:
        write_workbook(Table(headers=HEADERS, rows=[ROW, ["edX", text, ""]]))

    assert refused.value.code == "TOO_LONG_FOR_WORKBOOK"
    assert refused.value.detail == (
        f"Row 3 of the file has a text of {length} characters in the column “number”. "
        "A cell of a workbook cannot hold it. Download the CSV file instead."
    )


def test_the_longest_text_that_is_not_taken_for_a_cut_one_is_written() -> None:
    text = "x" * LONGEST_TEXT

    assert opened(rows=[[text, "", ""]]).active["A2"].value == text


def test_an_error_on_the_way_comes_before_anything_is_sent() -> None:
    def rows() -> Any:
        yield ROW
        raise RuntimeError("discovery is away")

    with pytest.raises(RuntimeError, match="discovery is away"):
        write_workbook(Table(headers=HEADERS, rows=rows()))


def test_the_end_of_a_name_chooses_the_format() -> None:
    assert [format_of(name) for name in ("a.xlsx", "A.XLSX", "a.csv", "a.txt", "a")] == [XLSX, XLSX, CSV, CSV, CSV]
