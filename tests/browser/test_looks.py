"""Every screen in light, in dark and on a phone: nothing for axe to find, nothing wider than the window."""

import pytest

LOOKS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}, "has_touch": True},
    "dark-phone": {"color_scheme": "dark", "viewport": {"width": 360, "height": 740}, "has_touch": True},
}


@pytest.mark.parametrize("look", LOOKS)
def test_every_screen(sit, course_file, tmp_path, look):
    desk = sit("staff", **LOOKS[look])
    prefix = f"L{look.replace('-', '').upper()}"
    desk.page.get_by_text("What to write in them").click()
    desk.page.get_by_text("Options").click()
    desk.pick(course_file(prefix, 12, start_date="03/04/2027"))
    desk.sees("The file can be used")
    desk.look("new")
    desk.preview()
    desk.look("preview-create")
    desk.apply()
    desk.is_at("Writing to the catalog")
    desk.look("running")
    desk.wait_for("done")
    desk.look("done-create")

    change = tmp_path / "changes.csv"
    rows = [
        f"edX+{prefix}1,A new title,<p>Short &amp; sweet</p>,Computer Science,Advanced,one; two",
        f"edX+{prefix}2,{prefix} course 2,,,,",
        f"edX+{prefix}3,,,Compter Science,,",
        "edX+NONE,x,,,,",
    ]
    change.write_text("\n".join(["course_key,title,short_description,primary_subject,level_type,topics", *rows, ""]))
    desk.go("?operation=course_update")
    desk.pick(change)
    desk.preview()
    desk.look("preview-update")
    desk.apply()
    desk.wait_for("done")
    desk.page.locator("#show-all").click()
    desk.page.wait_for_selector("#show-all[aria-current]")
    desk.look("done-update")
    desk.go("history/")
    desk.look("history")
    desk.go("history/?name=nothing+of+that+name")
    desk.look("nothing-found")
    desk.go("4711/")
    desk.look("not-found")
