"""The list of courses that course-discovery exports for Publisher (`courses/csv/`), understood as an upload.

Its headers are not ours, and half of its columns say what no upload sets. Cells that a spreadsheet would take for a
formula begin with an apostrophe there, as in our own files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.course import TITLE
from course_discovery_bulk.columns.headers import normalise_header
from course_discovery_bulk.columns.keys import COURSE_KEY, COURSE_UUID, RUN_KEY
from course_discovery_bulk.mapping.column_mapping import LEFT_OUT, NO_MAPPING, ColumnMapping
from course_discovery_bulk.problems import COURSE_LIST, Problem, named_briefly, problem

_KEY: Final = normalise_header("Course Number / Key")  # no other file has such a header
_UUID: Final = normalise_header("UUID")
_RUN_KEYS: Final = normalise_header("Course Run Key")
_MEANT: Final[Mapping[str, str]] = {
    normalise_header("Course Name"): TITLE.name,
    _KEY: COURSE_KEY.name,
    _UUID: COURSE_UUID.name,
    _RUN_KEYS: RUN_KEY.name,
}
_TOLD_ONLY: Final = frozenset(
    map(
        normalise_header,
        ("Publisher URL", "Status", "Course Editors", "Organization Key", "Project Coordinator"),
    )
)


def is_course_list(names: AbstractSet[str]) -> bool:
    """Whether a file with these headers (normalised) is such a list, perhaps with more or fewer columns."""
    return _KEY in names


def course_list_mapping(headers: Iterable[str], columns: Sequence[Column]) -> ColumnMapping:
    """What the headers of such a list mean for an operation with these columns; nothing for any other file."""
    names = dict.fromkeys(map(normalise_header, headers))
    if not is_course_list(names.keys()):
        return NO_MAPPING
    offered = {column.name for column in columns}
    meant = {name: column for name, column in _MEANT.items() if name in names and column in offered}
    if _UUID in meant:
        meant.pop(_KEY, None)  # the list has the key for re-runs, which need not be the key of the course
    if meant.keys() & {_KEY, _UUID} and _has_no_run_column(names, columns):
        meant.pop(_RUN_KEYS, None)  # it may name several
    return ColumnMapping(
        columns={name: meant.get(name, LEFT_OUT) for name in names if name in _MEANT or name in _TOLD_ONLY}
    )


def course_list_note(headers: Sequence[str], mapping: ColumnMapping) -> tuple[Problem, ...]:
    """The note that says which columns of such a list are not read; none for any other file."""
    if not is_course_list(set(map(normalise_header, headers))):
        return ()
    unread = [header.strip() for header in headers if mapping.columns.get(normalise_header(header)) == LEFT_OUT]
    return (problem(COURSE_LIST, columns=named_briefly(unread)),) if unread else ()


def _has_no_run_column(names: Collection[str], columns: Sequence[Column]) -> bool:
    """Whether nothing is there that could be about a run: every other header is a column of the course."""
    of_course = {header for column in columns if not column.on_run for header in (column.name, *column.aliases)}
    return all(name in _MEANT or name in _TOLD_ONLY or name in of_course for name in names if name)
