"""The files of an operation: an empty one to fill in, one with an example, and what the catalog holds now."""

from __future__ import annotations

from collections.abc import Sequence

from course_discovery_bulk.access import User, viewpoint_of
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.operations.registry import get_operation
from course_discovery_bulk.reports.csv import Table
from course_discovery_bulk.reports.export import export_table


def template(type_name: str) -> Table:
    """The header line of an operation's files."""
    return Table(headers=_headers(get_operation(type_name)), rows=())


def template_with_example(type_name: str) -> Table:
    """The header line and a row that shows what cells look like; it is to be replaced before an upload."""
    operation = get_operation(type_name)
    return Table(headers=_headers(operation), rows=([column.example for column in operation.columns],))


def export(type_name: str, user: User, host: str, *, organization: str = "", keys: Sequence[str] = ()) -> Table:
    """What discovery holds now, as an upload that changes nothing; raises DocumentRefused where there can be none."""
    return export_table(get_operation(type_name), viewpoint_of(user, host), organization=organization, keys=keys)


def _headers(operation: Operation) -> tuple[str, ...]:
    return tuple(column.name for column in operation.columns)
