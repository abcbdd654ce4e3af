"""What a column declares is all there is: its field is read back, compared, exported and undone from that alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from course_discovery_bulk.columns.base import RUN_PREFIX, Column
from course_discovery_bulk.columns.course import PRICE, TITLE
from course_discovery_bulk.columns.fields import declared, fields_of, filled
from course_discovery_bulk.columns.keys import COURSE_KEY, COURSE_UUID, LAST_RUN_KEY, RUN_KEY
from course_discovery_bulk.columns.lists import ListValue
from course_discovery_bulk.columns.moments import DateValue
from course_discovery_bulk.columns.run import MOMENT_COLUMNS
from course_discovery_bulk.columns.text import Text
from course_discovery_bulk.data import CleanRow, CourseSnapshot, Entry, RunSnapshot, State, fold
from course_discovery_bulk.discovery.snapshots import read_course
from course_discovery_bulk.operations import course_rerun, course_update, partial_updates
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.operations.registry import all_operations, known_fields
from course_discovery_bulk.operations.undoing import DoneRow, put_back
from course_discovery_bulk.pipeline.plan import plan_row
from course_discovery_bulk.testing import course_answer
from course_discovery_bulk.text.comparing import Comparison
from tests.unit.discovery.test_snapshots import ANSWER
from tests.unit.operations.samples import LOOKUPS, parse, plan_input

COURSE, RUN = "edX+CS101", "course-v1:edX+CS101+3T2027"
KEYS = {COURSE_KEY.name: COURSE, RUN_KEY.name: RUN}
LEFT_OPEN = {column.name for column in (*MOMENT_COLUMNS, PRICE)}  # of a new run: for people to fill in


# --- a course in which every field has the value of its column's example


def sample(column: Column) -> Any:
    """The field's value, in the form in which calls set it, if a cell holds the example."""
    value = parse(column, column.example).value
    match value:
        case DateValue():
            return value.at(None)
        case Entry():
            return value.key
        case ListValue():
            return column.kind.settled(list(value.items), LOOKUPS)
    return {"verified": value} if column.comparison is Comparison.PRICES else value


