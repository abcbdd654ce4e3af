"""The record of every task and every row."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from model_utils.models import TimeStampedModel

from course_discovery_bulk.choices import FINAL_TASK_STATUSES, OnError, OriginKind, RowAction, RowStatus, TaskStatus
from course_discovery_bulk.db.managers import PrimaryManager
from course_discovery_bulk.storage.uploads import upload_storage
from course_discovery_bulk.text.messages import gettext_noop

INHERITED_LABELS = (gettext_noop("created"), gettext_noop("modified"))  # model_utils has them in few languages


def stored_name(instance: BulkOperationTask, filename: str) -> str:
    """A key nobody can guess or steer: the name the uploader gave is kept in the database only."""
    return f"{uuid.uuid4()}.upload"


class BulkOperationTask(TimeStampedModel):
    """One uploaded file run under one operation.

    .. pii: The file and its name are the uploader's; the file may hold e-mail addresses of watchers and editors.
       The links to the uploader and to whoever cancelled it are cut when the account is deleted.
    .. pii_types: email_address, other
    .. pii_retirement: local_api
    """

    csv_file = models.FileField(_("file"), storage=upload_storage, upload_to=stored_name, max_length=255)
    original_filename = models.CharField(_("file name"), max_length=255)
    file_sha256 = models.CharField(_("checksum"), max_length=64)
    file_size = models.PositiveBigIntegerField(_("size in bytes"))
    headers = models.JSONField(_("columns of the file, in order"), default=list)
    notes = models.JSONField(_("problems of the file as a whole"), default=list)
    reading = models.JSONField(_("how the file is read"), default=dict, blank=True)
    mapping = models.JSONField(_("what its columns mean"), default=dict, blank=True)
    signature = models.CharField(_("signature of the columns"), max_length=64, blank=True)

    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="course_discovery_bulk_tasks",
    )
    site_domain = models.CharField(_("host of the upload"), max_length=255, blank=True)
    task_type = models.CharField(_("operation"), max_length=64)
    status = models.CharField(_("status"), max_length=32, choices=TaskStatus.choices, default=TaskStatus.PENDING)
    options = models.JSONField(_("options"), default=dict)
    task_id = models.CharField(_("Celery id"), max_length=255, unique=True, null=True, blank=True)
    idempotency_key = models.CharField(_("idempotency key"), max_length=255, null=True, blank=True)
    parent = models.ForeignKey(
        "self", verbose_name=_("retry of"), on_delete=models.SET_NULL, null=True, blank=True, related_name="retries"
    )

    origin = models.ForeignKey(
        "self", verbose_name=_("follows"), on_delete=models.SET_NULL, null=True, blank=True, related_name="follow_ups"
    )
    origin_kind = models.CharField(_("kind of follow-up"), max_length=16, choices=OriginKind.choices, blank=True)

    total_count = models.PositiveIntegerField(_("rows"), default=0)
    succeeded_count = models.PositiveIntegerField(_("succeeded"), default=0)
    unchanged_count = models.PositiveIntegerField(_("unchanged"), default=0)
    skipped_count = models.PositiveIntegerField(_("skipped"), default=0)
    invalid_count = models.PositiveIntegerField(_("invalid"), default=0)
    failed_count = models.PositiveIntegerField(_("failed"), default=0)
    partly_done_count = models.PositiveIntegerField(_("partly done"), default=0)
    unknown_count = models.PositiveIntegerField(_("unknown"), default=0)
    not_processed_count = models.PositiveIntegerField(_("not processed"), default=0)
    fixed_count = models.PositiveIntegerField(_("rows that a follow-up has fixed"), default=0)
    task_summary = models.JSONField(_("summary"), null=True, blank=True)

    ingested_at = models.DateTimeField(_("all rows stored"), null=True, blank=True)
    validated_at = models.DateTimeField(_("all rows checked"), null=True, blank=True)
    started_at = models.DateTimeField(_("first row sent"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    cancel_requested_at = models.DateTimeField(_("cancel asked for"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("cancelled by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    language = models.CharField(_("language of the uploader"), max_length=16, blank=True)
    notice_due_at = models.DateTimeField(_("somebody is to be told"), null=True, blank=True)
    announced_at = models.DateTimeField(_("signal sent"), null=True, blank=True)
    notified_at = models.DateTimeField(_("mail sent"), null=True, blank=True)
    mail_attempts = models.PositiveSmallIntegerField(_("tries to send the mail"), default=0)

    checked_to = models.PositiveIntegerField(_("last line checked"), default=0)
    epoch = models.PositiveIntegerField(_("epoch"), default=0)
    claims_without_progress = models.PositiveSmallIntegerField(_("workers lost without progress"), default=0)
    quarantines = models.PositiveSmallIntegerField(_("rows given up in a row"), default=0)
    pauses = models.PositiveSmallIntegerField(_("pauses in a row"), default=0)
    next_attempt_at = models.DateTimeField(_("paused until"), null=True, blank=True)
    edit_epoch = models.PositiveIntegerField(_("times its rows were edited"), default=0)
    recheck_since = models.DateTimeField(_("edited rows wait to be checked since"), null=True, blank=True)
    stopped_for = models.JSONField(_("why it stops early"), null=True, blank=True)

    objects = PrimaryManager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("bulk operation task")
        verbose_name_plural = _("bulk operation tasks")
        ordering = ("-created", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=("uploaded_by", "idempotency_key"), name="bulk_task_one_per_idempotency_key"
            ),
            models.UniqueConstraint(fields=("parent",), name="bulk_task_one_retry"),
        ]
        indexes = [
            models.Index(fields=("uploaded_by", "signature"), name="bulk_task_by_headers"),
            models.Index(fields=("status", "next_attempt_at"), name="bulk_task_waiting"),
            models.Index(fields=("uploaded_by", "-created"), name="bulk_task_of_user"),
            models.Index(fields=("-created",), name="bulk_task_newest"),
            models.Index(fields=("notice_due_at",), name="bulk_task_to_tell"),
        ]

    def __str__(self) -> str:
        return f"{self.original_filename} ({self.task_type}, {self.get_status_display()})"

    @property
    def is_final(self) -> bool:
        return self.status in FINAL_TASK_STATUSES

    @property
    def date_order(self) -> str | None:
        """The order of dates that was chosen for the file, or for an earlier one like it."""
        found: str | None = self.options.get("date_order") or self.reading.get("recalled", {}).get("date_order")
        return found

    @property
    def is_all_or_nothing(self) -> bool:
        """Whether one row that needs fixing keeps all of them from being written."""
        return bool(self.options.get("on_error") == OnError.ALL_OR_NOTHING)


class BulkOperationRow(TimeStampedModel):
    """One data line of a file and its result.

    .. pii: Cells and steps may hold e-mail addresses of watchers and editors, as the uploader wrote them.
    .. pii_types: email_address
    .. pii_retirement: local_api
    """

    task = models.ForeignKey(BulkOperationTask, verbose_name=_("task"), on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    origin_line = models.PositiveIntegerField(_("line in the upload that it follows"), null=True, blank=True)
    fixed_by = models.PositiveBigIntegerField(_("follow-up that fixed it"), null=True, blank=True)  # kept if deleted
    group = models.CharField(_("course key"), max_length=255, blank=True)
    cells = models.JSONField(_("cells"), default=dict)
    status = models.CharField(_("status"), max_length=16, choices=RowStatus.choices, default=RowStatus.PENDING)
    action = models.CharField(_("action"), max_length=16, choices=RowAction.choices, blank=True)
    problems = models.JSONField(_("problems"), default=list)
    changes = models.JSONField(_("changes"), default=dict)
    steps = models.JSONField(_("steps"), default=list)
    fingerprint = models.CharField(_("state at the preview"), max_length=64, blank=True)
    forecast = models.CharField(_("share of the forecast"), max_length=500, blank=True)
    is_left_out = models.BooleanField(_("left out by somebody"), default=False)
    object_key = models.CharField(_("key"), max_length=255, blank=True)
    object_url = models.CharField(_("address"), max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    crashes = models.PositiveSmallIntegerField(_("workers lost on it"), default=0)
    epoch = models.PositiveIntegerField(_("epoch"), default=0)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = PrimaryManager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("bulk operation row")
        verbose_name_plural = _("bulk operation rows")
        ordering = ("task", "line")
        constraints = [models.UniqueConstraint(fields=("task", "line"), name="bulk_row_one_per_line")]
        indexes = [
            models.Index(fields=("task", "status", "line"), name="bulk_row_by_status"),
            models.Index(fields=("task", "status", "group"), name="bulk_row_next_group"),
            models.Index(fields=("group", "status"), name="bulk_row_group_busy"),
        ]

    def __str__(self) -> str:
        facts = {"line": self.line, "task": self.task_id, "status": self.get_status_display()}
        return gettext("row %(line)d of task %(task)d (%(status)s)") % facts
