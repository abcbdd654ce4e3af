"""Pages of long lists, far ones too: what is skipped is skipped in an index, not by reading whole rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

if TYPE_CHECKING:
    BasePaginator = Paginator[Any]  # at run time Django's class takes no parameter
else:
    BasePaginator = Paginator


class KeyedPaginator(BasePaginator):
    """Finds the keys of a page first, and then reads no more than the things of these keys."""

    def page(self, number: int | str) -> Page[Any]:
        found = super().page(number)
        wanted, rows = cast("QuerySet[Any]", found.object_list), cast("QuerySet[Any]", self.object_list)
        found.object_list = rows.filter(pk__in=list(wanted.values_list("pk", flat=True)))
        return found
