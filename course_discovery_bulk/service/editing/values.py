"""Cells that have a value: as their whole text, or as an item of their list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from course_discovery_bulk.columns.lists import replace_items
from course_discovery_bulk.data import fold
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.problems import clip
from course_discovery_bulk.service.editing.columns import EditedColumns
from course_discovery_bulk.service.editing.refusals import CellEdit

PAGE: Final = 500


def find_cells_with(
    task: BulkOperationTask, columns: EditedColumns, cell: str, old: str, new: str, *, code: str | None
) -> Iterator[CellEdit]:
    """The edits that replace a value in all rows that have it, and if a code is given that problem as well.

    A problem shows the beginning of a long value: then it is enough that the cell begins like that.
    """
    told = (code, columns.column_of(cell), clip(old))
    rows = task.rows.exclude(problems=[]) if code else task.rows.all()
    for line, cells, problems in rows.order_by("line").values_list("line", "cells", "problems").iterator(PAGE):
        if code and not _has_problem(problems, told):
            continue
        text = cells.get(cell, "")
        if old in (text, columns.text_of(cell, cells)) or (code and clip(text) == old):
            yield CellEdit(line=line, column=cell, value=new, before=text)
        elif columns.is_list(cell) and (replaced := replace_items(text, {fold(old): new})) != text:
            yield CellEdit(line=line, column=cell, value=replaced, before=text)


def _has_problem(problems: Sequence[dict[str, Any]], told: tuple[str | None, ...]) -> bool:
    return any((found["code"], found["column"], found["value"]) == told for found in problems)
