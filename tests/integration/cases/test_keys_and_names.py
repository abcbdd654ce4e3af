"""Files that name courses, people and values in ways that are nearly right: read if it is plain, else told by name."""

from __future__ import annotations

from typing import Any

from course_discovery_bulk.models import BulkOperationTask
from sandbox.discovery.models import Course, CourseEditor
from tests.csv_files import csv_of
from tests.integration.cases.stored import case, codes, make_course
from tests.integration.operations.conftest import Run


def told(task: BulkOperationTask) -> dict[int, str]:
    """Line of each bad row -> code, message and hint of its first problem."""
    return {
        row.line: " ".join(row.problems[0][name] for name in ("code", "message", "hint"))
        for row in task.rows.filter(status="invalid")
    }


def test_a_key_with_a_hidden_or_foreign_character_is_refused_by_its_name(catalog: None, run: Run) -> None:
    make_course(run, "edX+KEY-1x", level_type="Introductory")

    task = run("course_update", case("080_course_keys"))

    found = told(task)
    reasons = {
        3: "NOT_FOUND",
        4: "BAD_KEY",
        5: "%2B is written as +",
        6: "U+2011 NON-BREAKING HYPHEN",
        7: "U+2013 EN DASH",
        10: "U+200B ZERO WIDTH SPACE",
        11: "U+FF0B FULLWIDTH PLUS SIGN",
        13: "Remove the spaces",
        14: "It is the key of a run. The key of its course is edX+KEY-1x.",
        15: "BAD_KEY",
        16: "sign before the key",
        17: "sign before the key",
        19: "U+041A CYRILLIC CAPITAL LETTER KA",
        20: "It is a web address",
        21: "slash at the end",
        22: "one key",
        23: "BAD_KEY",
    }
    assert {line: reason in found.get(line, "") for line, reason in reasons.items()} == dict.fromkeys(reasons, True)
    good = {row.line for row in task.rows.filter(status__in=("succeeded", "unchanged"))}
    assert good == {2, 8, 9, 12, 18}  # marks, blanks and quotation marks at the ends are taken off
    assert Course.objects.get(key="edX+KEY-1x", draft=True).level_type.name == "Advanced"


def test_a_person_is_read_from_what_mail_programs_write(catalog: None, run: Run) -> None:
    make_course(run, "edX+KEY-1x")
    lines = case("082_editors").decode().splitlines()
    refused = run("course_editor_update", case("082_editors"), dry_run=True)
    stored = []
    for line in (4, 5, 6, 7, 15):
        CourseEditor.objects.filter(course__key="edX+KEY-1x", user__username="editor").delete()
        run("course_editor_update", "\n".join([lines[0], lines[line - 1], ""]))
        stored.append(CourseEditor.objects.filter(course__key="edX+KEY-1x", user__username="editor").count())

    assert stored == [1] * 5
    found = told(refused)
    reasons = {8: "U+200B ZERO WIDTH SPACE", 9: "BAD_PERSON", 10: "BAD_PERSON", 19: "FULLWIDTH LATIN SMALL LETTER E"}
    assert {line: reason in found.get(line, "") for line, reason in reasons.items()} == dict.fromkeys(reasons, True)


def test_names_that_are_only_typed_in_another_way_are_found_and_few_values_are_listed(catalog: None, run: Run) -> None:
    task = run("course_create", case("090_names"), dry_run=True)

    rows = {row.cells["title"]: row for row in task.rows.all()}
    good = (
        "n0",
        "n1",
        "n2",
        "n3",
        "n4",
        "n5",
        "n6",
        "n10",
        "n12",
        "n17",
        "n18",
        "n29",
        "n31",
        "n32",
        "n33",
        "n35",
        "n38",
    )
    bad = ("n7", "n8", "n11", "n34", "n36", "n47")
    assert {title: rows[title].status for title in good} == dict.fromkeys(good, "pending")
    assert {title: rows[title].status for title in bad} == dict.fromkeys(bad, "invalid")
    assert rows["n17"].changes["run.content_language"][1] == "en-us"
    assert "Use one of: Instructor-Paced, Self-Paced." in rows["n34"].problems[0]["hint"]
    assert "Introductory" in rows["n11"].problems[0]["hint"]


def test_what_is_only_like_the_word_that_empties_a_field_is_never_stored(catalog: None, run: Run) -> None:
    make_course(run, "edX+KEY-1x", short_description="<p>Here.</p>", topics="ai")

    task = run("course_update", case("128_clear_variants"))

    assert codes(task, 2) == ["LIKE_CLEAR"] * 4
    assert {found["column"] for found in task.rows.get(line=2).problems} == {
        "prerequisites",
        "syllabus",
        "additional_information",
        "learner_testimonials",
    }
    assert Course.objects.get(key="edX+KEY-1x", draft=True).short_description == "<p>Here.</p>"


def test_cells_of_a_run_without_its_key_are_told_and_not_used(catalog: None, run: Run) -> None:
    make_course(run, "edX+PART1")
    course = Course.objects.get(key="edX+PART1", draft=True)
    rows = [
        {"course_key": "edX+PART1", "level_type": "Advanced", "start_date": "2028-01-01"},
        {"course_key": "edX+PART1", "level_type": "", "start_date": "2028-01-01"},
    ]

    task = run("partial_updates", csv_of(rows))

    assert [codes(task, line) for line in (2, 3)] == [["RUN_CELLS_NOT_USED"], ["MISSING_REQUIRED_DATA"]]
    course.refresh_from_db()
    assert (course.level_type.name, course.course_runs.get(draft=True).start.year) == ("Advanced", 2027)


def test_the_last_day_ends_when_the_site_says_and_the_preview_shows_the_moment(
    catalog: None, run: Run, settings: Any
) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "LAST_DAY_TIME": "23:59:59"}
    make_course(run, "edX+LAST1", start_date="2020-09-01", end_date="2027-12-15")

    row = BulkOperationTask.objects.latest("pk").rows.get(line=2)
    stored = Course.objects.get(key="edX+LAST1", draft=True).course_runs.get(draft=True)
    assert f"{stored.end:%Y-%m-%dT%H:%M:%SZ}" == row.changes["run.end"][1] == "2027-12-15T23:59:59Z"
    assert (f"{stored.start:%H:%M:%S}", [found["code"] for found in row.problems]) == ("00:00:00", ["START_IN_PAST"])
