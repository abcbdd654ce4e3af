"""Texts of a sheet that are none of the values a column takes: each listed once, however many rows have it."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from course_discovery_bulk.columns.base import Cell, Column, Context
from course_discovery_bulk.data import RawRow
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.text.nearest import nearest

MOST_WORDS: Final = 50  # of a column; somebody with more has matched the wrong column
MOST_LOOKED_AT: Final = 1000  # different texts of a column
MOST_LENGTH: Final = 200  # characters; what is longer is no name of anything
SUGGESTIONS: Final = 3


@dataclass(frozen=True, kw_only=True)
class UnknownWord:
    """A text, the number of rows that have it, and the values that look most like it."""

    text: str
    count: int
    suggestions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ColumnWords:
    """The unknown texts of one column, the most frequent first, and every value that it takes."""

    column: str
    words: tuple[UnknownWord, ...]
    allowed: tuple[str, ...]


def find_unknown_words(rows: Iterable[RawRow], operation: Operation, context: Context) -> tuple[ColumnWords, ...]:
    """The unknown texts of every column with values to choose from."""
    columns = [column for column in operation.columns if column.kind.is_one_of_allowed]
    counts: dict[str, Counter[str]] = {column.name: Counter() for column in columns}
    for row in rows:
        for name, text in operation.texts(row.cells).items():
            if name in counts:
                counts[name][text] += 1
    found = (_unknown(column, counts[column.name], context) for column in columns)
    return tuple(words for words in found if words.words)


def _unknown(column: Column, counts: Counter[str], context: Context) -> ColumnWords:
    allowed = column.kind.allowed(context.lookups)
    unknown = (
        (text, count)
        for text, count in counts.most_common(MOST_LOOKED_AT)
        if len(text) <= MOST_LENGTH and not _is_read(column, text, context)
    )
    words = tuple(
        UnknownWord(text=text, count=count, suggestions=tuple(nearest(text, allowed, most=SUGGESTIONS)))
        for text, count in itertools.islice(unknown, MOST_WORDS)
    )
    return ColumnWords(column=column.name, words=words if allowed else (), allowed=allowed)


def _is_read(column: Column, text: str, context: Context) -> bool:
    return column.parse(Cell(line=1, column=column.name, text=text), context).is_valid
