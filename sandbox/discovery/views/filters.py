"""The filters of lists."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from sandbox.discovery import profile
from sandbox.discovery.models import Course, CourseEditor, CourseRun, Organization, Subject, Topic
from sandbox.discovery.models.runs import IN_REVIEW, RunStatus
from sandbox.discovery.rules.run_facts import is_marketable

FLAGS = {"true": True, "True": True, "1": True, "false": False, "False": False, "0": False}


class ListFilter(django_filters.CharFilter):
    """Values between commas; none filters nothing."""

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        """The rows with one of the values."""
        return super().filter(qs, value.split(",") if value else value)


class CourseFilter(django_filters.FilterSet):
    """Filters of courses/."""

    keys = ListFilter(field_name="key", lookup_expr="in")
    uuids = ListFilter(field_name="uuid", lookup_expr="in")
    course_run_statuses = django_filters.CharFilter(method="filter_statuses")
    editors = ListFilter(field_name="editors__user", lookup_expr="in", distinct=True)
    course_type = django_filters.CharFilter(field_name="type__slug")
    timestamp = django_filters.DateTimeFilter(field_name="data_modified_timestamp", lookup_expr="gte")

    b2c_subscription_inclusion = django_filters.CharFilter(method="filter_subscription")
    ordering = django_filters.CharFilter(method="order")

    class Meta:
        model = Course
        fields: list[str] = []

    def filter_statuses(self, courses: QuerySet, name: str, value: str) -> QuerySet:
        """Courses with a run that is shown and in one of these states, or kinds of state."""
        wanted = set(value.split(","))
        ended = Q(course_runs__end__lt=timezone.now())
        unpublished = Q(course_runs__status=RunStatus.UNPUBLISHED)
        kinds = {"unsubmitted": unpublished & ~ended, "archived": unpublished & ended}
        if "in_review" in wanted:
            wanted |= set(IN_REVIEW)
        query = Q(course_runs__status__in=wanted - {"in_review"} - kinds.keys())
        for kind in wanted & kinds.keys():
            query |= kinds[kind]
        return courses.filter(query, course_runs__hidden=False).distinct()

    def filter_subscription(self, courses: QuerySet, name: str, value: str) -> QuerySet:
        """The courses that are, or are not, part of the subscription; other words filter nothing."""
        wanted = FLAGS.get(value)
        is_known = profile.is_newest() and wanted is not None
        return courses.filter(b2c_subscription_inclusion=wanted) if is_known else courses

    def order(self, courses: QuerySet, name: str, value: str) -> QuerySet:
        """By key or title."""
        return courses.order_by(value) if value.removeprefix("-") in ("key", "title") else courses


class RunFilter(django_filters.FilterSet):
    """Filters of course_runs/."""

    keys = ListFilter(field_name="key", lookup_expr="in")
    license = django_filters.CharFilter(field_name="license", lookup_expr="iexact")
    active = django_filters.BooleanFilter(method="filter_active")
    marketable = django_filters.BooleanFilter(method="filter_marketable")

    class Meta:
        model = CourseRun
        fields = ["hidden"]

    def filter_active(self, runs: QuerySet, name: str, value: bool) -> QuerySet:  # noqa: FBT001 - django-filter's call
        """Runs that have not ended and can still be enrolled in."""
        now = timezone.now()
        is_open = Q(end__gt=now) | Q(end__isnull=True)
        enrolls = Q(enrollment_end__gt=now) | Q(enrollment_end__isnull=True)
        return runs.filter(is_open & enrolls) if value else runs

    def filter_marketable(self, runs: QuerySet, name: str, value: bool) -> QuerySet:  # noqa: FBT001 - the same
        """Runs the public can find."""
        if not value:
            return runs
        return runs.filter(pk__in=[run.pk for run in runs.select_related("type") if is_marketable(run)])


class OrganizationFilter(django_filters.FilterSet):
    """Filters of organizations/; there is none by key."""

    uuids = ListFilter(field_name="uuid", lookup_expr="in")
    timestamp = django_filters.DateTimeFilter(field_name="modified", lookup_expr="gte")

    class Meta:
        model = Organization
        fields: list[str] = []


class SubjectFilter(django_filters.FilterSet):
    """Filters of subjects/."""

    class Meta:
        model = Subject
        fields = ["slug"]


class TopicFilter(django_filters.FilterSet):
    """Filters of topics/."""

    class Meta:
        model = Topic
        fields = ["slug"]


class EditorFilter(django_filters.FilterSet):
    """Filters of course_editors/."""

    course = django_filters.CharFilter(field_name="course__uuid")

    class Meta:
        model = CourseEditor
        fields: list[str] = []
