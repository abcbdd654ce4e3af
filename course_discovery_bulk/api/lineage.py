"""What a task follows and what follows it, how many of its rows need fixing, and what applying it would do."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from course_discovery_bulk.choices import OriginKind
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.tasks import to_fix_of
from course_discovery_bulk.presentation.undo_groups import UndoGroups, undo_groups
from course_discovery_bulk.service import before_applying, follow_ups_of


class OriginSerializer(serializers.Serializer[Any]):
    """What a task corrects, retries or undoes; null for an upload of its own."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(OriginKind.values)

    def to_representation(self, task: BulkOperationTask) -> Any:
        return {"id": task.origin_id, "kind": task.origin_kind} if task.origin_id else None


class FollowUpList(serializers.ListSerializer[Any]):
    """The follow-ups of a task that the reader may see; context: `request`, and `follow_ups` for several tasks."""

    def to_representation(self, task: Any) -> list[Any]:
        found = self.context.get("follow_ups")
        found = follow_ups_of([task], self.context["request"].user) if found is None else found
        return super().to_representation(found.get(task.pk, []))


class FollowUpSerializer(serializers.Serializer[Any]):
    """A task that corrects, retries or undoes another."""

    id = serializers.IntegerField()
    kind = serializers.CharField(source="origin_kind")
    status = serializers.CharField()

    class Meta:
        list_serializer_class = FollowUpList


class ToFixSerializer(serializers.Serializer[Any]):
    """How many rows need fixing: now, and before follow-ups fixed some."""

    now = serializers.IntegerField()
    at_first = serializers.IntegerField()

    def to_representation(self, task: BulkOperationTask) -> Any:
        return super().to_representation(to_fix_of(task))


class ToUndoSerializer(serializers.Serializer[Any]):
    """How many rows an undo puts back, and the lines of the undone task where fields stay as they are."""

    put_back = serializers.IntegerField()
    edited_since = serializers.ListField(child=serializers.IntegerField())
    cannot_undo = serializers.ListField(child=serializers.IntegerField())


class ToApplySerializer(serializers.Serializer[Any]):
    """What applying a preview would do; null for a task that is none.

    `confirm` is the number to send with `apply/`, null if none is asked for; `seconds` is about how long it takes, null
    if no finished task tells.
    """

    rows = serializers.IntegerField()
    side_effects = serializers.DictField(child=serializers.IntegerField())
    confirm = serializers.IntegerField(allow_null=True)
    seconds = serializers.FloatField(allow_null=True)
    undo = ToUndoSerializer(allow_null=True)

    def to_representation(self, task: BulkOperationTask) -> Any:
        found = before_applying(task, self.context.get("speed"))
        undos = self.context.get("undo_groups")
        undos = undo_groups([task]) if undos is None else undos
        return super().to_representation({**vars(found), "undo": _to_undo(undos.get(task.pk))}) if found else None


def _to_undo(groups: UndoGroups | None) -> dict[str, Any] | None:
    if groups is None:
        return None
    lines = {name: [row.origin_line for row in getattr(groups, name)] for name in ("edited_since", "cannot_undo")}
    return {"put_back": groups.put_back, **lines}
