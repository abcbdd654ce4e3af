"""Who may make the calls that write."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from sandbox.discovery.models import Course, CourseRun
from sandbox.discovery.rules.access import is_member, may_create_for, may_edit, organizations_of
from sandbox.discovery.rules.run_keys import split_course_key


def _sent(request: Request) -> Any:
    """The body: an object, unless the caller got it wrong."""
    return request.data


class MayWriteCourse(BasePermission):
    """POST: members of the organisation named. Other writes: those who may edit the course."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Before the course is known. Without an organisation the missing field is left to be reported."""
        if request.method != "POST":
            return True
        organization = _sent(request).get("org")
        return not organization or may_create_for(request.user, organization)

    def has_object_permission(self, request: Request, view: Any, course: Course) -> bool:
        """Once the course is known."""
        return request.method in SAFE_METHODS or may_edit(request.user, course)


class MayWriteRun(BasePermission):
    """POST: members of the organisation in the course's key. Other writes: those who may edit the course."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Before the run is known. A course that is no key raises, for everyone but staff."""
        view.get_queryset()
        if request.user.is_staff or request.method != "POST":
            return True
        course = _sent(request).get("course")
        if not course:
            return True
        organization, _ = split_course_key(course)
        return may_create_for(request.user, organization)

    def has_object_permission(self, request: Request, view: Any, run: CourseRun) -> bool:
        """Once the run is known."""
        return request.method in SAFE_METHODS or may_edit(request.user, run.course)


class MayNameOrganization(BasePermission):
    """Anyone, unless the body names an organisation that is not theirs."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the call may pass."""
        organization = None if request.method in SAFE_METHODS else _sent(request).get("org")
        return not organization or may_create_for(request.user, organization)


class MayAppointEditor(BasePermission):
    """Whoever may edit the course; without a course the missing field is left to go wrong."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the call may pass."""
        if request.method in SAFE_METHODS or not _sent(request).get("course"):
            return True
        # An unknown course is no reason to refuse staff; for others it ends here, as an error that nobody catches.
        return request.user.is_staff or may_edit(request.user, view.course)


class MayMakePeople(BasePermission):
    """Everybody reads; staff and the members of organisations write."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the call may pass."""
        if request.method in SAFE_METHODS:
            return True
        return request.user.is_staff or organizations_of(request.user).exists()


class IsMember(BasePermission):
    """Staff, and everyone in a group."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the call may pass."""
        return request.user.is_staff or is_member(request.user)
