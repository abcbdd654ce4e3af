"""Who may use the REST API at all, and how often they may write."""

from __future__ import annotations

from typing import cast

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from course_discovery_bulk import service


class MayUseBulkOperations(BasePermission):
    """Staff, and members of an organisation's group."""

    message = "Bulk operations are for staff and for members of an organization."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user and request.user.is_authenticated and service.may_use(request.user))


class IsOperator(BasePermission):
    """Staff: how things stand for everybody is nobody else's business."""

    message = "This is for staff."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user and request.user.is_authenticated and service.sees_all(request.user))


class WriteThrottle(ScopedRateThrottle):
    """Counts uploads and other writes, never reads: whoever polls a task must not run out of requests.

    The rate is the host's `DEFAULT_THROTTLE_RATES["bulk_operations"]`; without one there is no limit.
    """

    def allow_request(self, request: Request, view: APIView) -> bool:
        return request.method in SAFE_METHODS or super().allow_request(request, view)

    def get_rate(self) -> str | None:
        return cast("str | None", api_settings.DEFAULT_THROTTLE_RATES.get(self.scope or ""))
