"""How one can enrol: seat types and modes, the run types made of them, and the course types made of those."""

from uuid import uuid4

from django.db import models

from sandbox.discovery.models.base import CaselessField, CatalogRow
from sandbox.discovery.models.organizations import Organization


class SeatType(CatalogRow):
    """What is sold: a seat in a run, or an entitlement to a course.

    .. no_pii:
    """

    slug = CaselessField(max_length=64, unique=True)
    name = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Mode(CatalogRow):
    """What enrolling means for the learner.

    .. no_pii:
    """

    slug = CaselessField(max_length=64, unique=True)
    name = models.CharField(max_length=64)
    is_id_verified = models.BooleanField(default=False)
    is_credit_eligible = models.BooleanField(default=False)
    certificate_type = models.CharField(max_length=64, blank=True)
    payee = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.name


class Track(CatalogRow):
    """A mode together with the seat that buys it.

    .. no_pii:
    """

    mode = models.ForeignKey(Mode, models.CASCADE)
    seat_type = models.ForeignKey(SeatType, models.CASCADE, null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.mode)


class CourseRunType(CatalogRow):
    """The tracks a run offers.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid4, unique=True)
    slug = CaselessField(max_length=64, unique=True)
    name = models.CharField(max_length=64)
    is_marketable = models.BooleanField(default=True)
    tracks = models.ManyToManyField(Track, related_name="run_types")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class CourseType(CatalogRow):
    """What a course may sell, and which run types go with it.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid4, unique=True)
    slug = CaselessField(max_length=64, unique=True)
    name = models.CharField(max_length=64)
    entitlement_types = models.ManyToManyField(SeatType, blank=True, related_name="course_types")
    run_types = models.ManyToManyField(CourseRunType, blank=True, related_name="course_types")
    white_listed_orgs = models.ManyToManyField(Organization, blank=True, related_name="reserved_course_types")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
