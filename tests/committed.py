"""Data that many tests start from, made once for all tests of a module: what each of them adds is rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from course_discovery_bulk.models import BulkOperationTask


@contextmanager
def committed(blocker: DjangoDbBlocker, load: Callable[[], None]) -> Iterator[None]:
    """Load data outside of any test's transaction; the database is empty again afterwards."""
    with blocker.unblock():
        load()
    yield
    with blocker.unblock():
        call_command("flush", verbosity=0, interactive=False)


@contextmanager
def committed_by_uploads(blocker: DjangoDbBlocker, load: Callable[[], None], folder: Path) -> Iterator[None]:
    """The same for data that uploads make: their files go to a folder that outlives a single test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BulkOperationTask._meta.get_field("csv_file"), "storage", FileSystemStorage(location=folder))
        with committed(blocker, load):
            yield
