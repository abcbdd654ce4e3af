"""The endpoints of tasks: each reads the request, asks `service`, and hands the answer to a serializer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from course_discovery_bulk import service
from course_discovery_bulk.api.abbreviating import abbreviated
from course_discovery_bulk.api.base import PAGES, BulkOperationsView
from course_discovery_bulk.api.base import find_readable_task as find_task  # nothing is changed here
from course_discovery_bulk.api.filters import RowFilter, SteadyOrdering, TaskFilter
from course_discovery_bulk.api.links import address
from course_discovery_bulk.api.results import results_of
from course_discovery_bulk.api.row_serializers import RowSerializer
from course_discovery_bulk.api.serializers import (
    TaskSerializer,
    UploadSerializer,
)
from course_discovery_bulk.api.uploads import UploadView
from course_discovery_bulk.api.wishes import confirmation
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.presentation.undo_groups import undo_groups

IDEMPOTENCY_HEADER = "Idempotency-Key"
MAX_KEY_LENGTH = 255
RESULT = "include_result"
UPSTREAM = frozenset({"csv_file", "task_type"})  # what an upload has without us
LAST_LINE = 2**31 - 1  # that a database can look for


class TaskList(UploadView):
    """GET: the tasks the user may see, newest first. POST: upload a file."""

    serializer_class = TaskSerializer
    filter_backends = (DjangoFilterBackend, SteadyOrdering)
    filterset_class = TaskFilter
    ordering_fields = ("created", "status")
    ordering = ("-created",)
    query_names = PAGES | {"status", "task_type", "ordering", RESULT}

    def get_queryset(self) -> QuerySet[BulkOperationTask]:
        return service.visible_tasks(self.request.user)

    def get_serializer_class(self) -> type[TaskSerializer | UploadSerializer]:
        return UploadSerializer if self.request.method == "POST" else TaskSerializer

    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        tasks: Sequence[BulkOperationTask] = page or ()
        return self.get_paginated_response(_describe_tasks(request, tasks))

    def post(self, request: Request) -> Response:
        form = UploadSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        submission = service.submit(
            request.user,
            file=form.validated_data["csv_file"],
            task_type=form.validated_data["task_type"],
            options=form.options(),
            site_domain=request.get_host(),
            idempotency_key=_idempotency_key(request),
            mapping=form.validated_data.get("mapping"),
            confirmation=_confirmation(request, form),
        )
        headers = {"Location": address(request, "task-detail", submission.task.pk)}
        if submission.replayed:
            headers["Idempotent-Replayed"] = "true"
        code = status.HTTP_200_OK if submission.replayed else status.HTTP_201_CREATED
        return Response(_describe_tasks(request, [submission.task])[0], status=code, headers=headers)


class TaskDetail(BulkOperationsView):
    """One task."""

    serializer_class = TaskSerializer
    query_names = frozenset({RESULT})

    def get(self, request: Request, pk: int) -> Response:
        task = find_task(request, pk)
        return Response(_describe_tasks(request, [task])[0])


class TaskRows(BulkOperationsView):
    """The rows of a task in the order of the file."""

    serializer_class = RowSerializer
    query_names = PAGES | {"status"}
    filter_backends = (DjangoFilterBackend,)
    filterset_class = RowFilter

    @cached_property
    def task(self) -> BulkOperationTask:
        """The task of the address, found once."""
        return find_task(self.request, self.kwargs["pk"])

    def get_queryset(self) -> QuerySet[BulkOperationRow]:
        return self.task.rows.order_by("line")

    def get(self, request: Request, pk: int) -> Response:
        rows: Sequence[BulkOperationRow] = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or ()
        context = {"edits": service.edits_by_line(self.task, [row.line for row in rows])}
        return self.get_paginated_response(abbreviated(list(RowSerializer(rows, many=True, context=context).data)))


class TaskRow(BulkOperationsView):
    """One row, whole."""

    serializer_class = RowSerializer

    def get(self, request: Request, pk: int, line: int) -> Response:
        task = find_task(request, pk)
        row = task.rows.filter(line=line).first() if line <= LAST_LINE else None
        if row is None:
            raise NotFound(f"Task {pk} has no row on line {line}.")
        return Response(RowSerializer(row, context={"edits": service.edits_by_line(task, [line])}).data)


def _describe_tasks(request: Request, tasks: Sequence[BulkOperationTask]) -> list[dict[str, Any]]:
    wanted = request.query_params.get(RESULT, "").lower() == "true"
    context = {
        "request": request,
        "results": results_of(tasks) if wanted else {},
        "follow_ups": service.follow_ups_of(tasks, request.user),
        "undo_groups": undo_groups(tasks),
        "speed": service.Speed(),
    }
    return list(TaskSerializer(tasks, many=True, context=context).data)


def _confirmation(request: Request, form: UploadSerializer) -> service.Confirmation | None:
    """Publisher's page is asked for no number: it sends a file and an operation, as older scripts do."""
    knows_options = bool(set(request.data) & (set(form.fields) - UPSTREAM))
    return confirmation(form.validated_data["confirm"]) if knows_options else None


def _idempotency_key(request: Request) -> str | None:
    key = request.headers.get(IDEMPOTENCY_HEADER, "").strip()
    if len(key) > MAX_KEY_LENGTH:
        raise ValidationError({IDEMPOTENCY_HEADER: [f"The key has more than {MAX_KEY_LENGTH} characters."]})
    return key or None
