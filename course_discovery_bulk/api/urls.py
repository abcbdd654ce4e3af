"""Addresses of the REST API; the host mounts them with `include("course_discovery_bulk.api.urls")`."""

from django.db.transaction import non_atomic_requests
from django.urls import path, register_converter
from django.urls.converters import IntConverter

from course_discovery_bulk.api import actions, operations, tables, views
from course_discovery_bulk.api.files import FileDownload
from course_discovery_bulk.api.health import HealthView


class TaskIdConverter(IntConverter):
    """A number that fits into a column of ids: Django 4.2 passes longer ones to the database, which chokes on them."""

    regex = "[0-9]{1,18}"


register_converter(TaskIdConverter, "bulk_task_id")

app_name = "bulk_operations_api"

urlpatterns = [
    # Storing a file may take seconds: where the host has ATOMIC_REQUESTS on, no transaction waits for it.
    path("", non_atomic_requests(views.TaskList.as_view()), name="task-list"),
    path("<bulk_task_id:pk>/", views.TaskDetail.as_view(), name="task-detail"),
    path("<bulk_task_id:pk>/progress/", views.TaskProgress.as_view(), name="task-progress"),
    path("<bulk_task_id:pk>/rows/", views.TaskRows.as_view(), name="task-rows"),
    path("<bulk_task_id:pk>/apply/", actions.TaskApply.as_view(), name="task-apply"),
    path("<bulk_task_id:pk>/cancel/", actions.TaskCancel.as_view(), name="task-cancel"),
    path("<bulk_task_id:pk>/retry/", actions.TaskRetry.as_view(), name="task-retry"),
    path("<bulk_task_id:pk>/results.csv", tables.TaskResults.as_view(), name="task-results"),
    path("<bulk_task_id:pk>/failed.csv", tables.TaskFailed.as_view(), name="task-failed"),
    path("<bulk_task_id:pk>/undo.csv", tables.TaskUndo.as_view(), name="task-undo"),
    path("health/", HealthView.as_view(), name="health"),
    path("operations/", operations.OperationList.as_view(), name="operation-list"),
    path("operations/<slug:type_name>/", operations.OperationDetail.as_view(), name="operation-detail"),
    path("operations/<slug:type_name>/schema.json", operations.OperationSchema.as_view(), name="operation-schema"),
    path("operations/<slug:type_name>/template.csv", operations.OperationTemplate.as_view(), name="operation-template"),
    path("operations/<slug:type_name>/export.csv", operations.OperationExport.as_view(), name="operation-export"),
    path("files/<str:token>/<str:name>", FileDownload.as_view(), name="file"),
]
