"""Addresses of the REST API; the host mounts them with `include("course_discovery_bulk.api.urls")`."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from course_discovery_bulk.api import views
from course_discovery_bulk.api.files import FileDownload


class TaskIdConverter(IntConverter):
    """A number that fits into a column of ids: Django 4.2 passes longer ones to the database, which chokes on them."""

    regex = "[0-9]{1,18}"


register_converter(TaskIdConverter, "bulk_task_id")

app_name = "bulk_operations_api"

urlpatterns = [
    path("", views.TaskList.as_view(), name="task-list"),
    path("<bulk_task_id:pk>/", views.TaskDetail.as_view(), name="task-detail"),
    path("<bulk_task_id:pk>/progress/", views.TaskProgress.as_view(), name="task-progress"),
    path("<bulk_task_id:pk>/rows/", views.TaskRows.as_view(), name="task-rows"),
    path("files/<str:token>/<str:name>", FileDownload.as_view(), name="file"),
]
