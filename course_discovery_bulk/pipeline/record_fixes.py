"""Record what a follow-up has done at the rows that it came from, so that what is left to fix there counts down.

A correction or a retry has rows of another task, and may have its own follow-ups: what the last of them has done is
done for all before it. All of it can be done again without harm, should the worker crash before the end is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from course_discovery_bulk.choices import TO_FIX_ROW_STATUSES, OriginKind, RowStatus
from course_discovery_bulk.data.batches import in_batches_of
from course_discovery_bulk.db.retrying import persist
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask

FIXING: Final = frozenset({OriginKind.CORRECTION, OriginKind.RETRY})
CHUNK: Final = 500
# A course of which a part was made is there, so that its row is skipped: that does not make the missing part.
_LEFT_BY_SKIPPING: Final = frozenset({RowStatus.PARTLY_DONE})


def record_fixes(task: BulkOperationTask, *, is_cancelled: bool) -> None:
    """Mark the rows that a task has done at every task that it follows."""
    if task.origin_id is None or task.origin_kind not in FIXING:
        return
    settled = () if is_cancelled else (RowStatus.UNCHANGED,)
    done = _origin_lines(task.rows.filter(status__in=(RowStatus.SUCCEEDED, *settled)))
    spared = [] if is_cancelled else _origin_lines(task.rows.filter(status=RowStatus.SKIPPED, is_left_out=False))
    for origin in _origins_of(task):
        _mark(origin, done, TO_FIX_ROW_STATUSES, fixed_by=task.pk)
        _mark(origin, spared, TO_FIX_ROW_STATUSES - _LEFT_BY_SKIPPING, fixed_by=task.pk)
        persist(partial(_count, origin))
        done, spared = (_lines_above(origin, lines) for lines in (done, spared))


def _origins_of(task: BulkOperationTask) -> Iterator[BulkOperationTask]:
    """The tasks that it follows, the nearest first, as far as they are fixed by it."""
    follower: BulkOperationTask | None = task
    while follower and follower.origin_id and follower.origin_kind in FIXING:
        follower = BulkOperationTask.objects.filter(pk=follower.origin_id).first()
        if follower:
            yield follower


def _mark(task: BulkOperationTask, lines: Iterable[int], statuses: Iterable[RowStatus], *, fixed_by: int) -> None:
    rows = task.rows.filter(status__in=list(statuses), fixed_by__isnull=True)
    for some in _some(lines):
        persist(partial(rows.filter(line__in=some).update, fixed_by=fixed_by))


def _count(task: BulkOperationTask) -> None:
    """Count the marks in the statement that writes their number: follow-ups may end at the same time."""
    marked = BulkOperationRow.objects.filter(task=OuterRef("pk"), fixed_by__isnull=False)
    number = Subquery(marked.order_by().values("task").annotate(number=Count("pk")).values("number"))
    BulkOperationTask.objects.filter(pk=task.pk).update(fixed_count=Coalesce(number, 0), modified=timezone.now())


def _lines_above(task: BulkOperationTask, lines: Iterable[int]) -> list[int]:
    """Where the rows on these lines came from in turn."""
    return [line for some in _some(lines) for line in _origin_lines(task.rows.filter(line__in=some))]


def _some(lines: Iterable[int]) -> Iterator[list[int]]:
    return in_batches_of(CHUNK, lines, lambda _line: 1)


def _origin_lines(rows: QuerySet[BulkOperationRow]) -> list[int]:
    return [line for line in rows.values_list("origin_line", flat=True) if line is not None]
