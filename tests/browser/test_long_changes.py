"""The preview of long texts: one line in the grid, both texts side by side one click away, without a script too."""

from __future__ import annotations

import csv
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.test_looks import LOOKS

LONG = " ".join(f"Week {week}: we read, discuss, and write about topic {week}." for week in range(1, 60))


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def new_course(number: str) -> dict[str, str]:
    return {
        "organization": "edX",
        "number": number,
        "title": "Reading the city",
        "course_enrollment_track": "Audit Only",
        "course_run_enrollment_track": "Audit Only",
        "course_pacing": "Self-Paced",
        "start_date": "2027-09-01",
        "end_date": "2027-12-15",
        "syllabus": f"<p>{LONG}</p>",
        "topics": ", ".join(f"topic {number}" for number in range(40)),
        "long_description": "<p>A course about two words.</p>",
    }


def test_the_part_that_changes_is_shown(sit, tmp_path) -> None:
    maker = sit("staff", **LOOKS["light"])
    maker.choose("Create courses")
    maker.pick(write_csv(tmp_path / "create.csv", [new_course("LONG1")]))
    maker.run()
    maker.wait_for("done")
    change = {
        "course_key": "edX+LONG1",
        "title": "Reading the City",
        "syllabus": f"<p>{LONG}</p>".replace("topic 30.", "parks and gardens.").replace("Week 59", "Finally"),
        "topics": "-topic 3, +city planning",
        "long_description": "<p>A course about two\u00a0words.</p>",
    }
    maker.go()
    maker.choose("Update courses Changes fields")
    maker.pick(write_csv(tmp_path / "update.csv", [change]))
    maker.preview()

    for column, said in enumerate(("Only upper and lower case differ.", "parks and gardens."), start=1):
        maker.page.locator(f"#cell-2-{column}").click()
        expect(maker.page.locator("#cell-panel")).to_contain_text(said)
        maker.look(f"light-{column}")
        maker.page.keyboard.press("Escape")
        expect(maker.page.locator(f"#cell-2-{column}")).to_be_focused()
    for name in ("dark", "phone"):
        without_script = name == "phone"
        desk = sit("staff", **LOOKS[name], java_script_enabled=not without_script)
        desk.page.goto(f"{maker.page.url}rows/2/")
        desk.sees("Week 20: we read")
        whole = desk.page.locator("details.whole").first
        whole.locator("summary").click()
        expect(whole).to_contain_text("<p>Week 1: we read")
        desk.picture(name)
        if not without_script:
            desk.check_access()
