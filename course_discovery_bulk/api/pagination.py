"""Pages of tasks and rows, in the shape upstream's list has."""

from rest_framework.pagination import PageNumberPagination


class NumberedPages(PageNumberPagination):
    """`page` and `page_size`; answers `{count, next, previous, results}`."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 200
