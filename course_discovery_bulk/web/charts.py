"""The counts of a task as a bar of parts, in the numbers that an SVG takes; its words stand beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise

from course_discovery_bulk.choices import BAD_ROW_STATUSES, RowStatus
from course_discovery_bulk.presentation.labels import ROW_WORDS

WIDTH: Final = 1000
LEAST: Final = 6  # a part of one row in ten thousand is still to be seen
ORDER: Final = (
    RowStatus.SUCCEEDED,
    RowStatus.PENDING,
    RowStatus.RUNNING,
    RowStatus.UNCHANGED,
    RowStatus.SKIPPED,
    RowStatus.PARTLY_DONE,
    RowStatus.INVALID,
    RowStatus.FAILED,
    RowStatus.UNKNOWN,
    RowStatus.NOT_PROCESSED,
)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of the bar, and the entry of the list below it; `start` and `width` are in thousandths."""

    status: str
    label: str
    count: int
    start: int
    width: int
    is_bad: bool


def parts_of(counts: Mapping[str, int], words: Mapping[RowStatus, str | Promise] = ROW_WORDS) -> Sequence[Part]:
    """The parts of the bar from the good to the bad; statuses without rows have none."""
    filled = [status for status in ORDER if counts.get(status)]
    widths = _widths([counts[status] for status in filled])
    starts = [sum(widths[:place]) for place in range(len(widths))]
    return [
        Part(
            status=status,
            label=str(words[status]),
            count=counts[status],
            start=start,
            width=width,
            is_bad=status in BAD_ROW_STATUSES,
        )
        for status, start, width in zip(filled, starts, widths, strict=True)
    ]


def _widths(numbers: Sequence[int]) -> list[int]:
    """Widths that fill the bar; the widest gives what the narrow ones need to be seen."""
    if not numbers:
        return []
    widths = [max(LEAST, round(WIDTH * number / sum(numbers))) for number in numbers]
    widths[widths.index(max(widths))] -= sum(widths) - WIDTH
    return widths
