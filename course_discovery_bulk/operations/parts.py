"""The parts of an update: one for the course, one for a run, put together into the plan of a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from course_discovery_bulk.choices import RowAction, SideEffect
from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.fields import filled
from course_discovery_bulk.data import CleanRow, RowPlan, Step
from course_discovery_bulk.operations.refusals import refused, unchanged
from course_discovery_bulk.problems import Problem, each_once


def throws_back(body: Mapping[str, Any], columns: Iterable[Column], *, on_run: bool) -> bool:
    """Whether sending these fields, of a course or of its run, takes reviewed runs out of the review."""
    sides = (column for column in filled(columns) if column.on_run == on_run)
    return bool(set(body) - {column.outer_field for column in sides if column.keeps_review})


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one part of a row would do; a problem that is an error stops the whole row."""

    steps: tuple[Step, ...] = ()
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    effects: Mapping[SideEffect, int] = field(default_factory=dict)


def put_together(row: CleanRow, parts: Sequence[Part], *, key: str, course_uuid: str) -> RowPlan:
    """The plan of an update from its parts."""
    problems = each_once(found for part in parts for found in part.problems)
    if any(found.is_error for found in problems):
        return refused(row, problems, key=key)
    steps = tuple(step for part in parts for step in part.steps)
    if not steps:
        return unchanged(row, key=key, course_uuid=course_uuid, problems=problems)
    effects: Counter[SideEffect] = Counter()
    for part in parts:
        effects.update(part.effects)
    return RowPlan(
        line=row.line,
        action=RowAction.UPDATE,
        steps=steps,
        changes={path: change for part in parts for path, change in part.changes.items()},
        object_key=key,
        course_uuid=course_uuid,
        problems=problems,
        effects={name: number for name, number in effects.items() if number},
    )
