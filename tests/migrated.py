"""The migrated database, kept as a file for the workers and runs to come: to migrate takes seconds of each."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.db import connection

CreateDatabase = Callable[..., str]


def created_from_copy(create: CreateDatabase, folder: Path) -> CreateDatabase:
    """How to create the test database: by a copy of what `create` made of the same migrations and models."""
    kept = folder / f"{_fingerprint()}.sqlite3"

    def create_or_copy(*args: Any, **options: Any) -> str:
        with _alone(folder):
            if not kept.exists():
                name = create(*args, **options)
                _keep(kept)
                return name
        return _copied(kept)

    return create_or_copy


def _fingerprint() -> str:
    """Of all that decides what a migrated database holds."""
    digest = hashlib.sha256(f"{django.__version__} {settings.INSTALLED_APPS}".encode())
    for app in apps.get_app_configs():
        root = Path(app.path)
        for file in sorted([*root.glob("migrations/*.py"), *root.glob("models.py"), *root.glob("models/*.py")]):
            digest.update(f"{app.label} {file.name} ".encode() + file.read_bytes())
    return digest.hexdigest()[:32]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _keep(kept: Path) -> None:
    for old in kept.parent.glob("*.sqlite3"):
        old.unlink()
    part = kept.with_suffix(".part")
    part.unlink(missing_ok=True)
    connection.ensure_connection()
    copy = sqlite3.connect(part)
    connection.connection.backup(copy)
    copy.close()
    part.rename(kept)


def _copied(kept: Path) -> str:
    name = str(connection.settings_dict["TEST"]["NAME"])
    connection.close()
    for suffix in ("-wal", "-shm"):
        Path(name + suffix).unlink(missing_ok=True)
    shutil.copyfile(kept, name)
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name
    return name
