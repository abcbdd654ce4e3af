"""A workbook with a cover and two header lines: the sheet and the row of the header are chosen on the page."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from tests.browser.test_pasting import ROW


def workbook_with_cover(folder: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["Catalog of the department"])
    sheet = book.create_sheet("Fall 2027")
    for cells in (["title", "number"], ["as in", "the old system"], list(ROW), [*ROW.values()]):
        sheet.append(cells)
    file = folder / "catalog.xlsx"
    book.save(file)
    return file


def test_sheet_and_row_of_the_header_are_chosen_before_the_preview(sit, tmp_path):
    desk = sit("editor")
    page = desk.page
    desk.pick(workbook_with_cover(tmp_path))
    desk.sees("The file cannot be used yet")
    page.get_by_label("Sheet", exact=True).select_option("Fall 2027")
    desk.sees("Columns without a name in the header were not used: C")
    page.get_by_label("Row of the header").fill("3")
    page.get_by_label("Row of the header").press("Tab")
    desk.sees("The file can be used")
    desk.look("chosen")
    desk.preview()
    desk.sees("1 row will be written; nothing has been written yet.")
