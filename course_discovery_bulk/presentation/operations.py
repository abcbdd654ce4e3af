"""Operations in words: their names to choose from, and all that people and programs need to know to make a file.

Values to choose from are read from the catalog with the rights of the one who asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from course_discovery_bulk.access import User, viewpoint_of
from course_discovery_bulk.data import Lookups
from course_discovery_bulk.exceptions import DiscoveryError, UnknownOperation
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.operations.registry import all_operations, get_operation
from course_discovery_bulk.operations.table_schema import table_schema
from course_discovery_bulk.text.messages import translated


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
    is_one_of_allowed: bool  # whether a cell holds one of them and nothing else
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


def operation_choices() -> list[tuple[str, str]]:
    """The operations there are now, type and label, in the order in which people are offered them."""
    return [(operation.type, translated(operation.label)) for operation in all_operations()]


def schema(type_name: str, user: User, host: str) -> dict[str, Any]:
    """An operation's columns as a Table Schema; without values to choose from where discovery does not give them."""
    lookups, _error = _allowed(user, host)
    return table_schema(get_operation(type_name).offered(lookups), lookups)


def describe_operation(type_name: str, user: User, host: str) -> OperationFacts:
    """One operation, with the values that this user may write."""
    return _describe(get_operation(type_name), *_allowed(user, host))


def describe_operations(user: User, host: str) -> Iterator[OperationFacts]:
    """All operations, likewise."""
    lookups, error = _allowed(user, host)
    return (_describe(operation, lookups, error) for operation in all_operations())


def columns_for(task: BulkOperationTask, user: User, host: str) -> tuple[ColumnFacts, ...]:
    """The columns of a task's operation, likewise; none if it is registered no more."""
    try:
        return describe_operation(task.task_type, user, host).columns
    except UnknownOperation:
        return ()


def offered_operation(type_name: str, user: User, host: str) -> Operation:
    """One operation with the columns that this catalog has fields for; with all where it does not answer."""
    return get_operation(type_name).offered(_allowed(user, host)[0])


def organizations(user: User, host: str) -> tuple[str, ...]:
    """Keys of the organizations that this user may write for; none where discovery does not say."""
    lookups, _ = _allowed(user, host)
    return tuple(entry.key for entry in lookups.organizations.entries) if lookups else ()


def subjects(user: User, host: str) -> tuple[str, ...]:
    """Names of the subjects of the catalog; none where discovery does not say."""
    lookups, _ = _allowed(user, host)
    return tuple(entry.name for entry in lookups.subjects.entries) if lookups else ()


def _allowed(user: User, host: str) -> tuple[Lookups | None, str | None]:
    """A description is of use without the values as well, so discovery's trouble becomes a remark."""
    try:
        return viewpoint_of(user, host).lookups, None
    except DiscoveryError as error:
        return None, error.detail


def _describe(operation: Operation, lookups: Lookups | None, error: str | None) -> OperationFacts:
    operation = operation.offered(lookups)
    columns = tuple(
        ColumnFacts(
            name=column.name,
            aliases=column.aliases,
            type=column.kind.name,
            required=column.name in operation.required,
            help=column.help,
            example=column.example,
            allowed=column.kind.allowed(lookups) if lookups else None,
            is_one_of_allowed=column.kind.is_one_of_allowed,
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
