"""The operations: what their files look like, what may be written in them, and files to start from."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from course_discovery_bulk.api.base import BulkOperationsView
from course_discovery_bulk.api.downloads import IgnoreAccept
from course_discovery_bulk.api.errors import known_operations
from course_discovery_bulk.api.operation_shapes import OperationSerializer
from course_discovery_bulk.exceptions import UnknownOperation
from course_discovery_bulk.presentation import operations
from course_discovery_bulk.reports import operation_files
from course_discovery_bulk.reports.attachments import attach
from course_discovery_bulk.reports.export_choice import CHOICE_NAMES, read_choice
from course_discovery_bulk.reports.formats import CSV, FileFormat


class OperationView(BulkOperationsView):
    """An operation is named in the address: one that there is not is not found."""

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, UnknownOperation):
            exc = NotFound(f"There is no such operation. Known operations: {known_operations()}.")
        return super().handle_exception(exc)


class OperationList(OperationView):
    """All operations with their columns."""

    pagination_class = None
    serializer_class = OperationSerializer

    def get(self, request: Request) -> Response:
        found = operations.describe_operations(request.user, request.get_host())
        return Response([OperationSerializer(item, context={"request": request}).data for item in found])


class OperationDetail(OperationView):
    """One operation with its columns."""

    serializer_class = OperationSerializer

    def get(self, request: Request, type_name: str) -> Response:
        found = operations.describe_operation(type_name, request.user, request.get_host())
        return Response(OperationSerializer(found, context={"request": request}).data)


class OperationSchema(OperationView):
    """The columns of an operation as a Table Schema."""

    content_negotiation_class = IgnoreAccept

    def get(self, request: Request, type_name: str) -> Response:
        return Response(operations.schema(type_name, request.user, request.get_host()))


class OperationTemplate(OperationView):
    """A file with the header line of an operation; `example=true` adds a row that shows what cells look like."""

    content_negotiation_class = IgnoreAccept
    query_names = frozenset({"example"})
    form: FileFormat = CSV

    def get(self, request: Request, type_name: str) -> StreamingHttpResponse:
        wants_example = request.query_params.get("example", "").lower() == "true"
        make = operation_files.template_with_example if wants_example else operation_files.template
        table = make(type_name, request.user, request.get_host())
        return attach(table, self.form, f"{type_name}-template.{self.form.suffix}")


class OperationExport(OperationView):
    """What discovery holds now, as a file of the operation that changes nothing when uploaded."""

    content_negotiation_class = IgnoreAccept
    query_names = frozenset(CHOICE_NAMES)
    form: FileFormat = CSV

    def get(self, request: Request, type_name: str) -> StreamingHttpResponse:
        choice = read_choice(request.query_params.dict())
        table = operation_files.export(type_name, request.user, request.get_host(), choice)
        return attach(table, self.form, f"{type_name}-export.{self.form.suffix}")