def sample_fields(columns: tuple[Column, ...], *, on_run: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in filled(columns):
        if column.on_run != on_run or column.unread:
            continue
        if column.field != column.field_name:
            found.setdefault(column.field_name, []).append(sample(column))
        else:
            found.setdefault(column.field, sample(column))
    return found


def course_of(columns: tuple[Column, ...], **changed: Any) -> CourseSnapshot:
    """The course; `changed` holds other values, by path."""
    course = {**sample_fields(columns, on_run=False)}
    run = {**sample_fields(columns, on_run=True)}
    for path, value in changed.items():
        (run if path.startswith(RUN_PREFIX) else course)[path.removeprefix(RUN_PREFIX)] = value
    return replace(
        read_course(course_answer(COURSE), fields_of(())),
        fields=course,
        runs=(RunSnapshot(key=RUN, status="unpublished", fields=run),),
    )


# --- the guard


def offenders(operation: Operation) -> Iterator[str]:
    """Every column of an operation that does less than it says."""
    shown = read_course(ANSWER, known_fields())
    for column in operation.columns:
        if column.unread:
            continue
        name = f"{operation.type}.{column.name}"
        for side in filled([column]):
            if side.field_name not in (shown.runs[0].fields if side.on_run else shown.fields):
                yield f"{name}: no answer of discovery shows {side.path}"
        if not _is_compared(column):
            yield f"{name}: comparing does not tell its example from nothing"
        if operation.export and not _is_exported(column, operation):
            yield f"{name}: its example is not exported"
        if operation.undo and not _is_undone(column, operation):
            yield f"{name}: its example is not put back"


def _nothing(column: Column) -> Any:
    return {} if column.comparison is Comparison.PRICES else column.kind.emptied()


def _whole(column: Column, columns: tuple[Column, ...]) -> Any:
    return sample_fields(columns, on_run=column.on_run)[column.field_name]


def _is_compared(column: Column) -> bool:
    value = _whole(column, (column,))
    is_same = column.comparison.is_same
    return is_same(value, value) and not is_same(value, _nothing(column))


def _is_exported(column: Column, operation: Operation) -> bool:
    assert operation.export is not None
    (row,) = operation.export(course_of(operation.columns), LOOKUPS, operation.columns)
    if operation is course_rerun.OPERATION and column.name in LEFT_OPEN:
        return column.name not in row
    is_time = column.kind.table_type == "time"
    return parse(column, row[column.name]).value == parse(column, "00:00" if is_time else column.example).value


def _is_undone(column: Column, operation: Operation) -> bool:
    assert operation.undo is not None
    nothing = [] if column.field != column.field_name else _nothing(column)
    now = course_of(operation.columns, **{column.whole_path: nothing})
    state = State(courses={fold(COURSE): now}, runs={fold(RUN): fold(COURSE)})
    cells = {name: text for name, text in KEYS.items() if name in operation.by_name}
    change = (_whole(column, operation.columns), nothing)
    done = DoneRow(cells=cells, changes={column.whole_path: change}, state=state)
    found = operation.undo(done, LOOKUPS, operation.columns)
    return found is not None and column.name in found.cells and found.cannot_undo == found.edited_since == ()


def test_every_column_is_read_back_compared_exported_and_undone() -> None:
    assert [found for operation in all_operations() for found in offenders(operation)] == []


def test_a_column_that_is_not_read_back_says_why() -> None:
    unread = {column.name for operation in all_operations() for column in operation.columns if column.unread}

    assert unread == {
        *(column.name for column in (COURSE_KEY, COURSE_UUID, RUN_KEY, LAST_RUN_KEY)),
        *("username_or_email", "course_key_or_uuid", "action", "organization", "number"),
        *("image", "organization_logo_override", "move_to_legal_review"),
    }


def test_the_guard_finds_a_column_of_a_field_that_discovery_does_not_have() -> None:
    wrong = Column(name="colour", field="color", kind=Text(), help="", example="red")
    operation = replace(course_update.OPERATION, columns=(*course_update.OPERATION.columns, wrong))

    assert list(offenders(operation)) == ["course_update.colour: no answer of discovery shows color"]


def test_columns_of_one_field_agree_about_it() -> None:
    known = known_fields()
    columns = filled(column for operation in all_operations() for column in operation.columns)

    different = [
        column.path
        for column in columns
        if not column.unread and declared(column) != (known.run if column.on_run else known.course)[column.field_name]
    ]

    assert different == []


# --- a discovery that does not show a field


@pytest.fixture
def older() -> CourseSnapshot:
    """A course of a discovery that knows neither watchers nor, of its runs, languages of transcripts."""
    run = {name: value for name, value in ANSWER["course_runs"][0].items() if name != "transcript_languages"}
    answer = {name: value for name, value in ANSWER.items() if name != "watchers"}
    return read_course({**answer, "key": COURSE, "course_runs": [{**run, "key": RUN}]}, known_fields())


def planned(course: CourseSnapshot, **values: Any) -> Any:
    given = replace(plan_input(), state=State(courses={fold(COURSE): course}, runs={fold(RUN): fold(COURSE)}))
    row = CleanRow(line=2, group="", values={COURSE_KEY.name: COURSE, RUN_KEY.name: RUN, **values})
    return plan_row(row, partial_updates.OPERATION, given)


def test_a_field_that_is_not_shown_is_not_there(older: CourseSnapshot) -> None:
    assert "watchers" not in older.fields
    assert "transcript_languages" not in older.runs[0].fields


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("watchers", ListValue(items=("a@example.org",))),
        ("transcript_languages", ListValue(items=("fr",))),
    ],
)
def test_a_row_that_sets_it_is_refused_instead_of_changing_it_anew_each_time(
    older: CourseSnapshot, column: str, value: Any
) -> None:
    plan = planned(older, **{column: value, TITLE.name: "New"})

    assert [(found.code, found.column) for found in plan.problems] == [("FIELD_NOT_SHOWN", column)]
    assert (plan.status, plan.steps) == ("invalid", ())


def test_a_row_that_leaves_it_alone_is_carried_out(older: CourseSnapshot) -> None:
    plan = planned(older, **{TITLE.name: "New"})

    assert (plan.problems, [step.body for step in plan.steps]) == ((), [{"title": "New"}])


def test_what_was_there_before_can_still_be_put_back(older: CourseSnapshot) -> None:
    state = State(courses={fold(COURSE): older})
    done = DoneRow(cells={COURSE_KEY.name: COURSE}, changes={"watchers": (["a@example.org"], [])}, state=state)

    found = put_back(done, LOOKUPS, course_update.OPERATION.columns)

    assert found is not None
    assert found.cells["watchers"] == "a@example.org"
