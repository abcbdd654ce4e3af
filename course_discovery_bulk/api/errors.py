"""Errors of the API: what the layers below raise, as answers with a code that a script can rely on."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import InterfaceError, OperationalError
from rest_framework import status
from rest_framework.exceptions import APIException, ErrorDetail, NotFound, PermissionDenied, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from course_discovery_bulk import problems, service
from course_discovery_bulk.api import links
from course_discovery_bulk.exceptions import (
    DiscoveryError,
    DocumentRefused,
    Forbidden,
    UnknownOperation,
    UploadRefused,
)

STORAGE_WAIT_SECONDS = 30
DISCOVERY_WAIT_SECONDS = 30
DATABASE_WAIT_SECONDS = 30
BAD_FIELD = "BAD_FIELD"
DOCUMENT_STATUSES = {
    "NO_EXPORT": status.HTTP_404_NOT_FOUND,
    "NOT_FOUND": status.HTTP_404_NOT_FOUND,
    "EXPORT_TOO_LARGE": status.HTTP_400_BAD_REQUEST,
    "TOO_MANY_KEYS": status.HTTP_400_BAD_REQUEST,
    "BAD_FILTER": status.HTTP_400_BAD_REQUEST,
    "CANNOT_UNDO": status.HTTP_409_CONFLICT,
    "NOTHING_TO_UNDO": status.HTTP_409_CONFLICT,
    "ALREADY_UNDONE": status.HTTP_409_CONFLICT,
    "NOT_FINISHED": status.HTTP_409_CONFLICT,
    "TOO_LONG_FOR_WORKBOOK": status.HTTP_409_CONFLICT,
}


class Refused(APIException):
    """400 (413 for size) with every problem, and what made it refused once more under `csv_file`, as a field error."""

    detail: Any  # DRF would turn line numbers into text

    def __init__(self, refusal: UploadRefused) -> None:
        codes = {problem.code for problem in refusal.problems}
        too_large = problems.FILE_TOO_LARGE.code in codes
        self.status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE if too_large else status.HTTP_400_BAD_REQUEST
        self.detail = {
            "code": "UPLOAD_REFUSED",
            "detail": "The file was not accepted.",
            "problems": [problem.as_dict() for problem in refusal.problems],
            "csv_file": [problem.message for problem in refusal.problems if problem.is_error],
        }


class KeyReused(APIException):
    """409: the Idempotency-Key belongs to another upload."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "key_reused"
    default_detail = "This Idempotency-Key was used for another file, another operation or other options."


class TooManyTasks(APIException):
    """429: so many tasks of the same person wait already."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "too_many_tasks"
    default_detail = "Too many of your tasks wait already. Upload this file when some of them have ended."
    wait = 60  # seconds, for the Retry-After header


class RowsToFix(APIException):
    """409: a preview that writes all rows or none, with rows that have problems."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "rows_to_fix"

    def __init__(self, refusal: service.RowsToFix) -> None:
        count = f"{refusal.count} row has" if refusal.count == 1 else f"{refusal.count} rows have"
        super().__init__(
            f"Nothing was started: this upload writes all rows or none, and {count} problems. Correct the file and "
            "upload it again, or send on_error=continue to write the other rows."
        )


class ConfirmationNeeded(APIException):
    """409: so many rows would be written that their number must be sent; `confirm` is that number."""

    status_code = status.HTTP_409_CONFLICT
    detail: Any  # DRF would turn the number into text

    def __init__(self, refusal: service.ConfirmationNeeded) -> None:
        rows = "1 row" if refusal.rows == 1 else f"{refusal.rows} rows"
        said = "" if refusal.given is None else f", not {refusal.given}"
        runs = f" and change {refusal.published_runs} published runs" if refusal.published_runs else ""
        detail = f"Nothing was started. This would write {rows}{said}{runs}. Send confirm={refusal.rows} to go on."
        self.detail = {"code": "CONFIRMATION_NEEDED", "detail": detail, "confirm": refusal.rows}


class EditRefused(APIException):
    """400, 404 or 409, by the code: nothing was edited."""

    detail: Any  # DRF would turn line numbers into text

    def __init__(self, status_code: int, code: str, detail: str, **facts: Any) -> None:
        self.status_code = status_code
        self.detail = {"code": code, "detail": str(detail), **facts}


