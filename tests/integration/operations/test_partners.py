"""Two partners in one discovery: the host name of the upload says whose catalog a file can touch and see."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from course_discovery_bulk.models import BulkOperationTask
from sandbox.discovery.models import ChangeLog, Course, Organization, OrganizationExtension, Partner, User
from sandbox.discovery.seed import load_seed
from sandbox.discovery.tokens import issue_token
from tests.committed import committed_by_uploads
from tests.integration.operations.conftest import work

pytestmark = pytest.mark.django_db

URL = "/api/v1/bulk_operation_tasks/"
HERE, THERE = "discovery.example.org", "discovery.college.example"
PARTNERS = {THERE: "college"}
NEW_COURSE = (
    "organization,title,number,course_enrollment_track,course_run_enrollment_track,course_pacing,start_date,end_date\n"
    "{org},{title},{number},Audit Only,Audit Only,Self-Paced,2030-01-15,2030-06-15\n"
)
RERUN = (
    "last_active_run_key,start_date,end_date,run_type,pacing_type\n{run},2031-01-15,2031-06-15,Audit Only,Self-Paced\n"
)
SECRET = "Not for other eyes"


def load_two_partners() -> None:
    """The seed; a second partner with an organization, a course, and an editor who is a member of one of each partner.

    The course is made by a file that was sent to the host of its partner.
    """
    load_seed()
    college = Partner.objects.create(short_code="college", name="College")
    organization = Organization.objects.create(partner=college, key="CollegeX", name="CollegeX")
    group = Group.objects.create(name="CollegeX-grp")
    OrganizationExtension.objects.create(organization=organization, group=group)
    User.objects.get(username="editor").groups.add(group)
    with override_settings(SANDBOX_PARTNERS=PARTNERS):
        done = upload(THERE, "course_create", NEW_COURSE.format(org="CollegeX", title=SECRET, number="SECRET"))
    assert done.status == "completed", everything_shown(done)
    done.delete()
    ChangeLog.objects.all().delete()


@pytest.fixture(scope="module")
def two_partners(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    with committed_by_uploads(django_db_blocker, load_two_partners, tmp_path_factory.mktemp("uploads")):
        yield


@pytest.fixture(autouse=True)
def hosts(two_partners: None, settings: Any) -> None:
    settings.SANDBOX_PARTNERS = PARTNERS


def as_user(user: str, host: str) -> Client:
    return Client(headers={"Authorization": f"JWT {issue_token(user)}", "Host": host})


def upload(host: str, task_type: str, content: str, user: str = "staff") -> BulkOperationTask:
    """Send a file to a host name and work on it until nothing is left to do."""
    form = {"csv_file": SimpleUploadedFile(f"{task_type}.csv", content.encode()), "task_type": task_type}
    answer = as_user(user, host).post(URL, form)
    assert answer.status_code == HTTPStatus.CREATED, answer.content
    return work(BulkOperationTask.objects.get(pk=answer.json()["id"]))


def everything_shown(task: BulkOperationTask) -> str:
    """What the uploader gets to see of the rows."""
    return "".join(f"{row.problems}{row.changes}{row.object_key}{row.object_url}" for row in task.rows.all())


@pytest.fixture
def theirs() -> Course:
    return Course.objects.get(key="CollegeX+SECRET")


@pytest.mark.parametrize("user", ["staff", "editor"])
def test_a_file_makes_courses_of_the_partner_whose_host_it_was_sent_to(user: str) -> None:
    content = NEW_COURSE.format(org="CollegeX", title="Botany", number="BOTANY")

    elsewhere = upload(HERE, "course_create", content, user)
    left = ChangeLog.objects.count()
    at_home = upload(THERE, "course_create", content, user)

    assert (elsewhere.status, elsewhere.invalid_count, left) == ("failed", 1, 0)
    assert (at_home.status, at_home.succeeded_count) == ("completed", 1)
    assert Course.objects.get(key="CollegeX+BOTANY").partner.short_code == "college"


@pytest.mark.parametrize("user", ["staff", "editor"])
@pytest.mark.parametrize(
    ("task_type", "content"),
    [
        ("course_update", "course_key,title\n{key},Taken over\n"),
        ("course_update", "course_uuid,title\n{uuid},Taken over\n"),
        ("course_run_update", "course_run_key,minimum_effort\n{run},9\n"),
        ("partial_updates", "course_key,course_run_key,title\n{key},{run},Taken over\n"),
        (
            "course_rerun",
            RERUN,
        ),
        ("course_editor_update", "username_or_email,course_key_or_uuid,action\neditor,{key},add\n"),
        ("course_editor_update", "username_or_email,course_key_or_uuid,action\nstaff,{uuid},remove\n"),
    ],
)
def test_no_operation_touches_or_sees_a_course_of_another_partner(
    theirs: Course, task_type: str, content: str, user: str
) -> None:
    run = theirs.course_runs.get()
    before = ChangeLog.objects.count()

    done = upload(HERE, task_type, content.format(key=theirs.key, uuid=theirs.uuid, run=run.key), user)

    assert done.status == "failed"
    assert {row.status for row in done.rows.all()} <= {"invalid", "failed"}
    assert ChangeLog.objects.count() == before
    assert SECRET not in everything_shown(done)


def test_a_key_that_both_partners_have_is_that_of_the_host(theirs: Course) -> None:
    ours = Course.objects.get(key="edX+LEGACY1")
    twin = Course.objects.create(partner=theirs.partner, key=ours.key, title=SECRET, type=ours.type, draft=True)
    twin.owners.set(theirs.owners.all())

    done = upload(HERE, "course_update", f"course_key,short_description\n{ours.key},<p>Ours alone</p>\n")

    twin.refresh_from_db()
    assert (done.status, twin.short_description) == ("completed", None)
    assert Course.objects.editable().get(partner=ours.partner, key=ours.key).short_description == "<p>Ours alone</p>"
    assert SECRET not in everything_shown(done)


def test_a_task_stays_with_its_host_whoever_carries_it_on_from_where(theirs: Course) -> None:
    content = f"course_key,title\n{theirs.key},Applied\n"
    form = {"csv_file": SimpleUploadedFile("a.csv", content.encode()), "task_type": "course_update", "dry_run": "true"}
    task = BulkOperationTask.objects.get(pk=as_user("staff", THERE).post(URL, form).json()["id"])
    work(task)

    answer = as_user("staff", HERE).post(f"{URL}{task.pk}/apply/")

    assert (answer.status_code, work(task).status) == (HTTPStatus.ACCEPTED, "completed")
    theirs.refresh_from_db()
    assert theirs.title == "Applied"


@pytest.mark.parametrize("query", ["keys", "all"])
def test_an_export_has_the_courses_of_its_host(theirs: Course, query: str) -> None:
    address, chosen = f"{URL}operations/course_update/export.csv", {"keys": theirs.key} if query == "keys" else {}

    there = as_user("staff", THERE).get(address, chosen)
    here = as_user("staff", HERE).get(address, chosen)

    assert SECRET in b"".join(there.streaming_content).decode()
    assert here.status_code == (HTTPStatus.NOT_FOUND if query == "keys" else HTTPStatus.OK)
    assert SECRET not in (b"".join(here.streaming_content) if here.streaming else here.content).decode()


def test_courses_of_other_partners_come_without_owners_and_runs(theirs: Course) -> None:
    """What the service does, and what makes the app look at owners."""
    shown = as_user("staff", HERE).get(f"/api/v1/courses/{theirs.key}/", {"editable": "1"}).json()

    assert (shown["title"], shown["owners"], shown["course_runs"]) == (SECRET, [], [])
