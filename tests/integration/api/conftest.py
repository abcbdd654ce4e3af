"""People of the stand-in site, clients that log in as them, and a folder of their own for uploads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from pytest_django import DjangoDbBlocker

from sandbox.discovery.models import Organization, OrganizationExtension, Partner, User
from sandbox.discovery.tokens import issue_token
from tests.committed import committed


@pytest.fixture(scope="module")
def people_of_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with committed(django_db_blocker, make_people):
        yield


@pytest.fixture
def people(people_of_module: None, db: None) -> dict[str, User]:
    """User name -> account: two organizations with a member each, staff without other rights, and an outsider."""
    if not User.objects.exists():  # a test that commits has emptied the database after itself
        make_people()
    return {user.username: user for user in User.objects.all()}


def make_people() -> None:
    partner = Partner.objects.create(short_code="edx", name="edX")
    User.objects.create_user("staff", is_staff=True)
    User.objects.create_user("outsider")
    _make_member(partner, "edX", "editor")
    _make_member(partner, "MITx", "mit_editor")


def _make_member(partner: Partner, key: str, username: str) -> None:
    organization = Organization.objects.create(partner=partner, key=key, name=key)
    group = Group.objects.create(name=key)
    OrganizationExtension.objects.create(organization=organization, group=group)
    member = User.objects.create_user(username)
    member.groups.add(group)


@pytest.fixture
def client_of(people: dict[str, User]) -> Callable[[str | None], Client]:
    """A client with the token of a user, as a script would send it; None is nobody."""

    def make(name: str | None) -> Client:
        return Client(headers={"Authorization": f"JWT {issue_token(name)}"} if name else None)

    return make


@pytest.fixture
def bulk_settings(settings: Any) -> Callable[..., None]:
    """Changes single settings of BULK_OPERATIONS for one test."""

    def change(**values: Any) -> None:
        settings.BULK_OPERATIONS = {**getattr(settings, "BULK_OPERATIONS", {}), **values}

    return change


@pytest.fixture(autouse=True)
def upload_folder(bulk_settings: Callable[..., None], tmp_path: Path) -> Path:
    """Where uploads of this test are kept."""
    folder = tmp_path / "uploads"
    bulk_settings(STORAGE_LOCATION=str(folder))
    return folder
