"""What discovery holds now, as a file that could be uploaded: read in batches, as the person who asks for it.

courses in sight -> CourseSnapshot -> Operation.export -> cells that read back as they are
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Final

from django.utils import timezone

from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.headers import EXPORTED_AT
from course_discovery_bulk.data import CourseSnapshot, Needs, fold
from course_discovery_bulk.discovery.session import Viewpoint
from course_discovery_bulk.discovery.snapshots import read_course
from course_discovery_bulk.exceptions import DocumentRefused
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.operations.registry import known_fields
from course_discovery_bulk.pipeline.plan import state_of
from course_discovery_bulk.reports.round_trip import find_unreadable
from course_discovery_bulk.reports.table import Table
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

MOST_KEYS: Final = 500
RUN_KEY_PARTS: Final = 3  # organization, number and run; a course has the first two
_KEY_PARTS: Final = re.compile(r"[+/]")


def export_table(operation: Operation, view: Viewpoint, *, organization: str = "", keys: Sequence[str] = ()) -> Table:
    """The file of an operation for the courses that the user may edit, all of them or those asked for.

    `keys` name courses, or runs where only those are wanted. The first batch is read before this returns, so that what
    discovery refuses is raised here; an error in a later batch breaks the file off. Raises DocumentRefused.
    """
    if operation.export is None:
        text = _("{operation} changes nothing that exists, so there is nothing to export.")
        detail = Phrase(text, operation=Phrase(operation.label))
        raise DocumentRefused("NO_EXPORT", detail)
    if organization and view.lookups.organizations.get(organization) is None:
        raise DocumentRefused(
            "NOT_FOUND", Phrase(_("There is no organization {key}, or you may not see it."), key=organization)
        )
    courses: Iterable[CourseSnapshot]
    courses = _named_courses(view, keys) if keys else _all_courses(view, organization)
    chosen = (
        course for course in courses if course.is_of_this_site and course.is_editable and _is_of(course, organization)
    )
    remaining = iter(chosen)
    seen = list(itertools.islice(remaining, view.settings.state_batch))
    operation = replace(operation, columns=_shown_columns(operation.columns, seen))
    batches = _batches(operation, view, itertools.chain(seen, remaining))
    first = next(batches, [])
    now = timezone.now().astimezone(UTC).isoformat(sep=" ", timespec="seconds")
    rows = ([*row, now] for row in itertools.chain(first, itertools.chain.from_iterable(batches)))
    return Table(headers=(*(column.name for column in operation.columns), EXPORTED_AT), rows=rows)


def _shown_columns(columns: Sequence[Column], seen: Sequence[CourseSnapshot]) -> tuple[Column, ...]:
    """Without the columns whose field this discovery does not show: their cells would look as if it were empty."""
    sides = {False: [course.fields for course in seen], True: [run.fields for course in seen for run in course.runs]}

    def is_shown(column: Column) -> bool:
        shown = sides[column.on_run]
        return bool(column.unread) or not shown or any(column.field_name in fields for fields in shown)

    return tuple(column for column in columns if is_shown(column))


def _all_courses(view: Viewpoint, organization: str) -> Iterator[CourseSnapshot]:
    count, limit = view.client.count_courses(), view.settings.max_rows
    if not organization and count > limit:
        text = _(
            "There are {count} courses; a file may have {limit} rows. Choose an organization, or name the courses."
        )
        detail = Phrase(text, count=count, limit=limit)
        raise DocumentRefused("EXPORT_TOO_LARGE", detail)
    fields = known_fields()
    answers = view.client.list_courses({"limit": str(view.settings.state_batch)})
    return (read_course(answer, fields) for answer in answers)


def _named_courses(view: Viewpoint, keys: Sequence[str]) -> list[CourseSnapshot]:
    """The courses of these keys, with only those of their runs that are named; all must be there."""
    if len(keys) > MOST_KEYS:
        raise DocumentRefused(
            "TOO_MANY_KEYS",
            Phrase(_("{count} keys are too many; {limit} can be asked for at once."), count=len(keys), limit=MOST_KEYS),
        )
    askable = [key for key in keys if key.isprintable()]  # discovery chokes on others, and no key has them
    run_keys = [key for key in askable if _is_run_key(key)]
    course_keys = [key for key in askable if not _is_run_key(key)]
    state = state_of(Needs(courses=tuple(course_keys), runs=tuple(run_keys)), view.client)
    whole = {fold(course.key): course for key in course_keys if (course := state.course(key))}
    runs = {fold(key): found for key in run_keys if (found := state.run(key))}
    seen = [*(course for course in whole.values()), *(course for course, _run in runs.values())]
    missing = [repr(key) for key in keys if key not in askable]
    missing += [key for key in course_keys if not state.course(key)]
    missing += [key for key in run_keys if fold(key) not in runs]
    missing += [course.key for course in seen if not course.is_editable]
    if missing:
        names = ", ".join(dict.fromkeys(missing))
        raise DocumentRefused(
            "NOT_FOUND", Phrase(_("Discovery does not know {names}, or you may not edit them."), names=names)
        )
    narrowed = {
        fold(course.key): _with_runs(course, runs) for course, _run in runs.values() if fold(course.key) not in whole
    }
    return [*whole.values(), *narrowed.values()]


def _is_run_key(key: str) -> bool:
    return len(_KEY_PARTS.split(key)) == RUN_KEY_PARTS


def _with_runs(course: CourseSnapshot, keys: Collection[str]) -> CourseSnapshot:
    return replace(course, runs=tuple(run for run in course.runs if fold(run.key) in keys))


def _is_of(course: CourseSnapshot, organization: str) -> bool:
    return not organization or any(fold(owner.key) == fold(organization) for owner in course.owners)


def _batches(operation: Operation, view: Viewpoint, courses: Iterable[CourseSnapshot]) -> Iterator[list[list[str]]]:
    """Rows of the file, as many at a time as come from one reading of courses."""
    assert operation.export is not None  # the caller has looked
    remaining = iter(courses)
    while taken := list(itertools.islice(remaining, view.settings.state_batch)):
        lookups = view.lookups.knowing(person for course in taken for person in course.instructors)
        rows = [row for course in taken for row in operation.export(course, lookups, operation.columns)]
        yield _readable(rows, operation, max_cell_bytes=view.settings.max_cell_bytes)


def _readable(rows: Sequence[Mapping[str, str]], operation: Operation, *, max_cell_bytes: int) -> list[list[str]]:
    unreadable = find_unreadable(rows, operation.columns, max_cell_bytes=max_cell_bytes)
    names = [column.name for column in operation.columns]
    return [
        ["" if name in left_out else row.get(name, "") for name in names]
        for row, left_out in zip(rows, unreadable, strict=True)
    ]
