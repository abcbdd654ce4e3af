"""Who may upload and who sees which task. What a row may change is decided by discovery, as the uploader."""

from __future__ import annotations

from typing import Any, Final, cast

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group
from django.db.models import QuerySet

from course_discovery_bulk import conf
from course_discovery_bulk.choices import Transport
from course_discovery_bulk.discovery.session import Viewpoint
from course_discovery_bulk.exceptions import Forbidden
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

User = AbstractBaseUser | AnonymousUser
LARGEST_ID: Final = 2**63 - 1  # Django 4.2 hands larger numbers to the database, which chokes on them
ORGANIZATION_RELATION: Final = "organization_extension"  # how discovery ties a group to an organization


def find_user(name: str) -> AbstractBaseUser | None:
    """The account of that user name, or else the only one of that e-mail address."""
    model: Any = get_user_model()
    by_name = model.objects.filter(**{model.USERNAME_FIELD: name}).first()
    by_email = model.objects.filter(**{f"{model.get_email_field_name()}__iexact": name})[:2] if "@" in name else []
    found: AbstractBaseUser | None = by_name or (by_email[0] if len(by_email) == 1 else None)
    return found


def may_use(user: User) -> bool:
    """Whether somebody may upload: staff, and members of an organization's group."""
    if not user.is_authenticated or not getattr(user, "is_active", False):
        return False
    return sees_all(user) or _is_member(user)


def sees_all(user: User) -> bool:
    """Whether somebody sees the tasks of others."""
    return bool(getattr(user, "is_staff", False) or getattr(user, "is_superuser", False))


def visible_tasks(user: User) -> QuerySet[BulkOperationTask]:
    """The tasks somebody may see: all for staff, their own for members."""
    tasks = BulkOperationTask.objects.select_related("uploaded_by")
    if not may_use(user):
        return tasks.none()
    return tasks if sees_all(user) else tasks.filter(uploaded_by_id=user.pk)


def find_task(user: User, pk: int) -> BulkOperationTask | None:
    """The task of that id if the user may see it."""
    return visible_tasks(user).filter(pk=pk).first() if pk <= LARGEST_ID else None


def find_readable_task(user: User, pk: int) -> BulkOperationTask | None:
    """The task of that id if the user may look at it: one in their sight, or a colleague's."""
    task = find_task(user, pk)
    if task or pk > LARGEST_ID or not may_use(user):
        return task
    found = BulkOperationTask.objects.select_related("uploaded_by").filter(pk=pk).first()
    return found if found and _is_colleague(user, found.uploaded_by) else None


def may_act_on(user: User, task: BulkOperationTask) -> bool:
    """Whether somebody may do something with a task and take its files, and not only look at it."""
    return sees_all(user) or (task.uploaded_by_id is not None and task.uploaded_by_id == user.pk)


def _is_colleague(user: User, uploader: Any) -> bool:
    """Whether somebody belongs to every organization of an uploader, so that all of their courses are theirs as well.

    What staff upload may be about any organization.
    """
    if uploader is None or sees_all(uploader):
        return False
    theirs = set(groups_of_organizations(uploader).values_list("pk", flat=True))
    return bool(theirs) and theirs <= set(groups_of_organizations(user).values_list("pk", flat=True))


def viewpoint_of(user: User, host: str) -> Viewpoint:
    """Discovery as this user may see it; Forbidden over http, where it is read with more rights than a member has."""
    settings = conf.read()
    if settings.transport == Transport.HTTP and not sees_all(user):
        raise Forbidden(Phrase(_("with the http transport only staff may read from discovery")))
    return Viewpoint(user=cast("AbstractBaseUser", user), host=host, settings=settings)


def groups_of_organizations(user: User) -> QuerySet[Group]:
    """The groups of somebody that stand for an organization; all of theirs where the host knows no such tie."""
    groups: QuerySet[Group] = cast("Any", user).groups.all()
    if any(relation.name == ORGANIZATION_RELATION for relation in groups.model._meta.related_objects):
        groups = groups.filter(**{f"{ORGANIZATION_RELATION}__isnull": False})
    return groups


def _is_member(user: User) -> bool:
    return groups_of_organizations(user).exists()
