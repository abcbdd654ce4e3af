"""The files and descriptions that people and programs ask for: what became of a task, and what operations take.

Everything here is asked for by somebody, and discovery is read with their rights; whether they may see the task is
asked by the caller (`access.visible_tasks`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from course_discovery_bulk.access import User, viewpoint_of
from course_discovery_bulk.data import Lookups
from course_discovery_bulk.exceptions import DiscoveryError
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.operations.registry import all_operations, get_operation
from course_discovery_bulk.operations.table_schema import table_schema
from course_discovery_bulk.reports.csv import Table
from course_discovery_bulk.reports.export import export_table
from course_discovery_bulk.reports.results import failed_table, results_table
from course_discovery_bulk.reports.undo import undo_table

__all__ = [
    "ColumnFacts",
    "OperationFacts",
    "describe_operation",
    "describe_operations",
    "export",
    "failed",
    "organizations",
    "results",
    "schema",
    "template",
    "template_with_example",
    "undo",
]


@dataclass(frozen=True, kw_only=True)
class ColumnFacts:
    """A column as people need it to fill cells; `allowed` is None while the values cannot be read from discovery."""

    name: str
    aliases: tuple[str, ...]
    type: str
    required: bool
    help: str
    example: str
    allowed: tuple[str, ...] | None
    can_be_cleared: bool
    staff_only: bool


@dataclass(frozen=True, kw_only=True)
class OperationFacts:
    """An operation as people need it to make a file; of the columns in `either`, every row fills at least one."""

    type: str
    label: str
    help: str
    columns: tuple[ColumnFacts, ...]
    required: tuple[str, ...]
    either: tuple[str, ...]
    on_existing: tuple[str, ...]
    has_export: bool
    can_be_undone: bool
    allowed_error: str | None  # why the allowed values could not be read


def results(task: BulkOperationTask) -> Table:
    """Every row of the file with what became of it."""
    return results_table(task)


def failed(task: BulkOperationTask) -> Table:
    """The rows that are to be fixed, ready to be uploaded again."""
    return failed_table(task)


def undo(task: BulkOperationTask, user: User, host: str) -> Table:
    """An upload that puts back what the task changed; raises DocumentRefused where there can be none."""
    return undo_table(task, get_operation(task.task_type), viewpoint_of(user, host))


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


def schema(type_name: str, user: User, host: str) -> dict[str, Any]:
    """An operation's columns as a Table Schema; without values to choose from where discovery does not give them."""
    return table_schema(get_operation(type_name), _allowed(user, host)[0])


def describe_operation(type_name: str, user: User, host: str) -> OperationFacts:
    """One operation, with the values that this user may write."""
    return _describe(get_operation(type_name), *_allowed(user, host))


def describe_operations(user: User, host: str) -> Iterator[OperationFacts]:
    """All operations, likewise."""
    lookups, error = _allowed(user, host)
    return (_describe(operation, lookups, error) for operation in all_operations())


def organizations(user: User, host: str) -> tuple[str, ...]:
    """Keys of the organizations that this user may write for; none where discovery does not say."""
    lookups, _ = _allowed(user, host)
    return tuple(entry.key for entry in lookups.organizations.entries) if lookups else ()


def _allowed(user: User, host: str) -> tuple[Lookups | None, str | None]:
    """A description is of use without the values as well, so discovery's trouble becomes a remark."""
    try:
        return viewpoint_of(user, host).lookups, None
    except DiscoveryError as error:
        return None, error.detail


def _headers(operation: Operation) -> tuple[str, ...]:
    return tuple(column.name for column in operation.columns)


def _describe(operation: Operation, lookups: Lookups | None, error: str | None) -> OperationFacts:
    columns = tuple(
        ColumnFacts(
            name=column.name,
            aliases=column.aliases,
            type=column.kind.name,
            required=column.name in operation.required,
            help=column.help,
            example=column.example,
            allowed=column.kind.allowed(lookups) if lookups else None,
            can_be_cleared=not column.keep_reason,
            staff_only=column.staff_only,
        )
        for column in operation.columns
    )
    return OperationFacts(
        type=operation.type,
        label=operation.label,
        help=operation.help,
        columns=columns,
        required=operation.required,
        either=operation.either,
        on_existing=operation.on_existing,
        has_export=operation.export is not None,
        can_be_undone=operation.undo is not None,
        allowed_error=error,
    )
