"""Editing a preview: cells, rows left out, equal problems. The uploaded file stays; edits are kept beside it."""

from course_discovery_bulk.service.editing.cells import edit_cells, replace_value
from course_discovery_bulk.service.editing.history import edits_by_line, edits_of
from course_discovery_bulk.service.editing.problem_groups import (
    ProblemGroup,
    first_errors,
    lines_with_problem,
    problem_groups,
)
from course_discovery_bulk.service.editing.refusals import (
    CellEdit,
    Edited,
    LineNotFound,
    NotEditable,
    StaleCell,
    StaleEdit,
    UnknownColumn,
)
from course_discovery_bulk.service.editing.rows_left_out import leave_out, put_back
from course_discovery_bulk.service.editing.turn import can_edit

__all__ = [
    "CellEdit",
    "Edited",
    "LineNotFound",
    "NotEditable",
    "ProblemGroup",
    "StaleCell",
    "StaleEdit",
    "UnknownColumn",
    "can_edit",
    "edit_cells",
    "edits_by_line",
    "edits_of",
    "first_errors",
    "leave_out",
    "lines_with_problem",
    "problem_groups",
    "put_back",
    "replace_value",
]
