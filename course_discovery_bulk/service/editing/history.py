"""What was edited in a preview: who, when, before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db.models import QuerySet

from course_discovery_bulk.choices import EditKind
from course_discovery_bulk.models import BulkOperationTask, RowEdit


def edits_of(task: BulkOperationTask) -> QuerySet[RowEdit]:
    """All edits of a task with their editors, the newest first."""
    return task.edits.select_related("user").order_by("-pk")


def edits_by_line(task: BulkOperationTask, lines: Collection[int]) -> dict[int, list[RowEdit]]:
    """The edits of some rows in their order, in one query; rows without any are not there."""
    found: defaultdict[int, list[RowEdit]] = defaultdict(list)
    for edit in edits_of(task).filter(line__in=lines).order_by("pk"):
        found[edit.line].append(edit)
    return dict(found)


def last_edits(task: BulkOperationTask, lines: Collection[int]) -> dict[tuple[int, str], RowEdit]:
    """The last edit of each edited cell of some rows, by line and cell."""
    edits = edits_of(task).filter(line__in=lines, kind=EditKind.CELL).order_by("pk")
    return {(edit.line, edit.column): edit for edit in edits}
