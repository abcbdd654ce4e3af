"""Mappings that people keep: found again by the headers of a file, shared with an organization, renamed, deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from course_discovery_bulk.access import LARGEST_ID, User, groups_of_organizations, sees_all
from course_discovery_bulk.choices import TaskStatus
from course_discovery_bulk.exceptions import BulkOperationError, UploadRefused
from course_discovery_bulk.mapping.checking import check_mapping
from course_discovery_bulk.mapping.column_mapping import ColumnMapping
from course_discovery_bulk.mapping.signature import signature_of
from course_discovery_bulk.models import BulkOperationTask, SavedMapping
from course_discovery_bulk.operations.registry import get_operation
from course_discovery_bulk.text.messages import Phrase


class NameTaken(BulkOperationError):
    """The person has another mapping of that name."""


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """A mapping that fits a file, and where it comes from: the name it was saved under, or an earlier file's name."""

    mapping: ColumnMapping
    source: str
    saved: SavedMapping | None = None


def visible_mappings(user: User) -> QuerySet[SavedMapping]:
    """The saved mappings that somebody may use: their own, and those shared with their organizations; all for staff."""
    found = SavedMapping.objects.select_related("owner", "group")
    if sees_all(user):
        return found
    return found.filter(Q(owner_id=user.pk) | Q(group__in=groups_of_organizations(user)))


def find_mapping(user: User, pk: int) -> SavedMapping | None:
    """The saved mapping of that id if somebody may use it."""
    return visible_mappings(user).filter(pk=pk).first() if pk <= LARGEST_ID else None


def find_mapping_named(user: User, name: str) -> SavedMapping | None:
    """The saved mapping of that name that is applied for somebody: their own, or else the newest that they share."""
    found = usable_mappings(user).filter(name=name)
    return found.filter(owner_id=user.pk).first() or found.order_by("-modified").first()


def groups_to_share_with(user: User) -> QuerySet[Group]:
    """The groups of the organizations that somebody belongs to."""
    return groups_of_organizations(user)


def may_change(user: User, saved: SavedMapping) -> bool:
    """Whether somebody may rename, share or delete a mapping: its owner, and staff."""
    return saved.owner_id == user.pk or sees_all(user)


def find_remembered(user: User, task_type: str, headers: Sequence[str]) -> Remembered | None:
    """The newest mapping for these headers, in any order: a saved one, or that of the person's own last upload."""
    signature = signature_of(headers)
    saved = usable_mappings(user).filter(signature=signature, task_type=task_type).order_by("-modified").first()
    last = used_tasks(user, task_type).filter(signature=signature).exclude(mapping={}).first()
    if saved and not (last and last.created > saved.modified):
        mapping = ColumnMapping.from_dict(saved.mapping).for_headers(headers)
        return Remembered(mapping=mapping, source=saved.name, saved=saved)
    if last:
        mapping = ColumnMapping.from_dict(last.mapping).for_headers(headers)
        return Remembered(mapping=mapping, source=last.original_filename)
    return None


def used_tasks(user: User, task_type: str) -> QuerySet[BulkOperationTask]:
    """The person's own uploads of an operation, the newest first, without previews that were discarded."""
    found = BulkOperationTask.objects.filter(uploaded_by_id=user.pk, task_type=task_type)
    return found.exclude(status=TaskStatus.CANCELLED, succeeded_count=0).order_by("-created")


def save_mapping(
    user: User,
    *,
    name: str,
    task_type: str,
    headers: Sequence[str],
    mapping: ColumnMapping,
    group: Group | None = None,
    reading: Mapping[str, Any] | None = None,
) -> SavedMapping:
    """Keep a mapping under a name, with how its sheet is read; one of the same person and name is replaced.

    Raises UnknownOperation, and UploadRefused if the mapping does not fit the headers.
    """
    operation = get_operation(task_type)
    label = Phrase(operation.label)
    if problems := [*check_mapping(mapping, headers, operation.own_headers, label)]:
        raise UploadRefused(problems)
    values = {
        "task_type": task_type,
        "headers": list(headers),
        "signature": signature_of(headers),
        "mapping": mapping.as_dict(),
        "reading": dict(reading or {}),
        "group": group,
    }
    saved, _created = SavedMapping.objects.update_or_create(owner_id=cast("int", user.pk), name=name, defaults=values)
    return saved


def rename(saved: SavedMapping, name: str) -> None:
    """Give a mapping another name; NameTaken if its owner has one of that name."""
    saved.name = name
    try:
        with transaction.atomic():
            saved.save(update_fields=["name", "modified"])
    except IntegrityError as error:
        raise NameTaken(name) from error


def share(saved: SavedMapping, group: Group | None) -> None:
    """Share a mapping with the members of a group, or with nobody."""
    saved.group = group
    saved.save(update_fields=["group", "modified"])


def usable_mappings(user: User) -> QuerySet[SavedMapping]:
    """What is applied unasked: nobody's private mapping but one's own, staff included."""
    return SavedMapping.objects.filter(Q(owner_id=user.pk) | Q(group__in=groups_of_organizations(user)))
