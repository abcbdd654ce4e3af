"""From a broken file to a finished upload, with the page alone to go by."""

from playwright.sync_api import expect


def test_newcomer_gets_from_a_broken_file_to_a_finished_one(sit, course_file, tmp_path):
    desk = sit("editor")
    desk.sees("What do you want to do?")
    desk.look("new")

    desk.pick(course_file("NEW", 3, header={"title": "Titl"}))
    desk.sees("NEW.csv")
    desk.sees("spelled almost like it")
    expect(desk.page.get_by_label("What Titl becomes")).to_have_value("title")
    desk.look("wrong-header")

    desk.pick(course_file("NEW", 3, start_date="03/04/2027"))
    desk.sees("The file can be used")
    desk.look("good-header")

    desk.preview()
    desk.sees("2 rows will be written; 1 row needs fixing and will be skipped.")
    desk.sees("2 course runs will be created or updated in Studio.")
    expect(desk.page.locator(".address", has_text="G2")).to_be_visible()
    desk.look("preview")

    desk.apply()
    desk.is_at("Writing to the catalog")
    desk.look("running")
    desk.wait_for("done")
    desk.sees("2 of 3 rows were written; 1 needs your attention.")
    assert desk.page.title().startswith("Partly completed: NEW.csv")
    desk.look("partly-done")

    desk.page.get_by_role("link", name="All rows").click()
    expect(desk.page.locator("tbody tr")).to_have_count(3)
    desk.page.get_by_role("link", name="Done 2").click()
    expect(desk.page.locator("tbody tr")).to_have_count(2)
    link = desk.page.get_by_role("link", name="edX+NEW1")
    assert link.get_attribute("href").startswith("https://publisher.example.org/courses/")
    _fix_and_upload_again(desk, tmp_path)


def _fix_and_upload_again(desk, tmp_path):
    left = desk.download("Rows to fix", tmp_path)
    assert left.name == "NEW-failed.csv"
    left.write_text(left.read_text(encoding="utf-8-sig").replace("03/04/2027", "2027-03-04"))
    desk.page.get_by_role("link", name="Upload another file").click()
    desk.pick(left)
    desk.sees("The file can be used")
    desk.preview()
    desk.sees("1 row will be written; nothing has been written yet.")
    desk.apply()
    desk.wait_for("done")
    desk.sees("The row was written.")
    desk.look("done")


def test_file_is_dropped_on_the_page(sit):
    desk = sit("editor")
    content = "title,number\\nA,B\\n"
    transfer = desk.page.evaluate_handle(
        f"""() => {{
            const transfer = new DataTransfer();
            transfer.items.add(new File(["{content}"], "dropped.csv", {{type: "text/csv"}}));
            return transfer;
        }}"""
    )
    desk.page.dispatch_event("[data-drop]", "drop", {"dataTransfer": transfer})
    desk.sees("Some columns need a choice")
    expect(desk.page.locator("#file-check bdi").first).to_have_text("dropped.csv")

    send = desk.page.get_by_role("button", name="Preview changes")
    expect(desk.page.locator("[data-picked]")).to_contain_text("dropped.csv 0.1 kB")
    expect(send).to_be_disabled()
    desk.sees("This file can't be previewed yet.")
    desk.page.get_by_role("button", name="Remove").click()
    expect(send).to_be_enabled()
    expect(desk.page.locator("[data-picked]")).to_be_hidden()
    assert desk.focused() == "id_csv_file"


def test_file_saved_again_after_it_was_picked_is_asked_for_once_more(sit, course_file):
    desk = sit("editor")
    desk.pick(course_file("SAVED", 1))
    desk.sees("The file can be used")
    file = course_file("SAVED", 2)
    desk.page.get_by_role("button", name="Preview changes").click()
    desk.sees("The file was saved again after you chose it.")
    desk.pick(file)
    desk.sees("The file can be used")
    desk.preview()


def test_other_operation_looks_at_the_file_again(sit, course_file):
    desk = sit("editor")
    desk.pick(course_file("AGAIN"))
    desk.sees("The file can be used")
    desk.choose("Change course editors")
    desk.sees("The file cannot be used yet")
    desk.sees("This looks like a file for “Create courses”, not for “Change course editors”.")
    assert desk.page.url.endswith("?operation=course_editor_update")
    assert desk.page.locator("input[name=task_type]").get_attribute("value") == "course_editor_update"


def test_file_over_the_limit_is_not_even_sent(sit, tmp_path):
    desk = sit("editor")
    large = tmp_path / "large.csv"
    large.write_bytes(b"title\n" + b"x" * 11 * 1024 * 1024)
    desk.pick(large)
    desk.sees("This file is larger than 10 MB.")
    expect(desk.page.locator("#file-check")).to_be_empty()


def test_number_of_failures_is_asked_for_where_it_counts(sit):
    desk = sit("editor")
    desk.page.get_by_text("Options").click()
    number = desk.page.get_by_label("Stop after this many failed rows")
    expect(number).to_be_hidden()
    desk.page.get_by_label("Stop when too many rows have failed").check()
    expect(number).to_be_visible()
