"""Finding operations: by being there, by the settings, and not at all."""

from __future__ import annotations

import sys
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from course_discovery_bulk.exceptions import UnknownOperation
from course_discovery_bulk.operations.base import AFTER_OURS, Operation
from course_discovery_bulk.operations.course_create import OPERATION
from course_discovery_bulk.operations.registry import all_operations, get_operation


def test_an_operation_is_found_by_its_type() -> None:
    assert get_operation("course_create") is OPERATION


@pytest.mark.parametrize("name", ["course_delete", "", "COURSE_CREATE"])
def test_no_other_name_finds_one(name: str) -> None:
    with pytest.raises(UnknownOperation):
        get_operation(name)


def test_a_module_of_the_settings_adds_its_operation(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = ModuleType("bulk_test_extra")
    module.OPERATION = replace(OPERATION, type="another_one")
    monkeypatch.setitem(sys.modules, "bulk_test_extra", module)
    assert "another_one" not in {operation.type for operation in all_operations()}

    settings.BULK_OPERATIONS = {"EXTRA_OPERATIONS": ["bulk_test_extra"]}

    assert get_operation("another_one") is module.OPERATION
    assert get_operation("course_create") is OPERATION


def test_operations_come_in_the_order_in_which_people_are_offered_them(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in that of their names: an operation of the host comes after ours unless it says otherwise."""
    for name, changes in {"bulk_test_z": {}, "bulk_test_a": {}, "bulk_test_m": {"position": 15}}.items():
        module: Any = ModuleType(name)
        module.OPERATION = replace(OPERATION, **{"type": name, "position": AFTER_OURS, **changes})
        monkeypatch.setitem(sys.modules, name, module)

    settings.BULK_OPERATIONS = {"EXTRA_OPERATIONS": ["bulk_test_z", "bulk_test_a", "bulk_test_m"]}

    assert [operation.type for operation in all_operations()] == [
        "course_create",
        "bulk_test_m",
        "course_update",
        "course_run_update",
        "partial_updates",
        "course_rerun",
        "course_editor_update",
        "bulk_test_z",
        "bulk_test_a",
    ]


@pytest.mark.parametrize("operation", all_operations(), ids=lambda operation: operation.type)
def test_an_operation_names_only_columns_it_has_and_no_header_twice(operation: Operation) -> None:
    headers = [header for column in operation.columns for header in (column.name, *column.aliases)]

    assert set(operation.required) <= set(operation.by_name)
    assert operation.identity_column in operation.by_name
    assert len(headers) == len(set(headers)) == len(operation.known_headers)


@pytest.mark.parametrize("operation", all_operations(), ids=lambda operation: operation.type)
def test_an_operation_lives_in_the_module_of_its_name(operation: Operation) -> None:
    module = sys.modules[f"course_discovery_bulk.operations.{operation.type}"]

    assert vars(module)["OPERATION"] is operation
