"""Look-ups: what a course can be given."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from sandbox.discovery.bodies import vocabulary
from sandbox.discovery.models import Collaborator, LevelType, Organization, ProgramType, Source, Subject, Topic
from sandbox.discovery.pagination import NewestFirst, Pages, PagesOrOffsets, SizedPages
from sandbox.discovery.rules.access import organizations_of
from sandbox.discovery.rules.history import remember
from sandbox.discovery.rules.partners import of_partner
from sandbox.discovery.rules.pictures import is_picture, store_picture
from sandbox.discovery.views.filters import OrganizationFilter, SubjectFilter, TopicFilter
from sandbox.discovery.views.listing import UUID_LOOKUP, RowsViewSet
from sandbox.discovery.views.permissions import MayNameOrganization


class OrganizationViewSet(RowsViewSet):
    """Organisations: staff see all, others their own."""

    queryset = Organization.objects.all()
    filter_backends = [DjangoFilterBackend]
    filterset_class = OrganizationFilter
    lookup_field = "uuid"
    lookup_value_regex = UUID_LOOKUP
    pagination_class = PagesOrOffsets

    def get_queryset(self) -> QuerySet[Organization]:
        """The organisations in sight."""
        user = self.request.user
        organizations = Organization.objects.all() if user.is_staff else organizations_of(user).distinct()
        return of_partner(self.request, organizations)

    def body(self, row: Organization) -> dict[str, Any]:
        """An organisation."""
        return vocabulary.organization_body(row)


class SubjectViewSet(RowsViewSet):
    """Subjects."""

    queryset = Subject.objects.all()
    filter_backends = [DjangoFilterBackend]
    filterset_class = SubjectFilter
    lookup_field = "uuid"
    lookup_value_regex = UUID_LOOKUP
    pagination_class = PagesOrOffsets

    def body(self, row: Subject) -> dict[str, Any]:
        """A subject."""
        return vocabulary.subject_body(row)


class TopicViewSet(RowsViewSet):
    """Topic pages."""

    queryset = Topic.objects.all()
    filter_backends = [DjangoFilterBackend]
    filterset_class = TopicFilter
    lookup_field = "uuid"
    lookup_value_regex = UUID_LOOKUP
    pagination_class = PagesOrOffsets

    def body(self, row: Topic) -> dict[str, Any]:
        """A topic page."""
        return vocabulary.topic_body(row)


class LevelTypeViewSet(RowsViewSet):
    """Levels, by name."""

    queryset = LevelType.objects.all()
    lookup_field = "name"
    pagination_class = Pages

    def body(self, row: LevelType) -> dict[str, Any]:
        """A level."""
        return vocabulary.level_body(row)


class ProgramTypeViewSet(RowsViewSet):
    """Program types, by slug."""

    queryset = ProgramType.objects.prefetch_related("applicable_seat_types")
    lookup_field = "slug"
    pagination_class = Pages

    def body(self, row: ProgramType) -> dict[str, Any]:
        """A program type."""
        return vocabulary.program_type_body(row)


class SourceViewSet(RowsViewSet):
    """Product sources, by slug."""

    queryset = Source.objects.all()
    lookup_field = "slug"
    pagination_class = SizedPages

    def body(self, row: Source) -> dict[str, Any]:
        """A product source."""
        return vocabulary.source_body(row)


class PictureOrNothing(serializers.FileField):
    """A picture as a data URI, or an empty text for none; it has to be there."""

    def to_internal_value(self, data: Any) -> Any:
        """The data URI."""
        if not data:
            return ""
        return data if is_picture(data) else super().to_internal_value(data)


class CollaboratorForm(serializers.Serializer):
    """What a collaborator is made of."""

    name = serializers.CharField(required=False, max_length=255)
    image = PictureOrNothing()


class CollaboratorViewSet(RowsViewSet):
    """Collaborators: anyone may make and change them."""

    queryset = Collaborator.objects.all()
    permission_classes = [IsAuthenticated, MayNameOrganization]
    serializer_class = CollaboratorForm
    lookup_field = "uuid"
    lookup_value_regex = UUID_LOOKUP
    pagination_class = NewestFirst

    def body(self, row: Collaborator) -> dict[str, Any]:
        """A collaborator."""
        return vocabulary.collaborator_body(row, self.request)

    def create(self, request: Request) -> Response:
        """Make one; names may repeat."""
        with transaction.atomic():
            row = self._store(Collaborator(), partial=False)
            remember(self.caller, "create", "collaborator", str(row.uuid), ["name"])
        return Response(self.body(row), status=201)

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Replace one."""
        return Response(self.body(self._store(self.get_object(), partial=False)))

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change one."""
        return Response(self.body(self._store(self.get_object(), partial=True)))

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Remove one."""
        self.get_object().delete()
        return Response(status=204)

    def _store(self, row: Collaborator, *, partial: bool) -> Collaborator:
        form = CollaboratorForm(data=self.request.data, partial=partial)
        form.is_valid(raise_exception=True)
        values = form.validated_data
        row.name = values.get("name", row.name)
        if values.get("image"):
            row.image.name = store_picture("media/course/collaborator/image", row.uuid, values["image"])
        row.save()
        return row
