"""Which state of the service the stand-in answers as: the newest one, or the one that was recorded first."""

from __future__ import annotations

from django.conf import settings

NEWEST = "2026"


def is_newest() -> bool:
    """Whether the fields and addresses are there that the newest service has and the older one has not."""
    service: str = settings.SANDBOX_SERVICE
    return service == NEWEST
