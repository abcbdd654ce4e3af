"""People and storage as for the REST API, and browsers that are logged in."""

from __future__ import annotations

import pytest
from django.test import Client

from sandbox.discovery.models import User
from tests.integration.api.conftest import bulk_settings, people, people_of_module, upload_folder  # noqa: F401 - fixtures


@pytest.fixture
def staff_client(people: dict[str, User]) -> Client:  # noqa: F811 - the fixture above
    """Staff without a single model permission."""
    client = Client()
    client.force_login(people["staff"])
    return client


@pytest.fixture
def admin_client(db: None) -> Client:
    """A superuser."""
    client = Client()
    client.force_login(User.objects.create_superuser("root", "root@example.com", "root"))
    return client
