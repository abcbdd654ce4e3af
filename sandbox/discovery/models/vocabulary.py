"""The lists a course picks from: subjects, levels, languages, program types, sources, collaborators, tags."""

from uuid import uuid4

from django.db import models

from sandbox.discovery.models.base import CaselessField, CatalogRow


class Source(CatalogRow):
    """Where a course comes from.

    .. no_pii:
    """

    slug = CaselessField(max_length=255, unique=True)
    name = models.CharField(max_length=255)
    description = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Subject(CatalogRow):
    """What a course is about.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid4, unique=True)
    slug = CaselessField(max_length=255, unique=True)
    name = models.CharField(max_length=255)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Topic(CatalogRow):
    """A curated topic page. A course's own topics are free tags, not these rows.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid4, unique=True)
    slug = CaselessField(max_length=255, unique=True)
    name = models.CharField(max_length=255)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Tag(CatalogRow):
    """A free word on a course; one spelling for all courses.

    .. no_pii:
    """

    name = CaselessField(max_length=100, unique=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class LevelType(CatalogRow):
    """How hard a course is.

    .. no_pii:
    """

    name = CaselessField(max_length=255, unique=True)
    sort_value = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["sort_value"]

    def __str__(self) -> str:
        return self.name


class Language(CatalogRow):
    """A language of teaching or of transcripts.

    .. no_pii:
    """

    code = CaselessField(max_length=50, unique=True)
    name = models.CharField(max_length=255)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def facet_name(self) -> str:
        """The name search groups by: without its region, except for the kinds of Chinese."""
        return self.name if self.code.startswith("zh") else self.name.split("-")[0].strip()


class ProgramType(CatalogRow):
    """A kind of program a run may be meant for.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid4, unique=True)
    slug = CaselessField(max_length=255, unique=True)
    name = models.CharField(max_length=32)
    coaching_supported = models.BooleanField(default=False)
    applicable_seat_types = models.ManyToManyField("sandbox_discovery.SeatType", related_name="program_types")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Collaborator(CatalogRow):
    """Someone who helped to write courses. Names are not unique.

    .. no_pii: Names of companies.
    """

    uuid = models.UUIDField(default=uuid4, unique=True)
    name = models.CharField(max_length=255, default="", blank=True)
    image = models.FileField(null=True, blank=True, max_length=255)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
