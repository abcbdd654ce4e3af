"""A preview is put right on its page: equal mistakes all at once, others in their cells, with or without a mouse."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.test_looks import LOOKS

TRACKS = {"course_enrollment_track": "Audit Only", "course_run_enrollment_track": "Audit Only"}
DAYS = {"course_pacing": "Self-Paced", "start_date": "2027-09-01", "end_date": "2027-12-15"}
MOST_INTERACTIONS = 12


def write_courses(path: Path, prefix: str, count: int, mistakes: dict[int, dict[str, str]]) -> Path:
    """A file of new courses; `mistakes` are cells to replace, by the number of the row in a spreadsheet."""
    rows = [
        {
            "organization": "edX",
            "title": f"{prefix} course {at}",
            "number": f"{prefix}{at}",
            **TRACKS,
            **DAYS,
            "primary_subject": "Computer Science",
            "level_type": "Advanced",
            **mistakes.get(at, {}),
        }
        for at in range(2, count + 2)
    ]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


class CountedDesk:
    """Somebody at the page, and how often they had to do something."""

    def __init__(self, desk: Desk) -> None:
        self.page = desk.page
        self.count = 0

    def press(self, name: str, group: str = "") -> None:
        within = self.page.locator(".group", has_text=group) if group else self.page
        within.get_by_role("button", name=name).first.click()
        self.count += 1

    def write(self, text: str, group: str) -> None:
        self.page.locator(".group", has_text=group).locator("input[name=new]").fill(text)
        self.count += 1


def test_many_mistakes_are_put_right_without_leaving_the_page(sit, tmp_path):
    wrong_subject = {line: {"primary_subject": "Compter Science"} for line in range(10, 50)}
    typos = {60: {"level_type": "Advancd"}, 70: {"end_date": "someday"}, 80: {"organization": "edXX"}}
    twins = {90: {"number": "MANY5"}, 100: {"number": "MANY6"}}
    file = write_courses(tmp_path / "many.csv", "MANY", 300, wrong_subject | typos | twins)
    desk = sit("editor", **LOOKS["light"])
    desk.pick(file)
    desk.preview()
    address = desk.page.url
    desk.sees("Replace in all 40 rows")
    desk.look("to-fix")
    for name in ("dark", "phone"):
        other = sit("editor", **LOOKS[name])
        other.page.goto(address)
        other.look(name)
        other.page.locator("td.is-problem").first.click()
        expect(other.page.locator("#cell-panel")).to_be_visible()
        other.look(f"{name}-cell")

    hand = CountedDesk(desk)
    hand.press("Replace in all 40 rows")
    desk.sees("5 rows still need fixing")
    hand.press("Replace", "Advancd")
    desk.sees("4 rows need fixing")
    hand.write("2027-12-15", "someday")
    hand.press("Replace", "someday")
    desk.sees("3 rows need fixing")
    hand.write("edX", "edXX")
    hand.press("Replace", "edXX")
    desk.sees("2 rows need fixing")
    hand.press("Leave row 90 out")
    hand.press("Leave row 100 out")
    expect(desk.page.locator("#outcome")).to_contain_text("298 rows will be written")
    expect(desk.page.locator("#grid-groups")).to_be_hidden()
    desk.look("all-fixed")
    desk.page.get_by_text("45 edits").click()
    desk.look("edits")
    desk.page.get_by_role("link", name="Left out 2").click()
    desk.sees("Put row 90 back")
    desk.look("left-out")

    assert hand.count + 1 < MOST_INTERACTIONS
    assert desk.page.url.startswith(address)


def test_a_preview_is_put_right_with_the_keyboard_alone(sit, tmp_path):
    mistakes = {3: {"primary_subject": "Compter Science"}, 4: {"level_type": "Advancd"}, 6: {"end_date": "someday"}}
    file = write_courses(tmp_path / "keyed.csv", "KEYED", 6, mistakes)
    desk = sit("staff", **LOOKS["light"])
    desk.pick(file)
    desk.preview()
    keys, page = desk.page.keyboard, desk.page

    def is_at(cell: str) -> None:
        expect(page.locator(f"#{cell}")).to_be_focused()

    for _ in range(80):
        keys.press("Tab")
        if desk.page.evaluate("() => document.activeElement.matches('[data-grid] td')"):
            break
    is_at("cell-3-8")
    expect(page.locator(".floating-tip")).to_contain_text("Did you mean")
    keys.press("Control+Enter")  # takes the suggestion
    expect(page.locator("#cell-3-8")).not_to_have_attribute("aria-invalid", "true")
    is_at("cell-3-8")
    keys.press("Control+ArrowDown")
    is_at("cell-4-9")
    keys.press("Enter")
    expect(page.locator("#cell-panel select")).to_be_focused()
    desk.look("editing")
    keys.press("Escape")
    is_at("cell-4-9")
    keys.press("F2")
    expect(page.locator("#cell-panel select")).to_have_value("Advanced")
    keys.press("Enter")
    expect(page.locator("#cell-panel")).to_be_hidden()
    keys.press("Control+ArrowDown")
    is_at("cell-6-7")
    keys.press("Enter")
    expect(page.locator("#cell-panel input[name=value]")).to_be_focused()
    keys.type("2027-12-15")
    keys.press("Enter")
    expect(page.locator("#outcome")).to_contain_text("6 rows will be written")
    keys.press("Home")
    assert page.evaluate("() => document.activeElement.cellIndex") == 0
    keys.press("Control+End")
    assert page.evaluate("() => document.activeElement.cellIndex") == page.locator("#grid thead th").count() - 1
    keys.press("ArrowUp")
    desk.look("done")


def test_who_edits_what_somebody_else_has_edited_sees_it(sit, tmp_path):
    file = write_courses(tmp_path / "both.csv", "BOTH", 3, {3: {"level_type": "Advancd"}})
    desk, other = sit("editor"), sit("staff")
    desk.pick(file)
    desk.preview()
    desk.page.locator("#cell-3-9").click()
    expect(desk.page.locator("#cell-panel select")).to_have_value("Advanced")
    other.page.goto(desk.page.url)
    other.page.locator("#cell-3-9").click()
    other.page.locator("#cell-panel select").select_option("Introductory")
    other.page.get_by_role("button", name="Save").click()
    expect(other.page.locator("#outcome")).to_contain_text("3 rows will be written")

    desk.page.get_by_role("button", name="Save").click()

    expect(desk.page.locator("#cell-panel")).to_contain_text("staff wrote: Introductory")
    desk.look("stale")
    desk.page.get_by_role("button", name="Save").click()
    expect(desk.page.locator("#cell-panel")).to_be_hidden()
    expect(desk.page.locator("#outcome")).to_contain_text("3 rows will be written")


@pytest.mark.slow
def test_the_grid_stays_at_hand_with_many_columns_and_right_to_left(sit, tmp_path):
    file = write_courses(tmp_path / "wide.csv", "WIDE", 80, {3: {"level_type": "Advancd"}})
    desk = sit("editor", **LOOKS["light"], locale="ar")
    desk.pick(file)
    desk.preview()
    desk.page.evaluate("() => { document.documentElement.dir = 'rtl'; }")
    desk.look("right-to-left")
