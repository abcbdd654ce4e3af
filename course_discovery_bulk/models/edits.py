"""What people changed in the rows of a preview: the uploaded file itself never changes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from course_discovery_bulk.choices import EditKind
from course_discovery_bulk.db.managers import PrimaryManager
from course_discovery_bulk.models.tasks import BulkOperationTask


class RowEdit(models.Model):
    """One cell that somebody changed, or one row that somebody left out or put back.

    .. pii: Texts may hold e-mail addresses of watchers and editors, as somebody wrote them. The link to whoever made
       the edit is cut when the account is deleted.
    .. pii_types: email_address
    .. pii_retirement: local_api
    """

    task = models.ForeignKey(BulkOperationTask, verbose_name=_("task"), on_delete=models.CASCADE, related_name="edits")
    line = models.PositiveIntegerField(_("line"))
    kind = models.CharField(_("kind"), max_length=16, choices=EditKind.choices, default=EditKind.CELL)
    column = models.TextField(_("column"), blank=True)
    before = models.TextField(_("before"), blank=True)
    after = models.TextField(_("after"), blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("edited by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    created = models.DateTimeField(_("created"), default=timezone.now)
    checked_at = models.DateTimeField(_("row checked again"), null=True, blank=True)

    objects = PrimaryManager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("edit of a row")
        verbose_name_plural = _("edits of rows")
        ordering = ("task", "id")
        indexes = [
            models.Index(fields=("task", "line"), name="bulk_edit_by_line"),
            models.Index(fields=("task", "checked_at"), name="bulk_edit_to_check"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of row {self.line} of task {self.task_id}"
