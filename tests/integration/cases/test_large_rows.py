"""A row that the database never takes ends with the reason, and the others go on."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from course_discovery_bulk.db import statements
from sandbox.discovery.models import Course
from tests.csv_files import csv_of
from tests.integration.cases.stored import codes, make_course
from tests.integration.operations.conftest import Run


def test_a_plan_that_the_database_never_takes_ends_its_row(
    catalog: None, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_course(run, "edX+LARGE1")
    make_course(run, "edX+SMALL1")
    monkeypatch.setattr(statements, "packet_bytes", lambda: 26_000)
    # Workers write outside of transactions; this test is in one.
    monkeypatch.setattr("django.db.transaction.mark_for_rollback_on_error", lambda using: nullcontext())
    rows = [
        {"course_key": "edX+LARGE1", "additional_information": "a" * 20_000},
        {"course_key": "edX+SMALL1", "additional_information": "about"},
    ]

    preview = run("course_update", csv_of(rows), dry_run=True)
    task = run("course_update", csv_of(rows))

    assert (codes(preview, 2), codes(preview, 3)) == (["TOO_LARGE_TO_STORE"], [])
    assert [row.status for row in task.rows.order_by("line")] == ["failed", "succeeded"]
    assert codes(task, 2) == ["TOO_LARGE_TO_STORE"]
    assert not Course.objects.get(key="edX+LARGE1", draft=True).additional_information
