"""Pages of tasks and rows, in the shape upstream's list has."""

from rest_framework.pagination import PageNumberPagination

from course_discovery_bulk.db.pagination import KeyedPaginator


class NumberedPages(PageNumberPagination):
    """`page` and `page_size`; answers `{count, next, previous, results}`."""

    django_paginator_class = KeyedPaginator
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 200
