"""Runs files of any operation on a small catalog, through either transport."""

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
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.workers.time_slice import work_on
from sandbox.discovery.seed import load_seed
from tests.committed import committed_by_uploads

DATA = Path(__file__).parents[2] / "data" / "operations"
Run = Callable[..., BulkOperationTask]


@pytest.fixture(autouse=True)
def patient_settings(settings: Any, tmp_path: Path, names_fetched_once: None) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "RETRY_SECONDS": 0.01, "QUIET_SECONDS": 0.0}
    settings.MEDIA_ROOT = str(tmp_path / "media")
    cache.clear()


def work(task: BulkOperationTask) -> BulkOperationTask:
    """Jobs until there is nothing left to do."""
    for _job in range(30):
        if not work_on(task.pk).is_needed:
            break
    task.refresh_from_db()
    return task


def submit(task_type: str, content: str | bytes, user: str = "staff", **options: Any) -> BulkOperationTask:
    raw = content.encode() if isinstance(content, str) else content
    return service.submit(
        get_user_model().objects.get(username=user),
        file=ContentFile(raw, name=f"{task_type}.csv"),
        task_type=task_type,
        options=options,
        site_domain="testserver",
    ).task


@pytest.fixture
def run() -> Run:
    """Uploads a file and works on it until nothing is left to do."""

    def upload_and_work(task_type: str, content: str | bytes, user: str = "staff", **options: Any) -> BulkOperationTask:
        return work(submit(task_type, content, user, **options))

    return upload_and_work


def make_catalog() -> None:
    cache.clear()
    load_seed()
    task = work(submit("course_create", (DATA / "catalog.csv").read_bytes()))
    assert task.status == "completed", task.task_summary


@pytest.fixture(scope="module")
def catalog_of_module(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    with committed_by_uploads(django_db_blocker, make_catalog, tmp_path_factory.mktemp("uploads")):
        yield


@pytest.fixture
def catalog(catalog_of_module: None, db: None) -> None:
    """The courses of tests/data/operations/catalog.csv."""
