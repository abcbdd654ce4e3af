"""The list of uploads: narrowed, paged, and one's own unless one is staff."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from course_discovery_bulk.models import BulkOperationTask
from tests.integration.web.conftest import PAGE

pytestmark = pytest.mark.usefixtures("names_fetched_once")


def make(user, name, day=1, **fields):
    task = BulkOperationTask.objects.create(
        original_filename=name,
        file_size=1,
        uploaded_by=get_user_model().objects.get(username=user),
        **{"task_type": "course_create", "status": "completed", "total_count": 1, "succeeded_count": 1, **fields},
    )
    BulkOperationTask.objects.filter(pk=task.pk).update(created=datetime(2026, 5, day, 23, 30, tzinfo=UTC))
    return task


@pytest.fixture
def tasks(browser):
    return [
        make("editor", "spring.csv", 1),
        make("editor", "summer courses.csv", 2, status="failed", succeeded_count=0, invalid_count=1),
        make("mit_editor", "spring of mit.csv", 3, task_type="course_update"),
    ]


def names(client, **query):
    answer = client.get(f"{PAGE}/history/", query)
    assert answer.status_code == 200
    return re.findall(r'<th role="rowheader" scope="row">\s*<a [^>]*><bdi>([^<]*)', answer.content.decode())


def test_members_see_their_own_newest_first(browser, tasks):
    assert names(browser("editor")) == ["summer courses.csv", "spring.csv"]


def test_staff_see_all_with_the_person(browser, tasks):
    client = browser("staff")
    assert names(client) == ["spring of mit.csv", "summer courses.csv", "spring.csv"]
    assert names(client, person="MIT") == ["spring of mit.csv"]


def test_members_cannot_ask_for_persons(browser, tasks):
    assert names(browser("editor"), person="mit") == ["summer courses.csv", "spring.csv"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"name": "SPRING"}, ["spring of mit.csv", "spring.csv"]),
        ({"state": "failed"}, ["summer courses.csv"]),
        ({"operation": "course_update"}, ["spring of mit.csv"]),
        ({"since": "2026-05-02"}, ["spring of mit.csv", "summer courses.csv"]),
        ({"until": "2026-05-01"}, ["spring.csv"]),
        ({"until": "9999-12-31", "since": "2026-05-02"}, ["spring of mit.csv", "summer courses.csv"]),  # no day follows
        ({"since": "2026-05-02", "until": "2026-05-02"}, ["summer courses.csv"]),
        ({"name": "spring", "operation": "course_create"}, ["spring.csv"]),
        ({"since": "nonsense", "name": "summer"}, ["summer courses.csv"]),
        ({"name": "winter"}, []),
    ],
)
def test_list_is_narrowed(browser, tasks, query, found):
    assert names(browser("staff"), **query) == found


def test_nothing_found_and_nothing_there_are_told_apart(browser, tasks):
    assert b"No uploads match." in browser("staff").get(f"{PAGE}/history/", {"name": "winter"}).content
    assert b"Upload your first file" in browser("second_editor").get(f"{PAGE}/history/").content


def test_pages_cost_the_same_however_many_there_are(browser, tasks):
    client = browser("staff")
    names(client)
    with CaptureQueriesContext(connection) as few:
        names(client)
    for number in range(40):
        make("editor", f"{number}.csv", 5)
    with CaptureQueriesContext(connection) as many:
        assert len(names(client)) == 25
    assert len(many) == len(few)
    assert len(names(client, page="2")) == 18
