"""Saved mappings as people read them: what each header of the sheet becomes."""

from __future__ import annotations

from dataclasses import dataclass

from course_discovery_bulk.columns.headers import normalise_header
from course_discovery_bulk.mapping.column_mapping import ColumnMapping
from course_discovery_bulk.models import SavedMapping
from course_discovery_bulk.operations.registry import all_operations


@dataclass(frozen=True, kw_only=True)
class MappingFacts:
    """What a mapping says; a header with an empty column is left out."""

    meanings: tuple[tuple[str, str], ...]  # header of the sheet -> column
    constants: tuple[tuple[str, str], ...]  # column -> the value of all rows
    values: tuple[tuple[str, str, str], ...]  # column, text of the sheet, what is read instead


def describe_mapping(saved: SavedMapping) -> MappingFacts:
    """The facts of a saved mapping, its headers in the order of the sheet."""
    mapping = ColumnMapping.from_dict(saved.mapping)
    own = next((found.own_headers for found in all_operations() if found.type == saved.task_type), {})
    columns = mapping.headers(own)
    return MappingFacts(
        meanings=tuple((header, columns.get(normalise_header(header), "")) for header in saved.headers if header),
        constants=tuple(mapping.constants.items()),
        values=tuple(
            (column, text, value) for column, words in mapping.values.items() for text, value in words.items()
        ),
    )
