"""Honest results: every problem at its cell, good rows done, the end of the task as the rows are."""

from __future__ import annotations

import csv
import io

import pytest

from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.models import BulkOperationTask
from sandbox.discovery.models import ChangeLog, Course
from tests.integration.pipeline.conftest import Run, csv_of, good_row, row_results

pytestmark = pytest.mark.usefixtures("names_fetched_once")

GOOD = {
    "organization": "edX",
    "title": "A course",
    "course_enrollment_track": "Verified and Audit",
    "course_run_enrollment_track": "Verified and Audit",
    "start_date": "2030-01-15",
    "end_date": "2030-06-15",
    "course_pacing": "Self-Paced",
    "verified_price": "49",
    "primary_subject": "Computer Science",
    "minimum_effort": "2",
    "maximum_effort": "5",
    "watchers": "",
    "content_language": "",
    "syllabus": "",
    "move_to_legal_review": "",
    "enrollment_start_time": "",
}
# What is changed in a good row -> the problems it must have, as (code, column).
BAD = [
    ({"organization": "NopeX"}, [("UNKNOWN_VALUE", "organization")]),
    ({"title": ""}, [("MISSING_REQUIRED_DATA", "title")]),
    ({"number": "has space"}, [("BAD_COURSE_NUMBER", "number")]),
    ({"end_date": "03/04/2030"}, [("AMBIGUOUS_DATE", "end_date")]),
    ({"start_date": "46023"}, [("BAD_DATE", "start_date")]),
    ({"end_date": "2029-01-01"}, [("DATES_OUT_OF_ORDER", "end_date")]),
    ({"verified_price": "1,234.50 EUR"}, [("BAD_PRICE", "verified_price")]),
    ({"verified_price": ""}, [("PRICE_REQUIRED", "verified_price")]),
    ({"primary_subject": "Computer Sience"}, [("UNKNOWN_VALUE", "primary_subject")]),
    ({"minimum_effort": "9"}, [("EFFORT_OUT_OF_ORDER", "minimum_effort")]),
    ({"watchers": "a@example.org, nobody"}, [("BAD_EMAIL", "watchers")]),
    ({"course_run_enrollment_track": "Professional Only"}, [("RUN_TRACK_MISMATCH", "course_run_enrollment_track")]),
    ({"syllabus": "<h2>Week 1</h2>"}, [("REFUSED_MARKUP", "syllabus")]),
    ({"title": "#REF!"}, [("SPREADSHEET_ERROR", "title")]),
    ({"enrollment_start_time": "10:00"}, [("TIME_WITHOUT_DATE", "enrollment_start_time")]),
    (
        {"title": "", "course_pacing": "fast", "content_language": "Klingon"},
        [("UNKNOWN_VALUE", "content_language"), ("UNKNOWN_VALUE", "course_pacing"), ("MISSING_REQUIRED_DATA", "title")],
    ),
]


# What a spreadsheet makes of a cell that somebody only looked at.
DAMAGED = [
    ("start_date", "46023"),
    ("start_date", "Jan-27"),
    ("start_date", "01/02/27"),
    ("start_date", "01/02/2030"),
    ("start_date", "2027"),
    ("end_date", "#N/A"),
    ("end_date", "########"),
    ("verified_price", "1E+05"),
    ("verified_price", "1.23457E+15"),
    ("verified_price", "1,234.505"),
    ("verified_price", "TRUE"),
    ("minimum_effort", "02-Jan"),
    ("minimum_effort", "1E+05"),
    ("number", "1.23457E+15"),
    ("number", "#REF!"),
    ("course_pacing", "FALSE"),
    ("organization", "#NAME?"),
    ("move_to_legal_review", "46023"),
]


def sheet_of(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=[*GOOD, "number"])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def test_each_bad_row_is_told_at_its_cell_and_good_rows_become_courses(run: Run) -> None:
    rows: list[dict[str, str]] = []
    for index, (change, _problems) in enumerate(BAD):
        rows.append({**GOOD, "number": f"BAD{index}", **change})
        rows.append({**GOOD, "number": f"GOOD{index}"})

    task = run(sheet_of(rows))

    found = {row.line: row for row in task.rows.all()}
    for index, (_change, problems) in enumerate(BAD):
        bad, good = found[2 * index + 2], found[2 * index + 3]
        assert sorted((item["code"], item["column"]) for item in bad.problems) == sorted(problems)
        assert all(item["line"] == bad.line and item["hint"] and item["message"] for item in bad.problems)
        assert (bad.status, good.status, good.problems) == (RowStatus.INVALID, RowStatus.SUCCEEDED, [])
        assert Course.objects.filter(key=f"edX+GOOD{index}", draft=True).count() == 1
        assert not Course.objects.filter(key__startswith="edX+BAD").exists()
    assert (task.status, task.total_count, task.succeeded_count, task.invalid_count) == (
        "partially_completed",
        2 * len(BAD),
        len(BAD),
        len(BAD),
    )
    assert task.task_summary["summary"]["total_rows"] == 2 * len(BAD)
    assert task.task_summary["error_totals"]["UNKNOWN_VALUE"] == 4


