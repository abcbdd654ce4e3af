"""Who gets what: every endpoint and verb of the URLconf against every kind of user."""

from __future__ import annotations

import pytest
from django.urls import reverse

from course_discovery_bulk.api import urls
from course_discovery_bulk.api.links import _signer
from course_discovery_bulk.models import BulkOperationTask
from tests.integration.api.records import make_task

pytestmark = pytest.mark.django_db

ROLES = ("anonymous", "outsider", "owner", "other member", "staff")
USERS = {"outsider": "outsider", "owner": "editor", "other member": "mit_editor", "staff": "staff"}
ANSWERS = {
    ("task-list", "GET"): (401, 403, 200, 200, 200),
    ("task-list", "POST"): (401, 403, 400, 400, 400),  # an empty form: let in, and told what is missing
    ("inspect", "POST"): (401, 403, 400, 400, 400),
    ("task-detail", "GET"): (401, 403, 200, 404, 200),
    ("task-progress", "GET"): (401, 403, 200, 404, 200),
    ("task-rows", "GET"): (401, 403, 200, 404, 200),
    ("task-rows", "PATCH"): (401, 403, 400, 404, 400),  # an empty body
    **{(f"task-{name}", "POST"): (401, 403, 400, 404, 400) for name in ("replace", "exclude", "include")},
    ("task-problems", "GET"): (401, 403, 200, 404, 200),
    ("task-edits", "GET"): (401, 403, 200, 404, 200),
    ("task-row", "GET"): (401, 403, 404, 404, 404),  # the task has no rows
    ("task-apply", "POST"): (401, 403, 409, 404, 409),  # the task is no preview
    ("task-cancel", "POST"): (401, 403, 202, 404, 202),
    ("task-retry", "POST"): (401, 403, 409, 404, 409),  # the task has not ended
    ("task-results", "GET"): (401, 403, 200, 404, 200),
    ("task-failed", "GET"): (401, 403, 200, 404, 200),
    ("task-undo", "GET"): (401, 403, 409, 404, 409),  # what a creation made cannot be taken back
    ("undo-task", "POST"): (401, 403, 409, 404, 409),
    ("task-correct", "POST"): (401, 403, 409, 404, 409),
    ("mapping-list", "GET"): (401, 403, 200, 200, 200),
    ("mapping-list", "POST"): (401, 403, 400, 400, 400),
    ("mapping-detail", "GET"): (401, 403, 404, 404, 404),  # no mapping is saved
    ("mapping-detail", "PATCH"): (401, 403, 404, 404, 404),
    ("mapping-detail", "DELETE"): (401, 403, 404, 404, 404),
    ("openapi", "GET"): (200, 200, 200, 200, 200),  # tools fetch it without a login
    ("health", "GET"): (401, 403, 403, 403, 200),
    ("operation-list", "GET"): (401, 403, 200, 200, 200),
    ("operation-detail", "GET"): (401, 403, 200, 200, 200),
    ("operation-schema", "GET"): (401, 403, 200, 200, 200),
    ("operation-template", "GET"): (401, 403, 200, 200, 200),
    ("operation-export", "GET"): (401, 403, 200, 200, 200),
    ("file", "GET"): (200, 200, 200, 200, 200),  # the signature in the address is the permission
}
FILES = ("task-results", "task-failed", "task-undo", "operation-template", "operation-export")
ANSWERS |= {(f"{name}-xlsx", "GET"): ANSWERS[name, "GET"] for name in FILES}
VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def endpoints() -> set[tuple[str, str]]:
    return {
        (pattern.name, verb)
        for pattern in urls.urlpatterns
        for verb in VERBS
        if hasattr(pattern.callback.view_class, verb.lower())
    }


def address(name: str, task: BulkOperationTask) -> str:
    args = {
        "task-list": [],
        "inspect": [],
        "operation-list": [],
        "mapping-list": [],
        "health": [],
        "openapi": [],
        **{f"operation-{name}": ["course_update"] for name in ("detail", "schema", "template", "export")},
        **{f"operation-{name}-xlsx": ["course_update"] for name in ("template", "export")},
        "task-row": [task.pk, 2],
        "file": [_signer.sign(str(task.pk)), task.original_filename],
    }.get(name, [task.pk])
    return reverse(f"bulk_operations_api:{name}", args=args)


def test_every_endpoint_has_its_line_in_the_table() -> None:
    assert endpoints() == set(ANSWERS)


@pytest.mark.parametrize(("name", "verb"), sorted(ANSWERS))
@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_its_answer(people, client_of, name, verb, role) -> None:
    task = make_task(people["editor"])
    client = client_of(USERS.get(role))

    answer = client.generic(verb, address(name, task), content_type="multipart/form-data; boundary=x")

    assert answer.status_code == ANSWERS[name, verb][ROLES.index(role)]
    assert answer["Cache-Control"] == "no-store, private"
    assert BulkOperationTask.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "verb"), sorted({(name, verb) for name, _ in ANSWERS for verb in VERBS} - set(ANSWERS))
)
def test_other_verbs_are_refused_to_staff_too(people, client_of, name, verb) -> None:
    task = make_task(people["editor"])

    answer = client_of("staff").generic(verb, address(name, task))

    assert answer.status_code == 405
    assert BulkOperationTask.objects.get().status == task.status


def test_anonymous_is_told_how_to_log_in(client_of) -> None:
    answer = client_of(None).get(reverse("bulk_operations_api:task-list"))

    assert "WWW-Authenticate" in answer
    assert answer.json()["code"] == "NOT_AUTHENTICATED"


def test_a_member_who_leaves_the_organization_loses_sight_of_their_tasks(people, client_of) -> None:
    task = make_task(people["editor"])
    assert client_of("editor").get(address("task-detail", task)).status_code == 200

    people["editor"].groups.clear()

    assert client_of("editor").get(address("task-detail", task)).status_code == 403


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 19, "9" * 40])
def test_an_id_that_no_task_has_is_not_found(client_of, pk) -> None:
    answer = client_of("staff").get(f"/api/v1/bulk_operation_tasks/{pk}/")

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
