"""Finds the operations: the modules of this package, the settings' extra modules, and installed entry points."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any

from course_discovery_bulk import conf, operations
from course_discovery_bulk.columns.fields import fields_of
from course_discovery_bulk.exceptions import UnknownOperation
from course_discovery_bulk.mapping.column_mapping import ColumnMapping
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.text.fields import Fields

ENTRY_POINT_GROUP = "course_discovery_bulk.operations"


def get_operation(type_name: str, mapping: Mapping[str, Any] | None = None) -> Operation:
    """The operation of that name, for a file that is read by this mapping (as stored); UnknownOperation if none is."""
    found = _operations(conf.read().extra_operations).get(type_name)
    if found is None:
        raise UnknownOperation(type_name)
    return found.reading_by(ColumnMapping.from_dict(mapping)) if mapping else found


def all_operations() -> tuple[Operation, ...]:
    """Every operation, in the order in which people are offered them."""
    return tuple(_operations(conf.read().extra_operations).values())


def known_fields() -> Fields:
    """The fields that the columns of any operation fill: what answers of discovery are read by."""
    return _fields(conf.read().extra_operations)


@cache
def _fields(extra: tuple[str, ...]) -> Fields:
    return fields_of(column for operation in _operations(extra).values() for column in operation.columns)


@cache
def _operations(extra: tuple[str, ...]) -> dict[str, Operation]:
    found = [module.OPERATION for module in _modules(extra) if hasattr(module, "OPERATION")]
    return {operation.type: operation for operation in sorted(found, key=lambda operation: operation.position)}


def _modules(extra: tuple[str, ...]) -> Iterator[ModuleType]:
    for module in pkgutil.iter_modules(operations.__path__):
        yield import_module(f"{operations.__name__}.{module.name}")
    for path in extra:
        yield import_module(path)
    for entry_point in entry_points(group=ENTRY_POINT_GROUP):
        yield entry_point.load()
