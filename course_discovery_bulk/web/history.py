"""The list of uploads: one's own, for staff everybody's."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse

from course_discovery_bulk import service
from course_discovery_bulk.web.base import Page, show
from course_discovery_bulk.web.forms import HistoryForm
from course_discovery_bulk.web.listing import lines_of
from course_discovery_bulk.web.paging import page_of

PAGE_SIZE: Final = 25


class History(Page):
    """Newest first, narrowed by what the form says."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = HistoryForm(request.GET, is_staff=service.sees_all(request.user))
        pages = page_of(request, form.narrow(service.visible_tasks(request.user)), PAGE_SIZE)
        context = {
            "tab": "history",
            "form": form,
            "pages": pages,
            "lines": lines_of(pages.page),
            "sees_all": service.sees_all(request.user),
        }
        return show(request, "history.html", context)
