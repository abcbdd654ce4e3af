"""Courses, what they sell as a whole, and who may edit them."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models

from sandbox.discovery.models.base import CaselessField, CatalogRow, DraftedRow
from sandbox.discovery.models.organizations import Organization, Partner
from sandbox.discovery.models.tracks import CourseType, SeatType
from sandbox.discovery.models.vocabulary import Collaborator, LevelType, Source, Subject, Tag


class Course(DraftedRow):
    """A course: a draft row, and after review an official row with the same key and UUID.

    .. no_pii:
    """

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="courses")
    uuid = models.UUIDField(default=uuid4, db_index=True)
    key = CaselessField(max_length=255, db_index=True)
    key_for_reruns = CaselessField(max_length=255, blank=True)
    title = models.CharField(max_length=255, null=True, blank=True)
    type = models.ForeignKey(CourseType, models.PROTECT, related_name="courses")
    product_source = models.ForeignKey(Source, models.SET_NULL, null=True, blank=True, related_name="courses")
    level_type = models.ForeignKey(LevelType, models.SET_NULL, null=True, blank=True, related_name="courses")
    owners = models.ManyToManyField(Organization, blank=True, related_name="authored_courses")
    subjects = models.ManyToManyField(
        Subject, through="CourseSubject", through_fields=("course", "subject"), blank=True, related_name="courses"
    )
    collaborators = models.ManyToManyField(
        Collaborator,
        through="CourseCollaborator",
        through_fields=("course", "collaborator"),
        blank=True,
        related_name="courses",
    )
    topics = models.ManyToManyField(Tag, blank=True, related_name="courses")
    canonical_run = models.OneToOneField(
        "sandbox_discovery.CourseRun", models.SET_NULL, null=True, blank=True, related_name="canonical_for_course"
    )
    short_description = models.TextField(null=True, blank=True)
    full_description = models.TextField(null=True, blank=True)
    outcome = models.TextField(null=True, blank=True)
    syllabus_raw = models.TextField(null=True, blank=True)
    prerequisites_raw = models.TextField(null=True, blank=True)
    faq = models.TextField(null=True, blank=True)
    learner_testimonials = models.TextField(null=True, blank=True)
    additional_information = models.TextField(null=True, blank=True)
    video_src = models.CharField(max_length=255, null=True, blank=True)
    card_image_url = models.URLField(null=True, blank=True)
    image = models.FileField(null=True, blank=True, max_length=255)
    organization_logo_override = models.FileField(null=True, blank=True, max_length=255)
    organization_short_code_override = models.CharField(max_length=255, blank=True)
    watchers = models.JSONField(default=list, blank=True)
    enrollment_count = models.IntegerField(null=True, default=0)
    recent_enrollment_count = models.IntegerField(null=True, default=0)
    enterprise_subscription_inclusion = models.BooleanField(null=True)
    b2c_subscription_inclusion = models.BooleanField(default=False)
    excluded_from_search = models.BooleanField(null=True, default=False)
    excluded_from_seo = models.BooleanField(null=True, default=False)
    data_modified_timestamp = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "key", "draft"], name="sandbox_course_key"),
            models.UniqueConstraint(fields=["partner", "uuid", "draft"], name="sandbox_course_uuid"),
        ]

    def __str__(self) -> str:
        return f"{self.key} (draft)" if self.draft else self.key


class CourseSubject(models.Model):
    """A subject of a course at its place in the list.

    .. no_pii:
    """

    course = models.ForeignKey(Course, models.CASCADE, related_name="subject_links")
    subject = models.ForeignKey(Subject, models.CASCADE, related_name="course_links")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["course", "subject"], name="sandbox_course_subject")]

    def __str__(self) -> str:
        return f"{self.course}: {self.subject}"


class CourseCollaborator(models.Model):
    """A collaborator of a course at its place in the list.

    .. no_pii:
    """

    course = models.ForeignKey(Course, models.CASCADE, related_name="collaborator_links")
    collaborator = models.ForeignKey(Collaborator, models.CASCADE, related_name="course_links")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["course", "collaborator"], name="sandbox_course_collaborator")]

    def __str__(self) -> str:
        return f"{self.course}: {self.collaborator}"


class CourseEntitlement(CatalogRow):
    """The right to one run of a course at a price; a course has at most one.

    .. no_pii:
    """

    course = models.ForeignKey(Course, models.CASCADE, related_name="entitlements")
    mode = models.ForeignKey(SeatType, models.CASCADE)
    price = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    currency = models.CharField(max_length=6, default="USD")
    sku = models.CharField(max_length=128, null=True, blank=True)

    class Meta:
        ordering = ["created"]
        constraints = [models.UniqueConstraint(fields=["course"], name="sandbox_entitlement_course")]

    def __str__(self) -> str:
        return f"{self.course}: {self.mode}"


class CourseEditor(CatalogRow):
    """Lets one account edit one course.

    .. no_pii:
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="courses_edited")
    course = models.ForeignKey(Course, models.CASCADE, related_name="editors")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["user", "course"], name="sandbox_editor")]

    def __str__(self) -> str:
        return f"{self.course}: {self.user}"
