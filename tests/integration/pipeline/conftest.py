"""Runs files through the real pipeline against the sandbox, in this process and this database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.files.base import ContentFile
from pytest_django import DjangoDbBlocker

from course_discovery_bulk import service
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.testing import UPLOADER, FakeDiscovery
from course_discovery_bulk.workers import stages
from course_discovery_bulk.workers.next_job import NextJob
from course_discovery_bulk.workers.task_life import Next
from course_discovery_bulk.workers.time_slice import work_on
from sandbox.discovery.seed import load_seed
from tests.committed import committed

Run = Callable[..., BulkOperationTask]
Creations = Callable[[], list[str]]

OF_COURSES = ("create_course", "update_course", "get_course", "get_courses", "create_run", "update_run", "get_runs")
HEADER = (
    "organization,title,number,course_enrollment_track,course_run_enrollment_track,"
    "start_date,end_date,course_pacing,verified_price"
)


def good_row(number: str, organization: str = "edX", title: str = "") -> str:
    return (
        f"{organization},{title or 'Course ' + number},{number},Verified and Audit,Verified and Audit,"
        "2030-01-15,2030-06-15,Self-Paced,49"
    )


def csv_of(*rows: str) -> str:
    return "\n".join([HEADER, *rows]) + "\n"


ROWS = csv_of(*(good_row(f"L{number}") for number in range(12)))


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Path, names_fetched_once: None) -> None:
    settings.BULK_OPERATIONS = {
        **settings.BULK_OPERATIONS,
        "RETRY_SECONDS": 0.01,
        "PAUSE_SECONDS": 5.0,
        "SLICE_SECONDS": 600.0,  # a busy machine must not cut a job in two
        "PUBLISHER_URL": "https://publisher.example.org",
    }
    settings.MEDIA_ROOT = str(tmp_path / "media")
    cache.clear()


@pytest.fixture(scope="module")
def seed_of_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with committed(django_db_blocker, load_seed):
        yield


@pytest.fixture
def seeded(seed_of_module: None, db: None) -> None:
    """The sandbox's catalog."""


@pytest.fixture
def submit(seeded: None) -> Run:
    """Uploads a file; nothing works on it yet."""

    def upload(content: str | bytes, user: str = "staff", **options: Any) -> BulkOperationTask:
        raw = content.encode() if isinstance(content, str) else content
        submission = service.submit(
            get_user_model().objects.get(username=user),
            file=ContentFile(raw, name="courses.csv"),
            task_type="course_create",
            options=options,
            site_domain="testserver",
        )
        return submission.task

    return upload


@pytest.fixture
def run(submit: Run) -> Run:
    """Uploads a file and works on it until nothing is left to do."""

    def upload_and_work(content: str | bytes, user: str = "staff", **options: Any) -> BulkOperationTask:
        task = submit(content, user, **options)
        for _job in range(20):
            if not work_on(task.pk).is_needed:
                break
        task.refresh_from_db()
        return task

    return upload_and_work


@pytest.fixture
def processing(submit: Run, monkeypatch: pytest.MonkeyPatch) -> BulkOperationTask:
    """A task of twelve rows that is read and checked, with nothing sent."""
    task = submit(ROWS)
    with monkeypatch.context() as patch:
        patch.setitem(stages.PERFORMED, Next.WRITE, lambda _bench: NextJob.now())
        work_on(task.pk)
    task.refresh_from_db()
    assert task.status == "processing"
    return task


def row_results(task: BulkOperationTask) -> list[tuple[int, str, list[str]]]:
    """Line, status and problem codes of every row."""
    return [(row.line, row.status, [problem["code"] for problem in row.problems]) for row in task.rows.order_by("line")]


@pytest.fixture
def courses_in_memory(seeded: None, monkeypatch: pytest.MonkeyPatch) -> FakeDiscovery:
    """Courses are kept in memory: for tests of what jobs do, which look at nothing in the tables of the catalog."""
    get_user_model().objects.filter(username="staff").update(email=UPLOADER)
    catalog = FakeDiscovery()
    for name in OF_COURSES:
        monkeypatch.setattr(DiscoveryClient, name, _answered_by(getattr(catalog, name)))
    return catalog


@pytest.fixture
def creations(courses_in_memory: FakeDiscovery) -> Creations:
    """The numbers of the courses of which a creation arrived, as often as it did."""
    return lambda: sorted(body["number"] for name, body, *_ in courses_in_memory.calls if name == "create_course")


def _answered_by(call: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _client, *given: call(*given)
