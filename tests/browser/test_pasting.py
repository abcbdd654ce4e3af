"""Cells that are copied in a spreadsheet and pasted on the page."""

from __future__ import annotations

from playwright.sync_api import expect

ROW = {
    "organization": "edX",
    "title": "Pasted rivers",
    "number": "PASTE1",
    "course_enrollment_track": "Audit Only",
    "course_run_enrollment_track": "Audit Only",
    "course_pacing": "Self-Paced",
    "start_date": "2027-09-01",
    "end_date": "2027-12-15",
}


def cells(**row: str) -> str:
    given = {**ROW, **row}
    return "\t".join(given) + "\n" + "\t".join(given.values()) + "\n"


def test_pasted_cells_go_to_a_preview_with_the_keyboard(sit):
    desk = sit("editor")
    page = desk.page
    desk.tab_to("Paste cells instead")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert desk.focused() == "id_pasted"

    page.keyboard.insert_text(cells().replace("number", "Q7"))
    desk.sees("Some columns need a choice")
    page.get_by_label("What Q7 becomes").select_option("number")
    desk.sees("The file can be used")
    desk.look("checked")

    page.get_by_label("Your cells, header row first").press("Control+End")
    page.keyboard.insert_text("edX\tA second one\tPASTE2\tAudit Only\tAudit Only\tSelf-Paced\t2027-09-01\t2027-12-15")
    desk.sees("2 rows")
    expect(page.get_by_label("What Q7 becomes")).to_have_value("number")
    desk.preview()
    desk.sees("2 rows will be written; nothing has been written yet.")
    desk.sees("pasted-")

    page.go_back()
    expect(page.get_by_label("Your cells, header row first")).to_be_visible()
    desk.sees("The file can be used")


def test_file_and_pasted_cells_together_are_told_at_once(sit, course_file):
    desk = sit("editor")
    desk.page.get_by_text("Paste cells instead").click()
    desk.page.get_by_label("Your cells, header row first").fill(cells())
    desk.sees("The file can be used")
    desk.pick(course_file("BOTH"))
    desk.sees("You chose a file and pasted cells.")
    desk.look("both")
    desk.page.get_by_label("Your cells, header row first").fill("")
    desk.sees("3 rows")
