"""Report: the rows of a task as tables, the uploaded columns first and what became of each row behind them.

Both tables can be uploaded again as they are: reading knows the columns of results and leaves them alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext

from course_discovery_bulk.choices import TO_FIX_ROW_STATUSES
from course_discovery_bulk.columns.headers import RESULT_HEADERS, UPLOADED, cell_names, is_ours, normalise_header
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.presentation.cells import CellAddresses
from course_discovery_bulk.presentation.tasks import known_headers_of
from course_discovery_bulk.problems import Problem, clip, translated
from course_discovery_bulk.reports.edited_cells import Uploaded, added_columns, uploaded_texts
from course_discovery_bulk.reports.table import Remark, RemarkedRow, Table, delimiter_of

SEPARATOR: Final = " | "
_PAGE_ROWS: Final = 500
_FIELDS: Final = ("task", "line", "cells", "status", "problems", "object_key", "object_url")


def results_table(task: BulkOperationTask) -> Table:
    """Every row as it is now, in the order of the file."""
    return _table(task, task.rows.all())


def failed_table(task: BulkOperationTask) -> Table:
    """Only the rows that did not do what they should and were not fixed since, and those that had no turn."""
    return _table(task, task.rows.filter(status__in=TO_FIX_ROW_STATUSES, fixed_by__isnull=True))


def _table(task: BulkOperationTask, rows: QuerySet[BulkOperationRow]) -> Table:
    dropped = ("", *RESULT_HEADERS) if is_ours(task.headers) else ("",)  # those that an earlier results file had
    headers = [header for header in task.headers if normalise_header(header) not in dropped]
    headers += added_columns(task)
    names = cell_names(headers)
    places = CellAddresses(headers, known_headers_of(task))
    return Table(
        headers=(*map(_apart, headers), *RESULT_HEADERS),
        delimiter=delimiter_of(task),
        rows=(
            RemarkedRow(
                [*(row.cells.get(name, "") for name in names), *_results(row, uploaded)],
                _remarks(row, uploaded, places, names),
            )
            for row, uploaded in _in_pages(task, rows)
        ),
    )


def _apart(header: str) -> str:
    """A column of the uploader's own that is called like one of ours, under a name that differs."""
    return f"{header}{UPLOADED}" if normalise_header(header) in RESULT_HEADERS else header


def _results(row: BulkOperationRow, uploaded: Uploaded) -> Sequence[str]:
    """What stands below RESULT_HEADERS."""
    codes = dict.fromkeys(str(problem["code"]) for problem in row.problems)
    messages = dict.fromkeys(str(problem["message"]) for problem in row.problems)
    texts = (SEPARATOR.join(codes), SEPARATOR.join(messages))
    edited = SEPARATOR.join(f"{column}: {text}" for column, text in uploaded.items())
    return (str(row.line), row.status, *texts, row.object_key, row.object_url, edited, str(row.task_id))


def _remarks(
    row: BulkOperationRow, uploaded: Uploaded, places: CellAddresses, names: Sequence[str]
) -> dict[int, Remark]:
    """What is said of each cell by position; of what is not about a cell of the file, at the row's status."""
    status = len(names) + RESULT_HEADERS.index("status")
    found: dict[int, list[Problem]] = {}
    for item in map(Problem.from_dict, row.problems):
        position = places.position(item.column)
        found.setdefault(status if position is None else position, []).append(translated(item))
    edited = {names.index(column): text for column, text in uploaded.items() if column in names}
    return {position: _remark(found.get(position, ()), edited.get(position)) for position in {**found, **edited}}


def _remark(problems: Sequence[Problem], uploaded: str | None) -> Remark:
    texts = dict.fromkeys(f"{item.message} {item.hint}".strip() for item in problems)
    edited = [] if uploaded is None else [_edited(uploaded)]
    return Remark(text="\n".join([*texts, *edited]), is_error=any(item.is_error for item in problems))


def _edited(uploaded: str) -> str:
    if not uploaded:
        return gettext("Edited. The cell was empty.")
    return gettext("Edited. The file says “%(text)s”.") % {"text": clip(uploaded)}


def _in_pages(task: BulkOperationTask, rows: QuerySet[BulkOperationRow]) -> Iterator[tuple[BulkOperationRow, Uploaded]]:
    """The rows in the order of the file, and what the file says in their edited cells.

    Never more than a page in memory, whatever the database does with cursors.
    """
    last = 0
    while page := list(rows.filter(line__gt=last).order_by("line").only(*_FIELDS)[:_PAGE_ROWS]):
        uploaded = uploaded_texts(task, page)
        yield from ((row, uploaded.get(row.line, {})) for row in page)
        last = page[-1].line
