"""Makes the API as slow as a test wants it."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

READING = frozenset({"GET", "HEAD", "OPTIONS"})
API_PATHS = ("/api/v1/course", "/api/v1/collaborators/", "/publisher/")


class FaultMiddleware:
    """Holds up calls that write to discovery by the setting SANDBOX_DELAY_MS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the call on, late if need be."""
        delay_ms = settings.SANDBOX_DELAY_MS
        if delay_ms and request.method not in READING and request.path.startswith(API_PATHS):
            time.sleep(delay_ms / 1000)
        return self.get_response(request)
