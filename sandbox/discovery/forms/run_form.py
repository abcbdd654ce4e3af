"""The fields of a run. Their order is that of the answer, and of the errors in a refusal."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from sandbox.discovery.forms.fields import Anything, FormOfSent, HtmlText, PeopleField, Shown, UnreadableLevelField
from sandbox.discovery.forms.media import VideoForm
from sandbox.discovery.models import Course, CourseRun, CourseRunType, Language, LevelType, ProgramType
from sandbox.discovery.models.runs import Pacing, RunStatus

UINT16: dict[str, Any] = {"required": False, "allow_null": True, "min_value": 0, "max_value": 65535}
MOMENT: dict[str, Any] = {"required": False, "allow_null": True}
REPORTING_TYPES = ["mooc", "spoc", "test", "demo", "other"]
OFAC_CHOICES = [("", "--"), (True, "Blocked"), (False, "Unrestricted")]


def _languages(**kwargs: Any) -> Any:
    return serializers.SlugRelatedField(
        slug_field="code", queryset=Language.objects.order_by("name"), required=False, **kwargs
    )


class RunForm(FormOfSent):
    """Every field a run has, and which of them can be sent."""

    key = serializers.CharField(read_only=True)
    uuid = serializers.UUIDField(required=False, label="UUID")
    title = serializers.CharField(required=False)
    external_key = serializers.CharField(required=False, allow_blank=True)
    fixed_price_usd = serializers.DecimalField(required=False, allow_null=True, max_digits=10, decimal_places=2)
    image = Shown()
    short_description = HtmlText(required=False, allow_blank=True)
    marketing_url = Shown()
    seats = serializers.ListField(child=Anything(), required=False)
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    go_live_date = serializers.DateTimeField(**MOMENT)
    enrollment_start = serializers.DateTimeField(**MOMENT)
    enrollment_end = serializers.DateTimeField(**MOMENT)
    weeks_to_complete = serializers.IntegerField(**UINT16)
    pacing_type = serializers.ChoiceField(Pacing.choices, required=False, allow_null=True, allow_blank=True)
    type = serializers.CharField(read_only=True)
    restriction_type = serializers.CharField(read_only=True)
    run_type = serializers.SlugRelatedField(slug_field="uuid", queryset=CourseRunType.objects.all())
    status = serializers.ChoiceField(RunStatus.choices, required=False)
    is_enrollable = Shown()
    is_marketable = Shown()
    is_marketable_external = Shown()
    term = serializers.CharField(required=False, write_only=True)
    availability = Shown()
    variant_id = serializers.UUIDField(required=False, allow_null=True)
    course = serializers.SlugRelatedField(slug_field="key", queryset=Course.objects.editable())
    full_description = HtmlText(required=False, allow_blank=True)
    announcement = serializers.DateTimeField(**MOMENT)
    video = VideoForm(required=False, allow_null=True)
    content_language = _languages(allow_null=True)
    license = serializers.CharField(required=False, allow_blank=True, max_length=255)
    outcome = HtmlText(required=False, allow_blank=True)
    transcript_languages = _languages(many=True)
    instructors = Shown()
    staff = PeopleField(required=False)
    min_effort = serializers.IntegerField(**UINT16)
    max_effort = serializers.IntegerField(**UINT16)
    modified = serializers.DateTimeField(required=False)
    level_type = UnreadableLevelField(
        slug_field="name", queryset=LevelType.objects.all(), required=False, allow_null=True
    )
    mobile_available = serializers.BooleanField(required=False)
    hidden = serializers.BooleanField(required=False)
    reporting_type = serializers.ChoiceField([(name, name) for name in REPORTING_TYPES], required=False)
    eligible_for_financial_aid = serializers.BooleanField(required=False)
    first_enrollable_paid_seat_price = Shown()
    has_ofac_restrictions = serializers.ChoiceField(OFAC_CHOICES, required=False, allow_null=True)
    ofac_comment = serializers.CharField(required=False, allow_blank=True)
    enrollment_count = serializers.IntegerField(read_only=True)
    recent_enrollment_count = serializers.IntegerField(read_only=True)
    expected_program_type = serializers.SlugRelatedField(
        slug_field="slug", queryset=ProgramType.objects.all(), required=False, allow_null=True
    )
    expected_program_name = serializers.CharField(required=False, allow_blank=True, max_length=255)
    course_uuid = Shown()
    estimated_hours = Shown()
    content_language_search_facet_name = Shown()
    enterprise_subscription_inclusion = serializers.BooleanField(required=False)
    transcript_languages_search_facet_names = Shown()
    ai_languages = Shown()
    programs = Shown()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Compare what is sent with what is stored: course, effort, dates, and last the term."""
        run: CourseRun | None = self.instance
        if run and attrs.get("course") not in (None, run.course):
            raise _error("course", "Course cannot be changed for an existing course run")
        low, high = (attrs.get(name, getattr(run, name, None)) for name in ("min_effort", "max_effort"))
        if low and high and low > high:
            raise _error("min_effort", "Minimum effort cannot be greater than Maximum effort")
        if low and high and low == high:
            raise _error("min_effort", "Minimum effort and Maximum effort cannot be the same")
        start, end = (attrs.get(name, getattr(run, name, None)) for name in ("start", "end"))
        if start and end and start > end:
            raise _error("start", "Start date cannot be after the End date")
        if run and attrs.get("term", run.key) != run.key:
            raise _error("term", "Term cannot be changed")
        return attrs


def _error(field: str, message: str) -> serializers.ValidationError:
    return serializers.ValidationError({field: message})
