"""Summarise: counts what became of the rows and decides, alone, how a task ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models import Count, QuerySet

from course_discovery_bulk.choices import GOOD_ROW_STATUSES, OPEN_ROW_STATUSES, RowAction, RowStatus, TaskStatus
from course_discovery_bulk.data import RUN_KEY, Summary
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.problems import ERROR

CHUNK = 500


def count_rows(task: BulkOperationTask) -> dict[str, int]:
    """Rows by status; every status is there, and they sum to the number of rows."""
    counted = dict(task.rows.order_by().values_list("status").annotate(Count("pk")))
    return {status: counted.get(status, 0) for status in RowStatus.values}


def counts(buckets: Mapping[str, int]) -> dict[str, int]:
    """The count fields of a task, for the buckets that can be left at its end."""
    return {f"{status}_count": number for status, number in buckets.items() if status not in OPEN_ROW_STATUSES}


def decide_status(buckets: Mapping[str, int], *, is_cancelled: bool, is_refused: bool) -> TaskStatus:
    """The end of a task from its buckets; a refused file or policy is a failure whatever the rows say."""
    if is_cancelled:
        return TaskStatus.CANCELLED
    total, good = sum(buckets.values()), sum(buckets[status] for status in GOOD_ROW_STATUSES)
    if is_refused or total == 0:
        return TaskStatus.FAILED
    if good == total:
        return TaskStatus.COMPLETED
    return TaskStatus.PARTIALLY_COMPLETED if good + buckets[RowStatus.PARTLY_DONE] else TaskStatus.FAILED


def summarise(task: BulkOperationTask, *, message_limit: int, product_limit: int) -> Summary:
    """The end of a task in numbers, from its rows as they are now; messages and products are capped, totals not."""
    buckets = count_rows(task)
    totals: Counter[str] = Counter()
    messages: dict[str, list[str]] = {}
    for code, message in _errors(task):
        totals[code] += 1
        kept = messages.setdefault(code, [])
        if len(kept) < message_limit:
            kept.append(message)
    return Summary(
        total=sum(buckets.values()),
        buckets=buckets,
        created=tuple(_created(task, product_limit)),
        new_runs=tuple(_new_runs(task, product_limit)),
        skipped=tuple(_skipped(task, message_limit)),
        updated=_done(task, RowAction.UPDATE).count(),
        errors={code: tuple(kept) for code, kept in messages.items()},
        error_totals=dict(totals),
    )


def _errors(task: BulkOperationTask) -> Iterable[tuple[str, str]]:
    for found in task.notes:
        if found["severity"] == ERROR:
            yield found["code"], found["message"]
    rows = task.rows.exclude(problems=[]).order_by("line").values_list("line", "problems")
    for line, problems in rows.iterator(chunk_size=CHUNK):
        for found in problems:
            if found["severity"] == ERROR:
                where = f"row {line}" + (f", {found['column']}" if found["column"] else "")
                yield found["code"], f"[{where}] {found['message']}"


def _created(task: BulkOperationTask, limit: int) -> Iterable[str]:
    for row in _done(task, RowAction.CREATE).only("task", "cells", "object_key", "steps")[:limit]:
        yield f"{_brought(row, 'course_uuid')} - {row.cells.get('title', '')} ({row.object_key})"


def _new_runs(task: BulkOperationTask, limit: int) -> Iterable[str]:
    rows = _done(task, RowAction.RERUN).only("task", "steps")[:limit]
    return (key for row in rows if (key := _brought(row, RUN_KEY)))


def _skipped(task: BulkOperationTask, limit: int) -> Iterable[str]:
    rows = task.rows.filter(status=RowStatus.SKIPPED).order_by("line").values_list("line", "problems")
    for line, problems in rows[:limit]:
        if problems:
            yield f"[row {line}] {problems[0]['message']}"


def _done(task: BulkOperationTask, action: RowAction) -> QuerySet[BulkOperationRow]:
    """The rows that did this, at least in part, in order."""
    done = [RowStatus.SUCCEEDED, RowStatus.PARTLY_DONE]
    return task.rows.filter(action=action, status__in=done).order_by("line")


def _brought(row: BulkOperationRow, name: str) -> str:
    """What a step of the row brought; empty if none did."""
    found = (step["result"].get(name) for step in row.steps)
    return next((text for text in found if text), "")
