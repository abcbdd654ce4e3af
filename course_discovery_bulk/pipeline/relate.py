"""Relate: which other rows of a file what is said of a row may depend on, told from what is stored of them.

Rows are compared if they are about one course (`group`), or if both have a value that only one course may have. Both
ways lead on: what is said of a related row depends on the rows that it is related to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform

from course_discovery_bulk.columns.headers import normalise_header
from course_discovery_bulk.data import fold
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.operations.base import Operation

PAGE = 500
Unique = tuple[str, str]  # a column in which no two courses have the same value, and a folded text there


@dataclass(frozen=True, kw_only=True)
class _UniqueCells:
    """The texts of a file that only one course may have, and the lines and groups that have them."""

    lines: Mapping[Unique, Sequence[int]]
    of_line: Mapping[int, Sequence[Unique]]
    group: Mapping[int, str]


def related_lines(task: BulkOperationTask, operation: Operation, groups: set[str], unique: set[Unique]) -> set[int]:
    """The lines of all rows that are about these courses, or have these texts, and of the rows related to those."""
    lines, done = set[int](), set[str]()
    cells, groups = _read_unique_cells(task, operation), set(groups)
    while new := groups - done:
        done |= new
        found = _lines_of(task, new)
        lines |= found
        if cells:
            texts = {text for line in found for text in cells.of_line.get(line, ())} | unique
            sharing = {line for text in texts for line in cells.lines.get(text, ())}
            lines |= sharing
            groups |= {cells.group[line] for line in sharing}
    return lines


def rows_on(task: BulkOperationTask, lines: Iterable[int]) -> list[BulkOperationRow]:
    """The rows on these lines, however many, in the order of the file."""
    ordered, found = sorted(lines), list[BulkOperationRow]()
    for start in range(0, len(ordered), PAGE):
        found += task.rows.filter(line__in=ordered[start : start + PAGE])
    return found


def unique_texts(texts: Mapping[str, str], operation: Operation) -> Iterator[Unique]:
    """The texts of a row (column -> text) that only one course may have."""
    for column in operation.columns:
        if column.is_unique and texts.get(column.name):
            yield column.name, fold(texts[column.name])


def _lines_of(task: BulkOperationTask, groups: Iterable[str]) -> set[int]:
    names, found = sorted(groups), set[int]()
    for start in range(0, len(names), PAGE):
        found.update(task.rows.filter(group__in=names[start : start + PAGE]).values_list("line", flat=True))
    return found


def _read_unique_cells(task: BulkOperationTask, operation: Operation) -> _UniqueCells | None:
    """One short query for a file that has such a column; None for all others."""
    names = {column.name for column in operation.columns if column.is_unique}
    known = {header: name for header, name in operation.known_headers.items() if name in names}
    headers = [header for header in dict.fromkeys(map(normalise_header, task.headers)) if header in known]
    if not headers:
        return None
    lines, of_line, groups = defaultdict[Unique, list[int]](list), dict[int, list[Unique]](), dict[int, str]()
    for line, group, texts in _read_cells(task.rows.order_by(), headers):
        if found := list(unique_texts(operation.texts(texts), operation)):
            of_line[line], groups[line] = found, group
            for text in found:
                lines[text].append(line)
    return _UniqueCells(lines=lines, of_line=of_line, group=groups)


def _read_cells(
    rows: QuerySet[BulkOperationRow], headers: Sequence[str]
) -> Iterator[tuple[int, str, Mapping[str, str]]]:
    """Line, group and the cells below these headers; whole rows only where the database takes a name for a number."""
    if any(header.lstrip("-").isdigit() for header in headers):
        yield from rows.values_list("line", "group", "cells")
        return
    asked: dict[str, Any] = {f"cell_{at}": KeyTextTransform(header, "cells") for at, header in enumerate(headers)}
    for line, group, *texts in rows.annotate(**asked).values_list("line", "group", *asked):
        yield line, group, {header: text or "" for header, text in zip(headers, texts, strict=True)}
