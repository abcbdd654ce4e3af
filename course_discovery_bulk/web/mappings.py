"""Saved mappings: which columns the headers of a sheet mean, to rename, share or delete."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import Group
from django.core.paginator import Page as PageOfList
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from course_discovery_bulk import service
from course_discovery_bulk.models import SavedMapping
from course_discovery_bulk.presentation.mappings import MappingFacts, describe_mapping
from course_discovery_bulk.presentation.operations import operation_choices
from course_discovery_bulk.web.base import Page, PageNotFound, address, show
from course_discovery_bulk.web.forms import MappingForm
from course_discovery_bulk.web.paging import page_of

PAGE_SIZE: Final = 25


@dataclass(frozen=True, kw_only=True)
class MappingLine:
    """A saved mapping; without a form if the reader may not change it."""

    saved: SavedMapping
    operation: str
    facts: MappingFacts
    form: MappingForm | None
    is_refused: bool  # the form brought something that cannot be


class SavedMappings(Page):
    """One's own mappings and those of one's organizations; for staff everybody's."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return _show_list(request)


class ChangeMapping(Page):
    """Renames a mapping, and shares it with an organization or with nobody."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return HttpResponseRedirect(address("mappings"))  # of a refused form, loaded again

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        saved = _changeable(request, pk)
        form = MappingForm(request.POST, saved=saved, groups=_groups_for(saved, _groups_of(request)))
        if form.is_valid() and _change(saved, form):
            return HttpResponseRedirect(address("mappings"))
        return _show_list(request, refused=form, status=400)


class DeleteMapping(Page):
    """Deletes a mapping; uploads that were read by it stay as they are."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        _changeable(request, pk).delete()
        return HttpResponseRedirect(address("mappings"))


def _changeable(request: HttpRequest, pk: int) -> SavedMapping:
    """The mapping of that id; PageNotFound if the reader does not see it, or may not change it."""
    saved = service.find_mapping(request.user, pk)
    if saved is None or not service.may_change(request.user, saved):
        raise PageNotFound
    return saved


def _change(saved: SavedMapping, form: MappingForm) -> bool:
    """Carry out what the form says; False, with the reason in the form, if it cannot be."""
    name, group = form.cleaned_data["name"], form.group_chosen
    try:
        if name != saved.name:
            service.rename(saved, name)
    except service.NameTaken:
        form.add_error("name", _("Its owner has another mapping of that name. Choose a different name."))
        return False
    if group != saved.group:
        service.share(saved, group)
    return True


def _show_list(request: HttpRequest, *, refused: MappingForm | None = None, status: int = 200) -> HttpResponse:
    pages = page_of(request, service.visible_mappings(request.user), PAGE_SIZE)
    context = {
        "tab": "mappings",
        "pages": pages,
        "lines": list(_lines(request, pages.page, refused)),
        "sees_all": service.sees_all(request.user),
    }
    return show(request, "mappings.html", context, status=status)


def _lines(request: HttpRequest, page: PageOfList[SavedMapping], refused: MappingForm | None) -> Iterator[MappingLine]:
    labels, groups = dict(operation_choices()), _groups_of(request)
    for saved in page:
        is_refused = refused is not None and refused.saved.pk == saved.pk
        form = MappingForm(saved=saved, groups=_groups_for(saved, groups))
        yield MappingLine(
            saved=saved,
            operation=str(labels.get(saved.task_type, saved.task_type)),
            facts=describe_mapping(saved),
            form=refused if is_refused else form if service.may_change(request.user, saved) else None,
            is_refused=is_refused,
        )


def _groups_of(request: HttpRequest) -> list[Group]:
    return list(service.groups_to_share_with(request.user))


def _groups_for(saved: SavedMapping, groups: list[Group]) -> list[Group]:
    """The groups to share with, and the one that a mapping is shared with, which a reader from outside may leave."""
    return groups if saved.group is None or saved.group in groups else [saved.group, *groups]
