"""What columns take of the cells of a sheet, and what is said of cells that are more than their text."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import pytest

from course_discovery_bulk.data import FileFacts, RawRow
from course_discovery_bulk.pipeline.read import inspect_file, read_chunks
from course_discovery_bulk.reading.marked_cells import read_marks
from course_discovery_bulk.reading.splitting import Record
from course_discovery_bulk.reading.workbook import marks
from course_discovery_bulk.reading.workbook.marks import Mark
from tests.unit.reading.reading import KNOWN, limits
from tests.unit.reading.workbooks import PARTS, archive, written

TYPES = ("string", "number", "integer", "boolean", "date", "time")
TAKES = {"title": "string", "number": "string", "price": "number", "start": "date", "ready": "boolean"}
SHEET = "xl/worksheets/sheet1.xml"
STYLES = (
    '<styleSheet><fonts><font/><font><strike/></font><font><strike val="0"/></font></fonts><cellXfs><xf/>'
    '<xf fontId="1"/><xf fontId="2"/><xf numFmtId="3"/><xf numFmtId="14"/></cellXfs></styleSheet>'
)


def look(content: bytes) -> tuple[FileFacts, list[RawRow]]:
    file = io.BytesIO(content)
    facts = inspect_file(file, limits(), known_headers=KNOWN)
    return facts, [row for chunk in read_chunks(file, facts, limits(), takes=TAKES) for row in chunk]


def sheet(*rows: Sequence[str], before: str = "", after: str = "", **parts: str) -> bytes:
    """A workbook with these cells; text that begins with `<` is the XML of a cell."""
    lines = "".join(_line(line, cells) for line, cells in enumerate(rows, start=1))
    content = f"<worksheet>{before}<sheetData>{lines}</sheetData>{after}</worksheet>"
    return archive({**PARTS, SHEET: content, **{f"xl/{name}.xml": part for name, part in parts.items()}})


def _line(line: int, cells: Sequence[str]) -> str:
    hidden = " hidden='1'" if cells[0] == "hidden" else ""
    written = (_cell(f"{letter}{line}", text) for letter, text in zip("ABCDEFGH", cells, strict=False) if text)
    return f"<row r='{line}'{hidden}>{''.join(written)}</row>"


def _cell(reference: str, text: str) -> str:
    if text.startswith("<"):
        return text.replace("<c", f"<c r='{reference}'", 1)
    return f"<c r='{reference}' t='str'><v>{text}</v></c>"


def said(row: RawRow) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.column) for problem in row.problems]


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        (marks.MOMENT, {"string number integer boolean": "CELL_IS_DATE"}),
        (marks.TRUTH, {"string number integer date time": "CELL_IS_BOOLEAN"}),
        (marks.FORMAT, {"string": "NUMBER_NOT_SHOWN"}),
        (marks.ROUNDED, {"string": "NUMBER_ROUNDED"}),
        (marks.SHOWN, {}),
        (marks.ZERO, {"string date time": "FORMULA_ZERO", "number integer boolean": "FORMULA_ZERO_KEPT"}),
        (marks.UNCALCULATED, {" ".join(TYPES): "FORMULA_NOT_CALCULATED"}),
        (marks.STRUCK, {" ".join(TYPES): "STRUCK_THROUGH"}),
        (marks.ACROSS, {" ".join(TYPES): "MERGED_ACROSS"}),
        (marks.MERGED, {" ".join(TYPES): "FILLED_FROM_MERGE"}),
    ],
)
def test_what_is_said_of_a_mark_depends_on_the_column(kind: str, codes: Mapping[str, str]) -> None:
    record = Record(line=2, file_line=2, cells=["x", "y"], marks=(Mark(0, kind, "1"),))
    expected = {name: [code] for names, code in codes.items() for name in names.split()}
    found = {
        column_type: [problem.code for problem in read_marks(record, ["x", "y"], ["a", "b"], {"a": column_type})]
        for column_type in TYPES
    }
    assert found == {column_type: expected.get(column_type, []) for column_type in TYPES}


def test_a_column_of_text_gets_what_the_sheet_shows_and_one_of_numbers_what_the_cell_holds() -> None:
    number = '<c s="3"><v>1234.5</v></c>'
    _, (row,) = look(sheet(["title", "price", "own"], [number, number, number], styles=STYLES))
    assert row == RawRow(line=2, cells={"title": "1,235", "price": "1234.5", "own": "1234.5"})


def test_nothing_is_said_of_cells_in_columns_that_are_not_used() -> None:
    date = '<c s="4"><v>46447</v></c>'
    _, (row,) = look(sheet(["title", "start", "own"], [date, date, date], styles=STYLES))
    assert (list(row.cells.values()), said(row)) == (["2027-03-01"] * 3, [("CELL_IS_DATE", "title")])


def test_a_formula_that_gives_zero_and_one_that_was_never_calculated() -> None:
    zero, none = "<c><f>B9</f><v>0</v></c>", '<c><f>CONCATENATE("A","B")</f><v/></c>'
    _, (row,) = look(sheet(["title", "number", "price", "start"], [zero, none, zero, none]))
    assert list(row.cells.values()) == ["0", '=CONCATENATE("A","B")', "0", '=CONCATENATE("A","B")']
    assert said(row) == [
        ("FORMULA_ZERO", "title"),
        ("FORMULA_NOT_CALCULATED", "number"),
        ("FORMULA_ZERO_KEPT", "price"),
        ("FORMULA_NOT_CALCULATED", "start"),
    ]


def test_text_that_is_struck_through_is_told_once_a_row() -> None:
    shared = (
        "<sst><si><r><t>new </t></r><r><rPr><strike/></rPr><t>old</t></r></si>"
        "<si><r><rPr><strike/></rPr><t> </t></r><r><t>plain</t></r></si></sst>"
    )
    rows = [
        ["title", "number", "price"],
        ['<c t="s"><v>0</v></c>', '<c s="1"><v>7</v></c>', '<c s="2"><v>49</v></c>'],
        ['<c t="s"><v>1</v></c>', '<c s="1"/>', "<c><v>49</v></c>"],
    ]
    _, (first, second) = look(sheet(*rows, styles=STYLES, sharedStrings=shared))
    assert [(problem.column, problem.facts["columns"]) for problem in first.problems] == [("title", "title, number")]
    assert (second.cells["title"], second.problems) == ("plain", ())


def test_cells_below_a_merged_one_are_filled_in_rows_that_have_a_text() -> None:
    date = '<c s="4"><v>46447</v></c>'
    rows = [
        ["title", "price", "start"],
        ["a", "1", date],
        ["b", "", ""],
        ["", "", ""],
        ["c", "hidden by the merge", ""],
    ]
    merges = '<mergeCells><mergeCell ref="B2:B9"/><mergeCell ref="C2:C5"/></mergeCells>'
    facts, found = look(sheet(*rows, after=merges, styles=STYLES))
    assert facts.row_count == 3
    assert [(row.line, *row.cells.values()) for row in found] == [
        (2, "a", "1", "2027-03-01"),
        (3, "b", "1", "2027-03-01"),
        (5, "c", "1", "2027-03-01"),
    ]
    filled = [("FILLED_FROM_MERGE", "price"), ("FILLED_FROM_MERGE", "start")]
    assert [said(row) for row in found] == [[], filled, filled]


def test_cells_that_are_merged_across_columns_are_a_problem_of_the_first() -> None:
    rows = [["title", "number", "price", ""], ["a", "hidden", "49", ""], ["b", "2", "3", ""]]
    merges = '<mergeCells><mergeCell ref="A2:B2"/><mergeCell ref="C3:D3"/></mergeCells>'
    _, (first, second) = look(sheet(*rows, after=merges))
    assert (first.cells["number"], said(first), said(second)) == ("", [("MERGED_ACROSS", "title")], [])


def test_merged_cells_are_found_in_any_encoding_and_under_any_prefix() -> None:
    text = (
        '<?xml version="1.0" encoding="utf-16"?><x:worksheet xmlns:x="y"><x:sheetData><x:row><x:c t="str"><x:v>title'
        '</x:v></x:c><x:c t="str"><x:v>price</x:v></x:c></x:row><x:row><x:c t="str"><x:v>a</x:v></x:c><x:c><x:v>1</x:v>'
        '</x:c></x:row><x:row><x:c t="str"><x:v>b</x:v></x:c></x:row></x:sheetData><x:mergeCells count="1">'
        "<x:mergeCell ref='B2:B3' /></x:mergeCells></x:worksheet>"
    )
    content = archive({**PARTS, SHEET: text.encode("utf-16")})
    assert [row.cells["price"] for row in look(content)[1]] == ["1", "1"]


def test_hidden_rows_and_columns_are_noted_and_read() -> None:
    rows = [["title", "number", "price"], ["a", "1", "2"], ["hidden", "2", "3"], ["b", "3", "4"], ["hidden", "", ""]]
    columns = '<cols><col min="2" max="3" hidden="1"/><col min="4" max="16384" hidden="true"/></cols>'
    facts, found = look(sheet(*rows, before=columns))
    assert [note.message for note in facts.notes] == [
        "Hidden rows are read like the others. This sheet hides 2 of 4 rows: 3, 5.",
        "Hidden columns are read like the others. This sheet hides: number, price.",
    ]
    assert len(found) == 4
    assert [note.code for note in look(written('<row r="2"><c><v>1</v></c></row>'))[0].notes] == []


def test_dates_in_the_formats_of_east_asia_are_dates() -> None:
    styles = '<styleSheet><cellXfs><xf/><xf numFmtId="31"/></cellXfs></styleSheet>'
    _, found = look(sheet(["title", "start"], ["a", '<c s="1"><v>46447</v></c>'], styles=styles))
    assert found[0].cells["start"] == "2027-03-01"
