"""The storage of uploads: private, where the settings say now, and clear about what went wrong."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages

from course_discovery_bulk.exceptions import StorageUnavailable
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.storage.uploads import PrivateFolder, storage_errors, upload_storage

MEMORY = {"BACKEND": "django.core.files.storage.InMemoryStorage"}


@pytest.fixture
def folder(settings: Any) -> Path:
    return Path(settings.BULK_OPERATIONS["STORAGE_LOCATION"])


def library_error(module: str, **facts: object) -> Exception:
    """An error as a cloud library raises it: of no common base, known by where it comes from."""
    error: Exception = type("ClientError", (Exception,), {"__module__": module, **facts})("secret endpoint")
    return error


def test_file_and_folder_are_for_nobody_else(folder: Path) -> None:
    name = upload_storage().save("a.upload", ContentFile(b"x"))

    assert (folder / name).stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_model_follows_the_settings_as_they_are_now(settings: Any, tmp_path: Path, folder: Path) -> None:
    field_storage = BulkOperationTask._meta.get_field("csv_file").storage
    field_storage.save("first.upload", ContentFile(b"1"))
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "STORAGE_LOCATION": str(tmp_path / "moved")}
    field_storage.save("second.upload", ContentFile(b"2"))
    settings.STORAGES = {**settings.STORAGES, "course_discovery_bulk": MEMORY}
    field_storage.save("third.upload", ContentFile(b"3"))

    assert [path.name for path in folder.iterdir()] == ["first.upload"]
    assert [path.name for path in (tmp_path / "moved").iterdir()] == ["second.upload"]
    assert storages["course_discovery_bulk"].listdir("")[1] == ["third.upload"]


def test_the_alias_is_a_setting(settings: Any) -> None:
    settings.STORAGES = {**settings.STORAGES, "catalog_uploads": MEMORY}
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "STORAGE_ALIAS": "catalog_uploads"}

    upload_storage().save("a.upload", ContentFile(b"x"))

    assert storages["catalog_uploads"].exists("a.upload")


def test_a_taken_name_is_not_overwritten() -> None:
    storage = upload_storage()
    first, second = (storage.save("a.upload", ContentFile(content)) for content in (b"1", b"2"))

    assert first != second
    assert [storage.open(name).read() for name in (first, second)] == [b"1", b"2"]


def test_nothing_leaves_the_folder(folder: Path) -> None:
    for name in ("../a.upload", "/etc/a.upload", "b/../../a.upload"):
        with pytest.raises(SuspiciousFileOperation):
            upload_storage().save(name, ContentFile(b"x"))

    assert not folder.exists() or not list(folder.rglob("*"))
    assert not (folder.parent / "a.upload").exists()


def test_files_have_no_address() -> None:
    for storage in (upload_storage(), PrivateFolder("/srv/uploads")):
        with pytest.raises(ValueError, match="no address"):
            storage.url("a.upload")


def test_a_missing_file_is_told_from_a_storage_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    upload_storage().save("a.upload", ContentFile(b"x"))
    with pytest.raises(FileNotFoundError):
        upload_storage().open("b.upload")

    def fail(*_args: object) -> None:
        raise OSError(errno.EIO, "the mount is stale")

    monkeypatch.setattr(FileSystemStorage, "_open", fail)
    with pytest.raises(StorageUnavailable):
        upload_storage().open("a.upload")


def test_a_folder_that_cannot_be_made_is_a_storage_that_is_away(folder: Path) -> None:
    folder.write_text("a file where the folder should be")

    with pytest.raises(StorageUnavailable):
        upload_storage().save("a.upload", ContentFile(b"x"))


@pytest.mark.parametrize("module", ["botocore.exceptions", "boto3.exceptions", "google.api_core.exceptions"])
def test_errors_of_cloud_libraries_are_outages_and_show_nothing_of_their_text(module: str) -> None:
    with pytest.raises(StorageUnavailable) as caught, storage_errors():
        raise library_error(module)

    assert str(caught.value) == "ClientError"


def test_a_missing_object_of_s3_is_a_missing_file() -> None:
    with pytest.raises(FileNotFoundError), storage_errors():
        raise library_error("botocore.exceptions", response={"ResponseMetadata": {"HTTPStatusCode": 404}})
    with pytest.raises(StorageUnavailable), storage_errors():
        raise library_error("botocore.exceptions", response={"ResponseMetadata": {"HTTPStatusCode": 403}})


def test_a_mistake_in_code_stays_one() -> None:
    with pytest.raises(KeyError), storage_errors():
        raise KeyError("name")
