"""System checks of the storage of uploads: what would show them to others, and what is fine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from course_discovery_bulk import conf
from course_discovery_bulk.checks.files import check_files

S3 = "storages.backends.s3.S3Storage"
PRIVATE_S3 = "course_discovery_bulk.storage.s3.PrivateS3Storage"
FOLDER = "django.core.files.storage.FileSystemStorage"


@pytest.fixture(autouse=True)
def outside(settings: Any, tmp_path: Path) -> None:
    """A host with public media in S3, and uploads in a folder beside them."""
    settings.BULK_OPERATIONS = {}
    settings.BASE_DIR = tmp_path / "site"
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.AWS_STORAGE_BUCKET_NAME = "media"
    settings.AWS_DEFAULT_ACL = "public-read"
    settings.AWS_QUERYSTRING_AUTH = False


def ids() -> list[str]:
    return [str(message.id).rpartition(".")[2] for message in check_files(conf.read())]


def ids_of(settings: Any, backend: str, **options: Any) -> list[str]:
    entry = {"BACKEND": backend, "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "course_discovery_bulk": entry}
    return ids()


def test_a_folder_of_their_own_is_fine(settings: Any, tmp_path: Path) -> None:
    assert ids() == []
    assert ids_of(settings, FOLDER, location=str(tmp_path / "elsewhere")) == []


def test_uploads_below_the_media_folder_are_an_error(settings: Any, tmp_path: Path) -> None:
    media = Path(settings.MEDIA_ROOT)
    found = {}
    for folder in (media, media / "deep" / "down", media / ".." / "media" / "x", tmp_path / "media-not"):
        settings.BULK_OPERATIONS = {"STORAGE_LOCATION": str(folder)}
        found[folder.name] = ids()

    assert found == {"media": ["E003"], "down": ["E003"], "x": ["E003"], "media-not": []}


def test_a_folder_that_depends_on_where_a_process_is_started_is_an_error(settings: Any, tmp_path: Path) -> None:
    del settings.BASE_DIR
    assert ids() == []  # beside MEDIA_ROOT

    settings.MEDIA_ROOT = ""
    nowhere = ids()
    settings.BULK_OPERATIONS = {"STORAGE_LOCATION": "uploads"}
    relative = ids()
    elsewhere = ids_of(settings, FOLDER, location=str(tmp_path / "elsewhere"))

    assert (nowhere, relative, elsewhere) == (["E011"], ["E011"], [])


def test_a_storage_of_the_hosts_own_must_not_lie_there_either(settings: Any) -> None:
    assert ids_of(settings, FOLDER, location=f"{settings.MEDIA_ROOT}/uploads") == ["E003"]
    assert ids_of(settings, FOLDER) == ["E003"]  # without a location it is MEDIA_ROOT itself


def test_without_a_media_folder_nothing_can_lie_below_it(settings: Any) -> None:
    settings.MEDIA_ROOT = ""

    assert ids() == []


def test_what_the_host_says_of_its_media_makes_the_stock_class_public(settings: Any) -> None:
    assert ids_of(settings, S3) == ["E008", "E009"]
    assert ids_of(settings, S3, default_acl=None, querystring_auth=True) == []


def test_it_does_not_reach_our_class(settings: Any) -> None:
    settings.AWS_S3_OBJECT_PARAMETERS = {"ACL": "public-read"}
    settings.AWS_S3_CUSTOM_DOMAIN = "cdn.example.org"

    assert ids_of(settings, PRIVATE_S3) == []


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"default_acl": "public-read"}, ["E008"]),
        ({"default_acl": "authenticated-read"}, ["E008"]),
        ({"object_parameters": {"ACL": "public-read"}}, ["E008"]),
        ({"querystring_auth": False}, ["E009"]),
        ({"default_acl": "private"}, []),
        ({"default_acl": "bucket-owner-full-control", "object_parameters": {"ServerSideEncryption": "AES256"}}, []),
    ],
)
def test_the_options_of_the_alias_have_the_last_word(settings: Any, options: dict[str, Any], found: list[str]) -> None:
    assert ids_of(settings, PRIVATE_S3, **options) == found


@pytest.mark.parametrize(
    ("backend", "options"),
    [("storages.backends.no_such.Storage", {}), (FOLDER, {"colour": "red"}), (S3, {"colour": "red"})],
)
def test_a_storage_that_cannot_be_made_is_an_error_and_no_crash(
    settings: Any, backend: str, options: dict[str, Any]
) -> None:
    assert ids_of(settings, backend, **options) == ["E007"]
