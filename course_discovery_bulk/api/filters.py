"""What lists can be narrowed and sorted by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict
from django_filters import rest_framework as filters
from rest_framework.filters import OrderingFilter
from rest_framework.request import Request
from rest_framework.views import APIView

from course_discovery_bulk.choices import RowStatus, TaskStatus
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask

# Statuses of the in-tree loaders that no task of ours ever has: asking for them gives an empty list, as there.
UPSTREAM_ONLY = (("verified", "Verified"), ("errored", "Errored"))


class RepeatedOrComma(forms.SelectMultiple):
    """Reads `status=a&status=b` and `status=a,b` alike."""

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> list[str]:
        given = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [word.strip() for value in given for word in value.split(",") if word.strip()]


class TaskFilter(filters.FilterSet):
    """`status` (any of several) and `task_type`."""

    status = filters.MultipleChoiceFilter(
        choices=(*TaskStatus.choices, *UPSTREAM_ONLY), widget=RepeatedOrComma, distinct=False
    )
    task_type = filters.CharFilter()

    class Meta:
        model = BulkOperationTask
        fields = ("status", "task_type")


class RowFilter(filters.FilterSet):
    """`status` (any of several)."""

    status = filters.MultipleChoiceFilter(choices=RowStatus.choices, widget=RepeatedOrComma, distinct=False)

    class Meta:
        model = BulkOperationRow
        fields = ("status",)


class SteadyOrdering(OrderingFilter):
    """Ends every order with the id, so that no task shows on two pages or on none."""

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: APIView) -> Sequence[str]:
        chosen = super().get_ordering(request, queryset, view) or ()
        return [*chosen, "-id"]
