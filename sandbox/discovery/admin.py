"""The catalog in Django's admin, to look at what an upload made."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from sandbox.discovery import models


@admin.register(models.User)
class AccountAdmin(UserAdmin):
    """Accounts."""

    list_display = ["username", "full_name", "email", "is_staff"]
    fieldsets = (*(UserAdmin.fieldsets or ()), ("Shown as", {"fields": ["full_name"]}))


class EntitlementInline(admin.TabularInline):
    """What a course sells."""

    model = models.CourseEntitlement
    extra = 0


class EditorInline(admin.TabularInline):
    """Who edits a course."""

    model = models.CourseEditor
    extra = 0
    raw_id_fields = ["user"]


@admin.register(models.Course)
class CourseAdmin(admin.ModelAdmin):
    """Courses, drafts and official rows."""

    list_display = ["key", "title", "type", "draft", "modified"]
    list_filter = ["draft", "type", "owners"]
    search_fields = ["key", "title"]
    raw_id_fields = ["canonical_run", "draft_row"]
    inlines = [EntitlementInline, EditorInline]


class SeatInline(admin.TabularInline):
    """What a run sells."""

    model = models.Seat
    extra = 0


@admin.register(models.CourseRun)
class CourseRunAdmin(admin.ModelAdmin):
    """Runs, drafts and official rows."""

    list_display = ["key", "status", "start", "end", "draft"]
    list_filter = ["draft", "status", "type"]
    search_fields = ["key"]
    raw_id_fields = ["course", "draft_row"]
    inlines = [SeatInline]


@admin.register(models.ChangeLog)
class ChangeLogAdmin(admin.ModelAdmin):
    """Who did what."""

    list_display = ["at", "user", "verb", "object_type", "object_key"]
    list_filter = ["verb", "object_type", "user"]
    search_fields = ["object_key"]


admin.site.register(
    [
        models.Collaborator,
        models.CourseRunType,
        models.CourseType,
        models.Language,
        models.LevelType,
        models.Organization,
        models.OrganizationExtension,
        models.ProgramType,
        models.Source,
        models.Subject,
        models.Topic,
    ]
)
