"""Which operation the columns of a file fit: a person who chose another one should learn it before anything else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from course_discovery_bulk.columns.headers import normalise_header
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.operations.registry import all_operations
from course_discovery_bulk.problems import (
    FITS_BETTER,
    MISSING_COLUMN,
    NO_HEADER,
    OTHER_OPERATION,
    UNKNOWN_COLUMN,
    Place,
    Problem,
    named_briefly,
    problem,
)
from course_discovery_bulk.text.messages import Phrase


def name_better_operation(
    found: Iterable[Problem], headers: Sequence[str], operation: Operation, *, line: int
) -> list[Problem]:
    """The problems of a header line; those that come of the wrong choice of operation become one."""
    found = list(found)
    other = None if operation.mapping else find_better_operation(headers, operation)
    if other is None:
        return found
    if not _fits(operation, headers):
        told = problem(OTHER_OPERATION, Place(line=line), other=Phrase(other.label), operation=Phrase(operation.label))
        return [told, *(item for item in found if item.code not in _CAUSED)]
    gained = [header for header in headers if _is_column(other, header) and not _is_column(operation, header)]
    told = problem(FITS_BETTER, Place(line=line), other=Phrase(other.label), columns=named_briefly(gained))
    return [told, *(item for item in found if item.code != UNKNOWN_COLUMN.code or item.column not in gained)]


_CAUSED = frozenset(kind.code for kind in (MISSING_COLUMN, NO_HEADER, UNKNOWN_COLUMN))


def find_better_operation(headers: Sequence[str], operation: Operation) -> Operation | None:
    """The operation that can use the file and knows more of its columns; of equals the one with the fewest columns."""
    least = len(_columns(operation, headers)) if _fits(operation, headers) else 0
    fitting = [other for other in all_operations() if other.type != operation.type and _fits(other, headers)]
    better = [other for other in fitting if len(_columns(other, headers)) > least]
    return min(better, key=lambda other: (-len(_columns(other, headers)), len(other.columns)), default=None)


def _fits(operation: Operation, headers: Sequence[str]) -> bool:
    """Whether the file has every column that the operation requires."""
    columns = _columns(operation, headers)
    has_one_of = not operation.either or not columns.isdisjoint(operation.either)
    return columns.issuperset(operation.required) and has_one_of


def _columns(operation: Operation, headers: Sequence[str]) -> set[str]:
    known = operation.known_headers
    return {known[name] for header in headers if (name := normalise_header(header)) in known}


def _is_column(operation: Operation, header: str) -> bool:
    return normalise_header(header) in operation.known_headers
