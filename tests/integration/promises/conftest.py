"""The sandbox's catalog, and somebody of the staff who is logged in everywhere."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tests.integration.pipeline.conftest import private_files, run, seed_of_module, seeded, submit  # noqa: F401

REST = "/api/v1/bulk_operation_tasks"
PAGE = "/bulk-operations"
ADMIN = "/admin/course_discovery_bulk/bulkoperationtask"


@pytest.fixture
def staff(seeded: None) -> Client:  # noqa: F811 - the fixture above
    """A browser that somebody of the staff has logged in with."""
    client = Client()
    client.force_login(get_user_model().objects.get(username="staff"))
    return client
