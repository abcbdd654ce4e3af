"""Every address of the app, at the places where people and Publisher look for them.

A host that keeps a URL configuration of its own includes this one before what it had:
`path("", include("course_discovery_bulk.urls"))`.
"""

from django.urls import include, path

from course_discovery_bulk.web.static_files import static_urls

urlpatterns = [
    path("api/v1/bulk_operation_tasks/", include("course_discovery_bulk.api.urls")),
    path("bulk-operations/", include("course_discovery_bulk.web.urls")),
    *static_urls(),
]
