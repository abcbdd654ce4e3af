"""The REST API as a script meets it: an upload, and the poll for progress that everybody sends every two seconds."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from benchmarks.files import create_rows
from benchmarks.measuring import Line, counted_queries, median_seconds
from benchmarks.tasks import submit, work
from course_discovery_bulk.models import BulkOperationTask
from sandbox.discovery.tokens import issue_token

TASKS = "/api/v1/bulk_operation_tasks/"
REPEATS = 30
UPLOADED_ROWS = 200


def run(scale: float) -> Iterator[Line]:
    """Medians of each request, and its queries."""
    client = Client(headers={"Authorization": f"JWT {issue_token('staff')}"}, SERVER_NAME="localhost")
    task = work(submit("course_create", create_rows("REST", 5)))
    repeats = max(2, int(REPEATS * scale))
    tag = client.get(f"{TASKS}{task.pk}/progress/")["ETag"]
    polls = {
        "progress": (f"{TASKS}{task.pk}/progress/", {}),
        "progress, nothing new (304)": (f"{TASKS}{task.pk}/progress/", {"If-None-Match": tag}),
        "one task": (f"{TASKS}{task.pk}/", {}),
        "list of tasks": (TASKS, {}),
        "rows": (f"{TASKS}{task.pk}/rows/", {}),
        "operations": (f"{TASKS}operations/", {}),
    }
    yield _upload(client, repeats)
    for name, (path, headers) in polls.items():
        with counted_queries() as queries:
            client.get(path, headers=headers)
        elapsed = median_seconds(lambda path=path, headers=headers: client.get(path, headers=headers), repeats)
        yield Line(what=name, figures=f"{elapsed * 1000:.1f} ms, {len(queries)} queries")


def _upload(client: Client, repeats: int) -> Line:
    content = create_rows("UP", UPLOADED_ROWS)

    def upload() -> None:
        form = {"csv_file": SimpleUploadedFile("courses.csv", content), "task_type": "course_create"}
        answer = client.post(TASKS, form)
        if answer.status_code != 201:
            raise RuntimeError(answer.content)
        BulkOperationTask.objects.filter(pk=answer.json()["id"]).delete()

    with counted_queries() as queries:
        upload()
    elapsed = median_seconds(upload, repeats)
    return Line(
        what=f"upload of {UPLOADED_ROWS} rows",
        figures=f"{elapsed * 1000:.1f} ms, {len(queries)} queries (deleting it included)",
    )
