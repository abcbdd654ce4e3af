"""What can be asked of a task after its upload: carry out a preview, stop, or do what is left of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from course_discovery_bulk import service
from course_discovery_bulk.api.base import BulkOperationsView, find_task
from course_discovery_bulk.api.serializers import TaskSerializer
from course_discovery_bulk.api.wishes import ApplySerializer, UndoSerializer, confirmation
from course_discovery_bulk.choices import OnError
from course_discovery_bulk.models import BulkOperationTask


class TaskAction(BulkOperationsView, ABC):
    """One thing to ask of a task: 202 and the task where it is taken up, 409 where the task is past it."""

    serializer_class = TaskSerializer
    too_late: str

    @abstractmethod
    def ask(self, task: BulkOperationTask) -> bool:
        """Ask for it; False where the task is past it."""

    def post(self, request: Request, pk: int) -> Response:
        task = find_task(request, pk)
        if not self.ask(task):
            detail = self.too_late.format(status=task.status)
            return _not_possible(detail)
        return _described(request, task, status.HTTP_202_ACCEPTED)


class TaskApply(TaskAction):
    """Carries out exactly the plan of a preview; a row whose record has changed since is refused as stale.

    A preview that writes all rows or none is refused while rows have problems, unless `on_error` is `continue`.
    """

    too_late = "Only a preview that has not been applied can be applied; this task is {status}."

    def ask(self, task: BulkOperationTask) -> bool:
        form = ApplySerializer(data=self.request.data)
        form.is_valid(raise_exception=True)
        return service.apply(
            task,
            leaves_out_rows_to_fix=form.validated_data.get("on_error") == OnError.CONTINUE,
            confirmation=confirmation(form.validated_data["confirm"]),
        )


class TaskCancel(TaskAction):
    """Stops a task before its next row; what is done stays done. A preview is discarded."""

    too_late = "The task has ended already: it is {status}."

    def ask(self, task: BulkOperationTask) -> bool:
        return service.cancel(task, self.request.user)


class TaskUndo(BulkOperationsView):
    """Makes a task that puts back what this one changed, and is a preview unless `dry_run` is false.

    A field that was edited since is kept and named at its row, unless `overwrite_later_edits` is true or
    `overwrite_lines` names the row. While a preview waits, it is given again: 200.
    """

    serializer_class = TaskSerializer

    def post(self, request: Request, pk: int) -> Response:
        task = find_task(request, pk)
        form = UndoSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return _made(request, self._undo(task, form.validated_data))

    def _undo(self, task: BulkOperationTask, asked: Mapping[str, Any]) -> service.Submission:
        return service.undo(
            task,
            self.request.user,
            self.request.get_host(),
            dry_run=asked["dry_run"] is not False,
            overwrites_later_edits=asked["overwrite_later_edits"] is True,
            overwrite_lines=asked.get("overwrite_lines", ()),
            confirmation=confirmation(asked["confirm"]),
        )


class TaskRetry(BulkOperationsView):
    """Does what is left of a task that has ended: a new task of the rows that are not done, 201, or 200 if it is there.

    Only the missing steps are taken; invalid rows are to be corrected in the file first.
    """

    serializer_class = TaskSerializer

    def post(self, request: Request, pk: int) -> Response:
        task = find_task(request, pk)
        try:
            return _made(request, service.retry(task, request.user))
        except service.NothingToRetry:
            detail = f"No row is left that a retry could bring further; this task is {task.status}."
            return _not_possible(detail)


class TaskCorrect(BulkOperationsView):
    """Opens the rows that need fixing as a preview of their own: 201, or 200 if that is there."""

    serializer_class = TaskSerializer

    def post(self, request: Request, pk: int) -> Response:
        task = find_task(request, pk)
        try:
            return _made(request, service.correct(task, request.user))
        except service.NothingToCorrect:
            detail = f"No row needs fixing that is not in a follow-up already; this task is {task.status}."
            return _not_possible(detail)


def _made(request: Request, submission: service.Submission) -> Response:
    """The task that was made, or the one that was there already."""
    return _described(request, submission.task, status.HTTP_200_OK if submission.replayed else status.HTTP_201_CREATED)


def _described(request: Request, task: BulkOperationTask, code: int) -> Response:
    return Response(TaskSerializer(task, context={"request": request, "results": {}}).data, status=code)


def _not_possible(detail: str) -> Response:
    return Response({"code": "NOT_POSSIBLE", "detail": detail}, status=status.HTTP_409_CONFLICT)
