"""The two APIs as a script reaches them over HTTP: that of the app, and discovery's own to look at what came of it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import requests

from tests.csv_files import csv_of

TASKS = "/api/v1/bulk_operation_tasks/"
TIMEOUT = (5, 90)
RUN_SECONDS = 600.0
POLL_SECONDS = 0.5
FINAL = frozenset({"completed", "partially_completed", "failed", "cancelled"})
AT_REST = FINAL | {"validated"}

Cells = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Finished:
    """A task at its end: as the API shows it, with its rows, and how many seconds it took."""

    task: dict[str, Any]
    rows: list[dict[str, Any]]
    seconds: float

    @property
    def statuses(self) -> list[str]:
        return [row["status"] for row in self.rows]

    @property
    def codes(self) -> list[list[str]]:
        return [[problem["code"] for problem in row["problems"]] for row in self.rows]

    @property
    def keys(self) -> list[str]:
        return [row["object_key"] for row in self.rows]


class Person:
    """Somebody with a token: uploads files, and looks at discovery with their own rights."""

    def __init__(self, role: str, site: str, token: str) -> None:
        self.role = role
        self._site = site.rstrip("/")
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"JWT {token}"

    # --- the app

    def upload(self, task_type: str, rows: Sequence[Cells], **options: str) -> dict[str, Any]:
        """Send rows as a file; the task as the answer shows it."""
        file = (f"{task_type}.csv", csv_of(rows), "text/csv")
        answer = self.ask("POST", TASKS, files={"csv_file": file}, data={"task_type": task_type, **options})
        assert answer.status_code == 201, answer.text[:2000]
        made: dict[str, Any] = answer.json()
        return made

    def run(self, task_type: str, rows: Sequence[Cells], **options: str) -> Finished:
        """Send rows as a file and wait for the end of the task."""
        return self.finish(self.upload(task_type, rows, **options)["id"])

    def finish_applied(self, pk: int) -> Finished:
        """Wait for the end of a preview that is being carried out."""
        return self.finish(pk, ends=FINAL)

    def finish(self, pk: int, *, ends: frozenset[str] = AT_REST) -> Finished:
        """Wait until nothing more is done for a task; a preview that waits to be applied is at its end."""
        started = time.monotonic()
        while (task := self.task(pk))["status"] not in ends:
            assert time.monotonic() - started < RUN_SECONDS, (
                f"task {pk} is still {task['status']}: is a worker running?"
            )
            time.sleep(POLL_SECONDS)
        rows = list(self.pages(f"{TASKS}{pk}/rows/", page_size="200"))
        return Finished(task=task, rows=rows, seconds=time.monotonic() - started)

    def task(self, pk: int, **query: str) -> dict[str, Any]:
        return self.read(f"{TASKS}{pk}/", **query)

    # --- discovery

    def course(self, key: str) -> dict[str, Any]:
        """A course as discovery shows its draft to this person."""
        return self.read(f"/api/v1/courses/{quote(key)}/", editable="1", _=uuid4().hex)

    def run_of(self, key: str) -> dict[str, Any]:
        """A run as discovery shows its draft to this person."""
        return self.read(f"/api/v1/course_runs/{quote(key, safe=':+')}/", editable="1", _=uuid4().hex)

    def editors(self, course_uuid: str) -> list[int]:
        """The user ids of a course's editors."""
        found = self.pages("/api/v1/course_editors/", course=course_uuid, _=uuid4().hex)
        return [item["user"]["id"] for item in found]

    # --- both

    def read(self, path: str, **query: str) -> dict[str, Any]:
        answer = self.ask("GET", path, params=query)
        assert answer.status_code == 200, f"GET {path}: {answer.status_code} {answer.text[:500]}"
        found: dict[str, Any] = answer.json()
        return found

    def pages(self, path: str, **query: str) -> Iterator[dict[str, Any]]:
        """Everything on a list. Of the next page's address only the query is used: hosts name themselves variously."""
        page = self.read(path, **query)
        yield from page["results"]
        while page["next"]:
            page = self.read(f"{path}?{page['next'].partition('?')[2]}")
            yield from page["results"]

    def ask(self, method: str, path: str, **content: Any) -> requests.Response:
        return self._session.request(method, f"{self._site}{path}", timeout=TIMEOUT, **content)
