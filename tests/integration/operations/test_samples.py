"""For each operation a sample file and what must become of every row, side by side, through both transports."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.operations.registry import all_operations
from sandbox.discovery.tokens import issue_token
from tests.host_operation import TYPE, add_operation
from tests.integration.operations.conftest import DATA, Run, make_catalog

OPERATIONS = [operation.type for operation in all_operations()]
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


def without_sample() -> list[str]:
    """Operations that lack a sample file, or the results that it must bring."""
    files = {file.name for file in DATA.iterdir()}
    return [
        operation.type
        for operation in all_operations()
        if not {f"{operation.type}.csv", f"{operation.type}.expected.json"} <= files
    ]


def test_every_operation_has_a_sample() -> None:
    assert without_sample() == []


def test_an_operation_that_is_added_must_have_a_sample(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    add_operation(tmp_path, settings, monkeypatch)
    assert without_sample() == [TYPE]

    given = shutil.copytree(DATA, tmp_path / "samples")
    for ending in ("csv", "expected.json"):
        shutil.copy(given / f"course_create.{ending}", given / f"{TYPE}.{ending}")
    monkeypatch.setattr(sys.modules[__name__], "DATA", given)
    assert without_sample() == []


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
