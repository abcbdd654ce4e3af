"""The only lists of accounts: members of organisations."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sandbox.discovery.bodies.vocabulary import user_body
from sandbox.discovery.models import OrganizationExtension, User
from sandbox.discovery.pagination import MemberPages, NewestFirst, SizedPages
from sandbox.discovery.rules.partners import of_partner
from sandbox.discovery.views.permissions import IsMember

DIGITS = re.compile(r"\d+")


class MembersView(APIView):
    """Members of the organisations in sight: staff see those of all, others of their own."""

    permission_classes = [IsAuthenticated, IsMember]

    def get(self, request: Request) -> Response:
        """A page of accounts."""
        if request.user.is_staff:
            extensions = of_partner(request, OrganizationExtension.objects.all(), "organization__partner")
        else:
            extensions = OrganizationExtension.objects.filter(group__in=request.user.groups.all())
        users = User.objects.filter(groups__organization_extension__in=extensions).distinct().order_by("full_name")
        return _page(SizedPages(), users, request)


class OrganizationMembersView(APIView):
    """Members of one organisation, for anyone who is a member of any."""

    permission_classes = [IsAuthenticated, IsMember]

    def get(self, request: Request, organization: str) -> Response:
        """A page of accounts."""
        column = "organization_id" if DIGITS.fullmatch(organization) else "organization__uuid"
        extension = get_object_or_404(OrganizationExtension, **{column: organization})
        users = User.objects.filter(groups__organization_extension=extension).order_by("full_name", "username")
        return _page(MemberPages(), users, request)


class OrganizationRolesView(APIView):
    """Roles of members in an organisation; the stand-in's catalog gives nobody one."""

    permission_classes = [IsAuthenticated, IsMember]

    def get(self, request: Request, organization: str) -> Response:
        """An empty page."""
        return _page(NewestFirst(), OrganizationExtension.objects.none(), request)


def _page(paginator: Any, users: QuerySet, request: Request) -> Response:
    rows = paginator.paginate_queryset(users, request)
    return paginator.get_paginated_response([user_body(user) for user in rows])
