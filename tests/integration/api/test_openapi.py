"""The API keeps to its OpenAPI document: requests are made up from it, right and wrong, and answers checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext, suppress
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from course_discovery_bulk import service
from course_discovery_bulk.api.links import _signer
from course_discovery_bulk.operations.registry import all_operations
from course_discovery_bulk.workers.time_slice import work_on
from sandbox.discovery.tokens import issue_token
from sandbox.wsgi import application
from tests.integration.api.test_upload import COURSES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

DOCUMENT = "/api/v1/bulk_operation_tasks/openapi.json"
EXAMPLES = 10
KEPT = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
BAD_ROW = b"edX,Wrong,CS 1,Audit Only,Audit Only,2027-01-01,2026-06-30,Selfish\r\n"
UPDATE = b"course_key,title\r\nedX+CS101,Another title\r\n"


@pytest.fixture(autouse=True)
def _one_connection(db: None) -> Iterator[None]:
    """Requests leave the test's connection open, as those of Django's own test client do."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


def upload(user: str, task_type: str, content: bytes, *, worked: bool = True, **options: Any) -> int:
    task = service.submit(
        get_user_model().objects.get(username=user),
        file=ContentFile(content, name="courses.csv"),
        task_type=task_type,
        options=options,
        site_domain="testserver",
    ).task
    while worked and work_on(task.pk).is_needed:
        pass
    return task.pk


@pytest.fixture
def tasks(db: None, tmp_path: Any, settings: Any) -> list[int]:
    """Tasks of the editor in several states: done, undoable, a preview, waiting."""
    settings.MEDIA_ROOT = str(tmp_path)
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "RETRY_SECONDS": 0.01}
    cache.clear()
    call_command("seed_catalog", verbosity=0)
    return [
        upload("editor", "course_create", COURSES + BAD_ROW),
        upload("editor", "course_update", UPDATE),
        upload("editor", "course_create", COURSES.replace(b"CS101", b"CS102"), dry_run=True),
        upload("editor", "course_create", COURSES.replace(b"CS101", b"CS103"), worked=False),
    ]


def sense(case: Any, data: st.DataObject, tasks: list[int]) -> None:
    """Puts into addresses what is there, or what could be: others are not the API's to answer."""
    known = {
        "id": st.sampled_from([*tasks, 0, 2**63, 10**30]),
        "type_name": st.sampled_from([*(operation.type for operation in all_operations()), "nope", "no pe"]),
        "token": st.sampled_from([*(_signer.sign(str(pk)) for pk in tasks), "1.a.b"]),
        "name": st.sampled_from(["courses.csv", "others.csv"]),
    }
    for name in sorted(set(known) & set(case.path_parameters)):
        case.path_parameters[name] = data.draw(known[name])
    if isinstance(case.body, dict) and "csv_file" in case.body and data.draw(st.integers(0, 2)):
        case.body = {**case.body, "csv_file": COURSES, "task_type": "course_create"}


@pytest.mark.parametrize("user", ["staff", "editor"])
def test_answers_are_as_the_document_says(user: str, tasks: list[int]) -> None:
    import schemathesis  # takes seconds, and this file is looked through by every run
    from schemathesis.checks import CHECKS, load_all_checks

    load_all_checks()
    checks = [check for check in CHECKS.get_all() if check.__name__ in KEPT]
    assert len(checks) == len(KEPT)
    headers = {"Authorization": f"JWT {issue_token(user)}"}
    document = schemathesis.openapi.from_wsgi(DOCUMENT, application)
    seen: set[tuple[str, int]] = set()

    for found in document.get_all_operations():
        operation = found.ok()
        for mode in schemathesis.GenerationMode:

            @settings(
                max_examples=EXAMPLES,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
                database=None,
            )
            @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
            def ask(case: Any, data: st.DataObject) -> None:
                sense(case, data, tasks)
                answer = case.call(headers=headers)
                seen.add((case.operation.definition.raw["operationId"], answer.status_code))
                case.validate_response(answer, checks=checks)

            # Not every endpoint takes something that could be wrong.
            with suppress(Unsatisfiable) if mode is schemathesis.GenerationMode.NEGATIVE else nullcontext():
                ask()

    expected = {("upload", 201), ("upload", 400), ("list_rows", 200), ("undo_file", 200), ("undo_file", 409)}
    expected |= {("results_file", 200), ("uploaded_file", 200), ("uploaded_file", 404), ("export_file", 200)}
    expected |= {("apply_preview", 409), ("retry_task", 409), ("read_health", 200 if user == "staff" else 403)}
    assert expected - seen == set()
