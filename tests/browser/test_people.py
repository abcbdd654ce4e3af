"""The page as staff, as an editor, as somebody without rights, and without a script."""

import re

from playwright.sync_api import expect


def number_of(desk):
    return re.search(r"/(\d+)/", desk.page.url)[1]


def test_staff_find_what_editors_uploaded(sit, course_file):
    editor = sit("editor")
    editor.pick(course_file("FIND", 1))
    editor.preview()

    staff = sit("staff")
    staff.go("history/")
    staff.page.get_by_label("File name").fill("FIND")
    expect(staff.page.locator(".found")).to_contain_text("1 upload")
    staff.page.get_by_label("Person").fill("editor")
    expect(staff.page).to_have_url(re.compile("person=editor"))
    staff.look("history")
    staff.page.get_by_role("link", name="FIND.csv").click()
    staff.sees("1 row will be written")
    staff.page.get_by_role("button", name="Discard").click()
    staff.wait_for("done")
    staff.sees("Cancelled before anything was written.")
    staff.look("discarded")


def test_other_editors_do_not_find_it(sit, course_file):
    editor = sit("editor")
    editor.pick(course_file("MINE", 1))
    editor.preview()
    other = sit("mit_editor")
    other.go(f"{number_of(editor)}/")
    other.sees("Page not found")
    other.look("not-found")
    other.go("history/")
    other.sees("Nothing has been uploaded yet.")
    other.look("empty-history")


def test_outsider_is_told_what_to_do(sit):
    desk = sit("outsider")
    desk.sees("Ask your catalog administrators to add your account")
    expect(desk.page.get_by_role("navigation")).to_have_count(0)
    desk.look("no-rights")


def test_everything_essential_works_without_a_script(sit, course_file, tmp_path):
    desk = sit("editor", java_script_enabled=False)
    desk.page.get_by_role("radio", name="Update courses", exact=False).first.check()
    desk.page.get_by_role("button", name="Show this operation").click()
    desk.sees("Each row must fill in at least one of")
    desk.go("?operation=course_create")
    desk.pick(course_file("PLAIN", 2, start_date="never"))
    desk.page.get_by_role("button", name="Preview changes").click()
    _look_again_until(desk, "Apply these changes")
    desk.apply()
    _look_again_until(desk, "1 of 2 rows were written; 1 needs your attention.")
    assert "PLAIN-failed.csv" in desk.download("Rows to fix", tmp_path).name
    desk.picture("no-script")

    desk.go()
    desk.pick(course_file("PLAINSTOP", 30))
    desk.run()
    desk.page.get_by_role("button", name="Cancel").click()
    _look_again_until(desk, "Cancelled")


def _look_again_until(desk, text):
    for _ in range(60):
        if desk.page.get_by_text(text).count():
            return
        desk.page.wait_for_timeout(500)
        desk.page.reload()
    raise AssertionError(f"{text!r} was never shown")
