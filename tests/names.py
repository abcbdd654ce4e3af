"""What files refer to by name, fetched once for the tests of a worker: that is much of the time of a small task."""

from __future__ import annotations

from functools import cache as kept
from types import ModuleType
from typing import Any, ClassVar

from django.conf import settings
from django.core.cache import cache
from django.db import connection

from course_discovery_bulk.discovery import in_process, transport
from course_discovery_bulk.discovery.client import DiscoveryClient
from sandbox.discovery.models import (
    Collaborator,
    CourseRunType,
    CourseType,
    Language,
    LevelType,
    Organization,
    OrganizationExtension,
    ProgramType,
    Source,
    Subject,
    User,
)
from sandbox.discovery.profile import NEWEST

_CLASSES = [kind for module in (in_process, transport) for kind in vars(module).values() if isinstance(kind, type)]


def _fetching() -> list[dict[str, Any]]:
    """All code that fetching names is made of."""
    calls = {name: made for name, made in vars(DiscoveryClient).items() if "list_" in name or "options" in name}
    return [calls, *(dict(vars(kind)) for kind in _CLASSES)]


_AS_WRITTEN = _fetching()


def _is_changed() -> bool:
    """Whether the stand-in is told to be another service than usually."""
    return bool(settings.SANDBOX_PARTNERS) or settings.SANDBOX_SERVICE != NEWEST


class OneForAllTasks:
    """The cache, but what was fetched for one task of a person is there for each new task of theirs.

    It is not, once a name has changed, where a test has put something of its own in the way of fetching, or where
    there is more than one partner, or an older service.
    """

    found: ClassVar[dict[tuple[str, int], Any]] = {}

    def __init__(self, user: ModuleType) -> None:
        self._user = user
        self._fetch = user.fetch_lookups

    def get(self, name: str) -> Any:
        own = cache.get(name)
        if own is not None or not self._is_usual():
            return own
        found = self.found.get(self._key(name))
        if found is not None:
            cache.set(name, found)
        return found

    def set(self, name: str, found: Any, seconds: float) -> None:
        cache.set(name, found, seconds)
        if self._is_usual():
            self.found[self._key(name)] = found

    def clear(self) -> None:
        self.found.clear()
        cache.clear()

    def _is_usual(self) -> bool:
        return _fetching() == _AS_WRITTEN and self._user.fetch_lookups is self._fetch and not _is_changed()

    def _key(self, name: str) -> tuple[str, int]:
        """The person, or the person at a host, without the task; and the state of the names."""
        return name.removeprefix("course_discovery_bulk.lookups.").partition(".")[2], state_of_names()


def state_of_names() -> int:
    """Another number whenever something has changed that files refer to by name, or whose it is; no query of Django."""
    connection.ensure_connection()
    cursor = connection.connection.cursor()
    return hash(tuple(_rows(cursor, wanted) for wanted in _names_and_owners()))


def _rows(cursor: Any, wanted: str) -> tuple[tuple[Any, ...], ...]:
    cursor.execute(f"SELECT {wanted}")
    return tuple(cursor.fetchall())


@kept
def _names_and_owners() -> tuple[str, ...]:
    rows = (Organization, CourseType, CourseRunType, Source, Subject, LevelType, Language, ProgramType, Collaborator)
    lists = (CourseType.run_types.through, OrganizationExtension, User.groups.through)
    wanted = [f"* FROM {model._meta.db_table}" for model in (*rows, *lists)]
    return (*wanted, f"id, username, is_staff, is_superuser FROM {User._meta.db_table}")
