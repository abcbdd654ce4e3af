"""The tutorial of the page, step by step as docs/tutorial/the-page.rst tells it; its pictures are taken here.

They are written where BULK_PICTURES says, for example: BULK_PICTURES=docs/tutorial/pictures
"""

import csv
import io
import os
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

FOLDER = os.environ.get("BULK_PICTURES", "")
COLOURS = 96
NEEDED = (
    "organization",
    "title",
    "number",
    "course_enrollment_track",
    "course_run_enrollment_track",
    "verified_price",
    "course_pacing",
    "start_date",
    "end_date",
    "primary_subject",
)
PAID = ("Verified and Audit", "Verified and Audit", "99.00", "Self-Paced")
ROWS = (
    ("edX", "Statistics for Everyone", "STAT1", *PAID, "2027-09-01", "2027-12-15", "Data Analysis & Statistics"),
    ("edX", "The City and its Water", "CITY2", *PAID, "2027-09-01", "2027-12-15", "Social Sciences"),
    ("edX", "Programming for Writers", "PROG3", *PAID, "2027-10-04", "2028-01-31", "Compter Science"),
    ("edX", "A History of Numbers", "HIST4", *PAID, "2027-10-04", "2028-01-31", "Social Sciences"),
    ("edX", "Markets and People", "MARK5", *PAID, "03/04/2028", "2028-06-30", "Business & Management"),
    ("edX", "Reading a Balance Sheet", "READ6", *PAID, "2027-09-01", "2027-12-15", "Business & Management"),
)


@pytest.fixture
def shoot():
    """Keep a picture for the documentation, small: of the window, or of one part of the page."""

    def shoot(desk, name, part=None):
        if not FOLDER:
            return
        target = Path(FOLDER, f"{name}.png")
        target.parent.mkdir(parents=True, exist_ok=True)
        (desk.page.locator(part) if part else desk.page).screenshot(path=target, animations="disabled")
        image = Image.open(target).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        image.save(target, optimize=True)

    return shoot


def test_tutorial(sit, tmp_path, shoot):
    desk = sit("editor", timezone_id="UTC", viewport={"width": 1100, "height": 820})
    desk.sees("What do you want to do?")
    shoot(desk, "new")

    file = _fill_in(desk.download("Template with an example row", tmp_path))
    desk.pick(file)
    desk.sees("The file can be used")
    shoot(desk, "file", "section[aria-labelledby=step-file]")

    desk.preview()
    desk.page.set_viewport_size({"width": 1100, "height": 1040})
    desk.sees("4 rows will be written; 2 rows need fixing and will be skipped.")
    shoot(desk, "preview")
    desk.apply()
    desk.is_at("Writing to the catalog")
    expect(desk.page.locator(".legend").get_by_text("Done")).to_be_visible()
    shoot(desk, "running", "#task")
    desk.wait_for("done")
    desk.sees("4 of 6 rows were written; 2 need your attention.")
    desk.page.evaluate("() => document.activeElement.blur()")
    shoot(desk, "done")

    left = desk.download("Rows to fix", tmp_path)
    text = left.read_text(encoding="utf-8-sig").replace("Compter", "Computer").replace("03/04/2028", "2028-04-03")
    left.write_text(text)
    desk.page.get_by_role("link", name="Upload another file").click()
    desk.pick(left)
    desk.preview()
    desk.sees("2 rows will be written; nothing has been written yet.")
    desk.apply()
    desk.wait_for("done")
    desk.sees("All 2 rows were written.")
    desk.page.get_by_role("link", name="Corrects #").click()
    desk.sees("0 of 2 rows still need fixing.")
    desk.go("history/?operation=course_create&name=autumn")
    expect(desk.page.locator("#uploads tbody tr")).to_have_count(2)
    shoot(desk, "history")


def _fill_in(template):
    """The columns of the template that are used here, and rows of our own in place of the example."""
    header = next(csv.reader(io.StringIO(template.read_text(encoding="utf-8-sig"))))
    assert set(NEEDED) <= set(header)
    file = template.with_name("autumn.csv")
    with file.open("w", newline="") as stream:
        csv.writer(stream).writerows([NEEDED, *ROWS])
    return file
