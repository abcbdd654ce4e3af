"""Where a problem stands in the file that somebody uploaded, in a spreadsheet's own words: F12."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from course_discovery_bulk.columns.headers import normalise_header
from course_discovery_bulk.problems import Problem, translated
from course_discovery_bulk.reading.heading import column_letter

__all__ = ["CellAddresses", "PlacedProblem", "column_letter"]


@dataclass(frozen=True, kw_only=True)
class PlacedProblem:
    """A problem in its reader's language and the cell it is about, such as F12; empty for no cell of the file."""

    problem: Problem
    address: str


class CellAddresses:
    """The addresses of one file; `known` maps every accepted header, normalised, to the column it means."""

    def __init__(self, headers: Sequence[str], known: Mapping[str, str]) -> None:
        self._positions: dict[str, int] = {}
        for position, header in enumerate(headers):
            plain = normalise_header(header)
            for name in (known.get(plain), plain):
                if name:
                    self._positions.setdefault(name, position)

    def of(self, column: str | None, line: int | None) -> str:
        """The address of a cell; empty where the file has no such column, or no line is meant."""
        position = self.position(column)
        return f"{column_letter(position)}{line}" if position is not None and line else ""

    def place(self, problems: Iterable[Problem]) -> tuple[PlacedProblem, ...]:
        """The problems with their addresses, as one who goes through the file meets them; those of no cell first."""
        placed = [PlacedProblem(problem=translated(item), address=self.of(item.column, item.line)) for item in problems]
        return tuple(sorted(placed, key=self._order))

    def position(self, column: str | None) -> int | None:
        """Where in the header the column is, from 0; None if the file does not have it."""
        return self._positions.get(column or "", self._positions.get(normalise_header(column or "")))

    def _order(self, placed: PlacedProblem) -> tuple[int, int]:
        position = self.position(placed.problem.column) if placed.address else None
        return placed.problem.line or 0, -1 if position is None else position
