"""Which worker is at which task, and at which course, now."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from course_discovery_bulk.db.managers import PrimaryManager
from course_discovery_bulk.models.tasks import BulkOperationTask


class BulkOperationLane(models.Model):
    """A place for one worker at one task.

    Live while its lease runs; dead when the lease ran out before its worker let go; rung while a job is on its way
    to it (and to be rung again from `next_ring_at` on, should that job be lost); idle otherwise.

    .. no_pii:
    """

    task = models.ForeignKey(BulkOperationTask, verbose_name=_("task"), on_delete=models.CASCADE, related_name="lanes")
    number = models.PositiveSmallIntegerField(_("number"))
    epoch = models.PositiveIntegerField(_("epoch"), default=0)
    lease_owner = models.CharField(_("worker"), max_length=64, blank=True)
    lease_until = models.DateTimeField(_("lease ends"), null=True, blank=True)
    next_ring_at = models.DateTimeField(_("next ring"), null=True, blank=True)

    objects = PrimaryManager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("lane")
        verbose_name_plural = _("lanes")
        ordering = ("task", "number")
        constraints = [models.UniqueConstraint(fields=("task", "number"), name="bulk_lane_one_per_number")]
        indexes = [
            models.Index(fields=("next_ring_at",), name="bulk_lane_to_ring"),
            models.Index(fields=("lease_until",), name="bulk_lane_lease"),
        ]

    def __str__(self) -> str:
        return f"lane {self.number} of task {self.task_id}"


class CourseLease(models.Model):
    """Which lane may write to a course now, among those of all tasks; it lives as long as the lane's own lease.

    .. no_pii:
    """

    name = models.CharField(_("course key"), max_length=255, unique=True)
    lane = models.ForeignKey(
        BulkOperationLane, verbose_name=_("lane"), on_delete=models.CASCADE, related_name="course_leases"
    )
    epoch = models.PositiveIntegerField(_("epoch"))

    objects = PrimaryManager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("course lease")
        verbose_name_plural = _("course leases")

    def __str__(self) -> str:
        return f"{self.name} held by lane {self.lane_id}"
