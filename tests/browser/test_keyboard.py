"""An upload from beginning to end without a mouse."""

from playwright.sync_api import expect


def test_upload_with_the_keyboard_alone(sit, course_file):
    desk = sit("editor")
    desk.go()
    keys = desk.page.keyboard
    keys.press("Tab")
    assert desk.focused() == "Skip to main content"
    keys.press("Enter")
    keys.press("Tab")
    assert desk.page.evaluate("() => document.activeElement.value") == "course_create"
    keys.press("ArrowDown")
    expect(desk.page).to_have_url(f"{desk.site}/bulk-operations/?operation=course_update")
    assert desk.page.evaluate("() => document.activeElement.value") == "course_update"
    keys.press("ArrowUp")
    expect(desk.page).to_have_url(f"{desk.site}/bulk-operations/?operation=course_create")
    expect(desk.page.locator("input[name=task_type]")).to_have_value("course_create")

    desk.tab_to("Empty template")
    expect(desk.page.locator("#operations")).not_to_have_attribute("open", "")
    desk.tab_to("id_csv_file")
    with desk.page.expect_file_chooser() as chooser:
        keys.press("Enter")
    chooser.value.set_files(course_file("KEYS", 3))
    desk.sees("The file can be used")
    desk.tab_to("Preview changes")
    desk.picture("focus")
    keys.press("Enter")
    desk.wait_for("preview")
    desk.tab_to("Apply these changes")
    keys.press("Enter")
    desk.wait_for("running")
    desk.tab_to("cancel")
    desk.wait_for("done")
    assert desk.focused() == "task-heading"
    desk.tab_to("show-all")
    keys.press("Enter")
    expect(desk.page.locator("#show-all")).to_have_attribute("aria-current", "true")
    expect(desk.page.locator("#show-all")).to_be_focused()


def test_refused_upload_has_the_focus_at_its_reasons(sit, course_file):
    desk = sit("editor")
    desk.page.get_by_role("button", name="Preview changes").click()
    expect(desk.page.get_by_role("alert").filter(has_text="The upload was not accepted")).to_be_focused()
    assert desk.page.title().startswith("Not accepted")
    desk.look("refused")
