"""Whether uploaded files would be private in the storage that the settings name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage, InvalidStorageError, Storage

from course_discovery_bulk import conf
from course_discovery_bulk.storage.uploads import chosen_storage

# Of S3 and of Google Cloud Storage; an ACL that is not named leaves an object to its owner.
PRIVATE_ACLS: Final = frozenset({"", "private", "bucket-owner-full-control", "bucket-owner-read"})


def check_files(chosen: conf.BulkSettings) -> list[CheckMessage]:
    """What would show uploaded files to people who may not see them."""
    try:
        storage = chosen_storage()
    except (ImproperlyConfigured, InvalidStorageError, ImportError, TypeError) as error:
        kind = type(error).__name__
        return [
            Error(
                f"The storage of uploaded files cannot be made: {kind}.",
                hint="Correct the entry of STORAGES that STORAGE_ALIAS names, or take it out to use STORAGE_LOCATION.",
                id="course_discovery_bulk.E007",
            )
        ]
    return [*_wandering(chosen), *_folder(storage), *_acl(storage), *_links(storage)]


def _wandering(chosen: conf.BulkSettings) -> list[CheckMessage]:
    if chosen.storage_alias in settings.STORAGES or conf.storage_folder(chosen).is_absolute():
        return []
    return [
        Error(
            "The folder of uploaded files depends on where each process is started: what one stores, others do not "
            "find, and what is old is never deleted.",
            hint="Set STORAGE_LOCATION to a path from the root, the same for web servers, workers and cron jobs.",
            id="course_discovery_bulk.E011",
        )
    ]


def _folder(storage: Storage) -> list[CheckMessage]:
    if not (isinstance(storage, FileSystemStorage) and settings.MEDIA_ROOT):
        return []
    folder, media = Path(storage.location).resolve(), Path(settings.MEDIA_ROOT).resolve()
    if media != folder and media not in folder.parents:
        return []
    return [
        Error(
            "Uploaded files would be kept below MEDIA_ROOT, where the web server may show them to anybody.",
            hint="Set STORAGE_LOCATION, or the location of the alias in STORAGES, to a folder outside MEDIA_ROOT.",
            id="course_discovery_bulk.E003",
        )
    ]


def _acl(storage: Storage) -> list[CheckMessage]:
    parameters = getattr(storage, "object_parameters", None)
    given = parameters.get("ACL") if isinstance(parameters, dict) else None
    acl = str(given or getattr(storage, "default_acl", None) or "")
    if acl.lower() in PRIVATE_ACLS:
        return []
    return [
        Error(
            f"Uploaded files would be stored with the ACL {acl}, so that others can read them.",
            hint="Set default_acl to None in the OPTIONS of the storage, or use "
            "course_discovery_bulk.storage.s3.PrivateS3Storage, which does not follow AWS_DEFAULT_ACL.",
            id="course_discovery_bulk.E008",
        )
    ]


def _links(storage: Storage) -> list[CheckMessage]:
    if getattr(storage, "querystring_auth", True):
        return []
    return [
        Error(
            "The storage of uploaded files is set up for links without a signature, as a public bucket is.",
            hint="Set querystring_auth to True in the OPTIONS of the storage, and keep the bucket private.",
            id="course_discovery_bulk.E009",
        )
    ]
