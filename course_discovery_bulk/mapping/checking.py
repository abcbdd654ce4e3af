"""What is wrong with a mapping that somebody chose, before a file is read by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz import process

from course_discovery_bulk.columns.headers import normalise_header
from course_discovery_bulk.mapping.column_mapping import ColumnMapping
from course_discovery_bulk.problems import (
    CONSTANT_AND_COLUMN,
    HEADER_OF_TWO_COLUMNS,
    UNKNOWN_MAPPED_COLUMN,
    UNKNOWN_MAPPED_HEADER,
    Place,
    Problem,
    clip,
    problem,
    suggestion,
)

_ALIKE = 60  # of 100


def check_mapping(
    mapping: ColumnMapping, headers: Sequence[str], known: Mapping[str, str], operation: str
) -> Iterator[Problem]:
    """Everything that makes a mapping unfit for a file with these headers; `known` are the operation's own names."""
    written = {normalise_header(header): header for header in headers}
    columns = set(known.values())
    for header in dict.fromkeys(
        [*mapping.columns, *(name for join in mapping.joins.values() for name in join.headers)]
    ):
        if header not in written:
            likely = _alike(header, list(written))
            yield problem(UNKNOWN_MAPPED_HEADER, Place(column=clip(header)), suggestion=suggestion(likely))
    for column in mapping.named_columns():
        if column not in columns:
            likely = _alike(column, sorted(columns))
            yield problem(
                UNKNOWN_MAPPED_COLUMN, Place(column=clip(column)), operation=operation, suggestion=suggestion(likely)
            )
    for column, join in mapping.joins.items():
        for header in join.headers:
            if (other := mapping.columns.get(header) or column) != column:
                place = Place(column=clip(written.get(header, header)))
                yield problem(HEADER_OF_TWO_COLUMNS, place, first=other, second=column)
    meant = mapping.headers(known)
    for name, header in written.items():
        if (column := meant.get(name, "")) in mapping.constants:
            yield problem(CONSTANT_AND_COLUMN, Place(column=column), header=clip(header))


def _alike(name: str, names: Sequence[str]) -> list[str]:
    return [found for found, _score, _place in process.extract(name, names, limit=1, score_cutoff=_ALIKE)]
