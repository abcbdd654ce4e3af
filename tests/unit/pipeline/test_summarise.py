"""The end of a task: every combination of row statuses has one, and the numbers always sum up."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from course_discovery_bulk.choices import OPEN_ROW_STATUSES, RowAction, RowStatus, TaskStatus
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.pipeline.summarise import count_rows, counts, decide_status, summarise
from course_discovery_bulk.problems import COURSE_EXISTS, MISSING_REQUIRED_DATA, NO_ROWS, Place, problem

GOOD = {RowStatus.SUCCEEDED, RowStatus.UNCHANGED, RowStatus.SKIPPED}


def buckets(*statuses: RowStatus, number: int = 1) -> dict[str, int]:
    return {status: number if status in statuses else 0 for status in RowStatus}


EVERY_MIXTURE = [
    mixture for size in range(1, len(RowStatus) + 1) for mixture in itertools.combinations(RowStatus, size)
]


def test_every_mixture_of_rows_has_the_end_that_its_words_say() -> None:
    for mixture in EVERY_MIXTURE:
        some_good = bool(GOOD & set(mixture))
        some_done = some_good or RowStatus.PARTLY_DONE in mixture
        if set(mixture) <= GOOD:
            expected = TaskStatus.COMPLETED
        else:
            expected = TaskStatus.PARTIALLY_COMPLETED if some_done else TaskStatus.FAILED

        assert decide_status(buckets(*mixture), is_cancelled=False, is_refused=False) == expected, mixture


@pytest.mark.parametrize(
    ("mixture", "status"),
    [
        ((RowStatus.SUCCEEDED,), TaskStatus.COMPLETED),
        ((RowStatus.SUCCEEDED, RowStatus.UNCHANGED, RowStatus.SKIPPED), TaskStatus.COMPLETED),
        ((RowStatus.SKIPPED,), TaskStatus.COMPLETED),
        ((RowStatus.SUCCEEDED, RowStatus.INVALID), TaskStatus.PARTIALLY_COMPLETED),
        ((RowStatus.SUCCEEDED, RowStatus.NOT_PROCESSED), TaskStatus.PARTIALLY_COMPLETED),
        ((RowStatus.PARTLY_DONE,), TaskStatus.PARTIALLY_COMPLETED),
        ((RowStatus.INVALID,), TaskStatus.FAILED),
        ((RowStatus.FAILED, RowStatus.INVALID), TaskStatus.FAILED),
        ((RowStatus.UNKNOWN,), TaskStatus.FAILED),
        ((RowStatus.NOT_PROCESSED,), TaskStatus.FAILED),
    ],
)
@pytest.mark.parametrize("number", [1, 5000])
def test_the_end_does_not_depend_on_how_many(mixture: tuple[RowStatus, ...], status: TaskStatus, number: int) -> None:
    assert decide_status(buckets(*mixture, number=number), is_cancelled=False, is_refused=False) == status


def test_without_rows_a_task_has_failed() -> None:
    assert decide_status(buckets(), is_cancelled=False, is_refused=False) == TaskStatus.FAILED


@pytest.mark.parametrize("mixture", [(), (RowStatus.SUCCEEDED,), (RowStatus.FAILED, RowStatus.SUCCEEDED)])
def test_a_refusal_and_a_cancellation_overrule_the_rows(mixture: tuple[RowStatus, ...]) -> None:
    assert decide_status(buckets(*mixture), is_cancelled=False, is_refused=True) == TaskStatus.FAILED
    assert decide_status(buckets(*mixture), is_cancelled=True, is_refused=False) == TaskStatus.CANCELLED


def test_every_bucket_of_an_ended_task_has_its_field() -> None:
    found = counts(buckets(*RowStatus))

    assert set(found) == {f"{status}_count" for status in set(RowStatus) - OPEN_ROW_STATUSES}
    assert all(hasattr(BulkOperationTask, name) for name in found)


# --- from the database


@pytest.fixture
def task(db: None) -> BulkOperationTask:
    return BulkOperationTask.objects.create(
        original_filename="courses.csv", file_sha256="0" * 64, file_size=1, task_type="course_create"
    )


def add_row(task: BulkOperationTask, line: int, status: RowStatus, **fields: Any) -> None:
    BulkOperationRow.objects.create(task=task, line=line, status=status, **fields)


def missing(line: int, column: str = "title") -> dict[str, Any]:
    return problem(MISSING_REQUIRED_DATA, Place(line=line, column=column), operation="Create courses").as_dict()


def test_rows_are_counted_into_exactly_one_bucket_each(task: BulkOperationTask) -> None:
    for line, status in enumerate([*RowStatus, RowStatus.SUCCEEDED, RowStatus.FAILED], start=2):
        add_row(task, line, status)

    found = count_rows(task)

    assert set(found) == set(RowStatus.values)
    assert sum(found.values()) == 12
    assert (found["succeeded"], found["failed"], found["skipped"]) == (2, 2, 1)


def test_rows_of_other_tasks_are_not_counted(task: BulkOperationTask) -> None:
    other = BulkOperationTask.objects.create(original_filename="o", file_sha256="1" * 64, file_size=1, task_type="x")
    add_row(other, 2, RowStatus.SUCCEEDED)

    assert sum(count_rows(task).values()) == 0


def test_the_summary_sums_up(task: BulkOperationTask) -> None:
    add_row(task, 2, RowStatus.SUCCEEDED)
    add_row(task, 3, RowStatus.INVALID, problems=[missing(3)])
    add_row(task, 4, RowStatus.NOT_PROCESSED)

    summary = summarise(task, message_limit=20, product_limit=200)

    assert summary.total == sum(summary.buckets.values()) == 3
    assert dict(summary.errors) == {"MISSING_REQUIRED_DATA": ("[row 3, title] title is empty.",)}
    assert dict(summary.error_totals) == {"MISSING_REQUIRED_DATA": 1}


def test_messages_are_capped_in_the_order_of_the_file_and_totals_are_not(task: BulkOperationTask) -> None:
    for line in (4, 3, 2):
        add_row(task, line, RowStatus.INVALID, problems=[missing(line), missing(line, "number")])

    summary = summarise(task, message_limit=3, product_limit=200)

    assert summary.errors["MISSING_REQUIRED_DATA"] == (
        "[row 2, title] title is empty.",
        "[row 2, number] number is empty.",
        "[row 3, title] title is empty.",
    )
    assert summary.error_totals["MISSING_REQUIRED_DATA"] == 6


def test_notes_are_no_errors(task: BulkOperationTask) -> None:
    note = problem(COURSE_EXISTS, Place(line=2), key="edX+A").as_dict()
    add_row(task, 2, RowStatus.SKIPPED, problems=[note])
    task.notes = [note]

    assert summarise(task, message_limit=20, product_limit=200).errors == {}


def test_errors_of_the_whole_file_are_told_too(task: BulkOperationTask) -> None:
    task.notes = [problem(NO_ROWS).as_dict()]

    assert summarise(task, message_limit=20, product_limit=200).errors == {
        "NO_ROWS": ("The file has a header but no rows.",)
    }


def test_created_courses_are_listed_with_uuid_title_and_key(task: BulkOperationTask) -> None:
    made = {"cells": {"title": "Computing"}, "object_key": "edX+A", "action": RowAction.CREATE}
    steps = [{"result": {}}, {"result": {"course_uuid": "u-1"}}]
    add_row(task, 3, RowStatus.PARTLY_DONE, **made, steps=steps)
    add_row(task, 2, RowStatus.SUCCEEDED, **{**made, "object_key": "edX+B"}, steps=steps)
    add_row(task, 4, RowStatus.FAILED, **made, steps=steps)
    add_row(task, 5, RowStatus.SKIPPED, **{**made, "action": RowAction.NONE}, steps=[])

    assert summarise(task, message_limit=20, product_limit=200).created == (
        "u-1 - Computing (edX+B)",
        "u-1 - Computing (edX+A)",
    )
    assert summarise(task, message_limit=20, product_limit=1).created == ("u-1 - Computing (edX+B)",)
