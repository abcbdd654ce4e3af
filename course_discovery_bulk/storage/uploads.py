"""Where uploaded files are kept: a storage of their own, because a host's default one may be public.

Every layer above sees one storage, `UploadStorage`: it follows the settings live, and whatever goes wrong in the real
one behind it is either FileNotFoundError or StorageUnavailable.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from course_discovery_bulk import conf
from course_discovery_bulk.exceptions import StorageUnavailable

PRIVATE_FILE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700
# The libraries under django-storages: their errors share no base, and none of them needs to be installed.
CLOUD_LIBRARIES: Final = frozenset(
    {"azure", "boto3", "botocore", "google", "paramiko", "requests", "s3transfer", "urllib3"}
)
HTTP_NOT_FOUND: Final = 404


class PrivateFolder(FileSystemStorage):
    """A folder that only the user of the web server and the workers can read; nothing in it has an address."""

    def __init__(self, location: str | Path) -> None:
        super().__init__(
            location=location,
            file_permissions_mode=PRIVATE_FILE,
            directory_permissions_mode=PRIVATE_FOLDER,
        )

    def url(self, name: str | None) -> str:
        raise ValueError("Uploaded files have no address of their own.")

    def _save(self, name: str, content: File[Any]) -> str:
        try:
            saved: str = super()._save(name, content)  # type: ignore[misc]  # the stubs do not know it
        except OSError:
            with suppress(OSError):  # what is half written would fill a full disk until it is collected
                Path(self.path(name)).unlink()
            raise
        return saved


class UploadStorage(Storage):
    """The configured storage, looked up at every use, in the words of this package.

    A file that `open` gives has been fetched: reading it does not meet a storage that has gone away since.
    """

    def open(self, name: str, mode: str = "rb") -> File[Any]:
        with storage_errors():
            file = chosen_storage().open(name, mode)
            if "r" in mode:
                file.read(1)
                file.seek(0)
            return file

    def save(self, name: str | None, content: IO[Any], max_length: int | None = None) -> str:
        try:
            with storage_errors():
                return chosen_storage().save(name, content, max_length=max_length)
        except FileNotFoundError as error:  # what is missing is the folder or the bucket itself
            raise StorageUnavailable("nothing to store it in") from error

    def delete(self, name: str) -> None:
        with storage_errors():
            chosen_storage().delete(name)

    def exists(self, name: str) -> bool:
        with storage_errors():
            return chosen_storage().exists(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with storage_errors():
            return chosen_storage().listdir(path)

    def size(self, name: str) -> int:
        with storage_errors():
            return chosen_storage().size(name)

    def get_modified_time(self, name: str) -> datetime:
        with storage_errors():
            return chosen_storage().get_modified_time(name)

    def url(self, name: str | None) -> str:
        raise ValueError("Uploaded files have no address of their own: the REST API signs one for each request.")


def upload_storage() -> Storage:
    """The storage of the model's file field."""
    return UploadStorage()


def chosen_storage() -> Storage:
    """The storage of the configured alias, or a private folder outside MEDIA_ROOT."""
    chosen = conf.read()
    if chosen.storage_alias in settings.STORAGES:
        return storages[chosen.storage_alias]
    return PrivateFolder(location=conf.storage_folder(chosen))


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn what a storage raises into FileNotFoundError or StorageUnavailable; mistakes in code stay what they are."""
    try:
        yield
    except (FileNotFoundError, StorageUnavailable):
        raise
    except Exception as error:
        if _is_missing(error):
            raise FileNotFoundError("no such file in storage") from error
        if _is_outage(error):
            raise StorageUnavailable(type(error).__name__) from error
        raise


def _is_missing(error: Exception) -> bool:
    """Whether S3 says so: django-storages looks before it fetches, and the file may go in between."""
    answer = getattr(error, "response", None)
    facts = answer.get("ResponseMetadata", {}) if isinstance(answer, dict) else {}
    return _is_of_library(error) and facts.get("HTTPStatusCode") == HTTP_NOT_FOUND


def _is_outage(error: Exception) -> bool:
    return isinstance(error, OSError) or _is_of_library(error)


def _is_of_library(error: Exception) -> bool:
    return any(kind.__module__.partition(".")[0] in CLOUD_LIBRARIES for kind in type(error).__mro__)
