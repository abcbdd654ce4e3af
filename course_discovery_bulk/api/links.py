"""Absolute addresses of the API, among them the signed ones of uploaded files.

A signed address works for whoever holds it, without a login: Publisher fetches it from another origin, without
cookies. It names one task and runs out after `file_link_seconds`.
"""

from __future__ import annotations

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.urls import reverse
from rest_framework.request import Request

from course_discovery_bulk import conf
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.reports.attachments import safe_name

NAMESPACE = "bulk_operations_api"

_signer = TimestampSigner(sep=".", salt="course_discovery_bulk.file")


class LinkExpired(Exception):
    """The address was good once."""


class LinkInvalid(Exception):
    """The address was never given out like this."""


def address(request: Request, name: str, *args: object) -> str:
    """The absolute URL of one of our endpoints."""
    return request.build_absolute_uri(reverse(f"{NAMESPACE}:{name}", args=args))


def file_address(request: Request, task: BulkOperationTask) -> str:
    """A fresh signed URL of the uploaded file that ends in its name."""
    return address(request, "file", _signer.sign(str(task.pk)), link_name(task))


def link_name(task: BulkOperationTask) -> str:
    """The end of the address, which Publisher shows as the file's name: a blank would be shown as %20."""
    return safe_name(task.original_filename).replace(" ", "_")


def read_token(token: str) -> int:
    """The id of the task a token was made for; LinkExpired or LinkInvalid if it opens nothing."""
    try:
        return int(_signer.unsign(token, max_age=conf.read().file_link_seconds))
    except SignatureExpired as expired:
        raise LinkExpired from expired
    except BadSignature as wrong:
        raise LinkInvalid from wrong