def test_what_a_spreadsheet_has_damaged_is_told_at_its_cell_and_never_sent(run: Run) -> None:
    rows = [{**GOOD, "number": f"DAMAGED{at}", column: text} for at, (column, text) in enumerate(DAMAGED)]
    before = ChangeLog.objects.count()

    task = run(sheet_of(rows))

    told = [{(item["column"], item["value"]) for item in row.problems} for row in task.rows.order_by("line")]
    assert [cell in found for cell, found in zip(DAMAGED, told, strict=True)] == [True] * len(DAMAGED)
    assert (task.status, task.invalid_count) == ("failed", len(DAMAGED))
    assert ChangeLog.objects.count() == before


def test_a_file_of_bad_rows_fails_and_makes_nothing(run: Run) -> None:
    before = Course.objects.count()

    task = run(csv_of(good_row("has space"), good_row("bad/number")))

    assert (task.status, task.invalid_count, Course.objects.count()) == ("failed", 2, before)


def test_a_file_of_good_rows_completes(run: Run) -> None:
    task = run(csv_of(good_row("OK1"), good_row("OK2")))

    assert (task.status, task.succeeded_count) == ("completed", 2)
    created = task.task_summary["summary"]["created_products"]
    assert [product.split(" - ", 1)[1] for product in created] == ["Course OK1 (edX+OK1)", "Course OK2 (edX+OK2)"]
    assert all(
        row.object_url == f"https://publisher.example.org/courses/{Course.objects.get(key=row.object_key).uuid}"
        for row in task.rows.all()
    )


def test_uploading_twice_creates_nothing_and_says_so_row_by_row(run: Run) -> None:
    content = csv_of(good_row("TWICE1"), good_row("TWICE2"))
    run(content)
    before = Course.objects.count()

    again = run(content)

    assert row_results(again) == [(2, "skipped", ["COURSE_EXISTS"]), (3, "skipped", ["COURSE_EXISTS"])]
    assert (again.status, again.skipped_count, Course.objects.count()) == ("completed", 2, before)
    others = again.task_summary["summary"]["others"]
    assert [text.partition("]")[0] for text in others] == ["[row 2", "[row 3"]
    assert "edX+TWICE1" in others[0]


def test_an_existing_course_is_not_overwritten(run: Run) -> None:
    run(csv_of(good_row("KEEP", title="The first title")))

    task = run(csv_of(good_row("keep", title="Another title")))

    assert row_results(task) == [(2, "skipped", ["COURSE_EXISTS"])]
    assert Course.objects.get(key="edX+KEEP").title == "The first title"


def test_the_second_of_two_rows_for_one_course_is_a_problem(run: Run) -> None:
    task = run(csv_of(good_row("ONE", title="First"), good_row("one", title="Second")))

    assert row_results(task) == [(2, "succeeded", []), (3, "invalid", ["DUPLICATE_ROW"])]
    assert Course.objects.get(key="edX+ONE").title == "First"


def test_all_or_nothing_writes_nothing_when_a_row_is_invalid(run: Run) -> None:
    task = run(csv_of(good_row("ALL1"), good_row("ALL 2")), on_error="all_or_nothing")

    assert row_results(task) == [
        (2, "not_processed", ["POLICY_STOPPED"]),
        (3, "invalid", ["BAD_COURSE_NUMBER"]),
    ]
    assert task.status == "failed"
    assert not Course.objects.filter(key="edX+ALL1").exists()


def test_date_order_decides_an_ambiguous_date(run: Run) -> None:
    row = good_row("ORDER").replace("2030-01-15", "03/04/2030")

    task = run(csv_of(row), date_order="dmy")

    assert task.status == "completed"
    assert Course.objects.get(key="edX+ORDER").course_runs.get().start.isoformat() == "2030-04-03T00:00:00+00:00"


def test_an_unknown_column_is_reported_and_not_dropped_in_silence(run: Run) -> None:
    content = "\n".join([csv_of().strip() + ",Minimum Efort", good_row("UNK") + ",3", ""])

    task = run(content)

    assert task.status == "completed"
    assert [(note["code"], note["column"]) for note in task.notes] == [("UNKNOWN_COLUMN", "Minimum Efort")]
    assert "minimum_effort" in task.notes[0]["message"]


@pytest.mark.slow
@pytest.mark.parametrize("count", [45])
def test_counts_sum_to_the_rows_of_the_file(count: int, run: Run) -> None:
    rows = [good_row(f"SUM{index}" if index % 3 else f"SUM {index}") for index in range(count)]

    task = run(csv_of(*rows))

    buckets = bucket_counts(task)
    assert sum(buckets.values()) == task.total_count == count
    assert buckets == {"succeeded": 30, "invalid": 15}


def bucket_counts(task: BulkOperationTask) -> dict[str, int]:
    numbers = {
        status: getattr(task, f"{status}_count") for status in RowStatus.values if hasattr(task, f"{status}_count")
    }
    return {status: number for status, number in numbers.items() if number}
