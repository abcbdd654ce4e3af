"""Fields whose reading is the service's own."""

from __future__ import annotations

import copy
import json
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import FieldError
from django.db.models import QuerySet
from rest_framework import serializers

from course_discovery_bulk.text.discovery_html import clean_html, find_refused_markup
from sandbox.discovery.models import Person


class FormOfSent(serializers.Serializer):
    """A form that is made of the fields that are sent and those that must be: making the other fifty takes long."""

    def get_fields(self) -> dict[str, serializers.Field]:
        """All of them where nothing is sent, as for OPTIONS."""
        sent = getattr(self, "initial_data", None)
        declared: dict[str, serializers.Field] = self._declared_fields
        if not isinstance(sent, dict):
            return copy.deepcopy(declared)
        return {name: copy.deepcopy(field) for name, field in declared.items() if name in sent or field.required}


class Anything(serializers.Field):
    """Takes what comes; what becomes of it is decided when it is written."""

    def to_internal_value(self, data: Any) -> Any:
        """The value as sent."""
        return data


class ObjectField(serializers.DictField):
    """An object whose fields the stand-in does not keep."""


class Shown(serializers.ReadOnlyField):
    """A field of the answer that cannot be sent: ignored without a word."""


class HtmlText(serializers.CharField):
    """HTML, cleaned as it comes in."""

    def to_internal_value(self, data: Any) -> str:
        """The cleaned text."""
        return clean_html(super().to_internal_value(data))


class CheckedHtml(HtmlText):
    """HTML, cleaned and then refused for what is left in it that may not be."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(refuse_markup)


def refuse_markup(cleaned: str) -> None:
    """Raise for markup that is not allowed."""
    refused = find_refused_markup(cleaned)
    if refused:
        raise serializers.ValidationError(f"Invalid HTML received: {refused}")


class LevelField(serializers.SlugRelatedField):
    """A level by its name. An unknown one is no field error: the look-up's own exception ends the whole validation."""

    def to_internal_value(self, data: Any) -> Any:
        """The level."""
        return cast("QuerySet[Any]", self.get_queryset()).get(**{self.slug_field: data})


class UnreadableLevelField(serializers.SlugRelatedField):
    """The level on a run, which no value can be read for."""

    def to_internal_value(self, data: Any) -> Any:
        """Fail as the service does."""
        raise FieldError("Cannot resolve keyword 'name_t' into field.")


class PeopleField(serializers.Field):
    """Instructors by UUID, in order; also people of another partner."""

    default_error_messages = {
        "not_a_list": 'Expected a list of items but got type "{input_type}".',
        "does_not_exist": "Object with uuid={value} does not exist.",
        "invalid_uuid": "“{value}” is not a valid UUID.",
    }

    def to_internal_value(self, data: Any) -> list[Person]:
        """The people."""
        if isinstance(data, str) or not hasattr(data, "__iter__"):
            self.fail("not_a_list", input_type=type(data).__name__)
        return [self._find(value) for value in data]

    def _find(self, value: Any) -> Person:
        found = None if value is None else Person.objects.filter(uuid=self._uuid(value)).first()
        if found is None:
            self.fail("does_not_exist", value=value)
        return found

    def _uuid(self, value: Any) -> UUID:
        """Any form that Python reads; a number is the number of a UUID."""
        try:
            return UUID(int=value) if isinstance(value, int) else UUID(value)
        except (AttributeError, ValueError):
            self.fail("invalid_uuid", value=value)


class TagsField(serializers.Field):
    """Free words: a list of texts, or the same written as JSON in a text."""

    # Named so that OPTIONS describes a list of texts.
    child = serializers.CharField()
    default_error_messages = {
        "not_a_list": 'Expected a list of items but got type "{input_type}".',
        "invalid_json": "Invalid json list. A tag list submitted in string form must be valid json.",
        "not_a_str": "All list items must be of string type.",
    }

    def to_internal_value(self, data: Any) -> list[str]:
        """The words."""
        words = self._from_text(data) if isinstance(data, str) else data
        if not isinstance(words, list):
            self.fail("not_a_list", input_type=type(words).__name__)
        for word in words:
            if not isinstance(word, str):
                self.fail("not_a_str")
            self.child.run_validation(word)
        return words

    def _from_text(self, text: str) -> Any:
        try:
            return json.loads(text or "[]")
        except ValueError:
            self.fail("invalid_json")
