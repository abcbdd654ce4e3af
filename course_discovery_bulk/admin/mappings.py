"""Saved mappings, to look at; people change them on the page or over REST."""

from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from course_discovery_bulk.admin.record import RecordAdmin
from course_discovery_bulk.admin.tables import table
from course_discovery_bulk.models import SavedMapping
from course_discovery_bulk.presentation.mappings import describe_mapping


@admin.register(SavedMapping)
class SavedMappingAdmin(RecordAdmin):
    """Read only."""

    list_display = ("name", "owner", "group", "task_type", "modified")
    list_select_related = ("owner", "group")
    search_fields = ("name",)
    fields = (
        "name",
        "owner",
        "group",
        "task_type",
        "meaning_list",
        "constant_list",
        "value_list",
        "created",
        "modified",
    )

    @admin.display(description=_("what its columns mean"))
    def meaning_list(self, saved: SavedMapping) -> SafeString | str:
        return table((gettext("Header"), gettext("Column")), describe_mapping(saved).meanings)

    @admin.display(description=_("values of all rows"))
    def constant_list(self, saved: SavedMapping) -> SafeString | str:
        return table((gettext("Column"), gettext("Value")), describe_mapping(saved).constants)

    @admin.display(description=_("replaced values"))
    def value_list(self, saved: SavedMapping) -> SafeString | str:
        return table(
            (gettext("Column"), gettext("Text of the sheet"), gettext("Value")), describe_mapping(saved).values
        )
