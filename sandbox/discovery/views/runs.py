"""Course runs."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from sandbox.discovery.bodies.run_body import query_flag, run_alone_body, with_related
from sandbox.discovery.forms.run_form import RunForm
from sandbox.discovery.models import Course, CourseRun
from sandbox.discovery.models.runs import Restriction, RunStatus
from sandbox.discovery.pagination import PagesOrOffsets
from sandbox.discovery.rules.access import may_see_drafts, visible_runs
from sandbox.discovery.rules.partners import of_partner
from sandbox.discovery.rules.rows import draft_of_course, draft_of_run
from sandbox.discovery.rules.run_keys import run_key
from sandbox.discovery.rules.runs import change_run, create_run, finish_review_step
from sandbox.discovery.rules.writing import write_together
from sandbox.discovery.views.filters import RunFilter
from sandbox.discovery.views.listing import RUN_KEY, RowsViewSet
from sandbox.discovery.views.metadata import ChoicesMetadata
from sandbox.discovery.views.permissions import MayWriteRun
from sandbox.discovery.views.refusals import refuse_as_run

REVIEWERS_FIELDS = frozenset({"status", "has_ofac_restrictions", "ofac_comment"})
REVIEWERS_STATES = (RunStatus.INTERNAL_REVIEW.value, RunStatus.REVIEWED.value)
DEFAULT_PACING = "instructor_paced"


class QueryAndDraftsExclude(Exception):
    """A search and `editable=1` in one request; nobody catches it."""


def wants_drafts(request: Request) -> bool:
    """Whether a request reads or writes drafts; 403 if its user may not."""
    drafts = bool(query_flag(request, "editable")) or request.method not in SAFE_METHODS
    if drafts and request.query_params.get("q"):
        raise QueryAndDraftsExclude
    if drafts and not may_see_drafts(request.user):
        raise PermissionDenied
    return drafts


def without_restricted(runs: QuerySet[CourseRun], request: Request) -> QuerySet[CourseRun]:
    """The runs that are for everyone, and those of the kinds that the query names."""
    named = request.query_params.get("include_restricted", "").split(",")
    return runs.exclude(restriction_type__in=set(Restriction.values) - set(named))


class CourseRunViewSet(RowsViewSet):
    """Lists, shows, makes and changes runs."""

    queryset = CourseRun.objects.all()
    permission_classes = [IsAuthenticated, MayWriteRun]
    serializer_class = RunForm
    metadata_class = ChoicesMetadata
    offered = frozenset({"content_language", "level_type", "transcript_languages", "expected_program_type"})
    filter_backends = [DjangoFilterBackend]
    filterset_class = RunFilter
    lookup_field = "key"
    lookup_value_regex = RUN_KEY
    pagination_class = PagesOrOffsets

    def get_queryset(self) -> QuerySet[CourseRun]:
        """The runs in sight."""
        runs: QuerySet[CourseRun] = CourseRun.objects.official().order_by(Lower("key"))
        if wants_drafts(self.request):
            runs = visible_runs(self.request.user, CourseRun.objects.editable())
        runs = of_partner(self.request, runs, "course__partner")
        search = self.request.query_params.get("q")
        if search:
            runs = runs.filter(course__title__icontains=search)
        if self.request.method == "GET":
            runs = without_restricted(runs, self.request)
        return with_related(runs).select_related(
            "type", "language", "expected_program_type", "official_row", "course__level_type", "course__type"
        )

    def body(self, row: CourseRun) -> dict[str, Any]:
        """A run."""
        return run_alone_body(row, self.request)

    @refuse_as_run
    def create(self, request: Request) -> Response:
        """Make a run of a course."""
        answer = self.store_from(self.sent)
        if isinstance(answer.data, CourseRun):
            answer.data = run_alone_body(answer.data, request)
        return answer

    @refuse_as_run
    def store_from(self, body: Any) -> Response:
        """Make a run from a body, which is used up; the answer carries the run itself."""
        body.setdefault("pacing_type", DEFAULT_PACING)
        body.pop("draft", None)
        prices = body.pop("prices", {})
        restriction_type = body.pop("restriction_type", None)
        if not body.get("course"):
            raise ValidationError({"course": ["This field is required."]})
        course = Course.objects.editable().select_related("draft_row").get(key=body["course"])
        rerun = body.pop("rerun", None)
        form = RunForm(data=body)
        form.is_valid(raise_exception=True)
        values = dict(form.validated_data)
        key = run_key(course, values["start"], values.pop("term", None))
        with write_together():
            run = create_run(
                self.caller,
                draft_of_course(course),
                values,
                key=key,
                prices=prices,
                restriction_type=restriction_type,
                rerun=rerun,
            )
        return Response(run, status=201)

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Replace a run."""
        return self._update(partial=False)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change a run."""
        return self._update(partial=True)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Runs are never removed."""
        return Response(status=405)

    def _update(self, *, partial: bool) -> Response:
        """Check in the service's order: the run, the fields, the run type, the review, the rest."""
        run = self.get_object()
        body = self.sent
        draft = body.pop("draft", True)
        beside = {
            "prices": body.pop("prices", {}),
            "restriction_type": body.pop("restriction_type", None),
            "upgrade_deadline_override": (
                body.pop("upgrade_deadline_override", None) if self.request.user.is_staff else None
            ),
        }
        if not run.draft:
            with write_together():
                run = draft_of_run(run)
        form = RunForm(run, data=body, partial=partial)
        form.is_valid(raise_exception=True)
        values = dict(form.validated_data)
        refusal = _run_type_refusal(run, values)
        if refusal:
            return refusal
        if self.request.user.is_staff and run.in_review and body.get("status") in REVIEWERS_STATES:
            return self._review(run, values)
        body.pop("status", None)
        values.pop("status", None)
        if run.in_review:
            return Response("Course run is in review. Editing disabled.", status=403)
        if REVIEWERS_FIELDS & body.keys():
            return Response("Invalid parameter", status=400)
        return self._change(run, values, draft, beside)

    @refuse_as_run
    def _change(self, run: CourseRun, values: dict[str, Any], draft: Any, beside: dict[str, Any]) -> Response:
        with write_together():
            run = change_run(self.caller, run, values, draft=draft, **beside)
        return Response(run_alone_body(run, self.request))

    def _review(self, run: CourseRun, values: dict[str, Any]) -> Response:
        """A reviewer's decision, and nothing else."""
        if self.sent.keys() - REVIEWERS_FIELDS:
            return Response("Can only update status, ofac restrictions, and ofac comment", status=400)
        with write_together():
            run = finish_review_step(self.caller, run, values)
        return Response(run_alone_body(run, self.request))


def _run_type_refusal(run: CourseRun, values: dict[str, Any]) -> Response | None:
    run_type, course_type = values.get("run_type"), run.course.type
    if run_type is None or run_type in course_type.run_types.all():
        return None
    return Response(f"The course run type '{run_type}' is not valid for this course type '{course_type}'.", status=400)
