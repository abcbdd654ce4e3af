"""Uploads and downloads while the storage is full, away, or holds something else than expected."""

from __future__ import annotations

import errno
import re
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import OperationalError, connection

from course_discovery_bulk import service
from course_discovery_bulk.models import BulkOperationTask
from tests.integration.api.records import make_task
from tests.integration.api.test_upload import COURSES, HEADER, ROW, URL, form, stored_files

STORED_NAME = re.compile(r"[0-9a-f-]{36}\.upload")
MEGABYTE = 1024 * 1024


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """As on a full disk, the system refuses to let any file of this process grow beyond a size."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def tiny_disk(upload_folder: Path) -> Iterator[Path]:
    """A file system of 64 KB where uploads go."""
    upload_folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(upload_folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this user may not mount file systems")
    yield upload_folder
    subprocess.run(["umount", str(upload_folder)], check=True)


def courses_of(size: int) -> bytes:
    return HEADER + b"".join(ROW.replace(b"CS101", b"CS%05d" % number) for number in range(size // len(ROW)))


def assert_refused_for_now(answer) -> None:
    assert (answer.status_code, answer.json()["code"]) == (503, "STORAGE_UNAVAILABLE")
    assert int(answer["Retry-After"]) > 0


@pytest.mark.django_db
def test_a_full_disk_is_503_and_leaves_nothing_behind(client_of, tiny_disk) -> None:
    refused = client_of("editor").post(URL, form(courses_of(200_000)))
    left = stored_files(tiny_disk)
    accepted = client_of("editor").post(URL, form())

    assert_refused_for_now(refused)
    assert left == []
    assert accepted.status_code == 201
    assert BulkOperationTask.objects.count() == 1


@pytest.mark.django_db
def test_a_disk_that_fills_up_while_a_file_is_stored_is_503_and_leaves_nothing_behind(client_of, upload_folder) -> None:
    """The same for users who may not mount file systems."""
    client = client_of("editor")
    with largest_file(64 * 1024):
        answer = client.post(URL, form(courses_of(200_000)))

    assert_refused_for_now(answer)
    assert stored_files(upload_folder) == []
    assert not BulkOperationTask.objects.exists()


@pytest.mark.django_db
def test_a_disk_that_is_full_before_the_form_has_arrived_is_503_too(client_of, upload_folder) -> None:
    client = client_of("editor")
    with largest_file(8 * MEGABYTE):
        answer = client.post(URL, form(courses_of(9 * MEGABYTE)))

    assert_refused_for_now(answer)
    assert stored_files(upload_folder) == []
    assert not BulkOperationTask.objects.exists()


@pytest.mark.django_db
def test_a_file_that_cannot_be_read_now_is_503_and_one_that_is_gone_404(client_of, people, monkeypatch) -> None:
    task = make_task(people["editor"])
    link = client_of("editor").get(f"{URL}{task.pk}/").json()["csv_file"]

    def fail(*_args: object) -> None:
        raise OSError(errno.EIO, "the mount is stale")

    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "_open", fail)
        away = client_of(None).get(link)
    back = client_of(None).get(link)
    task.csv_file.delete()
    gone = client_of(None).get(link)

    assert_refused_for_now(away)
    assert (back.status_code, gone.status_code) == (200, 404)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["../../up.csv", "/etc/x", "n" * 300 + ".csv", "a\u202e\x00vsc.exe", "..\\x", ".."])
def test_the_name_of_the_uploader_steers_nothing_in_storage(people, upload_folder, name) -> None:
    task = service.submit(people["editor"], file=ContentFile(COURSES, name=name), task_type="course_create").task

    assert STORED_NAME.fullmatch(task.csv_file.name)
    assert stored_files(upload_folder.parent) == [task.csv_file.name]
    assert len(task.original_filename) <= 255


@pytest.mark.django_db
def test_two_files_of_one_name_are_two_files(client_of, upload_folder) -> None:
    for content in (COURSES, COURSES + ROW.replace(b"CS101", b"CS102")):
        assert client_of("editor").post(URL, form(content)).status_code == 201

    tasks = list(BulkOperationTask.objects.order_by("pk"))
    assert sorted(stored_files(upload_folder)) == sorted(task.csv_file.name for task in tasks)
    assert [task.csv_file.open().read().count(b"\n") for task in tasks] == [2, 3]


@pytest.mark.django_db
def test_a_database_that_fails_keeps_the_file_since_the_commit_may_have_been_done(
    client_of, upload_folder, monkeypatch
) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise OperationalError(2006, "Server has gone away")

    with monkeypatch.context() as patch:
        patch.setattr(BulkOperationTask, "save", fail)
        answer = client_of("editor").post(URL, form())

    assert (answer.status_code, answer.json()["code"]) == (503, "DATABASE_UNAVAILABLE")
    assert "Retry-After" in answer.headers
    assert not BulkOperationTask.objects.exists()
    assert len(stored_files(upload_folder)) == 1  # what collects it is tested with retention


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", [URL, "/admin/course_discovery_bulk/bulkoperationtask/add/"])
def test_no_transaction_of_the_host_is_open_while_a_file_is_stored(
    client_of, people, monkeypatch, upload_folder, address
) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", 1)
    open_transactions = []
    save = FileSystemStorage._save

    def watch(self: FileSystemStorage, name: str, content: object) -> str:
        open_transactions.append(connection.in_atomic_block)
        return save(self, name, content)

    monkeypatch.setattr(FileSystemStorage, "_save", watch)
    client = client_of("staff")
    people["staff"].is_superuser = True
    people["staff"].save()
    client.force_login(people["staff"])

    of_the_admin = {"sent_once": "2f0c1c32-8d7c-4a8e-9a49-3f6f6f0f8a11"} if "admin" in address else {}

    answer = client.post(address, {**form(), **of_the_admin})

    assert answer.status_code in (201, 302)
    assert BulkOperationTask.objects.count() == 1
    assert open_transactions == [False]
