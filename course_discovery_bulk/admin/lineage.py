"""What a task follows and what follows it, as links; and how many of its rows still need fixing."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from course_discovery_bulk.admin.files import CHANGE
from course_discovery_bulk.admin.tables import EMPTY
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.labels import follow_up_link, origin_link
from course_discovery_bulk.presentation.tasks import to_fix_of


def lineage_links(task: BulkOperationTask) -> SafeString | str:
    """The origin first, then the follow-ups in the order in which they were made."""
    return format_html_join(" | ", '<a href="{}">{}</a>', _links(task)) or EMPTY


def to_fix_in_words(task: BulkOperationTask) -> str:
    """How many rows need fixing, of how many at first."""
    left = to_fix_of(task)
    return _("%(now)d of %(at_first)d") % {"now": left.now, "at_first": left.at_first} if left.at_first else EMPTY


def _links(task: BulkOperationTask) -> Iterator[tuple[str, str]]:
    if task.origin_id:
        yield reverse(CHANGE, args=[task.origin_id]), origin_link(task)
    for follow_up in task.follow_ups.order_by("pk"):
        yield reverse(CHANGE, args=[follow_up.pk]), f"{follow_up_link(follow_up)} ({follow_up.get_status_display()})"
