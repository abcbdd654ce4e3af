"""Who offers courses, and which group of accounts may work on them."""

from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models

from sandbox.discovery.models.base import CaselessField, CatalogRow


class Partner(CatalogRow):
    """The owner of a catalog. The seed has one; the host name of a request says whose catalog it works on.

    .. no_pii:
    """

    short_code = CaselessField(max_length=8, unique=True)
    name = models.CharField(max_length=128)

    def __str__(self) -> str:
        return self.name


class Organization(CatalogRow):
    """A school that offers courses.

    .. no_pii:
    """

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="organizations")
    uuid = models.UUIDField(default=uuid4, unique=True)
    key = CaselessField(max_length=255, unique=True)
    name = models.CharField(max_length=255)
    slug = CaselessField(max_length=255)
    marketing_url = models.CharField(max_length=255, null=True, blank=True)
    auto_generate_course_run_keys = models.BooleanField(default=True)
    enterprise_subscription_inclusion = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.key


class OrganizationExtension(CatalogRow):
    """Ties an organisation to the group whose members may see and edit its courses.

    .. no_pii:
    """

    organization = models.OneToOneField(Organization, models.CASCADE, related_name="organization_extension")
    group = models.OneToOneField(Group, models.CASCADE, related_name="organization_extension")

    def __str__(self) -> str:
        return f"{self.organization}: {self.group}"


class OrganizationUserRole(CatalogRow):
    """What somebody does for an organisation.

    .. no_pii:
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="user_roles")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="organization_roles")
    role = models.CharField(max_length=63)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.organization}: {self.role}"
