"""Whose catalog a request works on: its host name decides, as the sites of the service do."""

from __future__ import annotations

from typing import TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http.request import split_domain_port
from rest_framework.request import Request

from sandbox.discovery.models import Partner

Row = TypeVar("Row", bound=Model)


def partner_code(request: Request) -> str:
    """The code of the host's partner; a host that is not listed is the default partner's."""
    host = split_domain_port(request.get_host())[0]
    code: str = settings.SANDBOX_PARTNERS.get(host, settings.SANDBOX_DEFAULT_PARTNER)
    return code


def partner_of(request: Request) -> Partner:
    """The host's partner."""
    return Partner.objects.get(short_code=partner_code(request))


def of_partner(request: Request, rows: QuerySet[Row], path: str = "partner") -> QuerySet[Row]:
    """The rows of the host's partner, which is at `path` from them."""
    return rows.filter(**{f"{path}__short_code": partner_code(request)})
