"""Absolute addresses of a task's pages, for those who read of it elsewhere than on the page itself."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from course_discovery_bulk.conf import BulkSettings
from course_discovery_bulk.models import BulkOperationTask


def page_address(task: BulkOperationTask, name: str, settings: BulkSettings) -> str:
    """Where to find one of the pages of a task; empty where nobody said at which host, or the host has no such pages.

    `name` is that of the page's URL: "task", "results-file", "failed-file".
    """
    site = settings.site_url or (f"https://{task.site_domain}" if task.site_domain else "")
    try:
        path = reverse(f"bulk_operations:{name}", args=[task.pk])
    except NoReverseMatch:
        return ""
    return f"{site.rstrip('/')}{path}" if site else ""
