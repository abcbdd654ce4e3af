"""Any text in any cell: never a crash, never a call for a row with a problem, and every row ends with a result."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_discovery_bulk import conf
from course_discovery_bulk.choices import OPEN_ROW_STATUSES, RowStatus
from course_discovery_bulk.columns.base import Context
from course_discovery_bulk.data import Lookups, RawRow
from course_discovery_bulk.discovery.connection import open_client
from course_discovery_bulk.discovery.lookups import fetch_lookups
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.operations.base import Operation, PlanInput
from course_discovery_bulk.operations.registry import all_operations, get_operation
from course_discovery_bulk.pipeline.plan import plan_row, read_state
from course_discovery_bulk.pipeline.validate import Seen, Validator, validate_rows
from tests.integration.operations.conftest import DATA, submit, work

pytestmark = [pytest.mark.slow]
OPERATIONS = [operation.type for operation in all_operations()]
LIKELY = """
edX+BASE1|edX+base2|MITx+BASE4|edX+NOSUCH|course-v1:edX+BASE1+1T2030|course-v1:edX+BASE5+1T2020|edX|Verified and Audit
Audit Only|Professional Only|Credit|Self-Paced|2030-01-15|1/31/2031|03/04/2030|49|0|-5|1e9|TRUE|[clear]|+a, -b|a, b
Computer Science|Introductory|fr|en-us, fr|10:30|add|remove|editor|second.editor@example.org|<h1>x</h1>|<p>x</p>
https://example.org/x|slug|=1+1|'=1|#REF!|7|5.0|NULL|\u00a0
""".strip().replace("\n", "|")
SPICE = "+-,; \n<>&'\"#*_[]{}()1aÄ"
TEXTS = st.one_of(st.sampled_from(LIKELY.split("|")), st.text(max_size=40), st.text(alphabet=SPICE, max_size=30))


@st.composite
def rows(draw: st.DrawFn) -> tuple[str, list[dict[str, str]]]:
    operation = draw(st.sampled_from(OPERATIONS))
    names = [column.name for column in get_operation(operation).columns]
    sample = next(csv.DictReader(io.StringIO(sample_of(operation))))
    some = draw(st.lists(st.dictionaries(st.sampled_from(names), TEXTS, max_size=8), min_size=1, max_size=4))
    keep = draw(st.booleans())
    return operation, [{**(sample if keep else {}), **cells} for cells in some]


def sample_of(operation: str) -> str:
    return (DATA / f"{operation}.csv").read_text(encoding="utf-8")


@pytest.fixture
def lookups(catalog: None) -> Lookups:
    return fetch_lookups(client())


def client() -> Any:
    return open_client(get_user_model().objects.get(username="staff"), host="testserver", settings=conf.read())


@settings(max_examples=2000, database=None, suppress_health_check=list(HealthCheck))
@given(given_rows=rows())
def test_any_cells_are_checked_and_planned(lookups: Lookups, given_rows: tuple[str, list[dict[str, str]]]) -> None:
    operation = get_operation(given_rows[0])
    validator = Validator(operation=operation, context=Context(lookups=lookups), default_product_source="edx")
    raw = [RawRow(line=line, cells=cells) for line, cells in enumerate(given_rows[1], start=2)]

    checked = list(validate_rows(raw, validator, Seen()))

    assert [row.line for row in checked] == [row.line for row in raw]
    assert not any(problem.code == "INTERNAL_ERROR" for row in checked for problem in row.problems)
    for row in checked:
        if row.is_valid:
            check_plan(operation, row, lookups)


def check_plan(operation: Operation, row: Any, lookups: Lookups) -> None:
    state = read_state([row], operation, client())
    plan = plan_row(
        row,
        operation,
        PlanInput(state=state, lookups=lookups, default_product_source="edx", now=timezone.now()),
    )
    assert plan.steps or plan.status not in OPEN_ROW_STATUSES
    assert not (plan.steps and any(problem.is_error for problem in plan.problems))
    json.dumps([step.as_dict() for step in plan.steps])
    json.dumps([problem.as_dict() for problem in plan.problems])
    json.dumps({path: list(change) for path, change in plan.changes.items()})


@settings(max_examples=60, database=None, suppress_health_check=list(HealthCheck))
@given(given_rows=rows())
def test_any_file_ends_with_a_result_for_every_row(catalog: None, given_rows: tuple[str, list[dict[str, str]]]) -> None:
    operation, some = given_rows
    names = list(dict.fromkeys(name for cells in some for name in cells)) or ["title"]
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(some)
    try:
        task = submit(operation, text.getvalue().encode("utf-8", "replace"))
    except UploadRefused:
        return

    work(task)

    assert task.is_final
    check_rows(task)


def check_rows(task: BulkOperationTask) -> None:
    found = list(task.rows.all())
    assert len(found) == task.total_count
    assert not [row for row in found if row.status in OPEN_ROW_STATUSES]
    assert not [row for row in found if row.status == RowStatus.INVALID and any(step["sent_at"] for step in row.steps)]
    assert not [problem for row in found for problem in row.problems if problem["code"] == "INTERNAL_ERROR"]
    assert not [note for note in task.notes if note["code"] == "INTERNAL_ERROR"]
