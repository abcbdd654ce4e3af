"""The page of the admin that asks for the numbers of rows before previews that write many are applied."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from course_discovery_bulk import service
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.side_effects import side_effects

TEMPLATE = "course_discovery_bulk/admin_confirm.html"


def confirmation_page(
    request: HttpRequest,
    model_admin: Any,
    tasks: Iterable[BulkOperationTask],
    asking: Iterable[tuple[BulkOperationTask, service.BeforeApplying]],
) -> HttpResponse:
    """Each preview that writes many rows, what it sets off, and a box for its number."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Apply the selected previews"),
        "opts": model_admin.opts,
        "checkbox": ACTION_CHECKBOX_NAME,
        "selected": [task.pk for task in tasks],
        "asking": [(task, before, list(side_effects(task.task_summary))) for task, before in asking],
    }
    return render(request, TEMPLATE, context)


def number_typed_for(task: BulkOperationTask, request: HttpRequest) -> service.Confirmation:
    """What was typed on that page for this task."""
    text = request.POST.get(f"confirm_{task.pk}", "").strip()
    return service.Confirmation(number=int(text) if text.isdecimal() and len(text) < 10 else None)
