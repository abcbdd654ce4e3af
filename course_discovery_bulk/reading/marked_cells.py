"""Cells of a sheet that are more than their text: what a column takes of them, and what its people must be told.

A number is shown in one way and held in another: a column of text gets what the sheet shows, a column of numbers what
the cell holds. Dates and logical values are taken by the columns that are made for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from course_discovery_bulk.problems import (
    CELL_IS_BOOLEAN,
    CELL_IS_DATE,
    FILLED_FROM_MERGE,
    FORMULA_NOT_CALCULATED,
    FORMULA_ZERO,
    FORMULA_ZERO_KEPT,
    MERGED_ACROSS,
    NUMBER_NOT_SHOWN,
    NUMBER_ROUNDED,
    STRUCK_THROUGH,
    Place,
    Problem,
    named_briefly,
    problem,
)
from course_discovery_bulk.reading.splitting import Record, clean_cell
from course_discovery_bulk.reading.workbook.marks import (
    ACROSS,
    FORMAT,
    MERGED,
    MOMENT,
    ROUNDED,
    SHOWN,
    STRUCK,
    TRUTH,
    UNCALCULATED,
    ZERO,
    Mark,
)

_TEXT: Final = frozenset({"string"})
_NUMBERS: Final = frozenset({"integer", "number"})
_MOMENTS: Final = frozenset({"date", "time"})
_TRUTHS: Final = frozenset({"boolean"})
_ALL: Final = _TEXT | _NUMBERS | _MOMENTS | _TRUTHS

# What is said of a mark, in columns of which types.
_SAID: Final[Mapping[str, tuple[tuple[frozenset[str], Callable[[Place], Problem]], ...]]] = {
    MOMENT: ((_ALL - _MOMENTS, lambda place: problem(CELL_IS_DATE, place)),),
    TRUTH: ((_ALL - _TRUTHS, lambda place: problem(CELL_IS_BOOLEAN, place)),),
    FORMAT: ((_TEXT, lambda place: problem(NUMBER_NOT_SHOWN, place)),),
    ROUNDED: ((_TEXT, lambda place: problem(NUMBER_ROUNDED, place)),),
    ZERO: (
        (_TEXT | _MOMENTS, lambda place: problem(FORMULA_ZERO, place)),
        (_NUMBERS | _TRUTHS, lambda place: problem(FORMULA_ZERO_KEPT, place)),
    ),
    UNCALCULATED: ((_ALL, lambda place: problem(FORMULA_NOT_CALCULATED, place)),),
    ACROSS: ((_ALL, lambda place: problem(MERGED_ACROSS, place)),),
}


def read_marks(record: Record, texts: list[str], names: list[str], takes: Mapping[str, str]) -> Iterator[Problem]:
    """Put into `texts` what columns take of marked cells; everything that must be said of them.

    `takes` has the types of columns by name; of columns that it does not have, nothing is said.
    """
    known = [(mark, takes[name]) for mark in record.marks if (name := _name_at(names, mark.position)) in takes]
    for mark, column_type in known:
        if mark.kind == SHOWN and column_type in _TEXT:
            texts[mark.position] = clean_cell(mark.detail)
    return _problems(record, texts, names, known)


def _problems(record: Record, texts: list[str], names: list[str], known: list[tuple[Mark, str]]) -> Iterator[Problem]:
    for mark, column_type in known:
        place = Place(line=record.line, column=names[mark.position], value=texts[mark.position])
        if mark.kind == MERGED:
            yield problem(FILLED_FROM_MERGE, place, first_line=mark.detail)
        elif mark.kind != ACROSS or _is_unclear(mark, names):
            yield from (say(place) for types, say in _SAID.get(mark.kind, ()) if column_type in types)
    struck = list(dict.fromkeys(names[mark.position] for mark, _ in known if mark.kind == STRUCK))
    if struck:
        place = Place(line=record.line, column=struck[0], value=texts[names.index(struck[0])])
        yield problem(STRUCK_THROUGH, place, columns=named_briefly(struck))


def _is_unclear(mark: Mark, names: list[str]) -> bool:
    """Whether a cell is merged with one of another column that has a name."""
    return any(names[mark.position + 1 : int(mark.detail) + 1])


def _name_at(names: list[str], position: int) -> str:
    return names[position] if position < len(names) else ""
