"""Editors of courses."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from sandbox.discovery.bodies.vocabulary import editor_body
from sandbox.discovery.forms.editor_form import EditorForm
from sandbox.discovery.models import Course, CourseEditor, User
from sandbox.discovery.pagination import NewestFirst
from sandbox.discovery.rules.access import is_member_of_owners, visible_editors
from sandbox.discovery.rules.history import remember
from sandbox.discovery.rules.partners import of_partner
from sandbox.discovery.rules.writing import write_together
from sandbox.discovery.views.filters import EditorFilter
from sandbox.discovery.views.listing import RowsViewSet
from sandbox.discovery.views.permissions import MayAppointEditor


class CourseEditorViewSet(RowsViewSet):
    """Lists, makes and removes editors. Nobody is asked to log in: who is unknown sees nothing.

    Much of what a caller may get wrong here is an error that nobody catches: 500.
    """

    queryset = CourseEditor.objects.all()
    permission_classes = [MayAppointEditor]
    serializer_class = EditorForm
    filter_backends = [DjangoFilterBackend]
    filterset_class = EditorFilter
    pagination_class = NewestFirst

    @property
    def course(self) -> Any:
        """The course that the body names; None if this site has no such course."""
        courses = Course.objects.editable().filter(uuid=self.sent["course"])
        return of_partner(self.request, courses).first()

    def get_queryset(self) -> QuerySet[CourseEditor]:
        """The rows in sight."""
        return visible_editors(self.request.user).select_related("user", "course")

    def body(self, row: CourseEditor) -> dict[str, Any]:
        """An editor."""
        return editor_body(row)

    def create(self, request: Request) -> Response:
        """Make someone, or oneself, an editor."""
        # A body without the name gets one, so that the form finds it.
        if "user_id" not in self.sent:
            self.sent["user_id"] = request.user.pk
        candidate = get_object_or_404(User, pk=self.sent["user_id"])
        if not self.course.owners.exists() or not is_member_of_owners(candidate, self.course):
            raise PermissionDenied("Editor does not belong to an authoring organization of this course.")
        form = EditorForm(data=self.sent)
        form.is_valid(raise_exception=True)
        with write_together():
            row = form.save()
            remember(self.caller, "add", "course_editor", row.course.key, [row.user.username])
        return Response(editor_body(row), status=201)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Remove an editor, the last one too."""
        row = self.get_object()
        with transaction.atomic():
            remember(self.caller, "remove", "course_editor", row.course.key, [row.user.username])
            row.delete()
        return Response(status=204)
