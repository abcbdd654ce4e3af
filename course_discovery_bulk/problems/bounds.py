"""How many problems are kept: of a row the first ones, and of a file so many that they can be stored and shown.

What is left out is counted, errors are kept before notes, and a row with an error stays one: no row is let through.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from course_discovery_bulk.problems.catalogue import MORE_NOTES, MORE_PROBLEMS, UNREADABLE_CELLS
from course_discovery_bulk.problems.problem import Place, Problem, problem


@dataclass(kw_only=True)
class Allowance:
    """The problems that may still be kept of the rows of one file; once they are used up, one of each further row."""

    per_row: int = 20
    per_file: int = 20_000
    kept: int = 0

    def take(self, found: Sequence[Problem], line: int) -> tuple[Problem, ...]:
        """The problems of a row that are kept, and how many there are besides."""
        kept = bounded(found, self.per_row if self.kept < self.per_file else 1, line)
        self.kept += len(kept)
        return kept


def bounded(found: Sequence[Problem], most: int, line: int) -> tuple[Problem, ...]:
    """The first problems, errors before notes, and how many there are besides."""
    if len(found) <= most:
        return tuple(found)
    ordered = sorted(found, key=lambda item: not item.is_error)
    left_out = ordered[most:]
    place, count = Place(line=line), len(left_out)
    is_error = left_out[0].is_error
    more = problem(MORE_PROBLEMS, place, count=count) if is_error else problem(MORE_NOTES, place, count=count)
    return (*ordered[:most], more)


def bounded_reading(found: Iterable[Problem], most: int, line: int) -> tuple[Problem, ...]:
    """The first problems of reading a row, which may have one for each of hundreds of cells; the others are counted."""
    kept = list(itertools.islice(iterator := iter(found), most))
    count, has_error = 0, False
    for other in iterator:
        count, has_error = count + 1, has_error or other.is_error
    if not count:
        return tuple(kept)
    *first, last = kept  # which makes room for the one that counts the others
    place = Place(line=line)
    if has_error or last.is_error:
        return (*first, problem(UNREADABLE_CELLS, place, count=count + 1))
    return (*first, problem(MORE_NOTES, place, count=count + 1))
