"""The web addresses a course has and had."""

from django.db import models

from sandbox.discovery.models.base import CaselessField, CatalogRow
from sandbox.discovery.models.courses import Course
from sandbox.discovery.models.organizations import Partner


class UrlSlug(CatalogRow):
    """One slug of a course; no slug belongs to two courses.

    .. no_pii:
    """

    course = models.ForeignKey(Course, models.CASCADE, related_name="url_slugs")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    url_slug = CaselessField(max_length=255)
    is_active = models.BooleanField(default=False)
    is_active_on_draft = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["partner", "url_slug"], name="sandbox_url_slug")]

    def __str__(self) -> str:
        return self.url_slug
