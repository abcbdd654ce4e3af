"""How things stand, for monitoring: 200 while work goes on, 503 once something stands still that nobody revives."""

from __future__ import annotations

from dataclasses import asdict

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from course_discovery_bulk import service
from course_discovery_bulk.api.base import BulkOperationsView
from course_discovery_bulk.api.permissions import IsOperator


class HealthView(BulkOperationsView):
    """Counts and ages in seconds, from the database alone; for staff."""

    permission_classes = (IsOperator,)

    def get(self, request: Request) -> Response:
        found = service.health()
        answer = status.HTTP_200_OK if found.is_healthy else status.HTTP_503_SERVICE_UNAVAILABLE
        return Response(asdict(found), status=answer)
