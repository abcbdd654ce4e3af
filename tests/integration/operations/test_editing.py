"""A preview is edited: only what is concerned is checked and planned again, and what is shown is what is written."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db.models.signals import post_init

from course_discovery_bulk import service
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask, RowEdit
from course_discovery_bulk.reports.results import failed_table, results_table
from course_discovery_bulk.reports.table import RemarkedRow
from course_discovery_bulk.service import CellEdit
from course_discovery_bulk.workers import preview as planning
from sandbox.discovery.models import ChangeLog, Course
from tests.integration.operations.conftest import Run, work

pytestmark = pytest.mark.usefixtures("names_fetched_once")

FOUR_ROWS = (
    "course_key,title,primary_subject\n"
    "edX+BASE1,New title one,Compter Science\n"
    "edX+BASE2,New title two,Compter Science\n"
    "edX+BASE3,Audit course,\n"
    "edX+BASE1,Another title,\n"
)


def staff() -> Any:
    return get_user_model().objects.get(username="staff")


def edit(task: BulkOperationTask, line: int, column: str, value: str, before: str | None = None) -> service.Edited:
    return service.edit_cells(task, [CellEdit(line=line, column=column, value=value, before=before)], staff())


def results(task: BulkOperationTask) -> dict[int, tuple[str, list[str]]]:
    rows = task.rows.order_by("line")
    return {row.line: (row.status, [problem["code"] for problem in row.problems]) for row in rows}


@pytest.fixture
def preview(catalog: None, run: Run) -> BulkOperationTask:
    task = run("course_update", FOUR_ROWS, dry_run=True)
    assert results(task) == {
        2: ("invalid", ["UNKNOWN_VALUE"]),
        3: ("invalid", ["UNKNOWN_VALUE"]),
        4: ("unchanged", []),
        5: ("invalid", ["CONTRADICTING_ROWS"]),
    }
    return task


def test_a_corrected_cell_is_checked_planned_and_written(preview: BulkOperationTask) -> None:
    edited = edit(preview, 2, "primary_subject", "Computer Science", before="Compter Science")

    assert (edited.changed, edited.waits, [row.line for row in edited.rows]) == (1, False, [2])
    row = preview.rows.get(line=2)
    assert (row.status, row.problems, row.cells["primary_subject"]) == ("pending", [], "Computer Science")
    assert row.changes["title"] == ["First course", "New title one"]
    assert (preview.status, preview.invalid_count, preview.task_summary["error_totals"]) == (
        "validated",
        2,
        {"UNKNOWN_VALUE": 1, "CONTRADICTING_ROWS": 1},
    )
    assert preview.task_summary["forecast"]["actions"] == {"update": 1}

    assert service.apply(preview)
    work(preview)

    course = Course.objects.get(key="edX+BASE1", draft=True)
    assert course.title == "New title one"
    assert "computer-science" in {subject.slug for subject in course.subjects.all()}
    assert Course.objects.get(key="edX+BASE2", draft=True).title != "New title two"


def test_a_row_that_contradicted_an_edited_one_is_checked_with_it(preview: BulkOperationTask) -> None:
    edited = edit(preview, 2, "title", "Another title")

    assert [row.line for row in edited.rows] == [2, 5]
    assert results(preview)[5] == ("pending", [])

    edit(preview, 5, "title", "A third title")
    assert results(preview)[5] == ("invalid", ["CONTRADICTING_ROWS"])
    edit(preview, 2, "course_key", "edX+BASE4")
    assert results(preview)[5] == ("pending", [])


def test_a_row_left_out_says_nothing_and_writes_nothing_until_it_is_put_back(preview: BulkOperationTask) -> None:
    edited = service.leave_out(preview, [2, 3], staff())

    assert (edited.changed, [row.line for row in edited.rows]) == (2, [2, 3, 5])
    assert results(preview) == {
        2: ("skipped", ["LEFT_OUT"]),
        3: ("skipped", ["LEFT_OUT"]),
        4: ("unchanged", []),
        5: ("pending", []),
    }
    assert (preview.skipped_count, preview.invalid_count) == (2, 0)
    assert service.leave_out(preview, [2], staff()).changed == 0

    edited = service.put_back(preview, [2], staff())
    assert [row.line for row in edited.rows] == [2, 5]
    assert results(preview)[2] == ("invalid", ["UNKNOWN_VALUE"])
    assert results(preview)[5] == ("invalid", ["CONTRADICTING_ROWS"])
    assert [(made.line, made.kind) for made in preview.edits.all()] == [
        (2, "left_out"),
        (3, "left_out"),
        (2, "put_back"),
    ]


def test_equal_problems_are_grouped_and_replaced_together(preview: BulkOperationTask) -> None:
    group = service.problem_groups(preview)[0]
    assert (group.code, group.column, group.value, group.count, group.lines) == (
        "UNKNOWN_VALUE",
        "primary_subject",
        "Compter Science",
        2,
        (2, 3),
    )
    assert group.suggestion == "Computer Science"

    edited = service.replace_value(
        preview, group.column or "", group.value or "", group.suggestion, staff(), code=group.code
    )

    assert edited.changed == 2
    assert [found.code for found in service.problem_groups(preview)] == ["CONTRADICTING_ROWS"]
    assert [(made.line, made.before, made.after) for made in service.edits_of(preview).order_by("pk")] == [
        (2, "Compter Science", "Computer Science"),
        (3, "Compter Science", "Computer Science"),
    ]


def test_a_column_that_the_file_does_not_have_is_added(preview: BulkOperationTask) -> None:
    edit(preview, 4, "short_description", "New and short", before="")

    row = preview.rows.get(line=4)
    assert row.status == "pending"
    assert row.changes["short_description"][1] == "<p>New and short</p>"


def test_what_somebody_else_has_edited_is_refused_and_nothing_else_of_the_call_is_done(
    preview: BulkOperationTask,
) -> None:
    edit(preview, 2, "title", "Mine")
    both = [
        CellEdit(line=3, column="title", value="Other", before="New title two"),
        CellEdit(line=2, column="title", value="Yours", before="New title one"),
    ]

    with pytest.raises(service.StaleEdit) as refused:
        service.edit_cells(preview, both, staff())

    (cell,) = refused.value.cells
    assert (cell.line, cell.column, cell.current, cell.by) == (2, "title", "Mine", "staff")
    assert preview.rows.get(line=3).cells["title"] == "New title two"
    preview.refresh_from_db()
    assert (preview.status, preview.edit_epoch, RowEdit.objects.count()) == ("validated", 1, 1)


def test_the_same_edit_twice_is_made_once(preview: BulkOperationTask) -> None:
    edit(preview, 2, "title", "Mine", before="New title one")

    assert edit(preview, 2, "title", "Mine", before="New title one").changed == 0
    assert RowEdit.objects.count() == 1


def test_what_cannot_be_edited_says_why(preview: BulkOperationTask) -> None:
    with pytest.raises(service.UnknownColumn):
        edit(preview, 2, "titel", "Mine")
    with pytest.raises(service.LineNotFound) as missing:
        edit(preview, 99, "title", "Mine")
    assert missing.value.lines == (99,)
    assert service.can_edit(preview)

    service.apply(preview)

    assert not service.can_edit(preview)
    with pytest.raises(service.NotEditable):
        edit(preview, 2, "title", "Mine")
    assert preview.rows.get(line=2).cells["title"] == "New title one"
    work(preview)
    with pytest.raises(service.NotEditable):
        service.leave_out(preview, [2], staff())


def test_many_rows_are_left_to_a_worker_and_nobody_applies_meanwhile(preview: BulkOperationTask, settings: Any) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "EDIT_AT_ONCE_ROWS": 1}

    edited = service.replace_value(preview, "primary_subject", "Compter Science", "Computer Science", staff())

    assert (edited.changed, edited.rows, edited.waits, preview.status) == (2, (), True, "validating")
    assert service.can_edit(preview)
    assert not service.apply(preview)
    edit(preview, 5, "title", "New title one")  # few rows, but it waits with those before
    assert not service.apply(preview)

    work(preview)

    assert preview.status == "validated"
    assert {line: status for line, (status, _codes) in results(preview).items()} == {
        2: "pending",
        3: "pending",
        4: "unchanged",
        5: "pending",
    }
    assert preview.task_summary["forecast"]["actions"] == {"update": 3}


def test_an_edit_after_the_page_was_read_wins_over_its_apply(preview: BulkOperationTask) -> None:
    as_shown = BulkOperationTask.objects.get(pk=preview.pk)
    edit(preview, 2, "title", "Mine")

    assert not service.apply(as_shown)
    assert service.apply(preview)


def test_an_edited_preview_can_be_cancelled_before_it_is_checked(preview: BulkOperationTask, settings: Any) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "EDIT_AT_ONCE_ROWS": 0}
    edit(preview, 2, "title", "Mine")

    assert service.cancel(preview)
    with pytest.raises(service.NotEditable):
        edit(preview, 2, "title", "Yours")
    work(preview)

    assert preview.status == "cancelled"


def test_previews_that_write_all_or_nothing_or_have_no_valid_row_are_edited(catalog: None, run: Run) -> None:
    wrong = "course_key,primary_subject\nedX+BASE1,Compter Science\n"
    task = run("course_update", wrong, dry_run=True, on_error="all_or_nothing")
    assert (task.status, results(task)) == ("validated", {2: ("invalid", ["UNKNOWN_VALUE"])})
    with pytest.raises(service.RowsToFix):
        service.apply(task)

    edit(task, 2, "primary_subject", "Computer Science")

    assert service.apply(task)
    work(task)
    assert (task.status, ChangeLog.objects.exists()) == ("completed", True)


def test_only_the_edited_row_is_read_and_planned(
    catalog: None, run: Run, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    """However many rows there are: the others are not even read."""
    task = run("course_update", "course_key,title,url_slug\nedX+BASE1,Title,\n", dry_run=True)
    share = task.rows.get().forecast
    assert share
    BulkOperationRow.objects.bulk_create(
        BulkOperationRow(
            task=task,
            line=line,
            group=f"edx+other{line}",
            cells={"course_key": f"edX+OTHER{line}", "title": "Title", "url_slug": f"slug-{line}"},
            forecast=share,
        )
        for line in range(3, 5002)
    )
    read, planned = set[int](), list[int]()
    plan_on = planning.plan_on

    def noting(bench: Any, row: Any, state: Any, **more: Any) -> Any:
        planned.append(row.line)
        return plan_on(bench, row, state, **more)

    def note_row(instance: BulkOperationRow, **_signal: Any) -> None:
        read.add(instance.line)

    monkeypatch.setattr(planning, "plan_on", noting)
    post_init.connect(note_row, sender=BulkOperationRow)
    try:
        with django_assert_max_num_queries(80):
            edited = edit(task, 2, "title", "Another title")
    finally:
        post_init.disconnect(note_row, sender=BulkOperationRow)

    assert (read, planned, [row.line for row in edited.rows]) == ({2}, [2], [2])
    assert task.task_summary["forecast"]["actions"] == {"update": 5000}


def test_files_and_a_retry_have_what_was_edited(preview: BulkOperationTask) -> None:
    edit(preview, 2, "title", "Mine")
    edit(preview, 2, "title", "Mine again")
    edit(preview, 2, "primary_subject", "Computer Science")
    edit(preview, 3, "short_description", "New and short")
    edit(preview, 4, "title", "Other")
    edit(preview, 4, "title", "Audit course")
    service.cancel(preview)
    work(preview)

    table = results_table(preview)
    assert table.headers[:5] == ("course_key", "title", "primary_subject", "short_description", "line")
    rows = {row[4]: row for row in table.rows}
    edited = table.headers.index("edited")
    assert (rows["2"][1], rows["2"][edited]) == (
        "Mine again",
        "title: New title one | primary_subject: Compter Science",
    )
    assert (rows["3"][3], rows["3"][edited]) == ("New and short", "short_description: ")
    assert rows["4"][edited] == ""
    assert isinstance(rows["2"], RemarkedRow)
    assert rows["2"].remarks[1].text == "Edited. The file says “New title one”."
    assert [row[1] for row in failed_table(preview).rows] == ["Mine again", "New title two", "Another title"]

    retried = work(service.retry(preview, staff()).task)

    assert retried.rows.get().changes["title"] == ["First course", "Mine again"]
    table = results_table(retried)
    assert [row[table.headers.index("edited")] for row in table.rows] == [
        "title: New title one | primary_subject: Compter Science"
    ]


SLUGGED = (
    "course_key,title,url_slug,note\n"
    "edX+BASE1,One,first-slug,-\n"
    "edX+BASE2,Two,first-slug,-\n"
    "edX+BASE1,Three,,-\n"
    "edX+BASE3,,other-slug,-\n"
    "edX+BASE4,Five,,-\n"
)
CHOICES = {
    "course_key": ["edX+BASE1", "edX+BASE2", "edX+BASE3", "edX+BASE4", "edX+NONE", ""],
    "title": ["One", "Three", ""],
    "url_slug": ["first-slug", "FIRST-slug", "other-slug", "bad slug!", ""],
}


def test_after_any_edits_a_preview_says_what_a_preview_of_the_edited_file_says(catalog: None, run: Run) -> None:
    """Rows that depend on each other are found whichever way: by their course, or by a value that must be unique."""
    chance = random.Random(18)
    task = run("course_update", SLUGGED, dry_run=True)

    for _round in range(4):
        for _edit in range(3):
            column = chance.choice(list(CHOICES))
            cells = [(line, chance.choice(CHOICES[column])) for line in chance.sample(range(2, 7), 2)]
            service.edit_cells(task, [CellEdit(line=line, column=column, value=text) for line, text in cells], staff())
        rows = task.rows.order_by("line")
        content = "".join(",".join(row.cells[name] for name in CHOICES) + ",-\n" for row in rows)
        fresh = run("course_update", f"{','.join(CHOICES)},note\n{content}", dry_run=True)

        assert described(task) == described(fresh), content
        assert task.task_summary["forecast"] == fresh.task_summary["forecast"]
        assert (task.invalid_count, task.unchanged_count) == (fresh.invalid_count, fresh.unchanged_count)


def described(task: BulkOperationTask) -> list[Any]:
    return [
        (row.line, row.status, sorted(found["message"] for found in row.problems), row.changes, row.fingerprint)
        for row in task.rows.order_by("line")
    ]
