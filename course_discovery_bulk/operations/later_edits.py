"""Edits that came after an upload that is being undone: told from what the upload had left, and kept.

An undo file says of each field what it expects to find there (the column `undo_expects`). What is found otherwise was
edited since: the row leaves that field as it is, and says so, unless its upload says that later edits are overwritten.
Pure, as planning is: it is asked when a row is planned, and again shortly before the row is sent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from course_discovery_bulk.choices import RowStatus
from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.data import CleanRow, Lookups, RowPlan
from course_discovery_bulk.operations.base import Operation, PlanInput
from course_discovery_bulk.operations.undoing import Fields, columns_of, comparison_at, fields_now
from course_discovery_bulk.problems import CANNOT_PUT_BACK, EDITED_SINCE, Place, Problem, problem
from course_discovery_bulk.text.comparing import Comparison
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

LONGEST: Final = 200  # characters of a value that is kept as it is; of a longer one there is a digest
BEGINNING: Final = 60
DIGEST, BEGINS = "sha256", "begins"
TOLD: Final = frozenset({EDITED_SINCE.code, CANNOT_PUT_BACK.code})


def write_expected(values: Fields, columns: Sequence[Column]) -> str:
    """The cell that says what an undo expects to find, by path; empty for no field."""
    found = {path: _written(value, comparison_at(path, columns)) for path, value in values.items()}
    return json.dumps(found) if found else ""


def read_expected(cell: str) -> dict[str, Any] | None:
    """What such a cell says; None if it is not one of ours."""
    try:
        found = json.loads(cell)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def plan_sparing(row: CleanRow, operation: Operation, given: PlanInput) -> RowPlan:
    """The plan of a row that leaves alone what was edited since; that of any other row is the operation's own."""
    plan = operation.plan(row, given)
    edited = {} if given.overwrites_later_edits else _later_edits(row, plan, given)
    if edited:
        dropped = {column.name for path in edited for column in columns_of(path, given.columns)}
        values = {name: value for name, value in row.values.items() if name not in dropped}
        plan = operation.plan(replace(row, values=values), given)
        notes = tuple(_note(path, now, row, given) for path, now in edited.items())
        plan = replace(plan, problems=(*plan.problems, *notes))
    told = {found.code for found in (*row.problems, *plan.problems)}
    is_spared = plan.status is RowStatus.UNCHANGED and not TOLD.isdisjoint(told)
    return replace(plan, status=RowStatus.SKIPPED) if is_spared else plan


def later_edits_kept(plan: RowPlan) -> int:
    """How many fields a row leaves alone because they were edited since."""
    return sum(found.code == EDITED_SINCE.code for found in plan.problems)


def _later_edits(row: CleanRow, plan: RowPlan, given: PlanInput) -> dict[str, Any]:
    """The fields that the row would write and that are not as they were left, with what is there now."""
    now = fields_now(row.values, given.state, given.columns) if row.expected else {}
    written: Iterable[str] = row.expected if plan.status is RowStatus.INVALID else plan.changes
    return {
        path: now[path]
        for path in row.expected
        if path in written and path in now and not _is_left(now[path], row.expected[path], path, given.columns)
    }


def _is_left(now: Any, expected: Any, path: str, columns: Sequence[Column]) -> bool:
    comparison = comparison_at(path, columns)
    if isinstance(expected, dict) and DIGEST in expected:
        return bool(_digest(now, comparison) == expected[DIGEST])
    return comparison.holds(now, expected)


def _written(value: Any, comparison: Comparison) -> Any:
    if len(json.dumps(value, default=str)) <= LONGEST:
        return value
    return {DIGEST: _digest(value, comparison), BEGINS: str(value)[:BEGINNING]}


def _digest(value: Any, comparison: Comparison) -> str:
    form = json.dumps(comparison.comparable(value), sort_keys=True, default=str)
    return hashlib.sha256(form.encode()).hexdigest()


def _note(path: str, now: Any, row: CleanRow, given: PlanInput) -> Problem:
    meant = columns_of(path, given.columns)
    column = next((column for column in meant if column.name in row.values), meant[0] if meant else None)
    return problem(
        EDITED_SINCE,
        Place(line=row.line, column=column.name if column else path),
        now=_in_words(path, now, meant, given.lookups),
        left=_in_words(path, row.expected[path], meant, given.lookups),
        path=path,
    )


def _in_words(path: str, value: Any, columns: Sequence[Column], lookups: Lookups) -> str:
    """A value as its cells would say it, all columns of the field together; the beginning of a long one."""
    if isinstance(value, Mapping) and DIGEST in value:
        return Phrase(_("“{value}…”"), value=value.get(BEGINS, ""))
    texts = [_cell(column, path, value, lookups) for column in columns] if value not in (None, "", [], {}) else []
    shown = ", ".join(dict.fromkeys(text for text in texts if text))
    if not shown:
        return Phrase(_("empty"))
    cut = shown if len(shown) <= LONGEST else f"{shown[:BEGINNING]}…"
    return Phrase(_("“{value}”"), value=cut)


def _cell(column: Column, path: str, value: Any, lookups: Lookups) -> str:
    return column.kind.show(column.kind.pick(column.path, {path: value}), lookups)
