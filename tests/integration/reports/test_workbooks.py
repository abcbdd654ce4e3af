"""Workbooks that leave, are edited as in a spreadsheet, and are uploaded again: what the catalog holds then."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.reports import formats
from sandbox.discovery.models import Course, CourseRun
from tests.csv_files import csv_of
from tests.integration.reports.conftest import BARE, BARE_KEY, BASE, FULL_KEY, FULL_RUN, statuses
from tests.unit.reading.workbooks import read_in_this_process

pytestmark = pytest.mark.usefixtures("names_fetched_once", "quick_reading")

BAD_TITLE = "=HYPERLINK(1)"


@pytest.fixture
def quick_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    read_in_this_process(monkeypatch)


@pytest.fixture
def get_workbook(client_of, db):
    """The workbook at an address, opened as a spreadsheet does."""

    def get(path: str, user: str = "staff", **query: str) -> Any:
        answer = client_of(user).get(f"{BASE}/{path}", query)
        assert answer.status_code == 200, answer.content
        assert answer["Content-Type"] == formats.XLSX.content_type
        return openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))

    return get


def saved(book: Any) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def column_of(sheet: Any, name: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value.removesuffix(" *") == name)


def fill(sheet: Any, line: int, **cells: str) -> None:
    for name, text in cells.items():
        sheet.cell(line, column_of(sheet, name), text).data_type = "s"


def title_of(key: str) -> str:
    return Course.objects.get(key=key, draft=True).title


@pytest.fixture(scope="module")
def mixed_of_module(upload_once):
    rows = [
        {"course_key": BARE_KEY, "title": "New title", "level_type": ""},
        {"course_key": FULL_KEY, "title": "Never written", "level_type": "Nowhere"},
        {"course_key": "edX+NONE", "title": BAD_TITLE, "level_type": ""},
    ]
    return upload_once("course_update", csv_of(rows), name="mixed.csv")


@pytest.fixture
def mixed(mixed_of_module, db):
    return BulkOperationTask.objects.get(pk=mixed_of_module.pk)


def test_a_template_that_is_filled_makes_the_course_and_nothing_is_said_of_the_file(get_workbook, upload) -> None:
    book = get_workbook("operations/course_create/template.xlsx")
    fill(book["Rows"], 2, **{**BARE, "number": "007", "title": "=A1", "start_date": "3/14/2030"})

    task = upload("course_create", saved(book), name="template.xlsx")

    assert (task.notes, statuses(task)) == ([], [("succeeded", ["SPREADSHEET_VALUE_KEPT"])])
    assert Course.objects.filter(key="edX+007", title="=A1", draft=True).exists()


def test_a_template_offers_what_the_catalog_has_now_and_shows_an_example(get_workbook, catalog_of_module) -> None:
    book = get_workbook("operations/course_create/template.xlsx")
    sheet, examples = book["Rows"], book["Examples (not read)"]

    offered = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    letter = sheet.cell(1, column_of(sheet, "organization")).column_letter
    choices = offered[f"{letter}2:{letter}10001"].formula1.replace("$", "").replace("'", "").removeprefix("Choices!")
    assert "MITx" in [cell.value for (cell,) in book["Choices"][choices]]
    assert "Required" in sheet.cell(1, column_of(sheet, "title")).comment.text
    assert sheet.cell(1, column_of(sheet, "title")).value == "title *"
    assert examples.cell(2, column_of(examples, "number")).value == "CS101"
    assert sheet.max_row == 1


def test_rows_to_fix_are_fixed_in_one_cell_and_only_that_row_runs(get_workbook, upload, mixed) -> None:
    book = get_workbook(f"{mixed.pk}/failed.xlsx")
    sheet = book.active
    wrong = sheet.cell(2, column_of(sheet, "level_type"))
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [FULL_KEY, "edX+NONE"]
    assert ("Nowhere" in wrong.comment.text, wrong.fill.fill_type) == (True, "solid")
    assert sheet.cell(2, column_of(sheet, "title")).comment is None
    assert "edX+NONE" in sheet.cell(3, column_of(sheet, "course_key")).comment.text
    assert sheet.cell(3, column_of(sheet, "title")).value == BAD_TITLE
    wrong.value = "Advanced"
    sheet.delete_rows(3)

    again = upload("course_update", saved(book), name="mixed-failed.xlsx")

    assert (again.notes, statuses(again)) == ([], [("succeeded", [])])
    assert (title_of(FULL_KEY), title_of(BARE_KEY)) == ("Never written", "New title")


def test_results_uploaded_as_they_are_do_nothing_twice(get_workbook, upload, mixed) -> None:
    again = upload("course_update", saved(get_workbook(f"{mixed.pk}/results.xlsx")), name="mixed-results.xlsx")

    assert [status for status, _ in statuses(again)] == ["skipped", "invalid", "invalid"]
    assert again.rows.get(line=4).cells["title"] == BAD_TITLE


def test_marks_come_back_from_a_workbook(upload, get_workbook) -> None:
    book = get_workbook("operations/course_run_update/export.xlsx", keys=FULL_RUN)
    sheet = book.worksheets[0]
    mark, effort = (sheet.cell(2, column_of(sheet, name)) for name in ("exported_version", "minimum_effort"))
    effort.value = "3"
    CourseRun.objects.filter(key=FULL_RUN).update(min_effort=4)

    task = upload("course_run_update", saved(book), name="export.xlsx")

    assert mark.number_format == "@"
    (found,) = task.rows.get().problems
    assert (found["code"], found["column"]) == ("STALE_EXPORT", "minimum_effort")
    assert "Leave as is" in sheet.cell(1, mark.column).comment.text


def test_an_export_uploaded_as_it_is_changes_nothing(get_workbook, upload) -> None:
    book = get_workbook("operations/course_update/export.xlsx", keys=FULL_KEY)
    sheet = book.active
    assert sheet.cell(2, column_of(sheet, "short_description")).value == "<p>=SUM(A1:A9)</p>"

    task = upload("course_update", saved(book), name="export.xlsx")

    assert (task.notes, statuses(task)) == ([], [("unchanged", [])])


def test_an_undo_puts_the_title_back(get_workbook, upload) -> None:
    before = title_of(BARE_KEY)
    task = upload("course_update", [{"course_key": BARE_KEY, "title": "Overwritten"}])

    upload("course_update", saved(get_workbook(f"{task.pk}/undo.xlsx")), name="undo.xlsx")

    assert title_of(BARE_KEY) == before


def test_headers_of_ones_own_get_the_drop_downs_of_what_they_mean(get_workbook, upload) -> None:
    task = upload("course_update", [{"course_key": FULL_KEY, "Difficulty": "Hard"}], dry_run=True)
    before = get_workbook(f"{task.pk}/results.xlsx").active.data_validations.dataValidation
    BulkOperationTask.objects.filter(pk=task.pk).update(mapping={"columns": {"difficulty": "level_type"}})

    sheet = get_workbook(f"{task.pk}/results.xlsx").active

    after = sheet.data_validations.dataValidation
    assert (list(before), [str(rule.sqref) for rule in after]) == ([], ["B2"])
    assert sheet["B1"].comment.text.startswith("Read as the column “level_type”.")


def test_a_text_that_no_cell_can_hold_is_told_instead_of_cut(client_of, mixed) -> None:
    mixed.rows.filter(line=3).update(cells={"course_key": FULL_KEY, "title": "x" * 32_767, "level_type": ""})

    answer = client_of("staff").get(f"{BASE}/{mixed.pk}/failed.xlsx")

    assert (answer.status_code, answer.json()["code"]) == (409, "TOO_LONG_FOR_WORKBOOK")
    assert answer.json()["detail"].endswith("Download the CSV file instead.")
    assert client_of("staff").get(f"{BASE}/{mixed.pk}/failed.csv").status_code == 200


def test_files_are_named_after_the_uploaded_one(client_of, mixed) -> None:
    answer = client_of("staff").get(f"{BASE}/{mixed.pk}/results.xlsx", headers={"Accept": "text/csv"})

    assert answer["Content-Disposition"] == 'attachment; filename="mixed-results.xlsx"'
    assert answer["X-Content-Type-Options"] == "nosniff"
