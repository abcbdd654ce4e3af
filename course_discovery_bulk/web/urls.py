"""Addresses of the page; the host mounts them with `include("course_discovery_bulk.web.urls")`."""

from django.urls import include, path

from course_discovery_bulk.reports.formats import FORMATS
from course_discovery_bulk.reports.kinds import task_files
from course_discovery_bulk.web import actions, downloads, edited, editing, grid, history, mappings, new, tasks

app_name = "bulk_operations"

of_a_task = [
    path("", tasks.TaskPage.as_view(), name="task"),
    path("progress/", tasks.TaskProgress.as_view(), name="progress"),
    path("rows/columns/", grid.ChooseColumns.as_view(), name="choose-columns"),
    path("rows/replace/", editing.ReplaceValue.as_view(), name="replace-value"),
    path("rows/leave-out/", editing.LeaveOut.as_view(), name="leave-out"),
    path("rows/put-back/", editing.PutBack.as_view(), name="put-back"),
    path("rows/recheck/", edited.RecheckProgress.as_view(), name="recheck"),
    path("rows/<int:line>/", editing.EditRow.as_view(), name="row"),
    path("rows/<int:line>/cells/<str:place>/", editing.EditCell.as_view(), name="cell"),
    path("apply/", actions.Apply.as_view(), name="apply"),
    path("cancel/", actions.Cancel.as_view(), name="cancel"),
    path("retry/", actions.Retry.as_view(), name="retry"),
    path("correct/", actions.Correct.as_view(), name="correct"),
    path("overwrite-later-edits/", actions.OverwriteLaterEdits.as_view(), name="overwrite-later-edits"),
    path("undo/", actions.PreviewUndo.as_view(), name="undo"),
    path("uploaded/", downloads.UploadedFile.as_view(), name="uploaded"),
    *(
        path(
            f"{file.kind}.{form.suffix}",
            downloads.TaskTable.as_view(file=file, form=form),
            name=form.named(f"{file.kind}-file"),
        )
        for file in task_files()
        for form in FORMATS
    ),
]

urlpatterns = [
    path("", new.NewUpload.as_view(), name="new"),
    path("check/", new.CheckFile.as_view(), name="check"),
    path("history/", history.History.as_view(), name="history"),
    *(
        path(f"operations/<slug:type_name>/{name}.{form.suffix}", view.as_view(form=form), name=form.named(name))
        for name, view in (("template", downloads.Template), ("export", downloads.Export))
        for form in FORMATS
    ),
    path("mappings/", mappings.SavedMappings.as_view(), name="mappings"),
    path("mappings/<int:pk>/", mappings.ChangeMapping.as_view(), name="change-mapping"),
    path("mappings/<int:pk>/delete/", mappings.DeleteMapping.as_view(), name="delete-mapping"),
    path("<int:pk>/", include(of_a_task)),
]
