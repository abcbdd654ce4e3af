"""Pages of long lists, with addresses that keep what the list was narrowed by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from course_discovery_bulk.db.pagination import KeyedPaginator

PARAMETER: Final = "page"


@dataclass(frozen=True, kw_only=True)
class Pages:
    """The page that was asked for, or the nearest there is; addresses are empty where there is no such page."""

    page: Page[Any]
    earlier: str
    later: str
    first: str
    last: str


def page_of(request: HttpRequest, found: QuerySet[Any], size: int) -> Pages:
    """The page of `found` that the request asks for."""
    return _pages(request, KeyedPaginator(found, size).get_page(request.GET.get(PARAMETER)))


def page_of_keys(request: HttpRequest, found: QuerySet[Any], field: str, keys: Sequence[Any], size: int) -> Pages:
    """The page that the request asks for, of the things with these keys in that field, in the order of the keys."""
    page = Paginator(keys, size).get_page(request.GET.get(PARAMETER))
    wanted = list(page.object_list)
    things = {getattr(thing, field): thing for thing in found.filter(**{f"{field}__in": wanted})}
    page.object_list = [things[key] for key in wanted if key in things]
    return _pages(request, page)


def _pages(request: HttpRequest, page: Page[Any]) -> Pages:
    return Pages(
        page=page,
        earlier=_address(request, page.number - 1) if page.has_previous() else "",
        later=_address(request, page.number + 1) if page.has_next() else "",
        first=_address(request, 1) if page.has_previous() else "",
        last=_address(request, page.paginator.num_pages) if page.has_next() else "",
    )


def _address(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query[PARAMETER] = str(number)
    return f"?{query.urlencode()}"
