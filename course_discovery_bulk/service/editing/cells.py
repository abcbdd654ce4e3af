"""Edits of cells: some cells one by one, or one value in all rows that have it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import partial

from course_discovery_bulk import conf
from course_discovery_bulk.access import User
from course_discovery_bulk.db.statements import in_batches, literal_bytes
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask, RowEdit
from course_discovery_bulk.pipeline.record_new_rows import ROW_BYTES
from course_discovery_bulk.problems import READING_CODES
from course_discovery_bulk.reading.cells import find_problems
from course_discovery_bulk.reading.splitting import clean_cell
from course_discovery_bulk.service.editing.columns import EditedColumns
from course_discovery_bulk.service.editing.history import last_edits
from course_discovery_bulk.service.editing.refusals import CellEdit, Edited, StaleCell, StaleEdit
from course_discovery_bulk.service.editing.turn import edit_rows, find_rows
from course_discovery_bulk.service.editing.values import find_cells_with


def edit_cells(task: BulkOperationTask, edits: Iterable[CellEdit], user: User, *, rings: bool = True) -> Edited:
    """Change cells of a preview, all of them or none.

    A cell that already has the text is left as it is. Raises NotEditable, StaleEdit, UnknownColumn or LineNotFound.
    """
    columns = EditedColumns(task)
    named = [(columns.cell_of(edit.column), edit) for edit in edits]
    return edit_rows(task, partial(_edit_cells, task, named, user), rings=rings)


def replace_value(
    task: BulkOperationTask,
    column: str,
    old: str,
    new: str,
    user: User,
    *,
    code: str | None = None,
    rings: bool = True,
) -> Edited:
    """Put a value in the place of another one in all rows that have it in a column; with `code`, that problem as well.

    In a cell that holds a list, only the item is replaced.
    """
    columns = EditedColumns(task)
    cell = columns.cell_of(column)

    def replace_all(now: datetime) -> Sequence[RowEdit]:
        found = find_cells_with(task, columns, cell, old, new, code=code)
        return _edit_cells(task, [(cell, edit) for edit in found], user, now)

    return edit_rows(task, replace_all, rings=rings)


def _edit_cells(
    task: BulkOperationTask, named: Sequence[tuple[str, CellEdit]], user: User, now: datetime
) -> Sequence[RowEdit]:
    rows = find_rows(task, (edit.line for _cell, edit in named))
    _refuse_stale(task, rows, named)
    made, told = [], set[int]()
    for cell, edit in named:
        row, text = rows[edit.line], clean_cell(edit.value)
        before = row.cells.get(cell, "")
        if text == before:
            continue
        problems = row.problems
        _write_cell(row, cell, text)
        told |= {row.line} if row.problems != problems else set()
        made.append(
            RowEdit(task=task, line=row.line, column=cell, before=before, after=text, user_id=user.pk, created=now)
        )
    _store_cells([rows[line] for line in dict.fromkeys(edit.line for edit in made)], told, now)
    return made


def _store_cells(changed: Sequence[BulkOperationRow], told: AbstractSet[int], now: datetime) -> None:
    """Several small writes: one bulk update of everything takes three times as long.

    `told` are the lines of which reading says something else now.
    """
    stored = BulkOperationRow.objects
    for batch in in_batches(changed, lambda row: ROW_BYTES + literal_bytes(row.cells)):
        stored.bulk_update(batch, ["cells"])
        stored.filter(pk__in=[row.pk for row in batch]).update(modified=now)
    others = [row for row in changed if row.line in told]
    for batch in in_batches(others, lambda row: ROW_BYTES + literal_bytes(row.problems)):
        stored.bulk_update(batch, ["problems"])


def _write_cell(row: BulkOperationRow, cell: str, text: str) -> None:
    """Change a cell, and what reading said of it: of the new text that is found out as if it stood in the file."""
    limit = conf.read().max_cell_bytes
    others = [found for found in row.problems if found["code"] not in READING_CODES or found["column"] != cell]
    found = find_problems([text], row.line, [cell], max_cell_bytes=limit)
    row.problems = [*others, *(item.as_record() for item in found)]
    row.cells = {**row.cells, cell: text}


def _refuse_stale(
    task: BulkOperationTask, rows: dict[int, BulkOperationRow], named: Sequence[tuple[str, CellEdit]]
) -> None:
    """StaleEdit if a cell is neither as its editor saw it nor as it is to be."""
    stale = [
        (cell, edit)
        for cell, edit in named
        if edit.before is not None
        and rows[edit.line].cells.get(cell, "") not in (edit.before, clean_cell(edit.before), clean_cell(edit.value))
    ]
    if not stale:
        return
    last = last_edits(task, {edit.line for _cell, edit in stale})
    raise StaleEdit(
        [_stale_cell(edit, rows[edit.line].cells.get(cell, ""), last.get((edit.line, cell))) for cell, edit in stale]
    )


def _stale_cell(edit: CellEdit, current: str, last: RowEdit | None) -> StaleCell:
    by = last.user.get_username() if last and last.user else None
    return StaleCell(line=edit.line, column=edit.column, current=current, by=by, at=last.created if last else None)
