"""What people chose for the columns of their sheets, kept under a name for the next sheet with the same headers."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _
from model_utils.models import TimeStampedModel

from course_discovery_bulk.db.managers import PrimaryManager


class SavedMapping(TimeStampedModel):
    """A mapping of one person, who may share it with the members of an organization's group.

    .. pii: The name is its owner's words; values may name people. It is deleted with the account.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    name = models.CharField(_("name"), max_length=100)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.CASCADE,
        related_name="course_discovery_bulk_mappings",
    )
    group = models.ForeignKey(
        Group, verbose_name=_("shared with"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    task_type = models.CharField(_("operation"), max_length=64)
    signature = models.CharField(_("signature of the columns"), max_length=64)
    headers = models.JSONField(_("columns of the sheet, in order"), default=list)
    mapping = models.JSONField(_("what its columns mean"), default=dict)
    reading = models.JSONField(_("how the sheet is read"), default=dict, blank=True)

    objects = PrimaryManager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("saved mapping")
        verbose_name_plural = _("saved mappings")
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint(fields=("owner", "name"), name="bulk_mapping_one_per_name")]
        indexes = [models.Index(fields=("signature", "task_type"), name="bulk_mapping_by_headers")]

    def __str__(self) -> str:
        return self.name
