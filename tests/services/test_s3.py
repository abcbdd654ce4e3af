"""Uploads in S3 through a real server: private, whole, and bounded in time when the server is gone or silent."""

from __future__ import annotations

import socket
import time
import uuid
from collections.abc import Callable, Iterator
from http import HTTPStatus
from io import StringIO
from typing import Any

import pytest
import requests
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from course_discovery_bulk import conf
from course_discovery_bulk.checks.files import check_files
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.service import open_file
from course_discovery_bulk.storage.uploads import upload_storage
from course_discovery_bulk.workers.time_slice import work_on
from sandbox.discovery.seed import load_seed
from sandbox.discovery.tokens import issue_token
from tests.integration.pipeline.conftest import csv_of, good_row
from tests.services.conftest import BUCKET, S3Server, free_port, use_bucket

pytestmark = [pytest.mark.services, pytest.mark.django_db]

URL = "/api/v1/bulk_operation_tasks/"
CONTENT = csv_of(good_row("CLOUD1"), good_row("CLOUD2")).encode()
BOUND_SECONDS = 15


@pytest.fixture(autouse=True)
def catalog(db: None, settings: Any) -> None:
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "PAUSE_SECONDS": 0.1}
    cache.clear()
    load_seed()


@pytest.fixture
def upload() -> Callable[..., Any]:
    """Send a file over REST as an editor of edX."""
    client = Client(headers={"Authorization": f"JWT {issue_token('editor')}"})

    def send(content: bytes = CONTENT) -> Any:
        return client.post(URL, {"csv_file": SimpleUploadedFile("a.csv", content), "task_type": "course_create"})

    return send


