"""The files of an operation: an empty one to fill in, one with an example, and what the catalog holds now."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from course_discovery_bulk import conf
from course_discovery_bulk.access import User, viewpoint_of
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.operations.registry import get_operation
from course_discovery_bulk.presentation.operations import offered_operation
from course_discovery_bulk.reports.export import export_table
from course_discovery_bulk.reports.export_choice import EVERYTHING, ExportChoice
from course_discovery_bulk.reports.guides import guides_of_operation
from course_discovery_bulk.reports.table import Table


def template(type_name: str, user: User, host: str) -> Table:
    """The header line of an operation's files, with room for as many rows as a file may have."""
    operation = offered_operation(type_name, user, host)
    headers = tuple(column.name for column in operation.columns)
    return Table(
        headers=headers,
        rows=(),
        examples=(_example(operation),),
        guides=partial(guides_of_operation, type_name, headers, user, host),
        most_rows=conf.read().max_rows,
    )


def template_with_example(type_name: str, user: User, host: str) -> Table:
    """The header line and a row that shows what cells look like; it is to be replaced before an upload."""
    return replace(
        template(type_name, user, host), rows=(_example(offered_operation(type_name, user, host)),), examples=()
    )


def export(type_name: str, user: User, host: str, choice: ExportChoice = EVERYTHING) -> Table:
    """What discovery holds now, as an upload that changes nothing; raises DocumentRefused where there can be none."""
    table = export_table(get_operation(type_name), viewpoint_of(user, host), choice)
    return replace(table, guides=partial(guides_of_operation, type_name, table.headers, user, host))


def _example(operation: Operation) -> tuple[str, ...]:
    return tuple(column.example for column in operation.columns)
