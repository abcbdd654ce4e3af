"""What a task changed, as a file that puts it back: read from the rows, compared with what discovery holds now.

rows that changed something -> DoneRow -> Operation.undo -> UndoRow -> cells that read back as they are
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.db.models import Q

from course_discovery_bulk.choices import CHANGED_ROW_STATUSES
from course_discovery_bulk.columns.base import RUN_PREFIX, Column
from course_discovery_bulk.columns.headers import (
    CANNOT_UNDO,
    EDITED_SINCE,
    LINE,
    UNDO_EXPECTS,
    UPLOAD_NUMBER,
    normalise_header,
)
from course_discovery_bulk.columns.numbers import Price
from course_discovery_bulk.data import Needs
from course_discovery_bulk.discovery.session import Viewpoint
from course_discovery_bulk.exceptions import DocumentRefused
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.operations.instructors import people_in
from course_discovery_bulk.operations.later_edits import write_expected
from course_discovery_bulk.operations.undoing import DoneRow, UndoRow, columns_of, comparison_at
from course_discovery_bulk.pipeline.plan import state_of
from course_discovery_bulk.reports.round_trip import find_unreadable
from course_discovery_bulk.reports.table import Table, delimiter_of, has_decimal_commas
from course_discovery_bulk.text.comparing import Comparison
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

LIST_SEPARATOR: Final = ", "
Change = tuple[Any, Any]


def undo_table(task: BulkOperationTask, operation: Operation, view: Viewpoint) -> Table:
    """The file that puts back what the rows of a finished task changed, the last change of a course first.

    The first batch is read before this returns, as for an export. Raises DocumentRefused where there is no such file.
    """
    if not task.is_final:
        raise DocumentRefused(
            "NOT_FINISHED", Phrase(_("This upload is still running. You can undo it after it finishes."))
        )
    if operation.undo is None:
        raise DocumentRefused(
            "CANNOT_UNDO",
            Phrase(_("{operation}: what was created can't be undone."), operation=Phrase(operation.label)),
        )
    paths = {path for row in _changed_rows(task, view) for path in row.changes}
    if not paths:
        raise DocumentRefused("NOTHING_TO_UNDO", Phrase(_("This upload changed nothing.")))
    names = _column_names(task, operation, paths)
    batches = _batches(task, operation, view)
    first = next(batches, [])
    found = itertools.chain(first, itertools.chain.from_iterable(batches))
    with_commas = _prices(operation) if has_decimal_commas(task) else frozenset()
    rows = (
        [
            *(_text(row.cells.get(name, ""), is_with_comma=name in with_commas) for name in names),
            str(row.line),
            str(task.pk),
            LIST_SEPARATOR.join(row.edited_since),
            LIST_SEPARATOR.join(row.cannot_undo),
            write_expected(row.expected, operation.columns),
        ]
        for row in found
    )
    headers = (*names, LINE, UPLOAD_NUMBER, EDITED_SINCE, CANNOT_UNDO, UNDO_EXPECTS)
    return Table(headers=headers, rows=rows, delimiter=delimiter_of(task))


def _prices(operation: Operation) -> frozenset[str]:
    return frozenset(column.name for column in operation.columns if isinstance(column.kind, Price))


def _text(cell: str, *, is_with_comma: bool) -> str:
    return cell.replace(".", ",") if is_with_comma else cell


def _column_names(task: BulkOperationTask, operation: Operation, paths: Iterable[str]) -> list[str]:
    """The uploaded columns and whatever else it takes to put the changed fields back, in the order of the operation."""
    known = operation.known_headers
    wanted = {known.get(normalise_header(header)) for header in task.headers}
    wanted |= operation.mapping.constants.keys()  # the key of a course may be one
    wanted |= {column.name for path in paths for column in columns_of(path, operation.columns)}
    return [column.name for column in operation.columns if column.name in wanted and not column.is_order]


def _batches(task: BulkOperationTask, operation: Operation, view: Viewpoint) -> Iterator[list[UndoRow]]:
    """Rows of the file, as many at a time as one reading of courses gives; those of one course stay together."""
    groups = (list(rows) for _, rows in itertools.groupby(_changed_rows(task, view), key=lambda row: row.group))
    while taken := _take(groups, view.settings.state_batch):
        texts = {row.pk: operation.texts(row.cells) for group in taken for row in group}
        needs = [operation.needs(cells) for cells in texts.values()]
        state = state_of(
            Needs(
                courses=tuple(name for need in needs for name in need.courses),
                runs=tuple(key for need in needs for key in need.runs),
                people=tuple(name for need in needs for name in need.people),
            ),
            view.client,
        )
        done = [
            DoneRow(line=row.line, cells=texts[row.pk], changes=changes, state=state, beside=_beside(row, joined))
            for joined in (_joined(group, operation.columns) for group in taken)
            for row, changes in joined
        ]
        assert operation.undo is not None  # the caller has looked
        changes = [change for row in done for change in row.changes.items()]
        lookups = view.lookups_with_people(people_in(changes, operation.columns))
        found = [undone for row in done if (undone := operation.undo(row, lookups, operation.columns))]
        yield _readable(found, operation, max_cell_bytes=view.settings.max_cell_bytes)


def _take(groups: Iterator[list[BulkOperationRow]], size: int) -> list[list[BulkOperationRow]]:
    """Whole groups until there are enough rows."""
    taken: list[list[BulkOperationRow]] = []
    while sum(map(len, taken)) < size and (group := next(groups, None)):
        taken.append(group)
    return taken


def _changed_rows(task: BulkOperationTask, view: Viewpoint) -> Iterator[BulkOperationRow]:
    """Rows that may have changed something, those of one course together and in the order of the file."""
    wanted = ("task", "group", "line", "cells", "changes", "object_key")
    rows = task.rows.filter(status__in=CHANGED_ROW_STATUSES).order_by("group", "line").only(*wanted)
    after = Q()
    while page := list(rows.filter(after)[: view.settings.read_chunk_rows]):
        yield from (row for row in page if row.changes)
        last = page[-1]
        after = Q(group__gt=last.group) | Q(group=last.group, line__gt=last.line)


def _joined(
    group: Sequence[BulkOperationRow], columns: Sequence[Column]
) -> list[tuple[BulkOperationRow, dict[str, Change]]]:
    """Each row with its changes, last row first; where a later row went on from an earlier one, both are one change.

    The change then belongs to the earlier row: from what was there before it to what the later one left.
    """
    found: list[tuple[BulkOperationRow, dict[str, Change]]] = []
    for row in group:
        own: dict[str, Change] = {path: (before, after) for path, (before, after) in row.changes.items()}
        for earlier_row, earlier in found:
            is_same_run = row.object_key == earlier_row.object_key
            for path in [path for path in own if is_same_run or not path.startswith(RUN_PREFIX)]:
                if path in earlier and _goes_on(earlier[path], own[path], comparison_at(path, columns)):
                    earlier[path] = (earlier[path][0], own.pop(path)[1])
        found.append((row, own))
    return [(row, changes) for row, changes in reversed(found) if changes]


def _beside(
    row: BulkOperationRow, joined: Iterable[tuple[BulkOperationRow, Mapping[str, Change]]]
) -> dict[str, Change]:
    """What the other rows of a course changed of the course itself."""
    others = (changes for other, changes in joined if other is not row)
    return {path: change for changes in others for path, change in changes.items() if not path.startswith(RUN_PREFIX)}


def _goes_on(earlier: Change, later: Change, comparison: Comparison) -> bool:
    return comparison.is_same(earlier[1], later[0])


def _readable(rows: Sequence[UndoRow], operation: Operation, *, max_cell_bytes: int) -> list[UndoRow]:
    """Rows without the cells that reading would not take as they are; those are said to be beyond undoing."""
    unreadable = find_unreadable([row.cells for row in rows], operation.columns, max_cell_bytes=max_cell_bytes)
    return [
        replace(
            row,
            cells={name: text for name, text in row.cells.items() if name not in left_out},
            cannot_undo=(*row.cannot_undo, *sorted(left_out)),
        )
        for row, left_out in zip(rows, unreadable, strict=True)
    ]
