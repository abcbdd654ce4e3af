"""An editor of a course, as written and as shown."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from sandbox.discovery.models import Course, CourseEditor, User


class PersonForm(serializers.ModelSerializer):
    """An account as other people see it; the user name shows only for want of a full name."""

    full_name = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["id", "full_name", "email"]

    def get_full_name(self, user: User) -> str:
        """The name to show."""
        return user.get_full_name() or user.username


class EditorForm(serializers.ModelSerializer):
    """An editor row: `user_id` goes in, `user` comes out."""

    user = PersonForm(read_only=True)
    user_id = serializers.PrimaryKeyRelatedField(queryset=User.objects.all(), write_only=True)
    course = serializers.SlugRelatedField(queryset=Course.objects.editable(), slug_field="uuid")

    class Meta:
        model = CourseEditor
        fields = ["id", "user", "user_id", "course"]
        # A row that is there already is the database's to refuse.
        validators: list[Any] = []

    def create(self, validated_data: dict[str, Any]) -> CourseEditor:
        """Store the row."""
        return CourseEditor.objects.create(user=validated_data["user_id"], course=validated_data["course"])
