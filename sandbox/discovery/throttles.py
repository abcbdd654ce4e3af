"""The limit on calls of people who work for no organisation; off unless a rate is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.cache import caches
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle

from sandbox.discovery.rules.access import may_see_drafts

if TYPE_CHECKING:
    # The rest framework loads this module while it loads its views.
    from rest_framework.views import APIView


class OutsiderThrottle(UserRateThrottle):
    """Staff and members are exempt."""

    cache = caches["default"]

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Whether the call may pass."""
        if self.rate is None:
            return True
        if request.user.is_authenticated and may_see_drafts(request.user):
            return True
        return super().allow_request(request, view)
