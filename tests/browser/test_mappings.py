"""The page of saved mappings: rename, share, delete, with the keyboard, too."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.desk import Desk

HEADERS = ["Course Name", "Code", "Coordinator"]
MAPPING = {
    "columns": {"Course Name": "title", "Code": "number", "Coordinator": None},
    "constants": {"organization": "edX"},
}


def save_mapping(desk: Desk, name: str) -> None:
    token = next(cookie["value"] for cookie in desk.context.cookies() if cookie["name"] == "csrftoken")
    answer = desk.context.request.post(
        f"{desk.site}/api/v1/bulk_operation_tasks/mappings/",
        data={"name": name, "task_type": "course_create", "headers": HEADERS, "mapping": MAPPING},
        headers={"X-CSRFToken": token},
    )
    assert answer.status == 201, answer.text()


def test_mapping_is_renamed_shared_and_deleted(sit):
    desk = sit("editor")
    page = desk.page
    save_mapping(desk, "To rename")
    page.get_by_role("link", name="Saved mappings").click()
    row = page.get_by_role("row").filter(has_text="To rename")
    row.get_by_text("3 headers").click()
    desk.sees("left out")
    row.get_by_text("Rename or share").click()
    desk.look("mappings")

    row.get_by_label("Name", exact=True).fill("Renamed")
    shared = row.get_by_label("Shared with")
    organization = shared.locator("option").last.inner_text()
    shared.select_option(organization)
    row.get_by_role("button", name="Save").press("Enter")
    row = page.get_by_role("row").filter(has_text="Renamed")
    expect(row.get_by_role("cell").filter(has_text=organization).first).to_be_visible()

    row.get_by_text("Delete...").press("Enter")
    desk.look("to-delete")
    row.get_by_role("button", name="Delete this mapping").click()
    expect(page.get_by_role("row").filter(has_text="Renamed")).to_have_count(0)
    desk.check_access()


def test_mappings_fit_a_phone_in_the_dark(sit):
    desk = sit("editor", viewport={"width": 360, "height": 740}, color_scheme="dark")
    save_mapping(
        desk, "A name that is as long as a name may be, for a partner with a long name and a sheet of its own, 2027"
    )
    desk.go("mappings/")
    desk.page.get_by_text("Rename or share").first.click()
    desk.look("phone")
