"""What discovery holds now, as a file that could be uploaded: read in batches, as the person who asks for it.

courses in sight -> CourseSnapshot -> Operation.export -> cells that read back as they are
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Final

from django.utils import timezone

from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.course import TITLE
from course_discovery_bulk.columns.headers import COURSE_TITLE, EXPORTED_AT, EXPORTED_VERSION
from course_discovery_bulk.columns.keys import COURSE_KEY, COURSE_KEY_OR_UUID, COURSE_UUID, LAST_RUN_KEY, RUN_KEY
from course_discovery_bulk.data import CourseSnapshot
from course_discovery_bulk.discovery.session import Viewpoint
from course_discovery_bulk.exceptions import DocumentRefused
from course_discovery_bulk.operations.base import Operation, Texts
from course_discovery_bulk.operations.versions import write_mark
from course_discovery_bulk.reports.export_choice import EVERYTHING, ExportChoice, chosen_courses
from course_discovery_bulk.reports.round_trip import find_unreadable, for_reference
from course_discovery_bulk.reports.table import Table
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

_NAMING: Final = (COURSE_KEY, COURSE_UUID, RUN_KEY, LAST_RUN_KEY, COURSE_KEY_OR_UUID)  # name a course or its run


def export_table(operation: Operation, view: Viewpoint, choice: ExportChoice = EVERYTHING) -> Table:
    """The file of an operation for the courses that the user may edit, all of them or those chosen.

    The first batch is read before this returns, so that what discovery refuses is raised here; an error in a later
    batch breaks the file off. Raises DocumentRefused.
    """
    if operation.export is None:
        text = _("{operation} changes nothing that exists, so there is nothing to export.")
        detail = Phrase(text, operation=Phrase(operation.label))
        raise DocumentRefused("NO_EXPORT", detail)
    remaining = iter(chosen_courses(view, choice))
    seen = list(itertools.islice(remaining, view.settings.state_batch))
    operation = replace(operation, columns=_shown_columns(operation.columns, seen))
    batches = _batches(operation, view, itertools.chain(seen, remaining))
    first = next(batches, [])
    now = timezone.now().astimezone(UTC).isoformat(sep=" ", timespec="seconds")
    rows = ([*row, now] for row in itertools.chain(first, itertools.chain.from_iterable(batches)))
    return Table(headers=(*_headers(operation), EXPORTED_VERSION, EXPORTED_AT), rows=rows)


def _headers(operation: Operation) -> tuple[str, ...]:
    """The columns, and after those that name a course its title, unless that is a column itself."""
    names = [column.name for column in operation.columns]
    if TITLE not in operation.columns:
        names.insert(_title_place(operation), COURSE_TITLE)
    return tuple(names)


def _title_place(operation: Operation) -> int:
    return max(at for at, column in enumerate(operation.columns, start=1) if column in _NAMING or at == 1)


def _shown_columns(columns: Sequence[Column], seen: Sequence[CourseSnapshot]) -> tuple[Column, ...]:
    """Without the columns whose field this discovery does not show: their cells would look as if it were empty."""
    sides = {False: [course.fields for course in seen], True: [run.fields for course in seen for run in course.runs]}

    def is_shown(column: Column) -> bool:
        shown = sides[column.on_run]
        return bool(column.unread) or not shown or any(column.field_name in fields for fields in shown)

    return tuple(column for column in columns if is_shown(column))


def _batches(operation: Operation, view: Viewpoint, courses: Iterable[CourseSnapshot]) -> Iterator[list[list[str]]]:
    """Rows of the file, as many at a time as come from one reading of courses."""
    assert operation.export is not None  # the caller has looked
    remaining = iter(courses)
    while taken := list(itertools.islice(remaining, view.settings.state_batch)):
        lookups = view.lookups.knowing(person for course in taken for person in course.instructors)
        found = [(course, row) for course in taken for row in operation.export(course, lookups, operation.columns)]
        unreadable = find_unreadable(
            [row for _course, row in found], operation.columns, max_cell_bytes=view.settings.max_cell_bytes
        )
        yield [
            _cells(operation, course, row, left_out) for (course, row), left_out in zip(found, unreadable, strict=True)
        ]


def _cells(operation: Operation, course: CourseSnapshot, row: Texts, left_out: Collection[str]) -> list[str]:
    """The cells of a row up to its mark, which knows what is there even if no cell can say it."""
    cells = ["" if column.name in left_out else row.get(column.name, "") for column in operation.columns]
    if TITLE not in operation.columns:
        cells.insert(_title_place(operation), for_reference(course.fields.get(TITLE.field)))
    return [*cells, write_mark(row, operation.columns)]
