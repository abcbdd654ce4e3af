"""What is wrong with a mapping that somebody chose, before a file is read by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz import process

from course_discovery_bulk.columns.headers import normalise_header
from course_discovery_bulk.mapping.column_mapping import ColumnMapping
from course_discovery_bulk.problems import (
    CONSTANT_AND_COLUMN,
    DAMAGED_MAPPING_TEXT,
    HEADER_OF_TWO_COLUMNS,
    UNKNOWN_MAPPED_COLUMN,
    UNKNOWN_MAPPED_HEADER,
    Place,
    Problem,
    clip,
    problem,
    suggestion,
)
from course_discovery_bulk.text.damage import CONTROL, REPLACEMENT, find_direction_mark

_ALIKE = 60  # of 100


def check_mapping(
    mapping: ColumnMapping, headers: Sequence[str], known: Mapping[str, str], operation: str
) -> Iterator[Problem]:
    """Everything that makes a mapping unfit for a file with these headers; `known` are the operation's own names."""
    written = {normalise_header(header): header for header in headers}
    yield from _unknown_headers(mapping, list(written))
    yield from _unknown_columns(mapping, sorted(set(known.values())), operation)
    yield from _torn_headers(mapping, written)
    yield from _needless_constants(mapping, written, known)
    yield from _damaged_texts(mapping)


def _unknown_headers(mapping: ColumnMapping, written: Sequence[str]) -> Iterator[Problem]:
    joined = (header for join in mapping.joins.values() for header in join.headers)
    for header in dict.fromkeys([*mapping.columns, *joined]):
        if header not in written:
            likely = _alike(header, written)
            yield problem(UNKNOWN_MAPPED_HEADER, Place(column=clip(header)), suggestion=suggestion(likely))


def _unknown_columns(mapping: ColumnMapping, columns: Sequence[str], operation: str) -> Iterator[Problem]:
    for column in mapping.named_columns():
        if column not in columns:
            place, likely = Place(column=clip(column)), _alike(column, columns)
            yield problem(UNKNOWN_MAPPED_COLUMN, place, operation=operation, suggestion=suggestion(likely))


def _torn_headers(mapping: ColumnMapping, written: Mapping[str, str]) -> Iterator[Problem]:
    for column, join in mapping.joins.items():
        for header in join.headers:
            if (other := mapping.columns.get(header) or column) != column:
                place = Place(column=clip(written.get(header, header)))
                yield problem(HEADER_OF_TWO_COLUMNS, place, first=other, second=column)


def _needless_constants(
    mapping: ColumnMapping, written: Mapping[str, str], known: Mapping[str, str]
) -> Iterator[Problem]:
    meant = mapping.headers(known)
    for name, header in written.items():
        if (column := meant.get(name, "")) in mapping.constants:
            yield problem(CONSTANT_AND_COLUMN, Place(column=column), header=clip(header))


def _damaged_texts(mapping: ColumnMapping) -> Iterator[Problem]:
    """A text of the mapping stands for cells, and may hold no more than they may."""
    replaced = ((column, text) for column, words in mapping.values.items() for text in words.values())
    for column, text in (*mapping.constants.items(), *replaced):
        if CONTROL.search(text) or REPLACEMENT in text or find_direction_mark(text):
            yield problem(DAMAGED_MAPPING_TEXT, Place(column=clip(column), value=text))


def _alike(name: str, names: Sequence[str]) -> list[str]:
    return [found for found, _score, _place in process.extract(name, names, limit=1, score_cutoff=_ALIKE)]
