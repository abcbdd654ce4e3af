"""The uploaded file behind its signed address: for whoever holds it, from any origin, without a login."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.http import FileResponse
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from course_discovery_bulk import service
from course_discovery_bulk.api.base import BulkOperationsView
from course_discovery_bulk.api.downloads import IgnoreAccept
from course_discovery_bulk.api.links import LinkInvalid, link_name, read_token
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.reports.attachments import safe_name

CSV = "text/csv"
CONTENT_TYPES = {
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class FileDownload(BulkOperationsView):
    """The file as it was uploaded, always as an attachment."""

    authentication_classes = ()
    permission_classes = ()  # the signature in the address is the permission
    content_negotiation_class = IgnoreAccept
    http_method_names = ("get", "head", "options")
    query_names = None  # proxies and mail programs add names of their own to links

    def get(self, request: Request, token: str, name: str) -> FileResponse:
        task = BulkOperationTask.objects.filter(pk=read_token(token)).first()
        if task is None or name != link_name(task):
            raise LinkInvalid
        own_name = safe_name(task.original_filename)
        content_type = CONTENT_TYPES.get(PurePath(own_name).suffix.lower(), CSV)
        try:
            file = service.open_file(task)
        except FileNotFoundError as gone:
            raise NotFound("The file is no longer kept.") from gone
        return FileResponse(file, as_attachment=True, filename=own_name, content_type=content_type)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Access-Control-Allow-Origin"] = "*"
        answer["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        answer["X-Content-Type-Options"] = "nosniff"
        return answer
