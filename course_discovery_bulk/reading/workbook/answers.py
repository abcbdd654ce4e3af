"""What the child process and the service say to each other: lines of JSON. Both sides load this module.

The service writes one request. The child answers with the sheets, then the rows of one of them, then how it ended; an
answer that breaks off says nothing of the file: how the child ended does (see `process`).

A row is its number, the positions of its cells, their texts, what must be said of cells, and whether it is hidden.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Final

# How reading may end.
DONE: Final = "done"
OTHER_FILE: Final = "other file"  # no workbook at all
DAMAGED: Final = "damaged"
NO_SHEET: Final = "no sheet"
NO_CELLS: Final = "no cells"  # charts and dialogs, but no sheet with cells
NO_SUCH_SHEET: Final = "no such sheet"
TOO_LARGE: Final = "too large"
TOO_DEMANDING: Final = "too demanding"

OUT_OF_MEMORY: Final = 71  # the exit code of a child without the memory to say so
LINE_BYTES: Final = 8 * 1024 * 1024  # longest line of an answer: a row of 200 columns, each cell at its usual limit


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the child is to read, and within which limits."""

    sheet: str  # its name, or its number from 1; empty: the first one that is shown and not blank
    names_others: bool = False  # also those sheets that are not read
    lists_only: bool  # the sheets, without rows
    max_bytes: int
    max_cell_bytes: int  # a text that is longer is cut, to one that is still too long
    blanks: str  # the characters that do not count at the ends of a cell
    memory_mb: int
    seconds: int

    def as_json(self) -> str:
        """The form in which it is sent."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, sent: str) -> Request:
        """What was sent."""
        return cls(**json.loads(sent))


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet of a workbook that has cells, with its size if the workbook tells it."""

    name: str
    is_hidden: bool = False
    rows: int | None = None
    columns: int | None = None


class Unreadable(Exception):
    """The workbook cannot be read; `end` says why in the words above, `facts` what belongs to it."""

    def __init__(self, end: str, **facts: Any) -> None:
        super().__init__(end)
        self.end = end
        self.facts = facts


class TooLarge(Unreadable):
    """The workbook unpacks to more than may be read, or its texts are longer than a CSV file may be."""

    def __init__(self, *, limit: int, size: int | None = None) -> None:
        super().__init__(TOO_LARGE, size=size, limit=limit)
