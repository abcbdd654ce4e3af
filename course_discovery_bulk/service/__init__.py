"""The Python entry point: what the REST API, the page, the admin and commands ask for, in one place."""

from course_discovery_bulk import conf
from course_discovery_bulk.access import (
    User,
    find_readable_task,
    find_task,
    find_user,
    may_act_on,
    may_use,
    sees_all,
    visible_tasks,
)
from course_discovery_bulk.exceptions import StorageUnavailable
from course_discovery_bulk.mapping.column_mapping import ColumnMapping
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.operations.registry import all_operations
from course_discovery_bulk.service.confirmation import BeforeApplying, Confirmation, ConfirmationNeeded, before_applying
from course_discovery_bulk.service.control import RowsToFix, apply, cancel, retry
from course_discovery_bulk.service.correction import NothingToCorrect, correct, rows_to_correct
from course_discovery_bulk.service.editing import (
    CellEdit,
    Edited,
    LineNotFound,
    NotEditable,
    ProblemGroup,
    StaleCell,
    StaleEdit,
    UnknownColumn,
    can_edit,
    edit_cells,
    edits_by_line,
    edits_of,
    first_errors,
    leave_out,
    lines_with_problem,
    problem_groups,
    put_back,
    replace_value,
)
from course_discovery_bulk.service.foreground import work_here
from course_discovery_bulk.service.health import Health, check_health, idle_seconds
from course_discovery_bulk.service.lineage import follow_ups_of
from course_discovery_bulk.service.mappings import (
    NameTaken,
    Remembered,
    find_mapping,
    find_mapping_named,
    groups_to_share_with,
    may_change,
    rename,
    save_mapping,
    share,
    visible_mappings,
)
from course_discovery_bulk.service.options import option_choices
from course_discovery_bulk.service.progress import STAGES, Progress, progress
from course_discovery_bulk.service.queue import QueuePlace, place_in_queue
from course_discovery_bulk.service.recalling import READING_OPTIONS, checked_reading, choices_of
from course_discovery_bulk.service.retry import NothingToRetry, can_retry, retry_of
from course_discovery_bulk.service.rights import owner_of_retry
from course_discovery_bulk.service.row_search import RowSearch, find_lines
from course_discovery_bulk.service.rows import groups_of
from course_discovery_bulk.service.speed import Speed
from course_discovery_bulk.service.submission import KeyReused, Submission, TooManyTasks, inspect, open_file, submit
from course_discovery_bulk.service.undo import (
    is_undone,
    overwrite_later_edits,
    overwrite_rows,
    undo,
    undo_of,
    undone_by,
)
from course_discovery_bulk.tasks import Swept, sweep_now

__all__ = [
    "READING_OPTIONS",
    "STAGES",
    "BeforeApplying",
    "CellEdit",
    "ColumnMapping",
    "Confirmation",
    "ConfirmationNeeded",
    "Edited",
    "KeyReused",
    "LineNotFound",
    "NameTaken",
    "NotEditable",
    "NothingToCorrect",
    "NothingToRetry",
    "Operation",
    "ProblemGroup",
    "Progress",
    "QueuePlace",
    "Remembered",
    "RowSearch",
    "RowsToFix",
    "Speed",
    "StaleCell",
    "StaleEdit",
    "StorageUnavailable",
    "Submission",
    "TooManyTasks",
    "UnknownColumn",
    "User",
    "apply",
    "before_applying",
    "can_edit",
    "can_retry",
    "cancel",
    "checked_reading",
    "choices_of",
    "correct",
    "edit_cells",
    "edits_by_line",
    "edits_of",
    "find_lines",
    "find_mapping",
    "find_mapping_named",
    "find_readable_task",
    "find_task",
    "find_user",
    "first_errors",
    "follow_ups_of",
    "groups_of",
    "groups_to_share_with",
    "health",
    "idle_seconds",
    "inspect",
    "is_undone",
    "leave_out",
    "lines_with_problem",
    "may_act_on",
    "may_change",
    "may_use",
    "open_file",
    "operations",
    "option_choices",
    "overwrite_later_edits",
    "overwrite_rows",
    "owner_of_retry",
    "place_in_queue",
    "problem_groups",
    "progress",
    "put_back",
    "rename",
    "replace_value",
    "retry",
    "retry_of",
    "rows_to_correct",
    "save_mapping",
    "sees_all",
    "share",
    "submit",
    "sweep",
    "undo",
    "undo_of",
    "undone_by",
    "visible_mappings",
    "visible_tasks",
    "work_here",
]


def operations() -> tuple[Operation, ...]:
    """Every operation that can be asked for."""
    return all_operations()


def sweep() -> Swept:
    """Ring for every task whose job is overdue, here and now."""
    return sweep_now()


def health() -> Health:
    """How things stand, for operators."""
    return check_health(conf.read())
