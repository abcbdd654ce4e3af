"""Editing a preview over REST: cells, one value in many rows, rows left out, equal problems, and what was edited."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from rest_framework import serializers, status
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from course_discovery_bulk import service
from course_discovery_bulk.api.abbreviating import abbreviated
from course_discovery_bulk.api.base import PAGES, BulkOperationsView, find_task
from course_discovery_bulk.api.names import refuse_unknown
from course_discovery_bulk.api.pagination import ListPages
from course_discovery_bulk.api.row_serializers import EditSerializer, RowSerializer
from course_discovery_bulk.api.views import LAST_LINE, TaskRows
from course_discovery_bulk.models import BulkOperationTask

MOST_EDITS: Final = 1000
MOST_LINES: Final = 10_000


class _Body(serializers.Serializer[Any]):
    """A body in which a name that means nothing is refused."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            refuse_unknown(data, self.fields)
        return super().to_internal_value(data)


class TextField(serializers.CharField):
    """A text as it is, blanks and all; it may be empty."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_blank=True, trim_whitespace=False, **options)


class CellEditSerializer(_Body):
    """One cell to change: `before` is the text that its editor saw there."""

    line = serializers.IntegerField(min_value=1, max_value=LAST_LINE)
    column = serializers.CharField(max_length=255)
    before = TextField()
    value = TextField()


class EditsSerializer(_Body):
    """Cells to change, all of them or none."""

    edits: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=CellEditSerializer(), allow_empty=False, max_length=MOST_EDITS
    )


class ReplaceSerializer(_Body):
    """A value to put in the place of another in all rows; with `code`, only where that problem is."""

    column = serializers.CharField(max_length=255)
    old = TextField()
    new = TextField()
    code = serializers.CharField(required=False, allow_null=True)


class LinesSerializer(_Body):
    """Rows by their numbers."""

    lines = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LAST_LINE), allow_empty=False, max_length=MOST_LINES
    )


class ExcludeSerializer(LinesSerializer):
    """Rows by their numbers, or all that have a problem: its `code`, with the `column` and `value` that it is about."""

    code = serializers.CharField(required=False)
    column = serializers.CharField(required=False, allow_null=True, default=None)
    value = TextField(required=False, allow_null=True, default=None)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        fields["lines"].required = False
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("lines" in attrs) == ("code" in attrs):
            raise serializers.ValidationError({"lines": ["Name either rows by their lines, or a problem by its code."]})
        return attrs


class EditedSerializer(serializers.Serializer[service.Edited]):
    """What came of an edit; while it `waits`, a worker checks rows, and the preview cannot be applied."""

    changed = serializers.IntegerField()
    waits = serializers.BooleanField()
    rows = RowSerializer(many=True)


class ProblemGroupSerializer(serializers.Serializer[service.ProblemGroup]):
    """All problems of one code with one column and value; `lines` are the first rows that have it."""

    code = serializers.CharField()
    column = serializers.CharField(allow_null=True)
    value = serializers.CharField(allow_null=True)
    severity = serializers.CharField()
    message = serializers.CharField()
    hint = serializers.CharField()
    suggestion = serializers.CharField()
    count = serializers.IntegerField()
    lines = serializers.ListField(child=serializers.IntegerField())


class Edits(BulkOperationsView, ABC):
    """Something to change in a preview: 200 once its rows are checked again, 202 while a worker does that."""

    serializer_class = EditedSerializer
    parser_classes = (JSONParser,)
    body: type[_Body]

    @abstractmethod
    def edit(self, task: BulkOperationTask, given: dict[str, Any]) -> service.Edited:
        """Make the edit that was asked for."""

    def post(self, request: Request, pk: int) -> Response:
        task = find_task(request, pk)
        return answer_edit(task, self.edit(task, checked(self.body, request)))


class EditedRows(TaskRows):
    """GET: the rows of a task in the order of the file. PATCH: change cells of a preview, all of them or none."""

    parser_classes = (JSONParser,)

    def patch(self, request: Request, pk: int) -> Response:
        task = find_task(request, pk)
        given = checked(EditsSerializer, request)
        edits = [service.CellEdit(**edit) for edit in given["edits"]]
        return answer_edit(task, service.edit_cells(task, edits, request.user))


class Replace(Edits):
    """Puts a value in the place of another in all rows of a preview that have it."""

    body = ReplaceSerializer

    def edit(self, task: BulkOperationTask, given: dict[str, Any]) -> service.Edited:
        code = given.get("code")
        return service.replace_value(task, given["column"], given["old"], given["new"], self.request.user, code=code)


class Exclude(Edits):
    """Leaves rows out of a preview: they are skipped, and others are not compared with them."""

    body = ExcludeSerializer

    def edit(self, task: BulkOperationTask, given: dict[str, Any]) -> service.Edited:
        lines: Sequence[int] = given.get("lines") or service.lines_with_problem(
            task, given["code"], given["column"], given["value"]
        )
        return service.leave_out(task, lines, self.request.user)


class Include(Edits):
    """Puts rows back that were left out of a preview."""

    body = LinesSerializer

    def edit(self, task: BulkOperationTask, given: dict[str, Any]) -> service.Edited:
        return service.put_back(task, given["lines"], self.request.user)


class TaskProblems(BulkOperationsView):
    """The problems of all rows, equal ones together: errors first, then the most frequent."""

    serializer_class = ProblemGroupSerializer
    pagination_class = ListPages
    query_names = PAGES

    def get(self, request: Request, pk: int) -> Response:
        groups = self.paginate_queryset(service.problem_groups(find_task(request, pk)))
        return self.get_paginated_response([asdict(group) for group in groups or ()])


class TaskEdits(BulkOperationsView):
    """What was edited in a task, the newest first."""

    serializer_class = EditSerializer
    query_names = PAGES

    def get(self, request: Request, pk: int) -> Response:
        edits = self.paginate_queryset(service.edits_of(find_task(request, pk)))
        return self.get_paginated_response(EditSerializer(edits, many=True).data)


def checked(body: type[_Body], request: Request) -> dict[str, Any]:
    """What the body of a request says; ValidationError if it cannot be meant."""
    form = body(data=request.data)
    form.is_valid(raise_exception=True)
    given: dict[str, Any] = form.validated_data
    return given


def answer_edit(task: BulkOperationTask, edited: service.Edited) -> Response:
    """The rows that say something else now, or that a worker is going to check them."""
    edits = service.edits_by_line(task, [row.line for row in edited.rows])
    rows = abbreviated(list(RowSerializer(edited.rows, many=True, context={"edits": edits}).data))
    code = status.HTTP_202_ACCEPTED if edited.waits else status.HTTP_200_OK
    return Response({"changed": edited.changed, "waits": edited.waits, "rows": rows}, status=code)
