"""Addresses of the REST API; the host mounts them with `include("course_discovery_bulk.api.urls")`."""

from django.db.transaction import non_atomic_requests
from django.urls import path

from course_discovery_bulk.api import actions, editing, inspection, mappings, operations, progress, tables, views
from course_discovery_bulk.api.files import FileDownload
from course_discovery_bulk.api.health import HealthView
from course_discovery_bulk.api.openapi import ApiDocument
from course_discovery_bulk.reports.formats import FORMATS
from course_discovery_bulk.reports.kinds import task_files

app_name = "bulk_operations_api"

urlpatterns = [
    # Storing a file may take seconds: where the host has ATOMIC_REQUESTS on, no transaction waits for it.
    path("", non_atomic_requests(views.TaskList.as_view()), name="task-list"),
    path("inspect/", non_atomic_requests(inspection.FileInspection.as_view()), name="inspect"),
    path("<int:pk>/", views.TaskDetail.as_view(), name="task-detail"),
    path("<int:pk>/progress/", progress.TaskProgress.as_view(), name="task-progress"),
    # An edit is committed before its rows are checked, so no transaction may be around both.
    path("<int:pk>/rows/", non_atomic_requests(editing.EditedRows.as_view()), name="task-rows"),
    path("<int:pk>/rows/<int:line>/", views.TaskRow.as_view(), name="task-row"),
    path("<int:pk>/replace/", non_atomic_requests(editing.Replace.as_view()), name="task-replace"),
    path("<int:pk>/exclude/", non_atomic_requests(editing.Exclude.as_view()), name="task-exclude"),
    path("<int:pk>/include/", non_atomic_requests(editing.Include.as_view()), name="task-include"),
    path("<int:pk>/problems/", editing.TaskProblems.as_view(), name="task-problems"),
    path("<int:pk>/edits/", editing.TaskEdits.as_view(), name="task-edits"),
    path("<int:pk>/apply/", actions.TaskApply.as_view(), name="task-apply"),
    path("<int:pk>/cancel/", actions.TaskCancel.as_view(), name="task-cancel"),
    path("<int:pk>/undo/", non_atomic_requests(actions.TaskUndo.as_view()), name="undo-task"),
    path("<int:pk>/retry/", actions.TaskRetry.as_view(), name="task-retry"),
    path("<int:pk>/correct/", actions.TaskCorrect.as_view(), name="task-correct"),
    *(
        path(
            f"<int:pk>/{file.kind}.{form.suffix}",
            tables.TaskTable.as_view(file=file, form=form),
            name=form.named(f"task-{file.kind}"),
        )
        for file in task_files()
        for form in FORMATS
    ),
    path("openapi.json", ApiDocument.as_view(), name="openapi"),
    path("health/", HealthView.as_view(), name="health"),
    path("mappings/", mappings.SavedMappingList.as_view(), name="mapping-list"),
    path("mappings/<int:pk>/", mappings.SavedMappingDetail.as_view(), name="mapping-detail"),
    path("operations/", operations.OperationList.as_view(), name="operation-list"),
    path("operations/<str:type_name>/", operations.OperationDetail.as_view(), name="operation-detail"),
    path("operations/<str:type_name>/schema.json", operations.OperationSchema.as_view(), name="operation-schema"),
    *(
        path(
            f"operations/<str:type_name>/{name}.{form.suffix}",
            view.as_view(form=form),
            name=form.named(f"operation-{name}"),
        )
        for name, view in (("template", operations.OperationTemplate), ("export", operations.OperationExport))
        for form in FORMATS
    ),
    path("files/<str:token>/<str:name>", FileDownload.as_view(), name="file"),
]
