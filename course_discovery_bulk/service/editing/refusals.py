"""What an edit asks for, what comes of it, and why it is refused. `detail` says it to people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from course_discovery_bulk.exceptions import BulkOperationError
from course_discovery_bulk.models import BulkOperationRow
from course_discovery_bulk.problems import named_briefly
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _


@dataclass(frozen=True, kw_only=True)
class CellEdit:
    """One cell to change. `column` is a header of the file, or a column of the operation.

    `before` is the text that the person saw there, None if that does not matter: if it is another by now, the edit is
    refused.
    """

    line: int
    column: str
    value: str
    before: str | None = None


@dataclass(frozen=True, kw_only=True)
class Edited:
    """What came of an edit: how many rows it changed, and those that were checked again, as they are now.

    `waits` says that a worker checks and plans rows: until then the preview cannot be applied.
    """

    changed: int
    rows: tuple[BulkOperationRow, ...] = ()  # all that say something else now, whether they were edited or not
    waits: bool = False


@dataclass(frozen=True, kw_only=True)
class StaleCell:
    """A cell that somebody else has edited meanwhile: what it says now, who wrote that, and when."""

    line: int
    column: str
    current: str
    by: str | None = None
    at: datetime | None = None


class NotEditable(BulkOperationError):
    """The task is no preview that waits: it runs, has ended, or nobody's rights are left to check it with."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class StaleEdit(BulkOperationError):
    """Cells are not as the person saw them; nothing was edited."""

    def __init__(self, cells: Sequence[StaleCell]) -> None:
        self.cells = tuple(cells)
        self.detail = Phrase(_("Someone else has edited this. Look at the current values and try again."))
        super().__init__(self.detail)


class UnknownColumn(BulkOperationError):
    """Neither the file nor its operation has such a column, or a cell of it would not count; nothing was edited."""

    def __init__(self, column: str, detail: str = "") -> None:
        self.column = column
        unknown = _("There is no column “{column}”. Use a column of the file or of its operation.")
        self.detail = detail or Phrase(unknown, column=column)
        super().__init__(self.detail)


class LineNotFound(BulkOperationError):
    """The file has no such rows; nothing was edited."""

    def __init__(self, lines: Iterable[int]) -> None:
        self.lines = tuple(sorted(lines))
        self.detail = Phrase(_("These rows do not exist: {lines}."), lines=named_briefly(list(map(str, self.lines))))
        super().__init__(self.detail)
