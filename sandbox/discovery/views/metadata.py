"""Answers OPTIONS: what a form for courses or runs can offer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers
from rest_framework.metadata import SimpleMetadata
from rest_framework.relations import ManyRelatedField
from rest_framework.request import Request
from rest_framework.views import APIView

from sandbox.discovery.forms.course_form import CourseForm
from sandbox.discovery.forms.fields import TagsField
from sandbox.discovery.models import CourseRunType, CourseType, Track
from sandbox.discovery.rules.access import Caller, organizations_of

NOT_OFFERED = "empty"


class ChoicesMetadata(SimpleMetadata):
    """Names the rows that the view's `offered` fields can be set to."""

    offered: frozenset[str] = frozenset()

    def determine_metadata(self, request: Request, view: APIView) -> dict[str, Any]:
        """The whole answer."""
        self.offered = getattr(view, "offered", frozenset())
        self.user = request.user
        return super().determine_metadata(request, view)

    def get_field_info(self, field: serializers.Field) -> dict[str, Any]:
        """One field."""
        info: dict[str, Any] = dict(super().get_field_info(field))
        if isinstance(field, TagsField):
            info["type"] = "list"
        if field.field_name in self.offered and not info.get("read_only"):
            choices = [{"value": value, "display_name": name} for value, name in getattr(field, "choices", {}).items()]
            # A list's choices stand where its item would be described.
            info |= {"child": {"choices": choices}} if isinstance(field, ManyRelatedField) else {"choices": choices}
        if field.field_name == "type" and isinstance(field.parent, CourseForm):
            info["type_options"] = [_type_option(row) for row in _offered_types(self.user)]
        return info


def _offered_types(user: Caller) -> Iterable[CourseType]:
    """All types but Empty, and but those kept for organisations the user is not in."""
    types = CourseType.objects.exclude(slug=NOT_OFFERED).prefetch_related(
        "entitlement_types", "white_listed_orgs", "run_types__tracks__mode", "run_types__tracks__seat_type"
    )
    own = set(organizations_of(user).values_list("pk", flat=True))
    for course_type in types:
        kept_for = {organization.pk for organization in course_type.white_listed_orgs.all()}
        if not kept_for or user.is_staff or kept_for & own:
            yield course_type


def _type_option(course_type: CourseType) -> dict[str, Any]:
    run_types = list(course_type.run_types.all())
    tracks = {track.pk: track for run_type in run_types for track in run_type.tracks.all()}
    return {
        "uuid": str(course_type.uuid),
        "name": course_type.name,
        "entitlement_types": [seat_type.slug for seat_type in course_type.entitlement_types.all()],
        "course_run_types": [_run_type_option(run_type) for run_type in run_types],
        "tracks": [_track_option(track) for track in tracks.values()],
    }


def _run_type_option(run_type: CourseRunType) -> dict[str, Any]:
    return {
        "uuid": str(run_type.uuid),
        "name": run_type.name,
        "is_marketable": run_type.is_marketable,
        "modes": [track.mode.slug for track in run_type.tracks.all()],
    }


def _track_option(track: Track) -> dict[str, Any]:
    mode = track.mode
    return {
        "seat_type": {"name": track.seat_type.name, "slug": track.seat_type.slug} if track.seat_type else None,
        "mode": {
            "name": mode.name,
            "slug": mode.slug,
            "is_id_verified": mode.is_id_verified,
            "is_credit_eligible": mode.is_credit_eligible,
            "certificate_type": mode.certificate_type,
            "payee": mode.payee,
        },
    }
