"""Texts of a sheet that are none of the values a column takes: each listed once, however many rows have it."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from course_discovery_bulk.columns.base import Cell, Column, Context
from course_discovery_bulk.columns.lists import ListValue, join_list, split_list
from course_discovery_bulk.data import RawRow, fold
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
    """The unknown texts of every column with values to choose from; of a list each value for itself."""
    columns = {column.name: column for column in operation.columns if _has_choices(column)}
    counts: dict[str, Counter[str]] = {name: Counter() for name in columns}
    spellings: dict[str, str] = {}
    for row in rows:
        for name, text in operation.texts(row.cells).items():
            if name in columns:
                words = _words_of(columns[name], text)
                counts[name].update(words.keys())
                spellings.update({word: said for word, said in words.items() if word not in spellings})
    found = (_unknown(column, counts[name], spellings, context) for name, column in columns.items())
    return tuple(words for words in found if words.words)


def _has_choices(column: Column) -> bool:
    return column.kind.is_one_of_allowed or column.kind.is_list


def _words_of(column: Column, text: str) -> dict[str, str]:
    """Folded word -> as it is written, of one cell; a list that cannot be read has none."""
    if not column.kind.is_list:
        return {fold(text): text}
    found = split_list(text)
    return {fold(item): item for item in found.all_items()} if isinstance(found, ListValue) else {}


def _unknown(column: Column, counts: Counter[str], spellings: Mapping[str, str], context: Context) -> ColumnWords:
    allowed = column.kind.allowed(context.lookups)
    if not allowed:
        return ColumnWords(column=column.name, words=(), allowed=())
    unknown = (
        (spellings[word], count)
        for word, count in counts.most_common(MOST_LOOKED_AT)
        if len(word) <= MOST_LENGTH and not _is_read(column, spellings[word], context)
    )
    words = tuple(
        UnknownWord(text=text, count=count, suggestions=tuple(nearest(text, allowed, most=SUGGESTIONS)))
        for text, count in itertools.islice(unknown, MOST_WORDS)
    )
    return ColumnWords(column=column.name, words=words, allowed=allowed)


def _is_read(column: Column, text: str, context: Context) -> bool:
    shown = join_list([text]) if column.kind.is_list else text
    return column.parse(Cell(line=1, column=column.name, text=shown), context).is_valid
