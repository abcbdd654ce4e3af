"""OpenDocument spreadsheets and old Excel workbooks give what the same sheet saved as CSV gives."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import xlwt

from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.reading.choices import ReadingChoices
from course_discovery_bulk.reading.workbook.source import list_sheets
from tests.unit.reading.open_document import BLANK_ROWS, row, spreadsheet, struck_style, text, value
from tests.unit.reading.reading import KNOWN, inspect, inspect_file, limits, read, read_chunks, refusal
from tests.unit.reading.workbooks import workbook, written

HEADER = row(text("title"), text("number"))
ERROR = (
    '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
    'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
)


def old_workbook(*rows: list[object]) -> bytes:
    book, content = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("old")
    date = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for line, values in enumerate(rows):
        for column, cell in enumerate(values):
            sheet.write(line, column, cell, *([date] if isinstance(cell, dt.date) else []))
    book.save(content)
    return content.getvalue()


def test_an_open_document_is_read() -> None:
    content = spreadsheet(
        a=HEADER
        + row(text("Café</text:p><text:p>two"), value("float", "value", "49"))
        + BLANK_ROWS.format(3)
        + row(value("date", "date-value", "2027-01-02"), value("boolean", "boolean-value", "true"))
        + row(value("time", "time-value", "PT14H05M00S"), value("currency", "value", "3.1"))
        + BLANK_ROWS.format(1_048_000)
    )
    assert [(row.line, *row.cells.values()) for row in read(content)] == [
        (2, "Café\ntwo", "49"),
        (6, "2027-01-02", "TRUE"),
        (7, "14:05:00", "3.1"),
    ]
    assert (inspect(content).kind, inspect(content).sheet) == ("ods", "a")


def test_an_old_workbook_is_read() -> None:
    content = old_workbook(["title", "number"], ["Café", 49.0], [], [dt.date(2027, 1, 2), True])
    assert [(row.line, *row.cells.values()) for row in read(content)] == [
        (2, "Café", "49"),
        (4, "2027-01-02", "TRUE"),
    ]
    assert (inspect(content).kind, inspect(content).sheet) == ("xls", "old")


@pytest.mark.parametrize(
    ("content", "noted"),
    [
        (spreadsheet(a=HEADER + row(ERROR, text("x"))), ["FORMULA_ERRORS_EMPTY"]),
        (old_workbook(["title"], ["x"]), ["FORMULA_ERRORS_EMPTY", "LOOKS_NOT_SEEN"]),
    ],
)
def test_what_the_format_does_not_tell_is_noted(content: bytes, noted: list[str]) -> None:
    assert [note.code for note in inspect(content).notes if not note.is_error] == noted


@pytest.mark.parametrize(
    "content",
    [
        spreadsheet(a=HEADER + row(text("a"), value("percentage", "value", "0.5"))),
        old_workbook(["title", "number"], ["a", 7]),
    ],
)
def test_a_number_that_is_taken_for_a_text_is_a_problem_because_its_format_is_not_seen(content: bytes) -> None:
    file = io.BytesIO(content)
    facts = inspect_file(file, limits(), known_headers=KNOWN)
    found = {
        number_type: [problem.code for rows in chunks for row in rows for problem in row.problems]
        for number_type in ("string", "number")
        for chunks in [read_chunks(file, facts, limits(), takes={"title": "string", "number": number_type})]
    }
    assert found == {"string": ["NUMBER_NOT_SHOWN"], "number": []}


def test_a_damaged_spreadsheet_is_refused_by_what_it_is() -> None:
    (problem,) = refusal(spreadsheet(a=HEADER)[:-200])
    assert (problem.code, "(.ods) that is damaged" in problem.message) == ("NOT_A_TABLE", True)


def test_the_first_sheet_is_read_or_the_one_that_is_chosen() -> None:
    content = spreadsheet(first=HEADER + row(text("a")), second=row(text("Our plan")) + HEADER + row(text("b")))
    found = []
    for choices in (ReadingChoices(), ReadingChoices(sheet="second", header_row=2)):
        file = io.BytesIO(content)
        facts = inspect_file(file, limits(), known_headers=KNOWN, choices=choices)
        found += [(row.line, row.cells["title"]) for chunk in read_chunks(file, facts, limits()) for row in chunk]
    assert found == [(2, "a"), (3, "b")]


def test_titles_above_the_header_of_a_csv_file_are_left_out() -> None:
    file = io.BytesIO(b"Our plan,,,\n\ntitle,number\na,1\n")
    facts = inspect_file(file, limits(), known_headers=KNOWN, choices=ReadingChoices(header_row=3))
    assert (facts.headers, facts.header_line, facts.row_count) == (("title", "number"), 3, 1)
    assert [row.line for chunk in read_chunks(file, facts, limits()) for row in chunk] == [4]


def test_a_sheet_that_does_not_exist_is_a_problem_that_names_the_others() -> None:
    with pytest.raises(UploadRefused) as refused:
        inspect_file(
            io.BytesIO(workbook([["title"]])), limits(), known_headers=KNOWN, choices=ReadingChoices(sheet="Plan")
        )
    (problem,) = refused.value.problems
    assert (problem.code, problem.hint) == ("NO_SUCH_SHEET", "Choose one of: Sheet.")


def test_sheets_are_listed_with_their_sizes_without_reading_them() -> None:
    found = list_sheets(io.BytesIO(workbook([["title", "number"], ["a", 1]])), limits())
    assert [(sheet.name, sheet.is_hidden, sheet.rows, sheet.columns) for sheet in found] == [("Sheet", False, 2, 2)]
    (sheet,) = list_sheets(io.BytesIO(written("")), limits())
    assert (sheet.name, sheet.rows, sheet.columns) == ("a", None, None)
    (sheet,) = list_sheets(io.BytesIO(spreadsheet(a=HEADER)), limits())
    assert (sheet.name, sheet.rows, sheet.columns) == ("a", 1, 2)


def test_numbers_of_an_open_document_are_read_as_it_shows_them_and_hidden_rows_are_noted() -> None:
    shown = (
        '<table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="7">'
        "<office:annotation><text:p>a note</text:p></office:annotation><text:p>C<text:span>S007</text:span></text:p>"
        "</table:table-cell>"
    )
    filtered = row(text("b"), text("c")).replace("<table:table-row", '<table:table-row table:visibility="filter"')
    content = spreadsheet(other=row(text("x")), a=HEADER + BLANK_ROWS.format(2) + row(shown) + filtered)
    file = io.BytesIO(content)
    facts = inspect_file(file, limits(), known_headers=KNOWN, choices=ReadingChoices(sheet="a"))
    takes = {"title": "string", "number": "number"}
    (first, _) = [row for chunk in read_chunks(file, facts, limits(), takes=takes) for row in chunk]
    assert (first.line, first.cells, first.problems) == (4, {"title": "CS007", "number": "7"}, ())
    assert "This sheet hides 1 of 2 rows: 5." in " ".join(note.message for note in facts.notes)


def test_what_an_open_document_strikes_through_merges_and_hides_is_told_as_for_excel() -> None:
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    tall = text("both").replace("<table:table-cell", '<table:table-cell table:number-rows-spanned="2"')
    wide = text("wide").replace("<table:table-cell", '<table:table-cell table:number-columns-spanned="2"')
    covered = "<table:covered-table-cell/>"
    struck = text("gone").replace("<table:table-cell", '<table:table-cell table:style-name="ce1"')
    partly = text('still <text:span text:style-name="T1">gone</text:span>')
    content = spreadsheet(
        styles=struck_style("ce1") + struck_style("T1"),
        a=columns
        + HEADER
        + row(tall, text("1"))
        + row(covered, text("2"))
        + row(wide, covered)
        + row(struck, text("4"))
        + row(text("e"), partly),
    )
    file = io.BytesIO(content)
    facts = inspect_file(file, limits(), known_headers=KNOWN)
    takes = {"title": "string", "number": "string"}
    found = [row for chunk in read_chunks(file, facts, limits(), takes=takes) for row in chunk]

    assert [(row.cells["title"], [item.code for item in row.problems]) for row in found] == [
        ("both", []),
        ("both", ["FILLED_FROM_MERGE"]),
        ("wide", ["MERGED_ACROSS"]),
        ("gone", ["STRUCK_THROUGH"]),
        ("e", ["STRUCK_THROUGH"]),
    ]
    assert [note.code for note in facts.notes] == ["FORMULA_ERRORS_EMPTY", "HIDDEN_COLUMNS"]
