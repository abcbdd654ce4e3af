"""What the cells of a column say about its meaning: the share of them that a column of ours would read.

Only columns that refuse most texts are evidence. That some cell could be a title, or a number of weeks, says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from course_discovery_bulk.columns.base import Cell, Column, Context
from course_discovery_bulk.columns.numbers import WholeNumber
from course_discovery_bulk.problems import AMBIGUOUS_DATE, AMBIGUOUS_VALUE
from course_discovery_bulk.text.nearest import nearest

CONTRADICTED: Final = 0.2  # of the cells; below, a name that says otherwise is doubted
CONVINCING: Final = 0.8  # of the cells; from here on, cells alone are worth a question
_LINE: Final = 1
_ALMOST: Final = 0.5
_UNDECIDED: Final = frozenset(kind.code for kind in (AMBIGUOUS_DATE, AMBIGUOUS_VALUE))


def is_telling(column: Column) -> bool:
    """Whether most texts are no values of the column."""
    return not column.kind.is_free and not column.is_order and not isinstance(column.kind, WholeNumber)


def share_read(column: Column, samples: Sequence[str], context: Context) -> float | None:
    """The share of these texts that are values of the column, from 0 to 1; None if that cannot be told.

    A text that is almost one of a few allowed values counts half: people write "Comp Sci".
    """
    texts = [text for text in samples if text.strip()]
    if not texts or not is_telling(column):
        return None
    return sum(_likeness(column, text, context) for text in texts) / len(texts)


def _likeness(column: Column, text: str, context: Context) -> float:
    if _is_read(column, text, context):
        return 1.0
    allowed = column.kind.allowed(context.lookups) if column.kind.is_one_of_allowed else ()
    return _ALMOST if nearest(text.casefold(), [value.casefold() for value in allowed]) else 0.0


def _is_read(column: Column, text: str, context: Context) -> bool:
    """Whether it is a value of the column, if perhaps one of two: the rest of the file may tell which."""
    parsed = column.parse(Cell(line=_LINE, column=column.name, text=text), context)
    return all(found.code in _UNDECIDED for found in parsed.problems if found.is_error)