class StorageUnavailable(APIException):
    """503: files cannot be stored or read at the moment."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "storage_unavailable"
    default_detail = "Files cannot be stored or read at the moment. Try again later."
    wait = STORAGE_WAIT_SECONDS  # DRF makes it Retry-After


class DatabaseUnavailable(APIException):
    """503: the database is away. An upload may have been recorded all the same: repeat it with the same key."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "database_unavailable"
    default_detail = "The database does not answer at the moment. Try again later."
    wait = DATABASE_WAIT_SECONDS


class LengthUnknown(APIException):
    """411: the request does not say how long its body is, and web servers do not hand such a body on."""

    status_code = status.HTTP_411_LENGTH_REQUIRED
    default_code = "length_required"
    default_detail = "The upload has no Content-Length. Send the form in one piece, not in chunks."


class UploadTooLarge(APIException):
    """413: the request is larger than any file that would be accepted; raised before the body is read."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = problems.FILE_TOO_LARGE.code


class DocumentNotPossible(APIException):
    """404, 409 or 400, by the code: the file asked for cannot be made."""

    def __init__(self, refusal: DocumentRefused) -> None:
        self.status_code = DOCUMENT_STATUSES[refusal.code]
        super().__init__(refusal.detail, code=refusal.code)


class DiscoveryUnavailable(APIException):
    """503: discovery does not give what is needed for the answer."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = problems.DISCOVERY_UNAVAILABLE.code
    wait = DISCOVERY_WAIT_SECONDS

    def __init__(self, error: DiscoveryError) -> None:
        super().__init__(f"Discovery did not answer as it should: {error.detail.rstrip('.')}.")


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's answer, with a `code` in capitals beside its `detail`; both also stand beside field errors."""
    response = exception_handler(_translate(error), context)
    if response is not None and isinstance(response.data, dict):
        response.data = {**_code_and_detail(response.data), **response.data}
    return response


def _code_and_detail(body: Mapping[str, Any]) -> dict[str, str]:
    detail = body.get("detail")
    if isinstance(detail, ErrorDetail):
        return {"code": str(detail.code).upper()}
    if "code" in body:
        return {}
    return {"code": BAD_FIELD, "detail": f"The request was not accepted; see {', '.join(body)}."}


def known_operations() -> str:
    """The names of the operations, for those who asked for another."""
    return ", ".join(operation.type for operation in service.operations())


def _translate(error: Exception) -> Exception:
    match error:
        case UploadRefused():
            return Refused(error)
        case UnknownOperation():
            text = f"There is no such operation. Known operations: {known_operations()}."
            return ValidationError({"task_type": [text]})
        case service.KeyReused():
            return KeyReused()
        case service.TooManyTasks():
            return TooManyTasks()
        # A full disk: Django keeps a large form in a file of its own while it arrives.
        case service.StorageUnavailable() | OSError(errno=errno.ENOSPC | errno.EDQUOT | errno.EFBIG):
            return StorageUnavailable()
        case OperationalError() | InterfaceError():
            return DatabaseUnavailable()
        case DocumentRefused():
            return DocumentNotPossible(error)
        case Forbidden():
            return PermissionDenied(error.detail)
        case DiscoveryError():
            return DiscoveryUnavailable(error)
        case _:
            return _translate_further(error)


def _translate_further(error: Exception) -> Exception:
    match error:
        case links.LinkExpired():
            return PermissionDenied("This link has expired. Read the task again for a new one.", code="link_expired")
        case service.RowsToFix():
            return RowsToFix(error)
        case service.ConfirmationNeeded():
            return ConfirmationNeeded(error)
        case service.StaleEdit():
            cells = [asdict(cell) for cell in error.cells]
            return EditRefused(status.HTTP_409_CONFLICT, "STALE_EDIT", error.detail, cells=cells)
        case service.NotEditable():
            return EditRefused(status.HTTP_409_CONFLICT, "NOT_EDITABLE", error.detail)
        case service.UnknownColumn():
            return EditRefused(status.HTTP_400_BAD_REQUEST, "UNKNOWN_COLUMN", error.detail, column=error.column)
        case service.LineNotFound():
            return EditRefused(status.HTTP_404_NOT_FOUND, "LINE_NOT_FOUND", error.detail, lines=list(error.lines))
        case links.LinkInvalid():
            return NotFound()
        case _:
            return error
