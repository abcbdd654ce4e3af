"""An operation's columns as a Table Schema (Frictionless), for tools that check or make tables by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.words_for_nothing import CLEAR_WORD
from course_discovery_bulk.data import Lookups
from course_discovery_bulk.operations.base import Operation

PROFILE: Final = "https://datapackage.org/profiles/2.0/tableschema.json"
# What cells of a type may look like besides the type's own form.
_FORMS: Final[Mapping[str, Mapping[str, Any]]] = {
    "date": {"format": "any"},
    "time": {"format": "any"},
    "number": {"bareNumber": False},
    "boolean": {"trueValues": ["TRUE", "true", "yes", "1"], "falseValues": ["FALSE", "false", "no", "0"]},
}


def table_schema(operation: Operation, lookups: Lookups | None) -> dict[str, Any]:
    """The schema of the operation's files; without lookups nothing is said of the values to choose from."""
    return {
        "$schema": PROFILE,
        "name": operation.type,
        "title": operation.label,
        "description": operation.help,
        "missingValues": ["", CLEAR_WORD],
        "fields": [_field(column, operation, lookups) for column in operation.columns],
    }


def _field(column: Column, operation: Operation, lookups: Lookups | None) -> dict[str, Any]:
    kind = column.kind
    constraints: dict[str, Any] = {"required": column.name in operation.required}
    if kind.is_one_of_allowed and lookups:
        constraints["enum"] = list(kind.allowed(lookups))
    return {
        "name": column.name,
        "title": column.name.replace("_", " ").capitalize(),
        "description": column.help,
        "type": kind.table_type,
        **_FORMS.get(kind.table_type, {}),
        "constraints": constraints,
        "example": column.example,
        "aliases": list(column.aliases),
    }
