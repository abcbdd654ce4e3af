"""Courses."""

from __future__ import annotations

import re
from typing import Any

from django.core import validators
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.decorators import action
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from sandbox.discovery import profile
from sandbox.discovery.bodies.course_body import course_body, courses_to_change, courses_with_related
from sandbox.discovery.bodies.course_csv import course_csv
from sandbox.discovery.bodies.run_body import query_flag
from sandbox.discovery.forms.course_form import CourseForm
from sandbox.discovery.models import Course, CourseRun, CourseType, Organization, Source
from sandbox.discovery.models.runs import RunStatus
from sandbox.discovery.pagination import PagesOrOffsets
from sandbox.discovery.rules.access import editable_among, visible_courses
from sandbox.discovery.rules.courses import SentBeside, change_course, create_course
from sandbox.discovery.rules.entitlements import create_missing_entitlement
from sandbox.discovery.rules.loaded import forget_loaded
from sandbox.discovery.rules.partners import of_partner, partner_of
from sandbox.discovery.rules.path_slugs import BAD_PATH, is_path, takes_paths
from sandbox.discovery.rules.slugs import free_slug, is_taken
from sandbox.discovery.rules.writing import write_together
from sandbox.discovery.views.filters import CourseFilter
from sandbox.discovery.views.listing import COURSE_KEY, UUID_LOOKUP, RowsViewSet, narrowed
from sandbox.discovery.views.metadata import ChoicesMetadata
from sandbox.discovery.views.permissions import MayWriteCourse
from sandbox.discovery.views.refusals import refuse_as_course
from sandbox.discovery.views.runs import CourseRunViewSet, wants_drafts, without_restricted

NUMBER = re.compile(r"[a-zA-Z0-9._-]*$")
SLUG = re.compile(r"[a-zA-Z0-9-_]+$")
BAD_SLUG = "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."
SLUG_TAKEN = (
    "Course {act} was unsuccessful. The course URL slug ‘[{slug}]’ is already in use. "
    "Please update this field and try again."
)
NEEDED = ("title", "number", "org", "type", "product_source")


