"""The fields of somebody who teaches."""

from __future__ import annotations

from rest_framework import serializers

from sandbox.discovery.forms.fields import Anything, Shown
from sandbox.discovery.models import Organization, Partner


class PositionForm(serializers.Serializer):
    """What somebody is, and where."""

    title = serializers.CharField(max_length=255)
    organization_name = Shown()
    organization = serializers.PrimaryKeyRelatedField(
        queryset=Organization.objects.all(), required=False, allow_null=True, write_only=True
    )
    organization_id = Shown()
    organization_override = serializers.CharField(max_length=255, required=False, allow_null=True, allow_blank=True)
    organization_marketing_url = Shown()
    organization_uuid = Shown()
    organization_logo_image_url = Shown()


class PersonForm(serializers.Serializer):
    """Every field of a person, and which of them can be sent."""

    uuid = serializers.UUIDField(read_only=True)
    salutation = serializers.CharField(max_length=10, required=False, allow_null=True, allow_blank=True)
    partner = serializers.PrimaryKeyRelatedField(queryset=Partner.objects.all(), write_only=True, required=False)
    given_name = serializers.CharField(max_length=255)
    family_name = serializers.CharField(max_length=255, required=False, allow_null=True, allow_blank=True)
    bio = serializers.CharField(required=False, allow_null=True, allow_blank=True)
    slug = serializers.CharField(read_only=True)
    position = PositionForm(required=False)
    areas_of_expertise = Anything(required=False)
    profile_image = Shown()
    works = Shown()
    urls = Anything(required=False)
    urls_detailed = Anything(required=False)
    email = serializers.EmailField(required=False, allow_null=True)
    profile_image_url = Shown()
    major_works = serializers.CharField(required=False, allow_blank=True)
    published = serializers.BooleanField(required=False)
