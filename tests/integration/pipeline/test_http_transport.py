"""The same file over real HTTP, with a token, against the sandbox behind a real server."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from course_discovery_bulk import service
from course_discovery_bulk.workers.time_slice import work_on
from sandbox.discovery.models import Course
from sandbox.discovery.tokens import issue_token
from tests.integration.pipeline.conftest import csv_of, good_row, row_results


@pytest.mark.django_db(transaction=True)
def test_a_file_runs_over_http(live_server: Any, settings: Any) -> None:
    from django.contrib.auth import get_user_model
    from django.core.files.base import ContentFile

    call_command("seed_catalog", verbosity=0)
    settings.BULK_OPERATIONS = {
        **settings.BULK_OPERATIONS,
        "TRANSPORT": "http",
        "DISCOVERY_URL": live_server.url,
        "DISCOVERY_TOKEN": issue_token("staff", administrator=True),
    }
    content = csv_of(good_row("HTTP1"), good_row("HTTP 2"), good_row("HTTP3", organization="MITx"))
    task = service.submit(
        get_user_model().objects.get(username="staff"),
        file=ContentFile(content.encode(), name="courses.csv"),
        task_type="course_create",
    ).task

    assert not work_on(task.pk).is_needed

    task.refresh_from_db()
    assert row_results(task) == [(2, "succeeded", []), (3, "invalid", ["BAD_COURSE_NUMBER"]), (4, "succeeded", [])]
    assert set(Course.objects.filter(key__contains="HTTP").values_list("key", flat=True)) == {
        "edX+HTTP1",
        "MITx+HTTP3",
    }
