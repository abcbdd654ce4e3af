"""A partner's own sheet, from drop to preview without leaving the page, and the next one without a single choice."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

HEADER = "Course Name,Code,Begin,End date,Area,Coordinator"
ROWS = (
    "Rivers and Cities,{0}1,2027-09-01,2027-12-15,Comp Sci,Ann",
    "Small Engines,{0}2,2027-10-04,2027-12-15,Comp Sci,Bo",
)
REST = {
    "organization": "edX",
    "course_enrollment_track": "Audit Only",
    "course_run_enrollment_track": "Audit Only",
    "course_pacing": "Self-Paced",
}


def partner_sheet(folder: Path, prefix: str) -> Path:
    file = folder / f"{prefix}-catalog.csv"
    file.write_text("\n".join([HEADER, *(row.format(prefix) for row in ROWS), ""]))
    return file


def test_partner_sheet_is_matched_on_the_page_and_the_next_one_by_itself(sit, tmp_path):
    desk = sit("editor")
    page = desk.page

    desk.pick(partner_sheet(tmp_path, "MAP"))
    desk.sees("Match your columns")
    expect(page.get_by_label("What Course Name becomes")).to_have_value("title")
    expect(page.get_by_label("What Code becomes")).to_have_value("number")
    desk.look("to-match")

    desk.sees("Some columns need a choice")
    expect(page.get_by_label("What Area becomes")).to_have_value("primary_subject")
    for name, value in REST.items():
        field = page.get_by_label(f"{name} for all rows")
        field.select_option(value)
        expect(field).to_have_value(value)
    page.get_by_label("Comp Sci").select_option("Computer Science")
    desk.sees("The file can be used")
    expect(page.get_by_label("Comp Sci")).to_have_value("Computer Science")
    page.get_by_label("Save these matches as").fill("Partner A")
    desk.look("matched")
    desk.preview()
    desk.sees("2 rows will be written; nothing has been written yet.")
    desk.look("preview")

    page.get_by_role("link", name="New upload").click()
    desk.pick(partner_sheet(tmp_path, "MBP"))
    desk.sees("The file can be used")
    desk.sees("Matched as in “Partner A”.")
    desk.preview()
    desk.sees("2 rows will be written; nothing has been written yet.")
    desk.sees("The columns were matched as in “Partner A”.")
