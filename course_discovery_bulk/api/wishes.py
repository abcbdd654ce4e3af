"""Bodies of requests that ask something of a task; a name that means nothing is refused."""

from __future__ import annotations

from typing import Any, Final

from rest_framework import serializers

from course_discovery_bulk import conf
from course_discovery_bulk.api.names import refuse_unknown
from course_discovery_bulk.api.serializers import CSRF_FIELD
from course_discovery_bulk.choices import OnError
from course_discovery_bulk.service import Confirmation

LAST_LINE: Final = 2**31 - 1
MOST_LINES: Final = 10_000


class ApplySerializer(serializers.Serializer[Any]):
    """How a preview is applied: `continue` leaves out the rows that have problems."""

    on_error = serializers.ChoiceField(choices=[OnError.CONTINUE], required=False)
    confirm = serializers.IntegerField(min_value=0, required=False, allow_null=True, default=None)

    def to_internal_value(self, data: Any) -> Any:
        refuse_unknown(data, {*self.fields, CSRF_FIELD})
        return super().to_internal_value(data)


def confirmation(number: int | None) -> Confirmation | None:
    """The number of rows that a request names; None where the settings do not ask scripts for it."""
    return Confirmation(number=number) if conf.read().confirm_over_rest or number is not None else None


class UndoSerializer(serializers.Serializer[Any]):
    """How a task is undone: as a preview, and with later edits kept, unless the request says otherwise.

    `overwrite_lines` names rows of the task that is undone, by their lines.
    """

    # Of a form that does not have a switch, DRF would take it as off, whatever its default is; but for null.
    dry_run = serializers.BooleanField(required=False, allow_null=True, default=None)
    overwrite_later_edits = serializers.BooleanField(required=False, allow_null=True, default=None)
    overwrite_lines = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LAST_LINE), required=False, max_length=MOST_LINES
    )
    confirm = serializers.IntegerField(min_value=0, required=False, allow_null=True, default=None)

    def to_internal_value(self, data: Any) -> Any:
        refuse_unknown(data, {*self.fields, CSRF_FIELD})
        return super().to_internal_value(data)
