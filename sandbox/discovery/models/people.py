"""Accounts, and the people who teach."""

from uuid import uuid4

from django.contrib.auth.models import AbstractUser
from django.db import models

from sandbox.discovery.models.base import CaselessField, CatalogRow
from sandbox.discovery.models.organizations import Organization, Partner


class User(AbstractUser):
    """Someone who may call the API.

    .. pii: Name and e-mail address of invented people; the stand-in holds no real ones.
    .. pii_types: name, username, email_address
    .. pii_retirement: local_api
    """

    username = CaselessField("username", max_length=150, unique=True)
    full_name = models.CharField(max_length=255, blank=True, default="")

    def get_full_name(self) -> str:
        """The name to show; empty when nobody has given one."""
        return self.full_name or super().get_full_name()


class Person(CatalogRow):
    """Somebody who teaches, with their position.

    .. pii: Names of invented people; the stand-in holds no real ones.
    .. pii_types: name, email_address
    .. pii_retirement: local_api
    """

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="people")
    uuid = models.UUIDField(default=uuid4, db_index=True)
    slug = CaselessField(max_length=255, db_index=True)
    salutation = models.CharField(max_length=10, null=True, blank=True)
    given_name = models.CharField(max_length=255)
    family_name = models.CharField(max_length=255, null=True, blank=True)
    bio = models.TextField(null=True, blank=True)
    email = models.EmailField(null=True, blank=True, max_length=255)
    major_works = models.TextField(blank=True)
    published = models.BooleanField(default=True)
    position_title = models.CharField(max_length=255)
    position_organization = models.ForeignKey(Organization, models.SET_NULL, null=True, blank=True, related_name="+")
    position_organization_override = models.CharField(max_length=255, null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "uuid"], name="sandbox_person_uuid"),
            models.UniqueConstraint(fields=["partner", "slug"], name="sandbox_person_slug"),
        ]

    def __str__(self) -> str:
        return self.slug
