"""Shapes of requests and answers; the fields of upstream's task keep their names and meanings."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from course_discovery_bulk import service
from course_discovery_bulk.api.lineage import FollowUpSerializer, OriginSerializer, ToApplySerializer, ToFixSerializer
from course_discovery_bulk.api.links import address, file_address
from course_discovery_bulk.api.mappings import MappingField
from course_discovery_bulk.api.names import refuse_unknown
from course_discovery_bulk.choices import FINAL_ROW_STATUSES
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.problems import without_facts
from course_discovery_bulk.reports.kinds import task_files

NO_OPTIONS = ("csv_file", "task_type", "mapping", "confirm")
CSRF_FIELD = "csrfmiddlewaretoken"


class FileSerializer(serializers.Serializer[Any]):
    """A file and the operation that it is for. What a task shows may be sent as well, and is not read."""

    csv_file = serializers.FileField(allow_empty_file=True)  # an empty file is a problem of the catalogue
    task_type = serializers.CharField(max_length=64)
    encoding = serializers.CharField(required=False, allow_blank=True)
    delimiter = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    sheet = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    header_row = serializers.IntegerField(required=False, allow_null=True)
    decimal = serializers.CharField(required=False, allow_blank=True)
    date_order = serializers.CharField(required=False, allow_blank=True)
    mapping = MappingField(required=False, allow_blank=True)

    def options(self) -> dict[str, Any]:
        """The options the client named, for `service` to judge."""
        given = {name: value for name, value in self.validated_data.items() if name not in NO_OPTIONS}
        return {name: value for name, value in given.items() if value is not None}

    def to_internal_value(self, data: Any) -> Any:
        refuse_unknown(data, {*UploadSerializer().fields, *TaskSerializer.Meta.fields, CSRF_FIELD})
        return super().to_internal_value(data)


class UploadSerializer(FileSerializer):
    """The form of an upload."""

    dry_run = serializers.BooleanField(required=False, allow_null=True, default=None)
    on_error = serializers.CharField(required=False, allow_blank=True)
    stop_after = serializers.IntegerField(required=False, allow_null=True, default=None)
    on_existing = serializers.CharField(required=False, allow_blank=True)
    notify = serializers.CharField(required=False, allow_blank=True)
    confirm = serializers.IntegerField(min_value=0, required=False, allow_null=True, default=None)
    overwrite_later_edits = serializers.BooleanField(required=False, allow_null=True, default=None)


class ProblemsField(serializers.JSONField):
    """Stored problems: their codes and English texts, whatever language the client asks for."""

    def to_representation(self, value: Any) -> Any:
        return [without_facts(found) for found in value]


class FileAddress(serializers.CharField):
    """Where a file made of a task is; context: `request`."""

    def __init__(self, kind: str) -> None:
        super().__init__(source="pk", read_only=True)
        self.kind = kind

    def to_representation(self, value: Any) -> str:
        return address(self.context["request"], f"task-{self.kind}", value)


class TaskSerializer(serializers.ModelSerializer[BulkOperationTask]):
    """A task; context: `request`, and `results` (task id -> result) where they were asked for."""

    csv_file = serializers.SerializerMethodField()
    uploaded_by = serializers.SerializerMethodField()
    result = serializers.SerializerMethodField()
    notes = ProblemsField()
    counts = serializers.SerializerMethodField()
    origin = OriginSerializer(source="*", read_only=True, allow_null=True)
    follow_ups = FollowUpSerializer(source="*", many=True, read_only=True)
    to_fix = ToFixSerializer(source="*", read_only=True)
    to_apply = ToApplySerializer(source="*", read_only=True, allow_null=True)
    progress_url = serializers.SerializerMethodField()
    rows_url = serializers.SerializerMethodField()

    class Meta:
        model = BulkOperationTask
        fields = (
            "id",
            "csv_file",
            "uploaded_by",
            "task_summary",
            "task_type",
            "status",
            "task_id",
            "created",
            "modified",
            "result",
            "original_filename",
            "options",
            "notes",
            "reading",
            "mapping",
            "counts",
            "started_at",
            "finished_at",
            "origin",
            "follow_ups",
            "to_fix",
            "to_apply",
            "progress_url",
            "rows_url",
        )
        read_only_fields = fields

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """After the fields of a task, the address of each file that is made of it."""
        return {**super().get_fields(), **{f"{file.kind}_url": FileAddress(file.kind) for file in task_files()}}

    def get_csv_file(self, task: BulkOperationTask) -> str | None:
        request = self.context["request"]
        return file_address(request, task) if service.may_act_on(request.user, task) else None

    def get_uploaded_by(self, task: BulkOperationTask) -> str | None:
        return task.uploaded_by.get_username() if task.uploaded_by else None

    def get_result(self, task: BulkOperationTask) -> str | None:
        results: dict[int, str | None] = self.context.get("results", {})
        return results.get(task.pk)

    def get_counts(self, task: BulkOperationTask) -> dict[str, int]:
        buckets: dict[str, int] = {
            status.value: getattr(task, f"{status.value}_count") for status in FINAL_ROW_STATUSES
        }
        return {"total": task.total_count, **buckets}

    def get_progress_url(self, task: BulkOperationTask) -> str:
        return address(self.context["request"], "task-progress", task.pk)

    def get_rows_url(self, task: BulkOperationTask) -> str:
        return address(self.context["request"], "task-rows", task.pk)
