"""The OpenAPI document says what the code says: it is written anew here and compared."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from openapi_spec_validator import validate

from course_discovery_bulk.api import errors, operation_shapes, progress, row_serializers, serializers, urls
from course_discovery_bulk.operations.registry import all_operations
from course_discovery_bulk.problems import CATALOGUE

SCRIPT = Path(__file__).parents[2] / "docs" / "generate_openapi.py"


def load_generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_openapi", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = load_generator()
DOCUMENT: dict[str, Any] = json.loads(GENERATOR.FILE.read_text(encoding="utf-8"))
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]


def test_the_document_is_up_to_date() -> None:
    assert json.loads(GENERATOR.text()) == DOCUMENT, "run: python docs/generate_openapi.py"


def test_the_document_is_valid() -> None:
    validate(DOCUMENT)


def test_every_address_is_in_it() -> None:
    real = {
        "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(found.pattern)).replace("{pk}", "{id}") for found in urls.urlpatterns
    }

    assert set(DOCUMENT["paths"]) == real


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("Task", serializers.TaskSerializer),
        ("Row", row_serializers.RowSerializer),
        ("Progress", progress.ProgressSerializer),
        ("Operation", operation_shapes.OperationSerializer),
        ("Column", operation_shapes.ColumnSerializer),
    ],
)
def test_every_field_of_an_answer_is_there_and_required(name: str, shape: type) -> None:
    assert set(SCHEMAS[name]["properties"]) == set(SCHEMAS[name]["required"]) == set(shape().fields)


def test_every_code_is_named() -> None:
    said = json.dumps(DOCUMENT["paths"])

    assert SCHEMAS["Problem"]["properties"]["code"]["enum"] == sorted(CATALOGUE)
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and kind.__module__ == errors.__name__]
    codes = [str(kind.default_code).upper() for kind in kinds if "default_code" in vars(kind)]
    assert len(codes) > 5
    assert [code for code in [*codes, *errors.DOCUMENT_STATUSES, errors.BAD_FIELD] if f'"{code}"' not in said] == []


def test_what_can_be_asked_for_is_named() -> None:
    form = SCHEMAS["UploadRequest"]["properties"]

    assert form["task_type"]["enum"] == [operation.type for operation in all_operations()]
    assert set(form) == set(serializers.UploadSerializer().fields)


def test_the_package_needs_no_generator() -> None:
    package = Path(urls.__file__).parents[1]

    assert [file for file in package.rglob("*.py") if "drf_spectacular" in file.read_text(encoding="utf-8")] == []
