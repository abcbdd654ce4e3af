"""Every screen in light, in dark and on a phone: nothing for axe to find, nothing wider than the window."""

import pytest
from playwright.sync_api import expect

from tests.browser.desk import PAGE, Desk

LOOKS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}, "has_touch": True},
    "dark-phone": {"color_scheme": "dark", "viewport": {"width": 360, "height": 740}, "has_touch": True},
}
USUAL = ("dark", "phone")  # both schemes of colours and both widths; the others are left to the whole lane
CREATE = (
    "organization,title,number,course_enrollment_track,course_run_enrollment_track,course_pacing,start_date,end_date"
)
TRACKS = "Audit Only,Audit Only,Self-Paced"
CHANGES = """course_key,title,short_description,primary_subject,level_type,topics
edX+LOOK1,A new title,<p>Short &amp; sweet</p>,Computer Science,Advanced,one; two
edX+LOOK2,LOOK course 2,,,,
edX+LOOK3,,,Compter Science,,
edX+NONE,x,,,,
"""
LONG = "a_name_that_somebody_gave_to_the_very_last_version_of_the_file_final_FINAL_v2_(copy)_2026-11-25"
MANY = 400  # rows; more than are written while the looks last


def create_rows(prefix, count, first_start="2027-09-01"):
    starts = [first_start] + ["2027-09-01"] * (count - 1)
    rows = [f"edX,{prefix} course {at},{prefix}{at},{TRACKS},{start},2027-12-15" for at, start in enumerate(starts)]
    return "\n".join([CREATE, *rows, ""])


@pytest.fixture(scope="module")
def screens(site, chromium, tmp_path_factory):
    """Uploads in every state, made once; what is looked at, by its name. The one that runs is ended at last."""
    folder = tmp_path_factory.mktemp("looks")
    desk = Desk(chromium.new_context(), site.url, folder / "picture")
    desk.log_in("staff")

    def upload(name, text, operation="course_create"):
        file = folder / name
        file.write_text(text)
        desk.go(f"?operation={operation}")
        desk.pick(file)
        desk.preview()
        return desk.page.url.removeprefix(site.url + PAGE)

    found = {"preview-create": upload(f"{LONG}.csv", create_rows("LOOK", 4, "03/04/2027"))}
    created = upload("create.csv", create_rows("LOOK", 4, "03/04/2027"))
    desk.apply()
    desk.wait_for("done")
    found |= {"done-create": created, "preview-update": upload("changes.csv", CHANGES, "course_update")}
    updated = upload("changes.csv", CHANGES, "course_update")
    desk.apply()
    desk.wait_for("done")
    found |= {
        "done-update": f"{updated}?outcome=all",
        "history": "history/",
        "nothing-found": "history/?name=nothing+of+that+name",
        "not-found": "4711/",
    }
    running = upload("many.csv", create_rows("MANY", MANY))
    desk.apply()
    yield {"running": running, **found}
    desk.page.get_by_role("button", name="Cancel").click()
    desk.wait_for("done")
    desk.leave()


@pytest.mark.parametrize(
    "look", [name if name in USUAL else pytest.param(name, marks=pytest.mark.slow) for name in LOOKS]
)
def test_every_screen(sit, screens, course_file, look):
    desk = sit("staff", **LOOKS[look])
    desk.page.get_by_text("Column guide").click()
    desk.page.get_by_text("Options").click()
    desk.pick(course_file("NEVERSENT", 12, header={"title": "Q7"}))
    desk.sees("Some columns need a choice")
    desk.look("new")
    for name, path in screens.items():
        desk.go(path)
        if name == "running":
            desk.is_at("Writing to the catalog")
            expect(desk.page.locator("progress[value]")).to_be_visible()
        desk.look(name)
