"""The rows of an undo's preview in three groups: put back, kept because they were edited since, and beyond undoing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from course_discovery_bulk.choices import OriginKind, RowStatus
from course_discovery_bulk.models import BulkOperationTask
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


def undo_groups(task: BulkOperationTask) -> UndoGroups | None:
    """The groups of an undo; None for a task that is none."""
    if task.origin_kind != OriginKind.UNDO:
        return None
    told = list(task.rows.exclude(problems=[]).order_by("line").values(*_FIELDS).iterator(chunk_size=CHUNK))
    return UndoGroups(
        put_back=task.rows.filter(status=RowStatus.PENDING).count(),
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
