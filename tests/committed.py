"""Data that many tests start from, made once for all tests of a module: what each of them adds is rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.management import call_command
from pytest_django import DjangoDbBlocker


@contextmanager
def committed(blocker: DjangoDbBlocker, load: Callable[[], None]) -> Iterator[None]:
    """Load data outside of any test's transaction; the database is empty again afterwards."""
    with blocker.unblock():
        load()
    yield
    with blocker.unblock():
        call_command("flush", verbosity=0, interactive=False)
