# ruff: noqa: INP001 - a script beside the pages it serves, not a package
"""Writes the OpenAPI document of the REST API from its addresses, views, filters and serializers.

Run `python docs/generate_openapi.py` after a change to the API; `tests/unit/test_openapi.py` fails until then.
drf-spectacular is needed here alone: what it cannot read from the code is said in `api_operations.py`, on subclasses
of the views, so that the package neither imports it nor asks its hosts to.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

import django  # noqa: E402 - the checkout must be found first

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sandbox.settings")
    django.setup()

from django.urls import URLPattern, path  # noqa: E402 - serializers of models need the app registry
from drf_spectacular.drainage import GENERATOR_STATS  # noqa: E402
from drf_spectacular.generators import SchemaGenerator  # noqa: E402
from drf_spectacular.settings import spectacular_settings  # noqa: E402

from course_discovery_bulk import __version__  # noqa: E402
from course_discovery_bulk.api import urls  # noqa: E402

import api_operations  # noqa: E402  # isort: skip - found beside this file

FILE = ROOT / "course_discovery_bulk" / "api" / "openapi.json"


SETTINGS: dict[str, Any] = {
    "TITLE": "Bulk operations of course-discovery",
    "DESCRIPTION": api_operations.DESCRIPTION,
    "VERSION": __version__,
    "OAS_VERSION": "3.1.0",
    "SERVERS": [{"url": "/api/v1/bulk_operation_tasks", "description": "Where hosts mount it by convention"}],
    "APPEND_COMPONENTS": api_operations.COMPONENTS,
    "POSTPROCESSING_HOOKS": [],  # enumerations stay where they are used
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "",
}


def document() -> dict[str, Any]:
    """The whole document; RuntimeError where the generator had to guess."""
    GENERATOR_STATS.reset()
    spectacular_settings.apply_patches(SETTINGS)
    try:
        made: dict[str, Any] = SchemaGenerator(patterns=list(_described())).get_schema(request=None, public=True)
    finally:
        spectacular_settings.clear_patches()
    guesses = [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]  # noqa: SLF001 - it only prints them
    if guesses:
        raise RuntimeError("\n".join(map(str, guesses)))
    cleared: dict[str, Any] = _without_marks(made)
    return cleared


def text() -> str:
    """The document as it is stored."""
    return json.dumps(document(), indent=1, ensure_ascii=False, default=str) + "\n"


def _without_marks(part: Any) -> Any:
    """The document without what the generator notes down for itself."""
    if isinstance(part, dict):
        return {name: _without_marks(inner) for name, inner in part.items() if name != "x-spec-enum-id"}
    return [_without_marks(inner) for inner in part] if isinstance(part, list) else part


def _described() -> Iterator[URLPattern]:
    for pattern in urls.urlpatterns:
        view = api_operations.described(pattern.name, pattern.callback.view_class)
        yield path(str(pattern.pattern).replace(":pk>", ":id>"), view.as_view(), name=pattern.name)


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
