"""Equal problems of a task together, so that they can be fixed together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.problems import ERROR, LEFT_OUT, Problem, suggested_values, translated

FIRST_LINES: Final = 10
PAGE: Final = 2000


@dataclass(frozen=True, kw_only=True)
class ProblemGroup:
    """All problems of one code with one column and value, in the reader's language."""

    code: str
    column: str | None
    value: str | None
    severity: str
    message: str
    hint: str
    suggestion: str  # the value that is probably meant; empty if none comes to mind
    suggestions: tuple[str, ...]  # all that may be meant, that one first
    count: int  # rows
    lines: tuple[int, ...]  # the first of them


@dataclass(kw_only=True)
class _Gathered:
    first: dict[str, Any]
    count: int = 0
    lines: list[int] = field(default_factory=list)


def problem_groups(task: BulkOperationTask) -> list[ProblemGroup]:
    """The problems of all rows in one query, grouped: errors first, then the most frequent."""
    return [_group(gathered) for gathered in _gather(task)]


def first_errors(task: BulkOperationTask, most: int) -> tuple[list[ProblemGroup], int]:
    """The most frequent errors, and how many more kinds there are."""
    errors = [gathered for gathered in _gather(task) if gathered.first["severity"] == ERROR]
    return [_group(gathered) for gathered in errors[:most]], max(0, len(errors) - most)


def _gather(task: BulkOperationTask) -> list[_Gathered]:
    gathered: dict[tuple[str, str | None, str | None], _Gathered] = {}
    for line, problems in _problems(task):
        told = {_key(found): found for found in problems}
        for key, found in told.items():
            group = gathered.setdefault(key, _Gathered(first=found))
            group.count += 1
            if len(group.lines) < FIRST_LINES:
                group.lines.append(line)
    return sorted(gathered.values(), key=lambda group: (group.first["severity"] != ERROR, -group.count))


def lines_with_problem(task: BulkOperationTask, code: str, column: str | None, value: str | None) -> list[int]:
    """The lines of all rows of such a group."""
    return [
        line for line, problems in _problems(task) if any(_key(found) == (code, column, value) for found in problems)
    ]


def _problems(task: BulkOperationTask) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    rows = task.rows.exclude(problems=[]).order_by("line").values_list("line", "problems").iterator(PAGE)
    for line, problems in rows:
        if found := [item for item in problems if item["code"] != LEFT_OUT.code]:
            yield line, found


def _key(found: dict[str, Any]) -> tuple[str, str | None, str | None]:
    return found["code"], found.get("column"), found.get("value")


def _group(gathered: _Gathered) -> ProblemGroup:
    stated = Problem.from_dict(gathered.first)
    shown = translated(stated)
    suggestions = suggested_values(stated)
    return ProblemGroup(
        code=stated.code,
        column=stated.column,
        value=stated.value,
        severity=stated.severity,
        message=shown.message,
        hint=shown.hint,
        suggestion=suggestions[0] if suggestions else "",
        suggestions=suggestions,
        count=gathered.count,
        lines=tuple(gathered.lines),
    )
