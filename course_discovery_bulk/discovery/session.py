"""Discovery as somebody sees it who asks for a file or a description: with their rights, at the host they came to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache

from course_discovery_bulk.conf import BulkSettings
from course_discovery_bulk.data import Lookups
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.connection import open_client
from course_discovery_bulk.discovery.instructors import people_of
from course_discovery_bulk.discovery.lookups import fetch_lookups
from course_discovery_bulk.exceptions import DiscoveryError

LOOKUPS_SECONDS: Final = 60


@dataclass(frozen=True, kw_only=True)
class Viewpoint:
    """One user's view of discovery. What costs requests is asked for when it is first needed."""

    user: AbstractBaseUser
    host: str
    settings: BulkSettings

    @cached_property
    def client(self) -> DiscoveryClient:
        return open_client(self.user, host=self.host, settings=self.settings)

    @cached_property
    def lookups(self) -> Lookups:
        """What cells may name; kept for a short while, because whoever looks at one operation looks at the next."""
        name = f"course_discovery_bulk.lookups.user.{self.user.pk}.{self.client.base_url}"
        found = cache.get(name)
        if not isinstance(found, Lookups):
            found = fetch_lookups(self.client)
            cache.set(name, found, LOOKUPS_SECONDS)
        return found

    def lookups_with_people(self, uuids: Iterable[str]) -> Lookups:
        """The same with the people of these UUIDs, to show who is meant; without them while they cannot be read."""
        lookups = self.lookups
        try:
            return lookups.knowing(people_of(self.client, uuids))
        except DiscoveryError:
            return lookups
