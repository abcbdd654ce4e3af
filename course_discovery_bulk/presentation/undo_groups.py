"""The rows of an undo's preview in three groups: put back, kept because they were edited since, and beyond undoing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from course_discovery_bulk.choices import OriginKind, RowStatus, TaskStatus
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.presentation.tasks import stored_counts
from course_discovery_bulk.problems import CANNOT_PUT_BACK, EDITED_SINCE, Problem, translated

CHUNK: Final = 500
_FIELDS: Final = ("line", "origin_line", "group", "object_key", "problems")


@dataclass(frozen=True, kw_only=True)
class UndoLine:
    """A row that is not put back as a whole: where it is here and in the undone upload, and why, field by field."""

    line: int
    origin_line: int
    key: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class UndoGroups:
    """A row may be in several groups: one of its fields is put back, another was edited."""

    put_back: int
    edited_since: tuple[UndoLine, ...]
    cannot_undo: tuple[UndoLine, ...]


def undo_groups(tasks: Iterable[BulkOperationTask]) -> dict[int, UndoGroups]:
    """The groups of those tasks that are previews of an undo, by their ids; one query for all of them."""
    undos = [task for task in tasks if task.origin_kind == OriginKind.UNDO and task.status == TaskStatus.VALIDATED]
    told: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    if undos:
        rows = BulkOperationRow.objects.filter(task__in=undos).exclude(problems=[]).order_by("line")
        for row in rows.values("task_id", *_FIELDS).iterator(chunk_size=CHUNK):
            told[row["task_id"]].append(row)
    return {task.pk: _groups_of(task, told[task.pk]) for task in undos}


def _groups_of(task: BulkOperationTask, told: Sequence[Mapping[str, Any]]) -> UndoGroups:
    return UndoGroups(
        put_back=stored_counts(task)[RowStatus.PENDING],
        edited_since=_with(EDITED_SINCE.code, told),
        cannot_undo=_with(CANNOT_PUT_BACK.code, told),
    )


def _with(code: str, rows: Sequence[Mapping[str, Any]]) -> tuple[UndoLine, ...]:
    found = ((row, [item for item in row["problems"] if item["code"] == code]) for row in rows)
    return tuple(
        UndoLine(
            line=row["line"],
            origin_line=row["origin_line"] or row["line"],
            key=row["object_key"] or row["group"],
            reasons=tuple(translated(Problem.from_dict(item)).message for item in items),
        )
        for row, items in found
        if items
    )
