"""Django admin as staff: upload, preview, apply, rows by their outcome, cancel, retry."""

import re
import time

from playwright.sync_api import expect

TASKS = "/admin/course_discovery_bulk/bulkoperationtask/"
PATIENCE_SECONDS = 60


def upload(desk, file, *, is_preview: bool) -> str:
    """The address of the task's page."""
    desk.page.goto(desk.site + TASKS + "add/")
    desk.page.locator("input[type=file]").set_input_files(file)
    desk.page.get_by_label("Operation").select_option(label="Create courses")
    if is_preview:
        desk.page.get_by_label("Preview only").check()
    desk.picture("upload")
    desk.page.get_by_role("button", name="Save").click()
    desk.sees("The file was accepted.")
    return desk.page.url


def wait_until(desk, address: str, status: str) -> None:
    """The admin does not reload by itself."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        desk.page.goto(address)
        if re.match(status, desk.page.locator(".field-state .readonly").inner_text()):
            return
        time.sleep(0.5)
    raise AssertionError(f"not {status}: {desk.page.locator('.field-state').inner_text()}")


def ask(desk, file_name: str, action: str) -> None:
    """An action of the list for the one task of that file that was uploaded last."""
    desk.page.goto(f"{desk.site}{TASKS}?q={file_name}")
    desk.page.locator("input.action-select").first.check()
    desk.page.get_by_label("Action:").select_option(label=action)
    desk.page.get_by_role("button", name="Go", exact=False).or_(
        desk.page.get_by_role("button", name="Run")
    ).first.click()


def test_staff_preview_apply_and_look_at_rows(sit, course_file, tmp_path):
    desk = sit("staff")
    address = upload(desk, course_file("ADMIN", 3, start_date="never"), is_preview=True)
    wait_until(desk, address, "Validated")
    desk.sees("Nothing was written yet.")
    desk.picture("preview")

    ask(desk, "ADMIN.csv", "Apply the selected previews")
    desk.sees("ADMIN.csv: being applied.")
    wait_until(desk, address, "Partially completed")
    desk.sees("“never” is not a date.")
    desk.picture("done")
    desk.download("Rows to fix", tmp_path)
    assert "never" in (tmp_path / "ADMIN-failed.csv").read_text(encoding="utf-8-sig")

    desk.page.get_by_role("link", name="Show the rows").click()
    expect(desk.page.locator("#result_list tbody tr")).to_have_count(3)
    desk.page.get_by_role("link", name="Invalid", exact=True).click()
    expect(desk.page.locator("#result_list tbody tr")).to_have_count(1)
    desk.sees("“never” is not a date.")
    desk.picture("invalid rows")
    desk.page.locator("#result_list tbody th a").click()
    desk.sees("Write it as 2027-01-31")
    desk.picture("row")

    ask(desk, "ADMIN.csv", "Retry unfinished rows of the selected tasks, with the rights of each uploader")
    desk.sees("nothing to try again")


def test_staff_cancel_and_retry(sit, course_file):
    desk = sit("staff")
    address = upload(desk, course_file("HALT", 40), is_preview=False)
    wait_until(desk, address, "Processing")
    desk.picture("running")
    ask(desk, "HALT.csv", "Cancel the selected tasks")
    desk.sees("HALT.csv: being cancelled.")
    wait_until(desk, address, "Cancelled")
    desk.picture("cancelled")

    ask(desk, "HALT.csv", "Retry unfinished rows of the selected tasks, with the rights of each uploader")
    desk.sees("HALT.csv: retried as task")
    desk.picture("list")
    desk.page.goto(f"{desk.site}{TASKS}?q=HALT.csv")
    retry = desk.page.locator("#result_list tbody th a").first.get_attribute("href")
    wait_until(desk, desk.site + retry.split("?")[0], "Completed")
