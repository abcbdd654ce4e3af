"""What the columns of a file hold, column by column: for people who map columns, or look for what is wrong in them.

Works on a data frame of the whole file, which the limits on files bound. No row passes here on its way to a result.

pandas takes half a second to load, in a process of its own at every question. So it is loaded here, by the first
question that a process is asked, and by nothing else that a web server does: one that is never asked does without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from course_discovery_bulk.columns.headers import cell_names
from course_discovery_bulk.data import RawRow
from course_discovery_bulk.problems import clip

if TYPE_CHECKING:
    import pandas as pd

SHOWN_VALUES: Final = 5


@dataclass(frozen=True, kw_only=True)
class ValueCount:
    """A text, shortened if it is long, and the number of cells that hold it."""

    value: str
    count: int


@dataclass(frozen=True, kw_only=True)
class ColumnProfile:
    """What the cells below one header hold; empty cells count for nothing."""

    header: str  # as written
    filled: int
    distinct: int
    most_frequent: tuple[ValueCount, ...]  # of equally frequent values the one that comes first in the file
    longest: int  # characters


def profile_columns(headers: Sequence[str], rows: Iterable[RawRow]) -> tuple[ColumnProfile, ...]:
    """The profile of every column of a file, in the order of its headers."""
    import pandas as pd  # see above

    names = cell_names(headers)
    texts = [[row.cells.get(name, "") for name in names] for row in rows]
    frame = pd.DataFrame(texts, columns=range(len(names)), dtype=object)
    return tuple(_profile(header, frame[position]) for position, header in enumerate(headers))


def _profile(header: str, cells: pd.Series[str]) -> ColumnProfile:
    filled = cells[cells.ne("")]
    counts = filled.groupby(filled, sort=False).size()  # in the order of the file
    most_frequent = counts.sort_values(ascending=False, kind="stable").head(SHOWN_VALUES)
    return ColumnProfile(
        header=header,
        filled=len(filled),
        distinct=len(counts),
        most_frequent=tuple(
            ValueCount(value=clip(str(value)) or "", count=count) for value, count in most_frequent.to_dict().items()
        ),
        longest=max(map(len, counts.index), default=0),
    )
