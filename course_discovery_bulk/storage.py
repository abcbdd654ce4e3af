"""Where uploaded files are kept: a storage of their own, because a host's default one may be public."""

from __future__ import annotations

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages

from course_discovery_bulk import conf

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def upload_storage() -> Storage:
    """The storage of the configured alias, or a private folder outside MEDIA_ROOT."""
    chosen = conf.read()
    if chosen.storage_alias in settings.STORAGES:
        return storages[chosen.storage_alias]
    return FileSystemStorage(
        location=conf.storage_folder(chosen),
        base_url=None,
        file_permissions_mode=PRIVATE_FILE,
        directory_permissions_mode=PRIVATE_FOLDER,
    )
