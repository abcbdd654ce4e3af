"""Results and rows to fix: the uploaded columns with what became of each row, fit to be uploaded again."""

from __future__ import annotations

import pytest

from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.reports import results
from tests.csv_files import csv_of
from tests.integration.reports.conftest import BARE, BARE_KEY, BASE, FULL_KEY, statuses

pytestmark = pytest.mark.usefixtures("names_fetched_once")

RESULTS = ["line", "status", "codes", "messages", "key", "link", "edited", "upload_number"]


@pytest.fixture(scope="module")
def mixed_of_module(upload_once):
    rows = [
        {"Course Key": BARE_KEY, "notes": "mine", "TITLE ": "New title", "length": ""},
        {"Course Key": BARE_KEY, "notes": "=1+1", "TITLE ": "New title", "length": "x"},
        {"Course Key": "edX+NONE", "notes": "", "TITLE ": "=cmd", "length": ""},
    ]
    return upload_once("course_update", csv_of(rows), name="Größe & mehr.xlsx.csv")


@pytest.fixture
def mixed(mixed_of_module, db):
    """A task with a row of every fate that a file can bring about."""
    return BulkOperationTask.objects.get(pk=mixed_of_module.pk)


def test_results_have_every_row_behind_its_own_cells(mixed, download) -> None:
    sheet = download(f"{mixed.pk}/results.csv")

    assert sheet.headers == ["Course Key", "notes", "TITLE", "length", *RESULTS]
    assert [row["line"] for row in sheet.rows] == ["2", "3", "4"]
    assert [row["status"] for row in sheet.rows] == ["succeeded", "unchanged", "invalid"]
    assert sheet.rows[0] == {
        "Course Key": BARE_KEY,
        "notes": "mine",
        "TITLE": "New title",
        "length": "",
        "line": "2",
        "status": "succeeded",
        "codes": "",
        "messages": "",
        "key": BARE_KEY,
        "link": sheet.rows[0]["link"],
        "edited": "",
        "upload_number": str(mixed.pk),
    }
    assert sheet.rows[0]["link"].startswith("https://publisher.example.org/courses/")
    assert (sheet.rows[2]["codes"], sheet.rows[2]["key"]) == ("NOT_FOUND", "")
    assert sheet.rows[2]["messages"] == "edX+NONE wasn't found, or you don't have access to it."


def test_every_cell_is_safe_in_a_spreadsheet(mixed, download) -> None:
    sheet = download(f"{mixed.pk}/results.csv")

    assert (sheet.rows[1]["notes"], sheet.rows[2]["TITLE"]) == ("'=1+1", "'=cmd")
    assert not any(text[:1] in set("=+-@\t\r") for row in sheet.rows for text in row.values())


def test_headers_are_safe_too(upload, download) -> None:
    task = upload("course_create", csv_of([{**BARE, "=HYPERLINK(1)": "x"}]))

    assert "'=HYPERLINK(1)" in download(f"{task.pk}/results.csv").headers


def test_problems_of_a_row_are_told_once_each(upload, download) -> None:
    task = upload("course_create", [{**BARE, "start_date": "soon", "end_date": "later", "course_pacing": "Slow"}])

    row = download(f"{task.pk}/results.csv").rows[0]

    assert row["codes"] == "UNKNOWN_VALUE | BAD_DATE"
    assert row["messages"].count("is not a date") == 2
    assert row["messages"].count(" | ") == 2


def test_files_are_named_after_the_uploaded_one(mixed, client_of) -> None:
    named = {
        name: client_of("staff").get(f"{BASE}/{mixed.pk}/{name}.csv")["Content-Disposition"]
        for name in ("results", "failed", "undo")
    }

    for name, disposition in named.items():
        assert disposition == f"attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe%20%26%20mehr.xlsx-{name}.csv"


def test_the_file_is_made_for_spreadsheets(mixed, client_of) -> None:
    answer = client_of("staff").get(f"{BASE}/{mixed.pk}/results.csv", headers={"Accept": "text/csv"})

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content).startswith(b"\xef\xbb\xbf")


def test_results_come_in_the_order_of_the_file_whatever_the_page(mixed, download, monkeypatch) -> None:
    monkeypatch.setattr(results, "_PAGE_ROWS", 1)

    assert [row["line"] for row in download(f"{mixed.pk}/results.csv").rows] == ["2", "3", "4"]


def test_a_task_without_rows_has_the_header(upload, download) -> None:
    task = upload("course_update", csv_of([{"course_key": BARE_KEY, "title": "T"}]))
    BulkOperationRow.objects.filter(task=task).delete()

    sheet = download(f"{task.pk}/results.csv")

    assert (sheet.headers, sheet.rows) == (["course_key", "title", *RESULTS], [])


# --- what is to be fixed


def test_only_rows_that_did_not_do_what_they_should_are_to_be_fixed(mixed, download) -> None:
    sheet = download(f"{mixed.pk}/failed.csv")

    assert sheet.headers == ["Course Key", "notes", "TITLE", "length", *RESULTS]
    assert [(row["line"], row["status"]) for row in sheet.rows] == [("4", "invalid")]


@pytest.mark.parametrize(
    ("status", "is_there"),
    [
        ("pending", False),
        ("running", False),
        ("succeeded", False),
        ("unchanged", False),
        ("skipped", False),
        ("invalid", True),
        ("failed", True),
        ("partly_done", True),
        ("unknown", True),
        ("not_processed", True),
    ],
)
def test_which_states_are_to_be_fixed(mixed, download, status, is_there) -> None:
    mixed.rows.update(status=status)

    assert bool(download(f"{mixed.pk}/failed.csv").rows) is is_there


def test_rows_to_fix_can_be_uploaded_as_they_are(upload, mixed, download) -> None:
    first = download(f"{mixed.pk}/failed.csv")

    again = upload("course_update", first.content, name="courses-failed.csv")
    second = download(f"{again.pk}/failed.csv")

    # The uploader's own, none of ours.
    assert [note["column"] for note in again.notes if note["column"]] == ["notes"]
    assert again.rows.get().cells["title"] == "=cmd"
    assert statuses(again) == [("invalid", ["NOT_FOUND"])]
    assert second.headers == first.headers  # no second set of results
    assert [row | {"line": "4", "upload_number": str(mixed.pk)} for row in second.rows] == first.rows


def test_a_row_that_was_fixed_succeeds(upload, mixed, download) -> None:
    sheet = download(f"{mixed.pk}/failed.csv")

    again = upload("course_update", csv_of([{**sheet.rows[0], "Course Key": FULL_KEY, "TITLE": "Better"}]))

    assert again.rows.get().changes["title"][1] == "Better"
    assert statuses(again) == [("succeeded", [])]


def test_results_uploaded_as_they_are_do_nothing_twice(upload, mixed, download) -> None:
    again = upload("course_update", download(f"{mixed.pk}/results.csv").content)

    assert [status for status, _ in statuses(again)] == ["skipped", "skipped", "invalid"]
