"""A sheet in an Excel workbook gives what the same sheet saved as CSV gives."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest

from course_discovery_bulk.data import RawRow
from course_discovery_bulk.pipeline.read import inspect_file, read_chunks
from tests.unit.reading.reading import KNOWN, codes, inspect, limits, read, refusal, texts
from tests.unit.reading.workbooks import OFFICE, RELATIONS, SHEET, fill, replaced, saved, text_table, workbook, written

moment = dt.datetime.fromisoformat

SHARED = (
    "<sst><si><t>plain</t></si><si><r><t>rich </t></r><r><rPr><b/></rPr><t>text</t></r><rPh><t>aid</t></rPh></si>"
    "<si/><si><t>a_x000D_\nb_x0009_c_x005F_x0001_ _xD83D_</t></si></sst>"
)


def shown(value: Any, number_format: str | None = None) -> str:
    """The text of one cell of a workbook."""
    book = openpyxl.Workbook()
    fill(book.active, [["title", "number"], [value, "x"]])
    if number_format:
        book.active["A2"].number_format = number_format
    return texts(saved(book))[0][0]


def _heads(row: RawRow) -> dict[str, str]:
    """The cells of a row, as far as a cell that is too long is kept."""
    return {name: text[:490] for name, text in row.cells.items()}


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1000 + " and more",
        "é" * 600,
        "x" + "é" * 600,
        "'" + "x" * 1000 + " y",
        "\u200b" * 1000 + "x" * 1001,
        "x" + "\u200b" * 900 + "x" * 300,
    ],
)
def test_a_cell_that_is_too_long_is_cut_and_stays_too_long(text: str) -> None:
    (row,) = read(workbook([["title"], [text]]))
    assert codes(row.problems) == [("CELL_TOO_LONG", 2, "title")]
    assert len(row.cells["title"].encode()) < 1020


def test_blanks_around_a_cell_do_not_make_it_too_long() -> None:
    (row,) = read(workbook([["title"], [" \u200b" * 1000 + "x" + "\n" * 1000]]))
    assert (row.cells["title"], row.problems) == ("x", ())


@pytest.mark.parametrize(
    ("written_as", "text"),
    [
        ("2027-03-01T00:00:00Z", "2027-03-01"),
        ("2027-03-01T01:30:00+02:00", "2027-02-28 23:30:00"),
        ("2027-03-01T09:30:00", "2027-03-01 09:30:00"),
        ("0001-01-01T00:00:00+02:00", "0001-01-01T00:00:00+02:00"),
        ("9999-12-31T23:59:59.9-02:00", "9999-12-31T23:59:59.9-02:00"),
    ],
)
def test_a_date_with_a_zone_is_read_in_utc(written_as: str, text: str) -> None:
    assert cells_of(f'<row><c t="d"><v>{written_as}</v></c></row>')[0][0] == text


def cells_of(rows: str, **changes: str) -> list[tuple[str, ...]]:
    return texts(written(rows, **changes))


def test_what_a_workbook_is_told_to_be() -> None:
    facts = inspect(workbook([[" Title ", "NUMBER"], ["a", 1]]))
    assert (facts.encoding, facts.delimiter, facts.headers, facts.row_count, facts.notes) == (
        "xlsx",
        "",
        ("Title", "NUMBER"),
        1,
        (),
    )


def test_the_same_sheet_gives_the_same_rows_and_problems() -> None:
    rows = [
        ["", "", "", "", ""],
        ["Title ", "number", "price", "", "start"],
        ["Café, “Wörld”", "007", "49.00", "", "2027-01-02"],
        [" ", "", "\u00a0", "", ""],
        ["two\nlines ", 'say "hi"', "", "", "x" * 1200],
        ["#REF!", "#N/A", "a\x85b", "", "\u2028"],
        ["", "", "", "", ""],
        ["'=1", "''-1", "'quoted'", "", "'＝1"],
        ["é" * 600, "TRUE", "null", "", "last"],
    ]
    as_csv, as_xlsx = read(text_table(rows)), read(workbook(rows))
    assert [row.line for row in as_xlsx] == [3, 5, 6, 8, 9]
    assert [row.problems for row in as_xlsx] == [row.problems for row in as_csv]
    assert [_heads(row) for row in as_xlsx] == [_heads(row) for row in as_csv]
    assert [codes(row.problems) for row in as_xlsx] == [
        [],
        [("CELL_TOO_LONG", 5, "start")],
        [
            ("CONTROL_CHARACTER", 6, "price"),
            ("CONTROL_CHARACTER", 6, "start"),
            ("SPREADSHEET_ERROR", 6, "title"),
            ("SPREADSHEET_ERROR", 6, "number"),
        ],
        [],
        [("CELL_TOO_LONG", 9, "title")],
    ]


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ([[" "], [""]], [("EMPTY_FILE", None, None)]),
        ([["title", "number"]], [("NO_ROWS", None, None)]),
        ([["title", "number"], *[["a", "b"]] * 8], [("TOO_MANY_ROWS", None, None)]),
        ([["a", "b", "c", "d", "e"], ["1"] * 5], [("TOO_MANY_COLUMNS", 1, None)]),
        ([["title", "#REF!"], ["a", "b"]], [("SPREADSHEET_ERROR", 1, "B")]),
    ],
)
def test_the_same_sheet_is_refused_for_the_same_reasons(rows: list[list[str]], problems: list[Any]) -> None:
    as_csv, as_xlsx = (refusal(form(rows), max_rows=7, max_columns=4) for form in (text_table, workbook))
    assert codes(as_xlsx) == problems
    assert as_xlsx == as_csv


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (49.0, "49"),
        (49, "49"),
        (49.5, "49.5"),
        (0.1 + 0.2, "0.3"),
        (1.1 * 3, "3.3"),
        (-5, "-5"),
        (-0.0, "0"),
        (1e22, "10000000000000000000000"),
        (1.5e-7, "0.00000015"),
        (123456789012345, "123456789012345"),
        (True, "TRUE"),
        (False, "FALSE"),
        (dt.date(2027, 1, 2), "2027-01-02"),
        (moment("2027-01-02"), "2027-01-02"),
        (moment("2027-01-02 10:30"), "2027-01-02 10:30:00"),
        (moment("2027-01-02 09:59:59.999900"), "2027-01-02 10:00:00"),
        (moment("2027-01-02 23:59:59.999900"), "2027-01-03"),
        (dt.time(14, 5), "14:05:00"),
        (dt.timedelta(hours=30, minutes=5), "30:05:00"),
        ("=1+1", "=1+1"),
        ("2027-01-02", "2027-01-02"),
        ("46023", "46023"),
        (" a\r\nb\rc ", "a\nb\nc"),
    ],
)
def test_values_become_the_text_a_person_would_type(value: Any, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (46023, "dd/mm/yyyy", "2026-01-01"),
        (46023, '[$-409]d" of "mmmm;@', "2026-01-01"),
        (46023.5, "mmm-yy", "2026-01-01 12:00:00"),
        (46023, '"day "0', "46023"),
        (49, "[Red]0.00", "49.00"),
        (0.5, "0%", "50%"),
        (7.25, '"CS"000', "7.25"),
        (0.25, "hh:mm", "06:00:00"),
        (2_958_465.999_999_9, "yyyy-mm-dd", "9999-12-31 23:59:59"),
        (3_000_000, "yyyy-mm-dd", "3000000"),
    ],
)
def test_the_format_of_a_number_tells_dates_and_percentages_from_numbers(
    value: float, number_format: str, text: str
) -> None:
    assert shown(value, number_format) == text


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (7, "000", "007"),
        (12345, "000", "12345"),
        (-7, "000", "-007"),
        (3.1, "0.00", "3.10"),
        (49, "0.00", "49.00"),
        (3.14159, "0.00", "3.14159"),
        (7.5, "000", "7.5"),
        (7, "0", "7"),
    ],
)
def test_zeros_that_a_person_sees_are_read(value: float, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


def test_a_date_before_the_calendar_begins_is_a_problem_as_it_is_in_a_csv_file() -> None:
    (row,) = read(written('<row r="2"><c s="1"><v>-3</v></c></row>'))
    assert (row.cells["title"], codes(row.problems)) == ("########", [("SPREADSHEET_ERROR", 2, "title")])


@pytest.mark.parametrize(("value", "text"), [("0", "2026-01-01"), ("1", "2030-01-02"), ("true", "2030-01-02")])
def test_dates_count_from_the_year_the_workbook_says(value: str, text: str) -> None:
    book = workbook([["title"], [dt.date(2026, 1, 1)]])
    properties = f'<workbookPr date1904="{value}"/><sheets>{SHEET}</sheets>'
    contents = f'<workbook xmlns:r="{OFFICE}">{properties}</workbook>'
    relations = f"<Relationships>{RELATIONS}</Relationships>"
    book = replaced(replaced(book, "xl/workbook.xml", contents), "xl/_rels/workbook.xml.rels", relations)
    assert texts(book) == [(text,)]


@pytest.mark.parametrize("value", ["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!"])
def test_errors_are_problems_of_their_cell(value: str) -> None:
    (row,) = read(written(f'<row r="2"><c t="e"><v>{value}</v></c><c><v>1</v></c></row>'))
    assert (row.cells["title"], codes(row.problems)) == (value, [("SPREADSHEET_ERROR", 2, "title")])


def test_an_error_that_nobody_knows_is_an_error() -> None:
    (row,) = read(written('<row r="2"><c t="e"><v>odd</v></c></row>'))
    assert codes(row.problems) == [("SPREADSHEET_ERROR", 2, "title")]


def test_a_formula_gives_its_value_and_one_that_was_never_calculated_shows_itself() -> None:
    first, second = read(
        written(
            '<row r="2"><c><f>B2*2</f><v>4</v></c><c t="str"><f>""</f><v></v></c></row>'
            '<row r="3"><c><f>B2*2</f><v/></c><c t="str"><f>A1</f><v>seen</v></c></row>'
        )
    )
    assert (list(first.cells.values()), first.problems) == (["4", ""], ())
    assert list(second.cells.values()) == ["=B2*2", "seen"]


def test_texts_are_found_wherever_the_workbook_keeps_them() -> None:
    rows = (
        '<row r="2"><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
        '<row r="3"><c t="s"><v>2</v></c><c t="s"><v>3</v></c></row>'
        '<row r="4"><c t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c><c t="str"><v>a&amp;b</v></c></row>'
        '<row r="5"><c t="d"><v>2027-01-02T00:00:00</v></c><c><v><![CDATA[7]]></v></c></row>'
    )
    assert cells_of(rows, sharedStrings=SHARED) == [
        ("plain", "rich text"),
        ("", "a\nb\tc_x0001_ _xD83D_"),
        ("inline", "a&b"),
        ("2027-01-02", "7"),
    ]


def test_names_may_have_a_prefix() -> None:
    sheet = '<x:row><x:c t="str"><x:v>title</x:v></x:c></x:row><x:row><x:c><x:v>1</x:v></x:c></x:row>'
    content = f'<x:worksheet xmlns:x="y"><x:sheetData>{sheet}</x:sheetData></x:worksheet>'
    assert texts(replaced(written(""), "xl/worksheets/sheet1.xml", content)) == [("1",)]


def test_lines_are_the_numbers_of_the_rows_and_hidden_ones_are_read() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for reference, value in {"C4": "title", "D4": "number", "C5": "a", "C9": "b", "D1048576": 7}.items():
        sheet[reference] = value
    sheet.row_dimensions[9].hidden = True
    sheet.column_dimensions["D"].hidden = True
    sheet["Z20"].font = openpyxl.styles.Font(bold=True)  # no content: the row stays blank
    assert [(row.line, row.cells) for row in read(saved(book))] == [
        (5, {"title": "a", "number": ""}),
        (9, {"title": "b", "number": ""}),
        (1_048_576, {"title": "", "number": "7"}),
    ]


def test_the_first_sheet_that_is_shown_and_has_cells_is_read() -> None:
    book = openpyxl.Workbook()
    fill(book.active, [["title"], ["hidden"]])
    book.active.sheet_state = "hidden"
    book.create_chartsheet("chart")
    for name in ("first", "second"):
        fill(book.create_sheet(name), [["title"], [name]])
    book.active = 2
    assert texts(saved(book)) == [("first",)]


def test_rows_come_in_full_chunks_whoever_else_uses_the_file() -> None:
    file = io.BytesIO(workbook([["title", "number"], *[["a", number] for number in range(8)]]))
    facts = inspect_file(file, limits(chunk_rows=3), known_headers=KNOWN)
    numbers = []
    for chunk in read_chunks(file, facts, limits(chunk_rows=3)):
        file.seek(7)
        numbers.append([row.cells["number"] for row in chunk])
    assert numbers == [["0", "1", "2"], ["3", "4", "5"], ["6", "7"]]


def test_thousands_of_rows_are_joined_without_a_seam() -> None:
    rows = [[f"text {number}", number / 4, dt.date(2027, 1, 1 + number % 28)] for number in range(1500)]
    found = texts(workbook([["title", "number", "price"], *rows]), max_bytes=10**6, max_rows=1500, chunk_rows=250)
    assert found == [(text, f"{number:.15g}", date.isoformat()) for text, number, date in rows]
