"""The ways lists are cut into pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.pagination import BasePagination, CursorPagination, LimitOffsetPagination, PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

if TYPE_CHECKING:
    # The rest framework loads this module while it loads its views.
    from rest_framework.views import APIView


class Pages(PageNumberPagination):
    """`page` only, 20 a page."""


class SizedPages(PageNumberPagination):
    """`page` and `page_size`."""

    page_size_query_param = "page_size"


class MemberPages(PageNumberPagination):
    """`page` only, 100 a page."""

    page_size = 100


class NewestFirst(CursorPagination):
    """A cursor, which nothing adjusts."""

    ordering = ("-created", "-id")


class PagesOrOffsets(BasePagination):
    """`page` with `page_size` where `page` is given, else `limit` and `offset`."""

    def __init__(self) -> None:
        self.chosen: PageNumberPagination | LimitOffsetPagination = LimitOffsetPagination()

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any] | None:
        """One page of rows."""
        if request.query_params.get("page"):
            self.chosen = SizedPages()
        return self.chosen.paginate_queryset(queryset, request, view)

    def get_paginated_response(self, data: Any) -> Response:
        """The page's answer."""
        return self.chosen.get_paginated_response(data)
