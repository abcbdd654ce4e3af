"""What the admin of tasks and of rows have in common: staff may look, nobody may write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import BadRequest
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from course_discovery_bulk.db.pagination import KeyedPaginator
from course_discovery_bulk.text.null_characters import names_with_null

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Model]  # at run time Django's class takes no parameter
else:
    ModelAdmin = admin.ModelAdmin

PER_PAGE = 100


class RecordAdmin(ModelAdmin):
    """Shows records of what was done; they are made by uploads and by workers, and never edited."""

    paginator = KeyedPaginator
    list_per_page = PER_PAGE
    list_max_show_all = PER_PAGE
    show_full_result_count = False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        wrong = names_with_null(request.GET.lists())
        if wrong:
            raise BadRequest(f"Null characters are not allowed. Found in: {', '.join(wrong)}.")
        return super().changelist_view(request, extra_context)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_staff(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_staff(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def _is_staff(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_staff)
