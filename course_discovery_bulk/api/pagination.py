"""Pages of tasks and rows, in the shape upstream's list has."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from rest_framework.pagination import PageNumberPagination

from course_discovery_bulk.db.pagination import KeyedPaginator


class NumberedPages(PageNumberPagination):
    """`page` and `page_size`; answers `{count, next, previous, results}`."""

    django_paginator_class: type[Paginator[Any]] = KeyedPaginator
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 200


class ListPages(NumberedPages):
    """The same for what is no query."""

    django_paginator_class = Paginator
