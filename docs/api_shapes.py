# ruff: noqa: INP001 - a script beside the pages it serves, not a package
"""Bodies of the OpenAPI document: the API's own serializers, with the insides of what they hand on as JSON."""

from __future__ import annotations

from dataclasses import fields
from functools import partial
from typing import Any, Final, get_type_hints

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from course_discovery_bulk import service
from course_discovery_bulk.api import editing, inspection, mappings, operation_shapes, progress
from course_discovery_bulk.api import row_serializers as rows
from course_discovery_bulk.api import serializers as own
from course_discovery_bulk.choices import Act, EditKind, RowAction, RowStatus, StepState, TaskStatus
from course_discovery_bulk.operations.registry import all_operations
from course_discovery_bulk.problems import CATALOGUE, ERROR, NOTE
from course_discovery_bulk.service.health import Health

COUNTS: Final = {
    "type": "object",
    "properties": {name: {"type": "integer", "minimum": 0} for name in ("total", *RowStatus.values)},
    "additionalProperties": False,
}
SUMMARY: Final = {
    "type": ["object", "null"],
    "required": ["summary", "errors"],
    "properties": {
        "summary": {"type": "object", "description": "Numbers of rows, and `created_products`"},
        "errors": {
            "type": "object",
            "description": "Messages by problem code, the first of each",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
CHANGES: Final = {
    "type": "object",
    "description": "Field -> value before, value after",
    "additionalProperties": {"type": "array", "minItems": 2, "maxItems": 2},
}
EXCERPTS: Final = {
    "type": "object",
    "description": "Field -> the part that differs, of long texts and lists, and of differences that nobody could see",
    "additionalProperties": {
        "type": "object",
        "required": ["before", "after", "note"],
        "properties": {name: {"type": "string"} for name in ("before", "after", "note")},
        "additionalProperties": False,
    },
}
CELLS: Final = {"type": "object", "additionalProperties": {"type": "string"}}
FIGURES: Final[dict[Any, Any]] = {
    bool: serializers.BooleanField,
    int: serializers.IntegerField,
    float: serializers.FloatField,
    tuple[int, ...]: partial(serializers.ListField, child=serializers.IntegerField()),
}


@extend_schema_field(COUNTS)
class Counts(serializers.DictField):
    """Rows by status."""


@extend_schema_field(SUMMARY)
class Summary(serializers.JSONField):
    """What upstream's readers know as the summary."""


@extend_schema_field(EXCERPTS)
class Excerpts(rows.ExcerptsField):
    """The part of each change that differs."""


@extend_schema_field(CHANGES)
class Changes(serializers.JSONField):
    """What a row changed, or would change."""


@extend_schema_field(CELLS)
class Cells(serializers.JSONField):
    """The cells of a row by column."""


class Problem(serializers.Serializer[Any]):
    """A fact about a file, a row or a cell."""

    code = serializers.ChoiceField(sorted(CATALOGUE))
    message = serializers.CharField()
    hint = serializers.CharField(allow_blank=True)
    line = serializers.IntegerField(allow_null=True)
    column = serializers.CharField(allow_null=True)
    value = serializers.CharField(allow_null=True)
    severity = serializers.ChoiceField([ERROR, NOTE])


class Upload(own.UploadSerializer):
    """The form of an upload."""

    task_type = serializers.ChoiceField([operation.type for operation in all_operations()])
    on_error = serializers.ChoiceField(service.option_choices()["on_error"], required=False)
    on_existing = serializers.ChoiceField(service.option_choices()["on_existing"], required=False)
    date_order = serializers.ChoiceField(service.option_choices()["date_order"], required=False)
    stop_after = serializers.IntegerField(min_value=1, max_value=999_999_999, required=False)
    dry_run = serializers.BooleanField(required=False)
    notify = serializers.ChoiceField(service.option_choices()["notify"], required=False)
    encoding = serializers.ChoiceField(service.option_choices()["encoding"], required=False)
    delimiter = serializers.ChoiceField(service.option_choices()["delimiter"], required=False)
    sheet = serializers.CharField(required=False)
    header_row = serializers.IntegerField(min_value=1, max_value=999_999_999, required=False)


class Options(serializers.Serializer[Any]):
    """The options of an upload that say something."""

    dry_run = serializers.BooleanField(required=False)
    on_error = serializers.ChoiceField(service.option_choices()["on_error"], required=False)
    stop_after = serializers.IntegerField(required=False)
    on_existing = serializers.ChoiceField(service.option_choices()["on_existing"], required=False)
    date_order = serializers.ChoiceField(service.option_choices()["date_order"], required=False)
    notify = serializers.ChoiceField(service.option_choices()["notify"], required=False)
    encoding = serializers.ChoiceField(service.option_choices()["encoding"], required=False)
    delimiter = serializers.ChoiceField(service.option_choices()["delimiter"], required=False)
    sheet = serializers.CharField(required=False)
    header_row = serializers.IntegerField(min_value=1, max_value=999_999_999, required=False)


class Reading(serializers.Serializer[Any]):
    """How a file is read, as its upload found out; empty for tasks that are older than these facts."""

    kind = serializers.CharField(required=False)
    encoding = serializers.CharField(required=False)
    delimiter = serializers.CharField(required=False, allow_blank=True)
    sheet = serializers.CharField(required=False, allow_blank=True)
    header_line = serializers.IntegerField(required=False)
    evidence = serializers.JSONField(required=False)


class Task(own.TaskSerializer):
    """One uploaded file run under one operation."""

    csv_file = serializers.URLField(read_only=True, allow_null=True)
    task_summary = Summary(read_only=True)
    status = serializers.ChoiceField(TaskStatus.values, read_only=True)
    options = Options(read_only=True)
    notes = Problem(many=True, read_only=True)
    reading = Reading(read_only=True)
    counts = Counts(read_only=True)


class PlacedProblem(Problem):
    """A problem and the cell that it is about, such as F12; empty for no cell of the file."""

    address = serializers.CharField(allow_blank=True)


class UnknownValue(inspection.UnknownValueSerializer):
    """A text of a column that is none of its values."""


class Look(inspection.LookSerializer):
    """What can be said of a file at once."""

    reading = Reading()
    recalled = serializers.DictField()
    better_operation = serializers.CharField(allow_null=True)
    unknown_values = UnknownValue(many=True)
    problems = PlacedProblem(many=True)


class File(own.FileSerializer):
    """A file and the operation that it is for."""

    task_type = serializers.ChoiceField([operation.type for operation in all_operations()])


class Mapping(mappings.MappingSerializer):
    """What the headers and words of a sheet mean."""


class SavedMapping(mappings.SavedMappingSerializer):
    """A mapping that is kept under a name."""

    shared_with = serializers.CharField(allow_null=True, required=False)
    task_type = serializers.ChoiceField([operation.type for operation in all_operations()])
    mapping = Mapping()


class MappingChange(serializers.Serializer[Any]):
    """What of a saved mapping can be changed."""

    name = serializers.CharField(required=False, max_length=100)
    shared_with = serializers.CharField(required=False, allow_null=True)


class Progress(progress.ProgressSerializer):
    """How far a task has come."""

    status = serializers.ChoiceField(TaskStatus.values)
    stage = serializers.ChoiceField(service.STAGES)
    counts = Counts()


class Step(rows.StepSerializer):
    """A call that a row takes."""

    act = serializers.ChoiceField(Act.values)
    state = serializers.ChoiceField(StepState.values)


class Edit(rows.EditSerializer):
    """A cell that somebody changed, or a row that somebody left out or put back."""

    kind = serializers.ChoiceField(EditKind.values, read_only=True)
    by = serializers.CharField(allow_null=True, read_only=True)


class Row(rows.RowSerializer):
    """One line of the file and what became of it."""

    status = serializers.ChoiceField(RowStatus.values, read_only=True)
    action = serializers.ChoiceField(["", *RowAction.values], read_only=True)  # empty until it is planned
    problems = Problem(many=True, read_only=True)
    changes = Changes(read_only=True)
    excerpts = Excerpts(read_only=True, source="changes")
    cells = Cells(read_only=True)
    edits = Edit(many=True, read_only=True)
    steps = Step(many=True, read_only=True)
    abbreviated = serializers.BooleanField(read_only=True, help_text="Whether texts are cut; the row itself has them")


class Edited(editing.EditedSerializer):
    """What came of an edit: how many rows it changed, and the rows that say something else now."""

    rows = Row(many=True)


class ProblemGroup(editing.ProblemGroupSerializer):
    """All problems of one code with one column and value."""

    code = serializers.ChoiceField(sorted(CATALOGUE))
    hint = serializers.CharField(allow_blank=True)
    suggestion = serializers.CharField(allow_blank=True)
    severity = serializers.ChoiceField([ERROR, NOTE])


class Operation(operation_shapes.OperationSerializer):
    """An operation, its columns and its files."""


HealthFacts: Final = type(
    "Health",
    (serializers.Serializer,),
    {
        "__doc__": "Counts, and ages in seconds.",
        **{item.name: FIGURES[get_type_hints(Health)[item.name]]() for item in fields(Health)},
    },
)

REFUSALS: Final[dict[str, Any]] = {
    "UploadRefused": {
        "allOf": [
            {"$ref": "#/components/schemas/Error"},
            {
                "type": "object",
                "required": ["problems", "csv_file"],
                "properties": {
                    "code": {"type": "string", "enum": ["UPLOAD_REFUSED"]},
                    "problems": {"type": "array", "items": {"$ref": "#/components/schemas/Problem"}},
                    "csv_file": {"type": "array", "items": {"type": "string"}},
                },
            },
        ]
    },
}
