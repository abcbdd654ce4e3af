"""For every test: uploads go to a folder of the test's own, wherever the settings would put them."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Iterator
from typing import Any

import django
import hypothesis
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from course_discovery_bulk.discovery import session
from course_discovery_bulk.workers import context
from tests import committed
from tests.migrated import created_from_copy
from tests.names import OneForAllTasks
from tests.together import pytest_addoption, pytest_pycollect_makeitem

__all__ = ["pytest_addoption", "pytest_pycollect_makeitem"]  # hooks

# How long one example takes says how busy the machine is. `make test-properties` takes the second profile.
hypothesis.settings.register_profile("quick", deadline=None, max_examples=20)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=100)
hypothesis.settings.load_profile("quick")

_FOLDERS = itertools.count()


def pytest_collection_finish() -> None:
    """Thousands of collected tests live to the end: looking through them again and again frees nothing.

    What a test leaves behind is small, so it is looked for seldom: that was a sixth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, pytestconfig: pytest.Config) -> Iterator[None]:
    """The database of this worker is a copy of one that was migrated before, if there is one."""
    kept = getattr(pytestconfig, "cache", None)
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite" and django.VERSION >= (5, 1):  # before, there is no such option
            options = connection.settings_dict["OPTIONS"]
            patch.setitem(options, "init_command", f"{options.get('init_command', '')} PRAGMA synchronous=OFF;")
        if connection.vendor == "sqlite" and kept:
            creation = connection.creation
            copying = created_from_copy(creation.create_test_db, kept.mkdir("migrated"))
            patch.setattr(creation, "create_test_db", copying)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The test database; emptying it means copying back what the migrations made."""
    with django_db_blocker.unblock():
        committed.remember_empty()
    TransactionTestCase._fixture_teardown = lambda self: committed.empty()


@pytest.fixture(autouse=True)
def _uploads_in_a_temporary_folder(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    chosen = getattr(settings, "BULK_OPERATIONS", {})
    folder = tmp_path_factory.getbasetemp() / f"uploads-{next(_FOLDERS)}"  # made by the first upload, if there is one
    settings.BULK_OPERATIONS = {**chosen, "STORAGE_LOCATION": str(folder)}


@pytest.fixture
def names_fetched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that do not look at how names are fetched: that is much of the time of a task."""
    cache.clear()
    for user in (context, session):
        monkeypatch.setattr(user, "cache", OneForAllTasks(user))
