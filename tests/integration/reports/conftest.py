"""A small catalog with everything in it, people to look at it, and uploads that run to their end."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as host
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from course_discovery_bulk import conf, service
from course_discovery_bulk.columns.headers import COURSE_TITLE, EXPORTED_AT, EXPORTED_VERSION
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.connection import open_client
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.service import ColumnMapping
from course_discovery_bulk.workers.time_slice import work_on
from sandbox.discovery.seed import load_seed
from sandbox.discovery.tokens import issue_token
from tests.committed import committed_by_uploads
from tests.csv_files import csv_of

BASE = "/api/v1/bulk_operation_tasks"
Row = dict[str, str]
Upload = Callable[..., BulkOperationTask]
Download = Callable[..., "Sheet"]

FULL = {
    "organization": "edX",
    "title": "Introduction to Everything, and more",
    "number": "ALL101",
    "course_enrollment_track": "Verified and Audit",
    "course_run_enrollment_track": "Verified and Audit",
    "verified_price": "149.50",
    "course_pacing": "Instructor-Paced",
    "start_date": "2030-01-15",
    "start_time": "9:30",
    "end_date": "2030-06-15T18:00:00Z",
    "enrollment_start_date": "2029-11-01",
    "enrollment_start_time": "08:00:00",
    "enrollment_end_date": "2030-03-01",
    "enrollment_end_time": "11:59 PM",
    "publish_date": "2029-10-01T06:30:00Z",
    "upgrade_deadline_override_date": "2030-04-01",
    "upgrade_deadline_override_time": "12:00",
    "short_description": "=SUM(A1:A9)",
    "long_description": "<p>Long &amp; <b>bold</b></p>\n<ul><li>one</li><li>two</li></ul>",
    "what_will_you_learn": "<ul><li>one</li><li>two</li></ul>",
    "syllabus": 'Week "1", then <a href="https://example.org/w2">week 2</a>',
    "prerequisites": "None",
    "learner_testimonials": "Great",
    "frequently_asked_questions": "Why?",
    "additional_information": "+1 555 0100\n<b>as is</b>",
    "about_video_link": "https://www.youtube.com/watch?v=abc",
    "level_type": "introductory",
    "topics": "alpha, beta",
    "watchers": "one@example.org; two@example.org",
    "organization_short_code_override": "@ALLX",
    "enterprise_subscription_inclusion": "FALSE",
    "b2c_subscription_inclusion": "TRUE",
    "staff": "Grace Hopper, ada-lovelace",
    "primary_subject": "computer science",
    "secondary_subject": "social-sciences",
    "tertiary_subject": "Business & Management",
    "collaborators": 'Acme Labs, "-minus"',
    "url_slug": "intro-everything",
    "product_source": "External",
    "minimum_effort": "2",
    "maximum_effort": "6",
    "length": "8",
    "content_language": "French - Canada",
    "transcript_languages": "en-us, Spanish - Latin America and Caribbean",
    "expected_program_type": "micromasters",
    "expected_program_name": "Some program",
}
BARE = {
    "organization": "edX",
    "title": "Bare",
    "number": "BARE1",
    "course_enrollment_track": "Audit Only",
    "course_run_enrollment_track": "Audit Only",
    "start_date": "2030-01-15",
    "end_date": "2030-06-15",
    "course_pacing": "Self-Paced",
}
FULL_KEY = "edX+ALL101"
FULL_RUN = "course-v1:edX+ALL101+1T2030"
BARE_KEY = "edX+BARE1"
BARE_RUN = "course-v1:edX+BARE1+1T2030"
SECOND_RUN = {
    "last_active_run_key": FULL_RUN,
    "start_date": "2031-01-15",
    "end_date": "2031-06-15",
    "run_type": "Verified and Audit",
    "pacing_type": "Self-Paced",
}
SECOND_KEY = "course-v1:edX+ALL101+1T2031"


OF_EXPORTS = (EXPORTED_AT, EXPORTED_VERSION, COURSE_TITLE)


class Sheet:
    """A CSV file as it came back: its rows as a spreadsheet would show them, and its bytes."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.content = b"".join(answer.streaming_content)
        self.headers, *cells = csv.reader(io.StringIO(self.content.decode("utf-8-sig"), newline=""))
        self.rows = [dict(zip(self.headers, row, strict=True)) for row in cells]

    def row(self, **cells: str) -> Row:
        """The one row with these cells."""
        (found,) = [row for row in self.rows if cells.items() <= row.items()]
        return found

    def filled(self, **cells: str) -> Row:
        """Its cells that are not empty, without those that only an export has."""
        return {name: text for name, text in self.row(**cells).items() if text and name not in OF_EXPORTS}


