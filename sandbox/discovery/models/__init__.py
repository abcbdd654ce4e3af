"""The catalog's tables: who there is, what a course can be, and the courses with their runs."""

from sandbox.discovery.models.courses import Course, CourseCollaborator, CourseEditor, CourseEntitlement, CourseSubject
from sandbox.discovery.models.history import ChangeLog
from sandbox.discovery.models.organizations import Organization, OrganizationExtension, Partner
from sandbox.discovery.models.people import User
from sandbox.discovery.models.runs import CourseRun, Seat
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
    "Partner",
    "ProgramType",
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
