"""Shapes of rows and of what was edited in them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from course_discovery_bulk.api.serializers import ProblemsField
from course_discovery_bulk.models import BulkOperationRow, RowEdit
from course_discovery_bulk.presentation.excerpts import excerpt_of_values


class StepSerializer(serializers.Serializer[dict[str, Any]]):
    """A planned call without what was sent: bodies may hold addresses and pictures."""

    act = serializers.CharField()
    state = serializers.CharField()


class ExcerptsField(serializers.JSONField):
    """Of changes of long texts and lists, by field: the part that differs, and in words what nobody could see."""

    def to_representation(self, value: Any) -> Any:
        found = {path: excerpt_of_values(*change) for path, change in value.items()}
        return {
            path: {"before": excerpt.before, "after": excerpt.after, "note": excerpt.note}
            for path, excerpt in found.items()
            if excerpt.pieces or excerpt.note
        }


class EditSerializer(serializers.ModelSerializer[RowEdit]):
    """A cell that somebody changed, or a row that somebody left out or put back."""

    by = serializers.SerializerMethodField()
    at = serializers.DateTimeField(source="created")

    class Meta:
        model = RowEdit
        fields = ("line", "kind", "column", "before", "after", "by", "at")
        read_only_fields = fields

    def get_by(self, edit: RowEdit) -> str | None:
        return edit.user.get_username() if edit.user else None


class RowSerializer(serializers.ModelSerializer[BulkOperationRow]):
    """One line of the file and what became of it; `changes` has whole values, `excerpts` the part that differs.

    Context: `edits` (line -> its edits).
    """

    problems = ProblemsField()
    excerpts = ExcerptsField(source="changes", read_only=True)
    edits = serializers.SerializerMethodField()
    steps = StepSerializer(many=True)
    abbreviated = serializers.SerializerMethodField()  # whether texts are cut, because the page would be too large

    class Meta:
        model = BulkOperationRow
        fields = (
            "line",
            "origin_line",
            "status",
            "fixed_by",
            "action",
            "problems",
            "changes",
            "excerpts",
            "object_key",
            "object_url",
            "attempts",
            "cells",
            "is_left_out",
            "edits",
            "steps",
            "abbreviated",
        )
        read_only_fields = fields

    def get_edits(self, row: BulkOperationRow) -> list[dict[str, Any]]:
        return list(EditSerializer(self.context.get("edits", {}).get(row.line, ()), many=True).data)

    def get_abbreviated(self, _row: BulkOperationRow) -> bool:
        return False
