"""Data that many tests start from, made once and copied from then on: what each test adds is rolled back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from course_discovery_bulk.models import BulkOperationTask

Load = Callable[[], None]


@dataclass(kw_only=True)
class Content:
    """What the database holds."""

    copy: sqlite3.Connection | None = None  # only SQLite is copied: other databases are emptied and filled again
    files: dict[str, bytes] = field(default_factory=dict)  # what uploads have stored


_empty = Content()
_filled: dict[Load, Content] = {}


def fill(load: Load, folder: Path | None = None) -> None:
    """Put what `load` makes into the empty database, and its uploads into a folder; outside of any transaction."""
    content = _filled.get(load)
    if content is None:
        load()
        content = Content(copy=_copied(), files=_read_files(folder))
        if content.copy:
            _filled[load] = content
    else:
        _copy_back(content)
        _write_files(folder, content.files)


def empty() -> None:
    """Make the database empty again, as the migrations left it."""
    if _empty.copy:
        _copy_back(_empty)
    else:
        call_command("flush", verbosity=0, interactive=False)


def remember_empty() -> None:
    """Keep a copy of the database that was just migrated."""
    _empty.copy = _copied()


@contextmanager
def committed(blocker: DjangoDbBlocker, load: Load, folder: Path | None = None) -> Iterator[None]:
    """Load data outside of any test's transaction; the database is empty again afterwards."""
    with blocker.unblock():
        fill(load, folder)
    yield
    with blocker.unblock():
        empty()


@contextmanager
def committed_by_uploads(blocker: DjangoDbBlocker, load: Load, folder: Path) -> Iterator[None]:
    """The same for data that uploads make: their files go to a folder that outlives a single test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BulkOperationTask._meta.get_field("csv_file"), "storage", FileSystemStorage(location=folder))
        with committed(blocker, load, folder):
            yield


def _copied() -> sqlite3.Connection | None:
    if connection.vendor != "sqlite":
        return None
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    _database().backup(copy)
    return copy


def _copy_back(content: Content) -> None:
    assert content.copy
    content.copy.backup(_database())


def _database() -> sqlite3.Connection:
    connection.ensure_connection()
    return connection.connection


def _read_files(folder: Path | None) -> dict[str, bytes]:
    found = folder.rglob("*") if folder else ()
    return {str(path.relative_to(folder)): path.read_bytes() for path in found if path.is_file()}


def _write_files(folder: Path | None, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        assert folder
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
