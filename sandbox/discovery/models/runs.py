"""Runs of a course and their seats."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import models

from sandbox.discovery.models.base import CaselessField, CatalogRow, DraftedRow
from sandbox.discovery.models.courses import Course
from sandbox.discovery.models.people import Person
from sandbox.discovery.models.tracks import CourseRunType, SeatType
from sandbox.discovery.models.vocabulary import Language, ProgramType


class RunStatus(models.TextChoices):
    """How far a run is on its way to the public, in order."""

    UNPUBLISHED = "unpublished", "Unpublished"
    LEGAL_REVIEW = "review_by_legal", "Awaiting Review from Legal"
    INTERNAL_REVIEW = "review_by_internal", "Awaiting Internal Review"
    REVIEWED = "reviewed", "Reviewed"
    PUBLISHED = "published", "Published"


IN_REVIEW = (RunStatus.LEGAL_REVIEW.value, RunStatus.INTERNAL_REVIEW.value)


class Pacing(models.TextChoices):
    """Who sets the pace."""

    INSTRUCTOR = "instructor_paced", "Instructor-paced"
    SELF = "self_paced", "Self-paced"


class Restriction(models.TextChoices):
    """Whom a restricted run is kept for; reads leave it out unless they name it."""

    CUSTOM_B2C = "custom-b2c", "Custom-B2C"
    CUSTOM_B2B = "custom-b2b-enterprise", "Custom-B2B-Enterprise"


class CourseRun(DraftedRow):
    """One time a course is held: a draft row, and after review an official row with the same key and UUID.

    .. no_pii:
    """

    course = models.ForeignKey(Course, models.CASCADE, related_name="course_runs")
    uuid = models.UUIDField(default=uuid4, db_index=True)
    key = CaselessField(max_length=255, db_index=True)
    slug = models.CharField(max_length=255, blank=True, db_index=True)
    type = models.ForeignKey(CourseRunType, models.PROTECT, related_name="course_runs")
    status = models.CharField(max_length=255, choices=RunStatus.choices, default=RunStatus.UNPUBLISHED, db_index=True)
    title_override = models.CharField(max_length=255, null=True, blank=True)
    short_description_override = models.TextField(null=True, blank=True)
    full_description_override = models.TextField(null=True, blank=True)
    outcome_override = models.TextField(null=True, blank=True)
    video_src = models.CharField(max_length=255, null=True, blank=True)
    external_key = models.CharField(max_length=225, null=True, blank=True)
    start = models.DateTimeField(null=True, blank=True)
    end = models.DateTimeField(null=True, blank=True)
    go_live_date = models.DateTimeField(null=True, blank=True)
    enrollment_start = models.DateTimeField(null=True, blank=True)
    enrollment_end = models.DateTimeField(null=True, blank=True)
    announcement = models.DateTimeField(null=True, blank=True)
    min_effort = models.PositiveSmallIntegerField(null=True, blank=True)
    max_effort = models.PositiveSmallIntegerField(null=True, blank=True)
    weeks_to_complete = models.PositiveSmallIntegerField(null=True, blank=True)
    language = models.ForeignKey(Language, models.SET_NULL, null=True, blank=True, related_name="course_runs")
    transcript_languages = models.ManyToManyField(Language, blank=True, related_name="transcribed_runs")
    people = models.ManyToManyField(Person, through="RunPerson", blank=True, related_name="course_runs")
    pacing_type = models.CharField(max_length=255, choices=Pacing.choices, null=True, blank=True)
    hidden = models.BooleanField(default=False)
    mobile_available = models.BooleanField(default=False)
    eligible_for_financial_aid = models.BooleanField(default=True)
    license = models.CharField(max_length=255, blank=True)
    reporting_type = models.CharField(max_length=255, default="mooc")
    has_ofac_restrictions = models.BooleanField(null=True, default=None)
    ofac_comment = models.TextField(blank=True)
    expected_program_type = models.ForeignKey(ProgramType, models.SET_NULL, null=True, blank=True, related_name="+")
    expected_program_name = models.CharField(max_length=255, default="", blank=True)
    enterprise_subscription_inclusion = models.BooleanField(default=False)
    variant_id = models.UUIDField(null=True, blank=True)
    fixed_price_usd = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    restriction_type = models.CharField(max_length=255, choices=Restriction.choices, null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["key", "draft"], name="sandbox_run_key"),
            models.UniqueConstraint(fields=["uuid", "draft"], name="sandbox_run_uuid"),
        ]

    def __str__(self) -> str:
        return f"{self.key} (draft)" if self.draft else self.key

    # The run's own text where it has one, else the course's.
    @property
    def title(self) -> str | None:
        """Own title, else the course's."""
        return self.title_override or self.course.title

    @property
    def short_description(self) -> str | None:
        """Own text, else the course's."""
        return self.short_description_override or self.course.short_description

    @property
    def full_description(self) -> str | None:
        """Own text, else the course's."""
        return self.full_description_override or self.course.full_description

    @property
    def outcome(self) -> str | None:
        """Own text, else the course's."""
        return self.outcome_override or self.course.outcome

    @property
    def in_review(self) -> bool:
        """Whether the run waits for a reviewer, and is closed to edits."""
        return self.status in IN_REVIEW


class RunPerson(models.Model):
    """Somebody who teaches in a run, at their place in the list.

    .. no_pii:
    """

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="person_links")
    person = models.ForeignKey(Person, models.CASCADE, related_name="run_links")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["run", "person"], name="sandbox_run_person")]

    def __str__(self) -> str:
        return f"{self.run}: {self.person}"


class Seat(CatalogRow):
    """A seat type a run sells, at a price.

    .. no_pii:
    """

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="seats")
    type = models.ForeignKey(SeatType, models.CASCADE)
    price = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    currency = models.CharField(max_length=6, default="USD")
    default_upgrade_deadline = models.DateTimeField(null=True, blank=True)
    upgrade_deadline_override = models.DateTimeField(null=True, blank=True)
    credit_provider = models.CharField(max_length=255, null=True, blank=True)
    credit_hours = models.IntegerField(null=True, blank=True)
    sku = models.CharField(max_length=128, null=True, blank=True)
    bulk_sku = models.CharField(max_length=128, null=True, blank=True)

    class Meta:
        ordering = ["created", "id"]
        constraints = [models.UniqueConstraint(fields=["run", "type"], name="sandbox_seat_type")]

    def __str__(self) -> str:
        return f"{self.run}: {self.type}"

    @property
    def upgrade_deadline(self) -> datetime | None:
        """The last moment to upgrade: the one that was set, else the one worked out."""
        return self.upgrade_deadline_override or self.default_upgrade_deadline
