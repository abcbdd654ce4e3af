"""A look at a file before it is uploaded: whether it could be, what its columns mean, and what they hold."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from course_discovery_bulk import service
from course_discovery_bulk.api.serializers import FileSerializer
from course_discovery_bulk.api.uploads import UploadView
from course_discovery_bulk.service.inspection import FileLook, FirstRow, HeaderCell


class HeaderCellSerializer(serializers.Serializer[HeaderCell]):
    """A cell of the header line; `column` is the column that it is read as, empty if none.

    `proposed` is the same, or the column that it may mean; `reason` says why. `others` are columns to consider.
    """

    letter = serializers.CharField()
    text = serializers.CharField()
    column = serializers.CharField(allow_blank=True)
    is_ours = serializers.BooleanField()
    proposed = serializers.CharField(allow_blank=True)
    is_certain = serializers.BooleanField()
    reason = serializers.CharField()
    samples = serializers.ListField(child=serializers.CharField())
    others = serializers.ListField(child=serializers.CharField())


class FirstRowSerializer(serializers.Serializer[FirstRow]):
    """One of the first rows: its number in a spreadsheet, and a text below every header cell."""

    line = serializers.IntegerField()
    cells = serializers.ListField(child=serializers.CharField())


class ValueCountSerializer(serializers.Serializer[Any]):
    """A value and the number of cells that hold it."""

    value = serializers.CharField()
    count = serializers.IntegerField()


class ColumnProfileSerializer(serializers.Serializer[Any]):
    """What the cells below one header hold."""

    header = serializers.CharField()
    filled = serializers.IntegerField()
    distinct = serializers.IntegerField()
    most_frequent = ValueCountSerializer(many=True)
    longest = serializers.IntegerField()


class SheetSerializer(serializers.Serializer[Any]):
    """A sheet of a workbook; its size as the workbook tells it, or null."""

    name = serializers.CharField()
    is_hidden = serializers.BooleanField()
    rows = serializers.IntegerField(allow_null=True)
    columns = serializers.IntegerField(allow_null=True)


class UnknownValueSerializer(serializers.Serializer[Any]):
    """A text of a column that is none of its values, the number of rows that have it, and what it may mean."""

    column = serializers.CharField()
    text = serializers.CharField()
    count = serializers.IntegerField()
    suggestions = serializers.ListField(child=serializers.CharField())


class LookSerializer(serializers.Serializer[FileLook]):
    """What can be said of a file at once; without a header if it cannot be read."""

    acceptable = serializers.BooleanField(source="is_acceptable")
    row_count = serializers.SerializerMethodField()
    reading = serializers.SerializerMethodField()
    header = HeaderCellSerializer(many=True)
    rows = FirstRowSerializer(many=True)
    problems = serializers.SerializerMethodField()
    mapping = serializers.SerializerMethodField()
    remembered = serializers.SerializerMethodField()
    missing = serializers.ListField(child=serializers.CharField())
    profile = ColumnProfileSerializer(many=True)
    sheets = SheetSerializer(many=True)
    recalled = serializers.SerializerMethodField()
    better_operation = serializers.SerializerMethodField()
    unknown_values = serializers.SerializerMethodField()

    def get_row_count(self, look: FileLook) -> int | None:
        return look.facts.row_count if look.facts else None

    def get_reading(self, look: FileLook) -> dict[str, Any]:
        return look.facts.form if look.facts else {}

    def get_mapping(self, look: FileLook) -> dict[str, Any]:
        return look.mapping.as_dict()

    def get_remembered(self, look: FileLook) -> str | None:
        return look.remembered.source if look.remembered else None

    def get_recalled(self, look: FileLook) -> dict[str, Any]:
        return dict(look.recalled.options) if look.recalled else {}

    def get_better_operation(self, look: FileLook) -> str | None:
        return look.better_operation or None

    def get_unknown_values(self, look: FileLook) -> list[dict[str, Any]]:
        found = [
            {"column": words.column, "text": word.text, "count": word.count, "suggestions": word.suggestions}
            for words in look.unknown_words
            for word in words.words
        ]
        return [dict(item) for item in UnknownValueSerializer(found, many=True).data]

    def get_problems(self, look: FileLook) -> list[dict[str, Any]]:
        return [{**placed.problem.as_dict(), "address": placed.address} for placed in look.problems]


class FileInspection(UploadView):
    """POST: say what can be said of a file at once. Nothing of it is kept."""

    serializer_class = FileSerializer

    def post(self, request: Request) -> Response:
        form = FileSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with translation.override(None):  # problems are English here, as everywhere in the API
            look = service.inspect(
                request.user,
                file=form.validated_data["csv_file"],
                task_type=form.validated_data["task_type"],
                site_domain=request.get_host(),
                mapping=form.validated_data.get("mapping"),
                options=form.options(),
            )
            return Response(LookSerializer(look).data)