QUICK = {"RETRY_SECONDS": 0.01, "STATE_BATCH": 2, "PUBLISHER_URL": "https://publisher.example.org"}


@pytest.fixture(autouse=True)
def quick_settings(settings: Any, tmp_path: Path, names_fetched_once: None) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, **QUICK}
    settings.MEDIA_ROOT = str(tmp_path / "media")
    cache.clear()


def run_upload(
    task_type: str,
    content: bytes | Iterable[Row],
    *,
    user: str = "staff",
    name: str = "courses.csv",
    mapping: ColumnMapping | None = None,
    **options: Any,
) -> BulkOperationTask:
    """Upload a file and work on it until nothing is left to do."""
    task = service.submit(
        get_user_model().objects.get(username=user),
        file=ContentFile(content if isinstance(content, bytes) else csv_of(content), name=name),
        task_type=task_type,
        options=options,
        site_domain="testserver",
        mapping=mapping,
    ).task
    for _job in range(20):
        if not work_on(task.pk).is_needed:
            break
    task.refresh_from_db()
    return task


def make_catalog() -> None:
    """The seeded course, one with every field filled in and one with as few as possible; no task is left of them."""
    cache.clear()
    load_seed()
    task = run_upload("course_create", [FULL, BARE])
    assert task.status == "completed", task.task_summary
    task.delete()


@pytest.fixture(scope="module")
def catalog_of_module(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    with committed_by_uploads(django_db_blocker, make_catalog, tmp_path_factory.mktemp("uploads")):
        yield


@pytest.fixture(scope="module")
def upload_once(catalog_of_module: None, django_db_blocker: DjangoDbBlocker) -> Upload:
    """Uploads a file for all tests of a module; what one of them does to the task, the others do not see."""

    def upload(*args: Any, **options: Any) -> BulkOperationTask:
        with django_db_blocker.unblock(), override_settings(BULK_OPERATIONS={**host.BULK_OPERATIONS, **QUICK}):
            return run_upload(*args, **options)

    return upload


@pytest.fixture
def upload(catalog_of_module: None, db: None) -> Upload:
    """Uploads a file on that catalog and works on it until nothing is left to do."""
    return run_upload


@pytest.fixture
def client_of() -> Callable[[str], Client]:
    def make(name: str) -> Client:
        return Client(headers={"Authorization": f"JWT {issue_token(name)}"})

    return make


@pytest.fixture
def download(client_of: Callable[[str], Client]) -> Download:
    """Gets a CSV file; asserts that it is one."""

    def get(path: str, user: str = "staff", **query: str) -> Sheet:
        answer = client_of(user).get(f"{BASE}/{path}", query)
        assert answer.status_code == 200, answer.content
        return Sheet(answer)

    return get


@pytest.fixture
def discovery() -> DiscoveryClient:
    """The stand-in as staff sees it."""
    staff = get_user_model().objects.get(username="staff")
    return open_client(staff, host="testserver", settings=conf.read())


def statuses(task: BulkOperationTask) -> list[tuple[str, list[str]]]:
    """Status and problem codes of every row."""
    return [(row.status, [problem["code"] for problem in row.problems]) for row in task.rows.order_by("line")]
