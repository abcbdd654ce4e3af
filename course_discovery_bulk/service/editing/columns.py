"""Which cell of a row a column is: by its header in the file, or by its name in the operation."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from course_discovery_bulk.columns.headers import normalise_header
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.operations.registry import get_operation
from course_discovery_bulk.service.editing.refusals import UnknownColumn
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _


class EditedColumns:
    """The columns of one file as edits name them."""

    def __init__(self, task: BulkOperationTask) -> None:
        self.operation: Operation = get_operation(task.task_type, task.mapping)
        self._headers = tuple(dict.fromkeys(filter(None, map(normalise_header, task.headers))))

    def cell_of(self, column: str) -> str:
        """The name of its cells in rows; UnknownColumn if no cell is the column's own."""
        name = normalise_header(column)
        if name in self._headers:
            return name
        feeding = [header for header in self._headers if self._known.get(header) == name]
        if len(feeding) > 1:
            text = _("“{column}” is filled from several columns: {headers}. Edit one of those.")
            raise UnknownColumn(column, Phrase(text, column=column, headers=", ".join(feeding)))
        if name in self.operation.mapping.constants:
            text = _(
                "“{column}” has one value for all rows, chosen for this upload. Upload the file again to change it."
            )
            raise UnknownColumn(column, Phrase(text, column=column))
        if not feeding and name not in self._known:
            raise UnknownColumn(column)
        return feeding[0] if feeding else name

    def text_of(self, cell: str, cells: Mapping[str, str]) -> str:
        """What a cell is read as: its text, or the one that was chosen for it."""
        name = self._known.get(cell, "")
        return self.operation.texts({cell: cells.get(cell, "")}).get(name, cells.get(cell, ""))

    def column_of(self, cell: str) -> str:
        """The column that a cell fills, as problems name it."""
        return self._known.get(cell, cell)

    def is_list(self, cell: str) -> bool:
        """Whether a cell may hold several values."""
        column = self.operation.by_name.get(self.column_of(cell))
        return column is not None and column.kind.is_list

    @cached_property
    def _known(self) -> Mapping[str, str]:
        return self.operation.known_headers
