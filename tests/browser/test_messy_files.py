"""Files as people really make them, with many mistakes at once: the page alone says how to put every one right."""

import csv
import io
from datetime import date
from string import ascii_uppercase

from openpyxl import Workbook
from playwright.sync_api import expect

HEADER = (
    "Organization;Titl;Number;Course Enrollment Track;Course Run Enrollment Track;Course Pacing;Start Date;End Date;"
    "Verified Price;Primary Subject"
)
PAID = "Verified and Audit;Verified and Audit;Self-Paced"
ROWS = (
    f"edX;Économie – l’été;MESS2;{PAID};2027-09-01;2027-12-15;49.00;Social Sciences",
    f"edX;Ambiguous date;MESS3;{PAID};03/04/2027;2027-12-15;49.00;Social Sciences",
    f"edX;Price in words;MESS4;{PAID};2027-09-01;2027-12-15;about 49;Social Sciences",
    f"edX;Subject with a typo;MESS5;{PAID};2027-09-01;2027-12-15;49.00;Compter Science",
    f"edX;Ends before it starts;MESS6;{PAID};2027-09-01;2027-05-15;49.00;Social Sciences",
    f"edX;Number with a space;MESS 7;{PAID};2027-09-01;2027-12-15;49.00;Social Sciences",
    f"edX;No price;MESS8;{PAID};2027-09-01;2027-12-15;;Social Sciences",
    f"MITx;Not mine;MESS9;{PAID};2027-09-01;2027-12-15;49.00;Social Sciences",
    f"edX;Twice;MESS2;{PAID};2027-09-01;2027-12-15;49.00;Social Sciences",
)
# Where the page says that a mistake is, and what somebody writes there who has read what it says.
CURES = {
    "G3": ("Start Date", "2027-04-03"),
    "I4": ("Verified Price", "49.50"),
    "J5": ("Primary Subject", "Computer Science"),
    "H6": ("End Date", "2027-12-15"),
    "C7": ("Number", "MESS7"),
    "I8": ("Verified Price", "49.00"),
    "A9": ("Organization", "edX"),
    "C10": ("Number", "MESS10"),
}


def test_file_with_eight_mistakes_is_put_right(sit, tmp_path):
    desk = sit("editor")
    file = tmp_path / "herbst.csv"
    file.write_bytes("\r\n".join([HEADER, *ROWS, ""]).encode("cp1252"))
    desk.pick(file)
    desk.sees("spelled almost like it")
    desk.look("header")

    file.write_bytes("\r\n".join([HEADER.replace("Titl", "Title"), *ROWS, ""]).encode("cp1252"))
    desk.pick(file)
    desk.sees("it was read as Windows-1252")
    desk.sees("Économie – l’été")
    desk.preview()
    desk.sees("1 row will be written; 8 rows need fixing and will be skipped.")
    for address in CURES:
        cell = f"#cell-{address[1:]}-{ascii_uppercase.index(address[0])}"
        expect(desk.page.locator(cell)).to_have_attribute("aria-invalid", "true")
    desk.look("preview")
    desk.apply()
    desk.wait_for("done")

    left = desk.download("Rows to fix", tmp_path)
    left.write_text(_cured(left.read_text(encoding="utf-8-sig")))
    desk.page.get_by_role("link", name="Upload another file").click()
    desk.pick(left)
    desk.preview()
    desk.sees("8 rows will be written; nothing has been written yet.")
    desk.apply()
    desk.wait_for("done")
    desk.sees("All 8 rows were written.")


def _cured(text):
    """The rows to fix with every cell written anew that the page has named; they stand in the order of the file."""
    table = csv.DictReader(io.StringIO(text), delimiter=";")
    rows = [row | dict([cure]) for row, cure in zip(table, CURES.values(), strict=True)]
    written = io.StringIO()
    sheet = csv.DictWriter(written, fieldnames=table.fieldnames or (), delimiter=";")
    sheet.writeheader()
    sheet.writerows(rows)
    return written.getvalue()


def test_workbook_is_corrected_in_place(sit, tmp_path):
    """Somebody who corrects the workbook itself uploads all of it again: what is done is left as it is."""
    desk = sit("editor")
    file = tmp_path / "winter.xlsx"
    _save(file, number="#REF!", end="03/04/2028")
    desk.pick(file)
    desk.sees("The file can be used")
    desk.preview()
    desk.sees("1 row will be written; 2 rows need fixing and will be skipped.")
    desk.page.locator("#cell-3-2").hover()
    expect(desk.page.locator(".floating-tip")).to_contain_text("The cell contains a spreadsheet error (#REF!).")
    desk.page.locator("#cell-4-7").hover()
    expect(desk.page.locator(".floating-tip")).to_contain_text("“03/04/2028” can be read as two dates")
    desk.apply()
    desk.wait_for("done")

    _save(file, number="WINTER3", end="03/04/2028")
    desk.go()
    desk.pick(file)
    desk.page.get_by_text("Options").click()
    desk.page.get_by_label("3 April (day first)").check()
    desk.preview()
    desk.sees("2 rows will be written; nothing has been written yet.")
    desk.apply()
    desk.wait_for("done")
    desk.sees("2 of 3 rows were written; 1 needed nothing.")


def _save(file, *, number, end):
    book = Workbook()
    start, track = date(2027, 9, 1), "Audit Only"
    rows = [
        ("Organization", "Title", "Number", "Course Enrollment Track", "Course Run Enrollment Track"),
        ("edX", "Winter one", "WINTER2", track, track, "Self-Paced", start, date(2027, 12, 15)),
        ("edX", "Winter two", number, track, track, "Self-Paced", start, date(2027, 12, 15)),
        ("edX", "Winter three", "WINTER4", track, track, "Self-Paced", start, end),
    ]
    rows[0] += ("Course Pacing", "Start Date", "End Date")
    for row in rows:
        book.active.append(row)
    book.create_sheet("Notes").append(["not for the upload"])
    book.save(file)


def test_file_that_the_browser_picks_again_is_looked_at_again(sit, course_file):
    desk = sit("editor")
    desk.pick(course_file("GOBACK", 1))
    desk.sees("The file can be used")
    desk.preview()
    desk.page.go_back()
    desk.sees("The file can be used")
    desk.preview()
