"""Whose catalog a request works on: its host name decides, as the sites of the service do.

Runs and organizations are of the host's partner alone. Courses, as in the service, are not: those of another partner
come too, without owners and without runs.
"""

from __future__ import annotations

from typing import TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http.request import split_domain_port
from rest_framework.request import Request

from sandbox.discovery.models import Course, Organization, Partner

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


def owners_shown(request: Request, course: Course) -> list[Organization]:
    """The owners of a course that are the host's partner's."""
    code = partner_code(request).lower()
    return [owner for owner in course.owners.all() if owner.partner.short_code.lower() == code]
