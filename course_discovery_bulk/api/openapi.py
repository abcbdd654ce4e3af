"""The OpenAPI document of the API: written from the code by docs/generate_openapi.py and shipped as it is.

So hosts need no generator, and keep their own for their own endpoints.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from course_discovery_bulk.api.base import BulkOperationsView
from course_discovery_bulk.api.downloads import IgnoreAccept
from course_discovery_bulk.api.links import address


class ApiDocument(BulkOperationsView):
    """The document, with the address at which this host has the API; it says nothing that only some may know."""

    authentication_classes = ()
    permission_classes = ()  # tools fetch it without a login
    content_negotiation_class = IgnoreAccept  # tools ask for application/openapi+json and the like

    def get(self, request: Request) -> Response:
        return Response({**_document(), "servers": [{"url": address(request, "task-list").rstrip("/")}]})


@cache
def _document() -> dict[str, Any]:
    text = files(__package__).joinpath("openapi.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document
