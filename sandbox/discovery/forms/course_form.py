"""The fields of a course. Their order is that of the answer, and of the errors in a refusal."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from sandbox.discovery import profile
from sandbox.discovery.forms.editor_form import EditorForm
from sandbox.discovery.forms.fields import Anything, CheckedHtml, FormOfSent, LevelField, ObjectField, Shown, TagsField
from sandbox.discovery.forms.media import VideoForm
from sandbox.discovery.models import Collaborator, CourseType, LevelType, Partner, Source, Subject

INT32: dict[str, Any] = {"min_value": -(2**31), "max_value": 2**31 - 1}
TEXT: dict[str, Any] = {"required": False, "allow_blank": True, "allow_null": True}


class CourseForm(FormOfSent):
    """Every field a course has, and which of them can be sent."""

    key = serializers.CharField(max_length=255)
    uuid = serializers.UUIDField(read_only=True)
    title = serializers.CharField(max_length=255, **TEXT)
    course_runs = Shown()
    entitlements = Anything(required=False)
    owners = Anything(required=False)
    image = Shown()
    short_description = CheckedHtml(**TEXT)
    type = serializers.SlugRelatedField(slug_field="uuid", queryset=CourseType.objects.all())
    url_slug = serializers.SlugField(read_only=True)
    course_type = Shown()
    enterprise_subscription_inclusion = serializers.BooleanField(required=False)
    b2c_subscription_inclusion = serializers.BooleanField(required=False, label="B2c subscription inclusion")
    excluded_from_seo = serializers.BooleanField(required=False, allow_null=True)
    excluded_from_search = serializers.BooleanField(required=False, allow_null=True)
    course_run_statuses = Shown()
    full_description = CheckedHtml(**TEXT)
    level_type = LevelField(slug_field="name", queryset=LevelType.objects.all(), required=False, allow_null=True)
    subjects = serializers.SlugRelatedField(
        slug_field="slug", queryset=Subject.objects.all(), required=False, many=True
    )
    prerequisites = Anything(required=False)
    prerequisites_raw = CheckedHtml(**TEXT)
    expected_learning_items = Shown()
    video = VideoForm(required=False)
    sponsors = Anything(required=False)
    modified = serializers.DateTimeField(required=False)
    marketing_url = Shown()
    syllabus_raw = CheckedHtml(**TEXT)
    outcome = CheckedHtml(**TEXT)
    original_image = Shown()
    card_image_url = serializers.URLField(max_length=200, **TEXT)
    canonical_course_run_key = Shown()
    extra_description = Anything(required=False)
    additional_information = serializers.CharField(label="Additional Information", **TEXT)
    additional_metadata = ObjectField(required=False)
    faq = CheckedHtml(label="FAQ", **TEXT)
    learner_testimonials = CheckedHtml(**TEXT)
    enrollment_count = serializers.IntegerField(required=False, allow_null=True, **INT32)
    recent_enrollment_count = serializers.IntegerField(required=False, allow_null=True, **INT32)
    topics = TagsField(required=False)
    partner = serializers.PrimaryKeyRelatedField(queryset=Partner.objects.all(), write_only=True)
    key_for_reruns = serializers.CharField(required=False, allow_blank=True, max_length=255)
    url_slug_history = Shown()
    url_redirects = Shown()
    editors = EditorForm(many=True, read_only=True)
    collaborators = serializers.SlugRelatedField(
        slug_field="uuid", queryset=Collaborator.objects.all(), required=False, many=True
    )
    skill_names = Shown()
    skills = Shown()
    organization_short_code_override = serializers.CharField(required=False, allow_blank=True)
    organization_logo_override_url = Shown()
    geolocation = ObjectField(required=False, allow_null=True)
    location_restriction = ObjectField(required=False)
    in_year_value = ObjectField(required=False)
    product_source = serializers.SlugRelatedField(slug_field="slug", queryset=Source.objects.all(), required=False)
    data_modified_timestamp = serializers.DateTimeField(read_only=True)
    watchers = serializers.ListField(child=serializers.EmailField(), required=False, allow_null=True)
    programs = Shown()
    course_run_keys = Shown()
    editable = Shown()
    advertised_course_run_uuid = Shown()

    def get_fields(self) -> dict[str, serializers.Field]:
        """The older service knows nothing of the newest field."""
        fields = super().get_fields()
        if not profile.is_newest():
            fields.pop("b2c_subscription_inclusion", None)
        return fields
