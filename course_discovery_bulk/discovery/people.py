"""Finds the people that rows name as editors, and the organizations that they are members of.

Discovery shows members of an organization by e-mail address only. Where it runs in this process, user names are
looked up in Django's own user table; over http a user name cannot be resolved.
"""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth import get_user_model
from django.db.models.functions import Lower

from course_discovery_bulk.data import Person, fold
from course_discovery_bulk.discovery.client import DiscoveryClient


def find_people(
    client: DiscoveryClient, names: Collection[str], organization_uuids: Collection[str]
) -> dict[str, tuple[Person, ...]]:
    """Folded user name or e-mail address -> who that is, with their membership in the given organizations."""
    wanted = {fold(name) for name in names}
    if not wanted:
        return {}
    members: dict[int, set[str]] = {}
    found: dict[str, set[int]] = {name: set() for name in wanted}
    for uuid in organization_uuids:
        for member in client.list_members(uuid):
            members.setdefault(member["id"], set()).add(uuid)
            if (email := fold(member["email"] or "")) in wanted:
                found[email].add(member["id"])
    if not client.answers_outlive_calls:
        for name, user_id in _local_users(wanted):
            found.get(name, set()).add(user_id)  # a database may find names that only look alike
    return {
        name: tuple(
            Person(user_id=user_id, organizations=frozenset(members.get(user_id, ()))) for user_id in sorted(ids)
        )
        for name, ids in found.items()
    }


def _local_users(wanted: Collection[str]) -> list[tuple[str, int]]:
    """Accounts of this site by user name; an e-mail address that is nobody's user name is looked up as such too."""
    users = get_user_model().objects.annotate(lower_name=Lower("username"), lower_email=Lower("email"))
    by_name = [(fold(name), pk) for name, pk in users.filter(lower_name__in=wanted).values_list("lower_name", "pk")]
    named = {name for name, _pk in by_name}
    rest = [name for name in wanted if name not in named]
    by_email = [(fold(email), pk) for email, pk in users.filter(lower_email__in=rest).values_list("lower_email", "pk")]
    return [*by_name, *by_email]
