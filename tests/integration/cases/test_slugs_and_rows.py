"""Rows that clash with each other or with the catalog: found at their cells before anything is written."""

from __future__ import annotations

from typing import Any

import pytest

from course_discovery_bulk.models import BulkOperationTask
from sandbox.discovery.models import Course, CourseEditor
from tests.csv_files import csv_of
from tests.integration.cases.stored import case, codes, made, make_course, new_course
from tests.integration.operations.conftest import Run


def test_slugs_of_other_courses_are_found_before_anything_is_written(catalog: None, run: Run) -> None:
    preview = run("course_create", case("210_same_slug"), dry_run=True)
    task = run("course_create", case("210_same_slug"))

    assert {row.line: [found["code"] for found in row.problems] for row in preview.rows.all()} == {
        2: [],
        3: ["REPEATED_SLUG"],
        4: ["SLUG_TAKEN"],
        5: [],
    }
    assert {problem_of(task, line)["column"] for line in (3, 4)} == {"url_slug"}
    assert problem_of(task, 3)["message"] == "Row 2 already uses the slug “same-slug-x”."
    assert sorted(Course.objects.filter(key__startswith="edX+T8212").values_list("key", flat=True)) == [
        "edX+T82123",
        "edX+T82126",
    ]


def problem_of(task: BulkOperationTask, line: int) -> dict[str, str]:
    found: dict[str, str] = task.rows.get(line=line).problems[0]
    return found


@pytest.mark.parametrize(
    ("slug", "expected"),
    [("legacy-course", ["SLUG_TAKEN"]), ("Legacy-Course", ["SLUG_TAKEN"]), ("one-of-its-own", [])],
)
def test_a_course_keeps_its_slug_and_gets_no_other_course_s(
    slug: str, expected: list[str], catalog: None, run: Run
) -> None:
    make_course(run, "edX+SLUG1", url_slug="one-of-its-own")

    task = run("course_update", f"course_key,url_slug\nedX+SLUG1,{slug}\n", dry_run=True)

    assert codes(task, 2) == expected


def test_an_editor_is_not_added_and_removed_in_one_file(catalog: None, run: Run) -> None:
    make_course(run, "edX+KEY-1x")

    task = run("course_editor_update", case("190_editor_add_remove"))

    assert codes(task, 3) == ["OPPOSITE_ROWS"]
    assert problem_of(task, 3)["message"] == (
        "This row says “remove”, but row 2 says “add” for the same person and course."
    )
    assert CourseEditor.objects.filter(course__key="edX+KEY-1x", user__username="editor").exists()


def test_a_second_run_of_a_new_course_leads_to_rerun(catalog: None, run: Run) -> None:
    task = run("course_create", csv_of([two_runs("2027-09-01"), two_runs("2028-09-01")]))
    again = run("course_create", csv_of([two_runs("2028-09-01")]))

    assert codes(task, 3) == ["DUPLICATE_ROW"]
    assert "“Re-run courses”" in problem_of(task, 3)["hint"]
    assert codes(again, 2) == ["COURSE_EXISTS"]
    assert "“Re-run courses”" in problem_of(again, 2)["hint"]
    course = made("two runs")
    assert course is not None
    assert course.course_runs.count() == 1


def two_runs(start: str) -> dict[str, str]:
    return {**new_course("TWORUNS"), "title": "two runs", "start_date": start, "end_date": "2028-12-15"}


def test_what_is_wrong_with_a_price_is_said_once(catalog: None, run: Run) -> None:
    free = {"course_enrollment_track": "Audit Only", "course_run_enrollment_track": "Audit Only"}
    paid = {"course_enrollment_track": "Verified and Audit", "course_run_enrollment_track": "Verified and Audit"}
    make_course(run, "edX+FREE1", **free, verified_price="")
    run_key = Course.objects.get(key="edX+FREE1", draft=True).course_runs.get().key
    again = {**new_course("FREE1"), **free, "title": "Another title"}
    rerun = {"last_active_run_key": run_key, "start_date": "2028-09-01", "end_date": "2028-12-15"}

    found = [
        run("partial_updates", csv_of([{"course_key": "edX+FREE1", "course_run_key": run_key, **paid}]), dry_run=True),
        run("course_create", csv_of([again]), on_existing="update", dry_run=True),
        run("course_rerun", csv_of([{**rerun, "run_type": "Verified and Audit", "pacing_type": "Self-Paced"}])),
    ]

    assert [codes(task, 2) for task in found] == [["PRICE_REQUIRED"], ["PRICE_NOT_USED"], ["RUN_TRACK_MISMATCH"]]


def test_a_slug_that_only_the_catalog_knows_to_be_taken_is_told_at_its_cell(
    catalog: None, run: Run, settings: Any
) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "URL_SLUG_MODEL": ""}

    task = run("course_create", csv_of([{**new_course("SLUG2"), "url_slug": "legacy-course"}]))

    assert [(found["code"], found["column"]) for found in task.rows.get().problems] == [
        ("DISCOVERY_REFUSED", "url_slug")
    ]
    assert not Course.objects.filter(key="edX+SLUG2").exists()
