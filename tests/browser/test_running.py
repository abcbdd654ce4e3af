"""What happens around a task that runs: cancel, undo, lost connections, logins that end."""

from playwright.sync_api import expect

from tests.browser.desk import PAGE


def test_cancel_stops_and_says_what_is_left(sit, course_file):
    desk = sit("editor")
    desk.pick(course_file("STOP", 30))
    desk.run()
    expect(desk.page.locator(".legend").get_by_text("Done")).to_be_visible()
    expect(desk.page.locator("#task-state")).to_have_text("Running")
    assert "% – STOP.csv" in desk.page.title()
    desk.page.get_by_role("button", name="Cancel").click()
    desk.wait_for("done")
    desk.sees("Cancelled")
    expect(desk.page.get_by_role("link", name="Not started")).to_be_visible()
    desk.look("cancelled")

    desk.page.get_by_role("button", name="Retry unfinished rows").click()
    desk.sees("Retries #")
    desk.wait_for("done")
    expect(desk.page.locator("#outcome")).to_contain_text("rows were written.")
    desk.look("retried")


def test_undo_is_previewed_and_applied(sit, course_file, tmp_path):
    desk = sit("editor")
    desk.pick(course_file("BACK", 1))
    desk.run()
    desk.wait_for("done")
    change = tmp_path / "change.csv"
    change.write_text("course_key,title\nedX+BACK0,Another title\n")
    desk.go("?operation=course_update")
    desk.pick(change)
    desk.run()
    desk.wait_for("done")

    desk.page.get_by_role("button", name="Undo...").click()
    desk.wait_for("preview")
    expect(desk.page.locator("#grid")).to_contain_text("Another title")
    desk.look("undo-preview")
    desk.apply()
    desk.wait_for("done")
    desk.sees("The row was written.")


def test_undo_keeps_a_later_edit_until_it_is_told_not_to(sit, course_file, tmp_path):
    desk = sit("editor")
    desk.pick(course_file("KEPT", 1))
    desk.run()
    desk.wait_for("done")
    addresses = []
    for name, cells in (("a", "title,level_type\nedX+KEPT0,By A,Advanced"), ("b", "title\nedX+KEPT0,By B")):
        change = tmp_path / f"{name}.csv"
        change.write_text(f"course_key,{cells}\n")
        desk.go("?operation=course_update")
        desk.pick(change)
        desk.run()
        desk.wait_for("done")
        addresses.append(desk.page.url)

    desk.page.goto(addresses[0])
    desk.page.get_by_role("button", name="Undo...").click()
    desk.wait_for("preview")
    desk.sees("1 row was edited after the upload. Those edits stay unless you tick the row.")
    expect(desk.page.locator("#grid")).to_contain_text("It is “By B” now; the upload had set “By A”")
    desk.look("undo-keeps")

    desk.page.get_by_label("Row 2 (edX+KEPT0)").check()
    desk.page.get_by_role("button", name="Put back the ticked rows too").click()
    desk.wait_for("preview")
    expect(desk.page.get_by_role("button", name="Put back the ticked rows too")).to_have_count(0)
    expect(desk.page.locator("#grid")).to_contain_text("By B")
    desk.look("undo-overwrites")
    desk.apply()
    desk.wait_for("done")
    desk.page.goto(addresses[0])
    desk.sees("Undo #")
    desk.look("undone")


def test_all_or_nothing_waits_for_the_rows_to_fix(sit, course_file):
    desk = sit("editor")
    desk.pick(course_file("WHOLE", 2, number="WH OLE"))
    desk.page.get_by_text("Options").first.click()
    desk.page.get_by_label("Write nothing if any row has a problem").check()
    desk.preview()
    desk.wait_for("preview")
    desk.sees("Nothing will be written until 1 row is fixed; 1 other row is ready.")
    desk.look("held-back")

    desk.page.get_by_role("button", name="Apply only the rows that are ready").click()
    desk.wait_for("done")
    desk.sees("1 of 2 rows were written; 1 needs your attention.")


def test_lost_connection_is_said_and_survived(sit, course_file):
    desk = sit("editor")
    desk.pick(course_file("LOST", 12))
    desk.run()
    desk.is_at("Writing to the catalog")
    desk.context.set_offline(True)
    desk.sees("You're offline.")
    desk.look("offline")
    desk.context.set_offline(False)
    desk.wait_for("done")
    desk.sees("All 12 rows were written.")
    expect(desk.page.get_by_text("You're offline.")).to_be_hidden()


def test_ended_login_is_said_and_survived(sit, course_file):
    desk = sit("editor")
    desk.pick(course_file("LOGIN", 12))
    desk.run()
    desk.is_at("Writing to the catalog")
    cookies = desk.context.cookies()
    desk.context.clear_cookies()
    desk.sees("You've been signed out.")
    again = desk.page.get_by_role("link", name="Log in again")
    assert again.get_attribute("href").startswith(f"/login/?next={PAGE}")
    desk.look("login-ended")
    desk.context.add_cookies(cookies)
    desk.wait_for("done")
    expect(again).to_be_hidden()


def test_screen_reader_is_told_of_stages_and_the_end(sit, course_file):
    desk = sit("editor")
    desk.pick(course_file("TOLD", 4))
    desk.page.evaluate("() => { window.told = []; }")
    desk.run()
    desk.page.wait_for_selector("#task")
    desk.page.evaluate(
        """() => {
            window.told = [];
            const watch = () => window.told.push(document.querySelector("#announce").textContent);
            new MutationObserver(watch).observe(document.querySelector("#announce"), {childList: true});
        }"""
    )
    desk.wait_for("done")
    told = desk.page.evaluate("() => window.told")
    assert told[-1] == "Completed. All 4 rows were written."
    assert len(told) == len(set(told))
