"""Who may see and change what: staff all, members of an organisation's group its courses, outsiders nothing."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable

from sandbox.discovery.models import Course, CourseEditor, CourseRun, Organization, User

Caller = User | AnonymousUser
ORGANIZATION_OF_EDITOR = "user__groups__organization_extension__organization"


def is_member(user: Caller) -> bool:
    """Whether the user is in any group at all."""
    return user.groups.exists()


def may_see_drafts(user: Caller) -> bool:
    """Whether the user may read and write drafts of at least some courses."""
    return user.is_staff or is_member(user)


def organizations_of(user: Caller) -> QuerySet[Organization]:
    """The organisations whose group the user is in."""
    return Organization.objects.filter(organization_extension__group__in=user.groups.all())


def may_create_for(user: Caller, organization_key: str) -> bool:
    """Whether the user may make courses and runs of this organisation."""
    return user.is_staff or organizations_of(user).filter(key=organization_key).exists()


def editable_among(user: Caller, courses: Iterable[Course]) -> set[int]:
    """The ids of those of these courses that the user may change.

    A course is for its editors who belong to one of its organisations; where it has none, for every member of these.
    """
    ids = {course.pk for course in courses}
    if user.is_staff:
        return ids
    editors = CourseEditor.objects.filter(course__in=ids, **{ORGANIZATION_OF_EDITOR: F("course__owners")})
    in_force = set(editors.values_list("course_id", "user_id"))
    guarded = {course_id for course_id, _ in in_force}
    own = Course.objects.filter(pk__in=ids - guarded, owners__in=organizations_of(user))
    return {course_id for course_id, user_id in in_force if user_id == user.pk} | set(own.values_list("pk", flat=True))


def may_edit(user: Caller, course: Course) -> bool:
    """Whether the user may change this course and its runs."""
    return course.pk in editable_among(user, [course])


def _open_to(user: Caller, course_ref: str) -> Combinable:
    """Courses the user edits, and courses with no editor or with one who stands outside the owning organisations.

    The second part opens more courses than `may_edit` lets pass; what is between the two is refused with 403.
    """
    editors = CourseEditor.objects.filter(course=OuterRef(course_ref))
    owned = Course.owners.through.objects.filter(
        course_id=OuterRef(OuterRef("course_id")), organization_id=OuterRef("pk")
    )
    elsewhere = Organization.objects.filter(organization_extension__group__user=OuterRef("user_id")).filter(
        ~Exists(owned)
    )
    without_organization = Q(user__groups__organization_extension__isnull=True)
    strangers = editors.filter(without_organization | Q(Exists(elsewhere)))
    return Exists(editors.filter(user_id=user.pk or 0)) | ~Exists(editors) | Exists(strangers)


def visible_courses(user: Caller, courses: QuerySet[Course], *, to_write: bool) -> QuerySet[Course]:
    """The courses whose drafts the user may read, or may try to change."""
    if user.is_staff:
        return courses
    if to_write:
        courses = courses.filter(_open_to(user, "pk"))
    return courses.filter(owners__in=organizations_of(user)).distinct()


def visible_runs(user: Caller, runs: QuerySet[CourseRun]) -> QuerySet[CourseRun]:
    """The runs whose drafts the user may read; unlike courses, only those the user may also try to change."""
    if user.is_staff:
        return runs
    return runs.filter(_open_to(user, "course_id"), course__owners__in=organizations_of(user)).distinct()


def visible_editors(user: Caller) -> QuerySet[CourseEditor]:
    """The editor rows of people who share an organisation with the user."""
    if user.is_staff:
        return CourseEditor.objects.all()
    return CourseEditor.objects.filter(**{f"{ORGANIZATION_OF_EDITOR}__in": organizations_of(user)}).distinct()


def is_member_of_owners(user: User, course: Course) -> bool:
    """Whether the user belongs to an organisation that offers the course."""
    return organizations_of(user).filter(authored_courses=course).exists()
