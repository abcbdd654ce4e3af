"""What the views share: rows are written by a function, and addresses are matched as the service matches them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.db.models import Model
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from sandbox.discovery.models import User

UUID_LOOKUP = "[0-9a-f-]+"
COURSE_KEY = r"[^/+]+(/|\+)[^/+]+"
RUN_KEY = rf"{COURSE_KEY}(/|\+)[^/]+"


def narrowed(body: dict[str, Any], request: Request) -> dict[str, Any]:
    """Only the fields the query asks for, if it asks for any."""
    wanted = request.query_params.get("fields")
    unwanted = request.query_params.get("omit", "").split(",")
    names = wanted.split(",") if wanted else body
    return {name: body[name] for name in body if name in names and name not in unwanted}


class RowsViewSet(GenericViewSet):
    """Lists rows and shows one, each as `body` writes it."""

    @property
    def sent(self) -> Any:
        """The body of the request: an object, unless the caller got it wrong."""
        return self.request.data

    @property
    def caller(self) -> User:
        """Whose request it is, where logging in is demanded."""
        return cast("User", self.request.user)

    def body(self, row: Any) -> dict[str, Any]:
        """The answer for one row."""
        raise TypeError(f"{type(self).__name__} does not say how a row is written")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page of rows."""
        page: Iterable[Model] = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or ()
        return self.get_paginated_response([narrowed(self.body(row), request) for row in page])

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One row."""
        return Response(narrowed(self.body(self.get_object()), request))
