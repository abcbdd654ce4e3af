"""Shapes of answers about operations and their columns."""

from __future__ import annotations

from rest_framework import serializers

from course_discovery_bulk.api.links import address
from course_discovery_bulk.presentation.operations import ColumnFacts, OperationFacts


class ColumnSerializer(serializers.Serializer[ColumnFacts]):
    """A column of an operation's files."""

    name = serializers.CharField()
    aliases = serializers.ListField(child=serializers.CharField())
    type = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]  # DRF takes declared fields off the class
    help = serializers.CharField()
    example = serializers.CharField()
    allowed = serializers.ListField(child=serializers.CharField(), allow_null=True)
    can_be_cleared = serializers.BooleanField()
    staff_only = serializers.BooleanField()


class OperationSerializer(serializers.Serializer[OperationFacts]):
    """An operation, its columns and its files; context: `request`."""

    type = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF takes declared fields off the class
    help = serializers.CharField()
    required = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]  # DRF takes declared fields off the class
    either = serializers.ListField(child=serializers.CharField())
    on_existing = serializers.ListField(child=serializers.CharField())
    can_be_undone = serializers.BooleanField()
    allowed_error = serializers.CharField(allow_null=True)
    schema_url = serializers.SerializerMethodField()
    template_url = serializers.SerializerMethodField()
    export_url = serializers.SerializerMethodField()
    columns = ColumnSerializer(many=True)

    def get_schema_url(self, operation: OperationFacts) -> str:
        return address(self.context["request"], "operation-schema", operation.type)

    def get_template_url(self, operation: OperationFacts) -> str:
        return address(self.context["request"], "operation-template", operation.type)

    def get_export_url(self, operation: OperationFacts) -> str | None:
        return address(self.context["request"], "operation-export", operation.type) if operation.has_export else None