class CourseViewSet(RowsViewSet):
    """Lists, shows, makes and changes courses."""

    queryset = Course.objects.all()
    permission_classes = [IsAuthenticated, MayWriteCourse]
    serializer_class = CourseForm
    metadata_class = ChoicesMetadata
    offered = frozenset({"level_type", "subjects"})
    filter_backends = [DjangoFilterBackend]
    filterset_class = CourseFilter
    lookup_field = "key"
    lookup_value_regex = f"{COURSE_KEY}|{UUID_LOOKUP}"
    pagination_class = PagesOrOffsets

    def get_queryset(self) -> QuerySet[Course]:
        """The courses in sight, with the runs that are to be shown."""
        request, params = self.request, self.request.query_params
        drafts, to_write = wants_drafts(request), request.method not in SAFE_METHODS
        courses: QuerySet[Course] = Course.objects.official()
        runs: QuerySet[CourseRun] = CourseRun.objects.official()
        if drafts:
            courses = visible_courses(request.user, Course.objects.editable(), to_write=to_write)
            runs = CourseRun.objects.editable()
        search = params.get("pubq") if drafts else params.get("q")
        if search:
            courses = courses.filter(Q(key__icontains=search) | Q(title__icontains=search))
        with_related = courses_to_change if to_write else courses_with_related
        return with_related(courses, self._shown_runs(runs)).order_by("key")

    def _shown_runs(self, runs: QuerySet[CourseRun]) -> QuerySet[CourseRun]:
        runs = of_partner(self.request, runs, "course__partner")
        if not query_flag(self.request, "include_hidden_course_runs"):
            runs = runs.exclude(hidden=True)
        if query_flag(self.request, "published_course_runs_only"):
            runs = runs.filter(status=RunStatus.PUBLISHED)
        return without_restricted(runs, self.request)

    def get_object(self) -> Course:
        """The course whose key or UUID is in the address."""
        courses = self.filter_queryset(self.get_queryset())
        lookup = self.kwargs["key"]
        column = "key" if re.match(COURSE_KEY, lookup) else "uuid"
        course = get_object_or_404(courses, **{column: lookup})
        self.check_object_permissions(self.request, course)
        return course

    def body(self, row: Course) -> dict[str, Any]:
        """A course."""
        return course_body(row, self.request)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page of courses."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        editable = editable_among(request.user, page)
        bodies = [course_body(course, request, editable=course.pk in editable) for course in page]
        return self.get_paginated_response([narrowed(body, request) for body in bodies])

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show a course; read for editing, it is given the entitlement that it lacks."""
        course = self.get_object()
        if query_flag(request, "editable") and not course.entitlements.all():
            with write_together():
                create_missing_entitlement(course)
            forget_loaded(course)
        return Response(narrowed(self.body(course), request))

    @action(detail=False)
    def csv(self, request: Request) -> StreamingHttpResponse:
        """All courses of a list as a file; the older service has no such address."""
        if not profile.is_newest():
            raise Http404
        wanted = request.query_params.get("fields")
        courses = self.filter_queryset(self.get_queryset())
        lines = course_csv(courses, set(wanted.split(",")) if wanted else None)
        named = {"Content-Disposition": 'attachment; filename="publisher_courses.csv"'}
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=named)

    @refuse_as_course
    def create(self, request: Request) -> Response:
        """Make a course, and a run with it if the body has one."""
        run_fields = self.sent.pop("course_run", None)
        sent = {name: self.sent.get(name) for name in NEEDED}
        faults = _find_faults(sent)
        if faults:
            return Response(f"Incorrect data sent. {' '.join(faults)}", status=400)
        course = self._validate_new(sent)
        slug = self._choose_slug(course)
        with write_together():
            create_course(
                self.caller,
                course,
                organization=Organization.objects.select_related("partner").get(key=sent["org"]),
                slug=slug,
                request=self.sent,
            )
            if run_fields:
                self._create_run(course, run_fields)
        return Response(course_body(course, request), status=201)

    def _validate_new(self, sent: dict[str, Any]) -> Course:
        partner = partner_of(self.request)
        key = f"{sent['org']}+{sent['number']}"
        if not NUMBER.match(sent["number"]):
            raise ValueError("Special characters not allowed in Course Number.")
        form = CourseForm(data=sent | {"key": key, "partner": partner.pk})
        form.is_valid(raise_exception=True)
        if Course.objects.official().filter(partner=partner, key=key).exists():
            raise ValueError(f"A course with key [{key}] already exists.")
        return Course(**form.validated_data)

    def _choose_slug(self, course: Course) -> str:
        slug = self.sent.get("url_slug", "")
        if not slug:
            return free_slug(course)
        validators.validate_slug(slug)
        if is_taken(slug, course):
            raise ValueError(SLUG_TAKEN.format(act="creation", slug=slug))
        return slug

    def _create_run(self, course: Course, fields: Any) -> None:
        """The run shares the course's fate: whatever is wrong with it leaves nothing behind."""
        fields.update({"course": course.key, "prices": self.sent.get("prices", {})})
        runs = CourseRunViewSet(request=self.request, format_kwarg=None)
        answer = runs.store_from(fields)
        if answer.status_code != 201:
            raise ValueError(str(answer.data))

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Replace a course."""
        return self._update(self.sent, partial=False)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change a course."""
        return self._update(self.sent, partial=True)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Courses are never removed."""
        return Response(status=405)

    @refuse_as_course
    def _update(self, body: Any, *, partial: bool) -> Response:
        beside = SentBeside(
            draft=body.pop("draft", True),
            image=body.pop("image", None),
            organization_logo_override=body.pop("organization_logo_override", None),
            video=body.pop("video", None),
            url_slug=body.pop("url_slug", ""),
            prices=body.get("prices"),
            type=body.get("type"),
        )
        course = self.get_object()
        form = CourseForm(course, data=body, partial=partial)
        form.is_valid(raise_exception=True)
        if beside.url_slug:
            _check_new_slug(course, beside.url_slug)
        with write_together():
            course = change_course(self.caller, course, form.validated_data, beside)
        return Response(course_body(course, self.request))


def _find_faults(sent: dict[str, Any]) -> list[str]:
    """A sentence for everything that is missing or unknown; an unknown source ends the search and hides the rest."""
    faults = [f"Missing value for: [{name}]." for name, value in sent.items() if value is None]
    if not Organization.objects.filter(key=sent["org"]).exists():
        faults.append(f"Organization [{sent['org']}] does not exist.")
    if not CourseType.objects.filter(uuid=sent["type"]).exists():
        faults.append(f"Course Type [{sent['type']}] does not exist.")
    Source.objects.get(slug=sent["product_source"])
    return faults


def _check_new_slug(course: Course, slug: Any) -> None:
    if takes_paths(course):
        if not is_path(slug):
            raise DjangoValidationError(BAD_PATH.format(slug=slug))
    elif not SLUG.match(slug):
        raise DjangoValidationError(BAD_SLUG)
    if is_taken(slug, course):
        raise ValueError(SLUG_TAKEN.format(act="edit", slug=slug))
