"""Mappings: which column each header of a sheet means, given with an upload or kept under a name."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers, status
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from course_discovery_bulk import service
from course_discovery_bulk.api.base import PAGES, BulkOperationsView
from course_discovery_bulk.api.names import NO_NULLS, refuse_unknown
from course_discovery_bulk.models import SavedMapping
from course_discovery_bulk.service import ColumnMapping
from course_discovery_bulk.text.null_characters import has_null


class JoinSerializer(serializers.Serializer[Any]):
    """Headers that fill one column together, in this order."""

    headers = serializers.ListField(child=serializers.CharField(), min_length=2)
    separator = serializers.CharField(default=" ", allow_blank=True, trim_whitespace=False, max_length=20)


class MappingSerializer(serializers.Serializer[Any]):
    """What the headers and words of a sheet mean. A header that is not named means what its name says.

    `columns`: header -> column; null leaves the header out. `constants`: column -> the value of all rows. `values`:
    column -> a text of the sheet -> the text to read instead. `joins`: column -> the headers that fill it together.
    """

    columns = serializers.DictField(child=serializers.CharField(allow_blank=True, allow_null=True), required=False)
    constants = serializers.DictField(child=serializers.CharField(), required=False)
    values = serializers.DictField(child=serializers.DictField(child=serializers.CharField()), required=False)
    joins = serializers.DictField(child=JoinSerializer(), required=False)

    def to_internal_value(self, data: Any) -> ColumnMapping:
        if isinstance(data, dict):
            refuse_unknown(data, self.fields)
        return ColumnMapping.from_dict(super().to_internal_value(data))

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return instance.as_dict() if isinstance(instance, ColumnMapping) else dict(instance)


class MappingField(serializers.CharField):
    """A mapping as a field of a form: JSON."""

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        try:
            given = json.loads(text) if text else None
        except (ValueError, RecursionError) as error:
            raise serializers.ValidationError("This is not JSON.") from error
        if has_null(given):
            raise serializers.ValidationError(NO_NULLS)
        return None if given is None else MappingSerializer().run_validation(given)


class SavedMappingSerializer(serializers.ModelSerializer[SavedMapping]):
    """A saved mapping; context: `request`. `shared_with` is the name of the group of an organization, or null."""

    owner = serializers.SerializerMethodField()
    shared_with = serializers.SlugRelatedField(
        source="group", slug_field="name", queryset=SavedMapping.objects.none(), required=False, allow_null=True
    )
    mapping = MappingSerializer()
    headers = serializers.ListField(child=serializers.CharField(allow_blank=True), min_length=1, max_length=1000)
    reading = serializers.DictField(required=False)
    may_change = serializers.SerializerMethodField()

    class Meta:
        model = SavedMapping
        fields = (
            "id",
            "name",
            "owner",
            "shared_with",
            "task_type",
            "headers",
            "mapping",
            "reading",
            "may_change",
            "created",
            "modified",
        )
        read_only_fields = ("id", "created", "modified")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        if request := self.context.get("request"):
            fields["shared_with"].queryset = service.groups_to_share_with(request.user)  # type: ignore[attr-defined]
        return fields

    def to_internal_value(self, data: Any) -> Any:
        refuse_unknown(data, self.fields)
        return super().to_internal_value(data)

    def validate_task_type(self, value: str) -> str:
        if value not in {operation.type for operation in service.operations()}:
            raise serializers.ValidationError("There is no such operation.")
        return value

    def get_owner(self, saved: SavedMapping) -> str:
        return saved.owner.get_username()

    def get_may_change(self, saved: SavedMapping) -> bool:
        return service.may_change(self.context["request"].user, saved)


class SavedMappingList(BulkOperationsView):
    """GET: the mappings that the user may use. POST: save one; one of the same name is replaced."""

    serializer_class = SavedMappingSerializer
    parser_classes = (JSONParser,)
    query_names = PAGES

    def get_queryset(self) -> QuerySet[SavedMapping]:
        return service.visible_mappings(self.request.user)

    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def post(self, request: Request) -> Response:
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        saved = service.save_mapping(
            request.user,
            name=given["name"],
            task_type=given["task_type"],
            headers=given["headers"],
            mapping=given["mapping"],
            group=given.get("group"),
            reading=service.checked_reading(given.get("reading", {}), given["task_type"]),
        )
        return Response(self.get_serializer(saved).data, status=status.HTTP_201_CREATED)


class SavedMappingDetail(BulkOperationsView):
    """GET one; PATCH: rename it, or share it; DELETE it."""

    serializer_class = SavedMappingSerializer
    parser_classes = (JSONParser,)

    def get_queryset(self) -> QuerySet[SavedMapping]:
        return service.visible_mappings(self.request.user)

    def get(self, request: Request, pk: int) -> Response:
        return Response(self.get_serializer(self.get_object()).data)

    def patch(self, request: Request, pk: int) -> Response:
        saved = self._changeable()
        refuse_unknown(request.data, ("name", "shared_with"))
        form = self.get_serializer(saved, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        if "name" in form.validated_data:
            _rename(saved, form.validated_data["name"])
        if "group" in form.validated_data:
            service.share(saved, form.validated_data["group"])
        return Response(self.get_serializer(saved).data)

    def delete(self, request: Request, pk: int) -> Response:
        self._changeable().delete()
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _changeable(self) -> SavedMapping:
        saved: SavedMapping = self.get_object()
        if not service.may_change(self.request.user, saved):
            self.permission_denied(self.request, message="Only its owner may change a mapping.")
        return saved


def _rename(saved: SavedMapping, name: str) -> None:
    try:
        service.rename(saved, name)
    except service.NameTaken as error:
        raise serializers.ValidationError({"name": ["You have another mapping of that name."]}) from error
