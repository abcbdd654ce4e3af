"""For each operation a sample file and what must become of every row, side by side, through both transports."""

from __future__ import annotations

import json
from typing import Any

import pytest

from course_discovery_bulk.models import BulkOperationTask
from sandbox.discovery.tokens import issue_token
from tests.integration.operations.conftest import DATA, Run, make_catalog

OPERATIONS = [
    "course_create",
    "course_update",
    "course_run_update",
    "partial_updates",
    "course_rerun",
    "course_editor_update",
]
# The quick lane has one of them, the slow one the others.
MOSTLY_SLOW = [pytest.param(operation, marks=pytest.mark.slow) for operation in OPERATIONS[:-1]] + OPERATIONS[-1:]


def outcome(task: BulkOperationTask) -> dict[str, Any]:
    return {
        "status": task.status,
        "rows": [
            {
                "line": row.line,
                "status": row.status,
                "key": row.object_key,
                "problems": [[problem["code"], problem["column"]] for problem in row.problems],
                "sent": [[step["act"], sorted(step["body"])] for step in row.steps],
            }
            for row in task.rows.order_by("line")
        ],
    }


def expected(operation: str) -> dict[str, Any]:
    return json.loads((DATA / f"{operation}.expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_in_process(operation: str, catalog: None, run: Run) -> None:
    task = run(operation, (DATA / f"{operation}.csv").read_bytes())

    assert outcome(task) == expected(operation)


@pytest.mark.parametrize("operation", MOSTLY_SLOW)
def test_running_it_again_writes_nothing_more(operation: str, catalog: None, run: Run) -> None:
    content = (DATA / f"{operation}.csv").read_bytes()
    first = run(operation, content)

    again = run(operation, content)

    done = first.rows.filter(status__in=["succeeded", "unchanged", "skipped"]).values_list("line", flat=True)
    assert not again.rows.filter(line__in=list(done)).exclude(steps=[]).exists()
    assert set(again.rows.filter(line__in=list(done)).values_list("status", flat=True)) <= {"unchanged", "skipped"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("operation", MOSTLY_SLOW)
def test_over_http(operation: str, live_server: Any, settings: Any, run: Run) -> None:
    make_catalog()
    settings.BULK_OPERATIONS = {
        **settings.BULK_OPERATIONS,
        "TRANSPORT": "http",
        "DISCOVERY_URL": live_server.url,
        "DISCOVERY_TOKEN": issue_token("staff", administrator=True),
    }

    task = run(operation, (DATA / f"{operation}.csv").read_bytes())

    assert outcome(task) == expected(operation)
