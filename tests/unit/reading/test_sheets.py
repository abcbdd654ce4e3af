"""Which sheet of a workbook is read: the first that is shown and has text, and the others are named."""

from __future__ import annotations

import io

import openpyxl

from course_discovery_bulk.pipeline.read import inspect_file, read_chunks
from course_discovery_bulk.reading.choices import ReadingChoices
from tests.unit.reading.open_document import row, spreadsheet, text
from tests.unit.reading.reading import KNOWN, inspect, limits, refusal
from tests.unit.reading.workbooks import fill, saved

ROWS = [["title"], ["a"]]


def book(**sheets: list[list[str]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        fill(made.create_sheet(name), rows)
        made[name].sheet_state = "hidden" if name.startswith("Hidden") else "visible"
    return saved(made)


def notes(content: bytes) -> list[str]:
    return [note.message for note in inspect(content).notes if note.code != "FORMULA_ERRORS_EMPTY"]


def test_sheets_that_are_not_read_are_named_with_their_rows() -> None:
    assert notes(book(Spring=ROWS, Fall=[*ROWS, ["b"]], Blank=[], Word=[["x"]], Hidden=ROWS)) == [
        "Only the sheet “Spring” was read. Not read, with their numbers of rows: “Fall” (2), “Word” (0)."
    ]
    assert notes(book(Spring=ROWS, Blank=[], Hidden=ROWS)) == []


def test_blank_sheets_before_it_are_skipped() -> None:
    content = book(Hidden=ROWS, Empty=[], Spaces=[[" "]], Spring=ROWS, Fall=ROWS)
    assert (inspect(content).sheet, notes(content)) == (
        "Spring",
        [
            "The sheet “Spring” was read because those before it are blank: “Empty”, “Spaces”.",
            "Only the sheet “Spring” was read. Not read, with their numbers of rows: “Fall” (1).",
        ],
    )


def test_blank_sheets_of_an_open_document_are_skipped_too() -> None:
    content = spreadsheet(Empty="", Spring=row(text("title")) + row(text("a")), Fall=row(text("b")) * 3)
    assert (inspect(content).sheet, len(notes(content))) == ("Spring", 2)


def test_a_sheet_is_chosen_by_its_number_too() -> None:
    for choice, name in {"2": "Fall", "Spring": "Spring", "7": "7"}.items():
        file = io.BytesIO(book(Spring=ROWS, Fall=ROWS, **{"7": ROWS}))
        facts = inspect_file(file, limits(), known_headers=KNOWN, choices=ReadingChoices(sheet=choice))
        assert facts.sheet == name
        assert [len(chunk) for chunk in read_chunks(file, facts, limits())] == [1]


def test_a_workbook_of_blank_sheets_is_empty() -> None:
    assert [problem.code for problem in refusal(book(Empty=[], Blank=[]))] == ["EMPTY_FILE"]
