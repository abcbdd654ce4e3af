"""A small upload, browsers that are logged in, and uploads that run to their end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tests.integration.reports.conftest import (  # noqa: F401 - fixtures
    catalog_of_module,
    quick_settings,
    upload,
    upload_once,
)

PAGE = "/bulk-operations"
Browser = Callable[..., Client]


@pytest.fixture
def browser(upload: object) -> Browser:  # noqa: F811 - the fixture above, which makes the people
    """A browser that somebody has logged in with; None is nobody."""

    def open_as(name: str | None, **options: object) -> Client:
        client = Client(**options)  # type: ignore[arg-type]
        if name:
            client.force_login(get_user_model().objects.get(username=name))
        return client

    return open_as
