"""What a lane has at hand for one task: its record, its lease, the operation, the client and the lookups."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache

from course_discovery_bulk.columns.base import Context
from course_discovery_bulk.conf import BulkSettings
from course_discovery_bulk.data import Evidence, Lookups, RawRow
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.connection import open_client
from course_discovery_bulk.discovery.lookups import fetch_lookups
from course_discovery_bulk.exceptions import Misconfigured
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.operations.registry import get_operation
from course_discovery_bulk.pictures.images import ImagePolicy, download_image
from course_discovery_bulk.pipeline.read import Limits
from course_discovery_bulk.pipeline.validate import Validator
from course_discovery_bulk.problems import READING_CODES, Problem
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _
from course_discovery_bulk.workers import leases

LOOKUPS_SECONDS = 600
LAST_LINE = 2**31 - 1  # no file has so many
HAND_OVER_SHARE = 0.1  # of a job's time limit; also for a look at what became of a call


@dataclass(frozen=True, kw_only=True)
class Bench:
    """One lane's view of one task. What costs a request is made when first asked for, and once."""

    task: BulkOperationTask
    lease: leases.Lease
    settings: BulkSettings
    uploader: AbstractBaseUser | None  # None once the account is gone: nothing can be asked of discovery any more
    ring: Callable[[int], object]  # sends a job for a task
    watch: Callable[[], object] = lambda: None  # called between rows and between pages of rows, for whoever looks on
    makes_room: bool = True  # whether it ends its turn early if other tasks wait for a worker
    started: float = field(default_factory=time.monotonic)
    most_rows: int | None = None  # of a preview that are checked again here; more are left to another job

    def has_time(self, seconds: float) -> bool:
        """Whether this job can wait so long and then still hand over, before Celery interrupts it."""
        limit = self.settings.soft_time_limit or self.settings.time_limit
        return not limit or time.monotonic() + seconds < self.started + limit * (1 - HAND_OVER_SHARE)

    def show_life(self) -> None:
        """Keep the lane, and let whoever looks on see how far it is; LeaseLost where it is not ours any more."""
        leases.extend(self.lease)
        self.watch()

    def is_cancelled(self) -> bool:
        """Whether somebody has asked the task to stop: asked anew every time."""
        asked = BulkOperationTask.objects.values_list("cancel_requested_at", flat=True).get(pk=self.task.pk)
        return asked is not None

    @cached_property
    def operation(self) -> Operation:
        return get_operation(self.task.task_type, self.task.mapping)

    @cached_property
    def client(self) -> DiscoveryClient:
        if self.uploader is None:
            raise Misconfigured(Phrase(_("the uploader's account no longer exists")))
        return open_client(self.uploader, host=self.task.site_domain, settings=self.settings)

    @cached_property
    def lookups(self) -> Lookups:
        """Fetched once per task: later slices find them in the cache."""
        name = f"course_discovery_bulk.lookups.{self.task.pk}.{self.task.uploaded_by_id}"
        found = cache.get(name)
        if not isinstance(found, Lookups):
            found = fetch_lookups(self.client.marked(f"bulk-{self.task.pk}-lookups"))
            cache.set(name, found, LOOKUPS_SECONDS)
        return found

    @cached_property
    def validator(self) -> Validator:
        return Validator(
            operation=self.operation,
            context=Context(
                lookups=self.lookups,
                date_order=self.task.date_order,
                evidence=Evidence.from_dict(self.task.reading.get("evidence", {})),
                last_day_time=dt.time.fromisoformat(self.settings.last_day_time),
            ),
            default_product_source=self.settings.default_product_source,
        )

    @property
    def limits(self) -> Limits:
        return Limits.from_settings(self.settings)

    @property
    def uploader_email(self) -> str:
        """Empty where editors are made as somebody else, so that it cannot be compared with them."""
        return "" if self.client.answers_outlive_calls else str(getattr(self.uploader, "email", "") or "")

    @cached_property
    def column_of_field(self) -> dict[str, str]:
        """Field of discovery -> column of the file, so that a refusal can be shown at its cell."""
        columns = tuple(reversed(self.operation.columns))
        by_field = {column.field.partition(".")[0]: column.name for column in columns}
        return by_field | {name: column.name for column in columns for name in (column.field, column.path)}

    def course_page(self, course_uuid: str) -> str:
        """Where people look at a course; empty where the settings name no Publisher."""
        if not (self.settings.publisher_url and course_uuid):
            return ""
        return f"{self.settings.publisher_url.rstrip('/')}/courses/{course_uuid}"

    def fetch_image(self, address: str) -> str:
        """A picture as a data URI; ImageError where it cannot be had or used."""
        return download_image(
            address,
            ImagePolicy(
                max_bytes=self.settings.image_max_bytes,
                max_pixels=self.settings.image_max_pixels,
                total_seconds=self.settings.image_total_seconds,
                allowed_networks=self.settings.image_allowed_networks,
                ports=self.settings.image_ports,
                proxy=self.settings.image_proxy or None,
            ),
        )

    def row_pages(self, size: int, *, after: int = 0, up_to: int = LAST_LINE) -> Iterator[list[BulkOperationRow]]:
        """The rows of the task after a line, up to another, in order and a page at a time."""
        last = after
        while page := list(self.task.rows.filter(line__gt=last, line__lte=up_to).order_by("line")[:size]):
            yield page
            last = page[-1].line


def stored_row(row: BulkOperationRow) -> RawRow:
    """A stored row as reading gave it: problems that checking added earlier are left out."""
    found = tuple(Problem.from_dict(item) for item in row.problems if item["code"] in READING_CODES)
    return RawRow(line=row.line, cells=row.cells, problems=found)
