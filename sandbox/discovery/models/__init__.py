"""The catalog's tables: who there is, what a course can be, and the courses with their runs."""

from sandbox.discovery.models.courses import Course, CourseCollaborator, CourseEditor, CourseEntitlement, CourseSubject
from sandbox.discovery.models.history import ChangeLog
from sandbox.discovery.models.organizations import Organization, OrganizationExtension, OrganizationUserRole, Partner
from sandbox.discovery.models.people import Person, User
from sandbox.discovery.models.runs import CourseRun, RunPerson, Seat
from sandbox.discovery.models.slugs import UrlSlug
from sandbox.discovery.models.tracks import CourseRunType, CourseType, Mode, SeatType, Track
from sandbox.discovery.models.vocabulary import (
    Collaborator,
    Language,
    LevelType,
    ProgramType,
    Source,
    Subject,
    Tag,
    Topic,
)

__all__ = [
    "ChangeLog",
    "Collaborator",
    "Course",
    "CourseCollaborator",
    "CourseEditor",
    "CourseEntitlement",
    "CourseRun",
    "CourseRunType",
    "CourseSubject",
    "CourseType",
    "Language",
    "LevelType",
    "Mode",
    "Organization",
    "OrganizationExtension",
    "OrganizationUserRole",
    "Partner",
    "Person",
    "ProgramType",
    "RunPerson",
    "Seat",
    "SeatType",
    "Source",
    "Subject",
    "Tag",
    "Topic",
    "Track",
    "UrlSlug",
    "User",
]
