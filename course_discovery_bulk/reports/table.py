"""A file that leaves, before it has a format: what every report makes, and every format writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from course_discovery_bulk.data.evidence import COMMA, Evidence
from course_discovery_bulk.models import BulkOperationTask


@dataclass(frozen=True, kw_only=True)
class Remark:
    """What is said of one cell, where a format can say it beside the cell."""

    text: str
    is_error: bool


class RemarkedRow(list[str]):
    """The cells of a row, and by position what is said of some of them."""

    def __init__(self, cells: Iterable[str], remarks: Mapping[int, Remark]) -> None:
        super().__init__(cells)
        self.remarks = remarks


@dataclass(frozen=True, kw_only=True)
class ColumnGuide:
    """What helps people to fill a column, where a format can show it."""

    note: str = ""
    is_required: bool = False
    choices: tuple[str, ...] = ()  # values to choose from
    is_one_choice: bool = False  # whether a cell holds one of them and nothing else


Guides = Sequence[ColumnGuide]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file to be: its header and its rows, which may be made only as they are read."""

    headers: tuple[str, ...]
    rows: Iterable[Sequence[str]]
    delimiter: str = ","
    # The three below are for formats that can show more than cells.
    examples: tuple[Sequence[str], ...] = ()  # rows to look at, not to be read
    guides: Callable[[], Guides] = field(default=tuple)  # one for each header, or none; asked for only if shown
    most_rows: int = 0  # as many as people may fill in; 0: as many as there are


def delimiter_of(task: BulkOperationTask) -> str:
    """What parts the cells of the uploaded file, and so of the files made of it; commas if that was a workbook."""
    return str(task.reading.get("delimiter") or ",")


def has_decimal_commas(task: BulkOperationTask) -> bool:
    """Whether the uploaded file writes 49,00, and so the files made of it do."""
    return Evidence.from_dict(task.reading.get("evidence", {})).decimal_mark == COMMA
