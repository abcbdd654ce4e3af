"""People whom cells name as instructors, put in the place of their names before a row is planned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from course_discovery_bulk.columns.base import Cell, Column
from course_discovery_bulk.columns.people import PeopleList
from course_discovery_bulk.data import CleanRow, FoundPeople, RowPlan
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.operations.refusals import refused
from course_discovery_bulk.problems import Problem


def instructors_of(row: CleanRow, operation: Operation) -> Iterator[str]:
    """What the cells of a row call people."""
    for column in operation.columns:
        yield from column.kind.people_named(row.values.get(column.name))


def with_instructors(row: CleanRow, operation: Operation, people: FoundPeople) -> CleanRow | RowPlan:
    """The row with those who were found, or its end because somebody was not."""
    values, problems = dict(row.values), list[Problem]()
    for column in operation.columns:
        value = row.values.get(column.name)
        if names := column.kind.people_named(value):
            cell = Cell(line=row.line, column=column.name, text=", ".join(names))
            parsed = column.kind.with_people(value, cell, people)
            problems.extend(parsed.problems)
            values[column.name] = parsed.value
    return refused(row, problems) if problems else replace(row, values=values)


def people_in(changes: Iterable[tuple[str, Any]], columns: Iterable[Column]) -> Iterator[str]:
    """UUIDs of the people in changes of fields (path and both values) that hold people."""
    paths = {column.path for column in columns if isinstance(column.kind, PeopleList)}
    for path, values in changes:
        if path in paths:
            yield from (uuid for value in values for uuid in value or ())