@pytest.fixture
def silent_url() -> Iterator[str]:
    """A server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def work(task: BulkOperationTask) -> list[str]:
    """Jobs until there is nothing left to do; the codes of what is wrong with the file as a whole."""
    for _job in range(20):
        if not work_on(task.pk).is_needed:
            break
        BulkOperationTask.objects.filter(pk=task.pk).update(next_attempt_at=None)
    task.refresh_from_db()
    return [note["code"] for note in task.notes]


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    start = time.monotonic()
    answer = act()
    return time.monotonic() - start, answer


def is_public(s3: S3Server, key: str) -> bool:
    return requests.get(f"{s3.url}/{BUCKET}/{key}", timeout=10).status_code == HTTPStatus.OK


def test_an_upload_is_stored_for_us_alone_whatever_the_host_says_of_its_media(s3, upload) -> None:
    answer = upload()

    task = BulkOperationTask.objects.get()
    key = f"course_discovery_bulk/{task.csv_file.name}"
    grants = s3.client().get_object_acl(Bucket=BUCKET, Key=key)["Grants"]
    assert (answer.status_code, s3.stored()) == (201, [key])
    assert [(grant["Grantee"]["Type"], grant["Permission"]) for grant in grants] == [("CanonicalUser", "FULL_CONTROL")]
    assert not is_public(s3, key)
    assert b"".join(Client().get(answer.json()["csv_file"]).streaming_content) == CONTENT


def test_the_stock_class_would_be_public_and_the_check_says_so(s3, settings, upload) -> None:
    private = check_files(conf.read())
    use_bucket(settings, s3.url, backend="storages.backends.s3.S3Storage")
    upload()

    assert is_public(s3, BulkOperationTask.objects.get().csv_file.name)
    assert private == []
    assert {message.id for message in check_files(conf.read())} == {
        "course_discovery_bulk.E008",
        "course_discovery_bulk.E009",
    }


def test_a_worker_reads_it_and_nobody_needs_it_afterwards(s3, upload) -> None:
    upload()
    task = BulkOperationTask.objects.get()

    assert work(task) == []
    assert (task.status, task.succeeded_count) == ("completed", 2)


@pytest.mark.parametrize("size", [3_000_000, 9_000_000])
def test_a_large_file_comes_back_whole(s3, size) -> None:
    content = bytes(range(256)) * (size // 256)
    name = upload_storage().save(f"{uuid.uuid4()}.upload", ContentFile(content))
    task = BulkOperationTask(csv_file=name)

    with open_file(task) as file:
        assert file.read() == content
    assert len(s3.stored()) == 1


def test_an_object_that_is_gone_or_replaced_ends_its_task(s3, upload) -> None:
    gone = upload().json()
    replaced = upload(CONTENT + b"\r\n").json()
    tasks = [BulkOperationTask.objects.get(pk=answer["id"]) for answer in (gone, replaced)]
    keys = [f"course_discovery_bulk/{task.csv_file.name}" for task in tasks]
    s3.client().delete_object(Bucket=BUCKET, Key=keys[0])
    s3.client().put_object(Bucket=BUCKET, Key=keys[1], Body=CONTENT.replace(b"CLOUD", b"EVIL"))

    assert Client().get(gone["csv_file"]).status_code == 404
    assert [work(task) for task in tasks] == [["FILE_MISSING"], ["FILE_CHANGED"]]
    assert {task.status for task in tasks} == {"failed"}


def test_while_the_server_is_down_uploads_are_503_and_tasks_wait(s3, settings, upload) -> None:
    accepted = upload().json()
    task = BulkOperationTask.objects.get()
    use_bucket(settings, f"http://127.0.0.1:{free_port()}")
    seconds, refused = timed(upload)
    download = Client().get(accepted["csv_file"])
    wait = work_on(task.pk)
    task.refresh_from_db()
    waiting = (task.pauses, task.is_final, wait.is_needed)
    use_bucket(settings, s3.url)
    BulkOperationTask.objects.update(next_attempt_at=None)

    assert (refused.status_code, refused.json()["code"]) == (503, "STORAGE_UNAVAILABLE")
    assert int(refused["Retry-After"]) > 0
    assert seconds < BOUND_SECONDS
    assert download.status_code == 503
    assert waiting == (1, False, True)
    assert work(task) == []
    assert task.status == "completed"
    assert BulkOperationTask.objects.count() == 1


def test_a_server_that_never_answers_hangs_no_upload(s3, settings, silent_url, upload) -> None:
    use_bucket(settings, silent_url)

    seconds, answer = timed(upload)

    assert answer.status_code == 503
    assert 5 <= seconds < BOUND_SECONDS
    assert not BulkOperationTask.objects.exists()


def test_a_bucket_that_is_missing_is_a_storage_that_is_away(s3, settings, upload) -> None:
    storages = {**settings.STORAGES}
    options = {**storages["course_discovery_bulk"]["OPTIONS"], "bucket_name": "no-such-bucket"}
    storages["course_discovery_bulk"] = {**storages["course_discovery_bulk"], "OPTIONS": options}
    settings.STORAGES = storages

    assert upload().status_code == 503
    assert not BulkOperationTask.objects.exists()


def test_files_that_nobody_names_are_collected_page_by_page(s3, upload) -> None:
    upload()
    named = f"course_discovery_bulk/{BulkOperationTask.objects.get().csv_file.name}"
    client = s3.client()
    for _ in range(1001):  # one more than S3 lists at a time
        client.put_object(Bucket=BUCKET, Key=f"course_discovery_bulk/{uuid.uuid4()}.upload", Body=b"x")
    client.put_object(Bucket=BUCKET, Key="course_discovery_bulk/logo.png", Body=b"x")
    output = StringIO()

    call_command("bulk_operations_gc", stdout=output)
    young = len(s3.stored())
    call_command("bulk_operations_gc", "--orphan-age-hours", "0", stdout=output)

    assert young == 1003
    assert sorted(s3.stored()) == sorted([named, "course_discovery_bulk/logo.png"])
    assert "Deleted 1001 files that no task names." in output.getvalue()
