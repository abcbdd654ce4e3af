"""What helps people to fill the columns of a file: what each is for, whether it must be filled, values to choose from.

The values are read from the catalog with the rights of the one who gets the file; without them if they cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext

from course_discovery_bulk.access import User
from course_discovery_bulk.columns.headers import COURSE_TITLE, EXPORTED_VERSION, normalise_header
from course_discovery_bulk.exceptions import UnknownOperation
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.operations.registry import get_operation
from course_discovery_bulk.presentation.operations import ColumnFacts, OperationFacts, describe_operation
from course_discovery_bulk.presentation.tasks import known_headers_of
from course_discovery_bulk.reports.table import ColumnGuide
from course_discovery_bulk.text.messages import translated

NO_GUIDE = ColumnGuide()


def guides_of_operation(type_name: str, headers: Sequence[str], user: User, host: str) -> list[ColumnGuide]:
    """A guide for each header of a file of the operation."""
    return _guides(describe_operation(type_name, user, host), headers, get_operation(type_name).known_headers)


def guides_of_task(task: BulkOperationTask, headers: Sequence[str], user: User, host: str) -> list[ColumnGuide]:
    """A guide for each header of a file of the task, whatever its own headers mean."""
    try:
        facts = describe_operation(task.task_type, user, host)
    except UnknownOperation:  # it was registered when the file came
        return []
    return _guides(facts, headers, known_headers_of(task))


def _guides(facts: OperationFacts, headers: Sequence[str], known: Mapping[str, str]) -> list[ColumnGuide]:
    columns = {column.name: column for column in facts.columns}
    named = [(header, columns.get(known.get(normalise_header(header), ""))) for header in headers]
    return [_guide(column, header, facts) if column else _guide_of_ours(header) for header, column in named]


def _guide_of_ours(header: str) -> ColumnGuide:
    """What is said of the columns that only our exports have."""
    notes = {
        COURSE_TITLE: gettext("For reference. This column is not read."),
        EXPORTED_VERSION: gettext(
            "Leave as is. A row that would overwrite a change made in the catalog after the export is refused. "
            "Clear the cell to overwrite it anyway."
        ),
    }
    return ColumnGuide(note=notes[header]) if header in notes else NO_GUIDE


def _guide(column: ColumnFacts, header: str, facts: OperationFacts) -> ColumnGuide:
    return ColumnGuide(
        note="\n".join(_sentences(column, header, facts)),
        is_required=column.required,
        choices=column.allowed or (),
        is_one_choice=column.is_one_of_allowed,
    )


def _sentences(column: ColumnFacts, header: str, facts: OperationFacts) -> Iterator[str]:
    if normalise_header(header) != column.name:
        yield gettext("Read as the column “%(name)s”.") % {"name": column.name}
    yield translated(column.help)
    if column.required:
        yield gettext("Required: fill it in every row.")
    if column.name in facts.either:
        yield gettext("Every row fills at least one of: %(names)s.") % {"names": ", ".join(facts.either)}
    if column.staff_only:
        yield gettext("Only staff may fill it in.")
    if column.example:
        yield gettext("Example: %(text)s") % {"text": column.example}
