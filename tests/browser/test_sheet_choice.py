"""A workbook with a cover and two header lines: the sheet and the row of the header are chosen on the page."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from playwright.sync_api import expect

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


HEADERS = ["Our name", "Code", "Begin", "End date", "Area", "Notes", "Notes"]
REST = {
    "organization": "edX",
    "course_enrollment_track": "Audit Only",
    "course_run_enrollment_track": "Audit Only",
    "course_pacing": "Self-Paced",
}


def partner_workbook(folder: Path, prefix: str) -> Path:
    """A cover with a table of its own, and a sheet with a title above headers of the partner's."""
    book = openpyxl.Workbook()
    for cells in (["Department", "Contact"], ["Geography", "Ann"]):
        book.active.append(cells)
    sheet = book.create_sheet("Courses")
    for cells in (["Plans of", "the year"], HEADERS, ["Rivers", f"{prefix}1", "2030-01-15", "2030-06-15", "Comp Sci"]):
        sheet.append(cells)
    file = folder / f"{prefix}-plans.xlsx"
    book.save(file)
    return file


def test_partner_workbook_is_read_by_keyboard_alone_and_the_next_one_without_a_choice(sit, tmp_path):
    desk = sit("editor")
    page = desk.page

    def choose(label: str, value: str) -> None:
        """As the keyboard does: the list has the focus, and its value is typed."""
        field = page.get_by_label(label, exact=True)
        field.focus()
        page.keyboard.type(value)
        page.keyboard.press("Tab")
        expect(field).to_have_value(value)

    desk.pick(partner_workbook(tmp_path, "KBA"))
    choose("Sheet", "Courses")
    desk.sees("Plans of")
    row = page.get_by_label("Row of the header")
    row.focus()
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    expect(page.get_by_label("What Our name becomes")).to_be_visible()
    choose("What Our name becomes", "title")
    choose("What Code becomes", "number")
    choose("What Begin becomes", "start_date")
    for name, value in REST.items():
        choose(f"{name} for all rows", value)
    words = page.get_by_label("Comp Sci")
    words.focus()
    page.keyboard.type("Computer")
    page.keyboard.press("Tab")
    desk.sees("The file can be used")
    desk.look("read")
    page.get_by_role("button", name="Preview changes").focus()
    page.keyboard.press("Enter")
    desk.wait_for("preview")
    desk.sees("1 row will be written; nothing has been written yet.")

    desk.go()
    desk.pick(partner_workbook(tmp_path, "KBB"))
    desk.sees("The file can be used")
    desk.sees("The file was read as “KBA-plans.xlsx” was: sheet = Courses, header_row = 2.")
    page.get_by_role("button", name="Preview changes").focus()
    page.keyboard.press("Enter")
    desk.wait_for("preview")
    desk.sees("1 row will be written; nothing has been written yet.")
