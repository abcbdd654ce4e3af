"""The icon of an operation: a template of its name, which a host may add for an operation of its own."""

from __future__ import annotations

FOLDER = "course_discovery_bulk/icons"


def icons_of(type_name: str) -> tuple[str, str]:
    """The templates that may draw an operation, the first that exists is taken."""
    return f"{FOLDER}/operation_{type_name}.svg", f"{FOLDER}/rows.svg"
