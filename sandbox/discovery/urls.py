"""Addresses of the API. Every one ends in a slash."""

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from sandbox.discovery.views import editors, lookups, people, users
from sandbox.discovery.views.courses import CourseViewSet
from sandbox.discovery.views.listing import UUID_LOOKUP
from sandbox.discovery.views.runs import CourseRunViewSet

router = SimpleRouter()
router.register("courses", CourseViewSet, basename="course")
router.register("course_runs", CourseRunViewSet, basename="course_run")
router.register("course_editors", editors.CourseEditorViewSet, basename="course_editor")
router.register("organizations", lookups.OrganizationViewSet, basename="organization")
router.register("subjects", lookups.SubjectViewSet, basename="subject")
router.register("topics", lookups.TopicViewSet, basename="topic")
router.register("level_types", lookups.LevelTypeViewSet, basename="level_type")
router.register("program_types", lookups.ProgramTypeViewSet, basename="program_type")
router.register("sources", lookups.SourceViewSet, basename="source")
router.register("collaborators", lookups.CollaboratorViewSet, basename="collaborator")
router.register("people", people.PersonViewSet, basename="person")

PUBLISHER = "publisher/api/admins/organizations/"

urlpatterns = [
    path("api/v1/", include(router.urls)),
    path("api/v1/search/person_typeahead/", people.PersonTypeaheadView.as_view()),
    path(f"{PUBLISHER}users/", users.MembersView.as_view()),
    re_path(rf"^{PUBLISHER}(?P<organization>{UUID_LOOKUP})/users/$", users.OrganizationMembersView.as_view()),
    re_path(rf"^{PUBLISHER}(?P<organization>{UUID_LOOKUP})/roles/$", users.OrganizationRolesView.as_view()),
]
