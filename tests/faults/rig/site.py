"""One whole site for one test: database, broker, web servers and workers as real processes, and what a test asks of it.

The web server answers the test's REST calls. With the transport `http` a second one, `discovery`, answers the workers'
calls, so that it can be killed while the test goes on looking; with `in_process` the workers answer themselves.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from celery import Celery
from django.contrib.auth import get_user_model
from django.db import connections
from django.db.models import QuerySet

from course_discovery_bulk.choices import FINAL_TASK_STATUSES
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from sandbox.demo.processes import PROJECT, is_listening, wait_until
from sandbox.discovery.models import ChangeLog, Course, CourseRun
from sandbox.discovery.tokens import issue_token
from tests.faults.rig import failpoints as points
from tests.faults.rig.alias import add_alias, remove_alias
from tests.faults.rig.broker import Broker
from tests.faults.rig.database import Database, MariaDatabase
from tests.faults.rig.failpoints import Failpoint
from tests.faults.rig.faults import Faults
from tests.faults.rig.prepare import AUDIT
from tests.faults.rig.processes import STOP_SECONDS, Process, Processes
from tests.faults.rig.rest import Rest
from tests.faults.rig.samples import Sample
from tests.faults.rig.variables import CELERY_VARIABLE, LATE_ACK_VARIABLE
from tests.faults.rig.waiting import allowed, wait_for

READY_SECONDS = 180.0
FINISH_SECONDS = 60.0
READY_MARK = " ready."
LISTENING = re.compile(r"Listening at: http://127\.0\.0\.1:(?P<port>\d+)")
RUN_JOB = "course_discovery_bulk.run_task"
SWEEP_JOB = "course_discovery_bulk.sweep"
THREADS = 16

# Everything that takes minutes in service takes seconds here.
FAST: Mapping[str, Any] = {
    "LEASE_SECONDS": 3,
    "SWEEP_SECONDS": 1,
    "QUIET_SECONDS": 2,
    "READ_SECONDS": 2,
    "CONNECT_SECONDS": 1,
    "SLICE_SECONDS": 2,
    "TURN_SECONDS": 1,
    "PAUSE_SECONDS": 0.5,
    "MAX_PAUSE_SECONDS": 2,
    "RETRY_SECONDS": 0.1,
}


@dataclass
class Upload:
    """What a test has uploaded: the task, and the lines that its rows must have."""

    pk: int
    sample: Sample


@dataclass(kw_only=True)
class Site:
    """The processes of one site; `start` before use, `stop` at the end."""

    folder: Path
    processes: Processes
    database: Database
    broker: Broker
    transport: str = "in_process"
    settings: Mapping[str, Any] = field(default_factory=dict)
    uploads: list[Upload] = field(default_factory=list)
    excused: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.faults = Faults(self.folder / "faults")
        self.failpoint_folder = self.folder / "failpoints"
        self.web: Process | None = None
        self.discovery: Process | None = None
        self.workers: list[Process] = []
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir(parents=True, exist_ok=True)
        self.processes.environment |= {
            "DJANGO_SETTINGS_MODULE": "sandbox.settings",
            "SANDBOX_STATE_DIR": str(self.folder),
            "SANDBOX_MEDIA_ROOT": str(self.folder / "media"),
            "SANDBOX_BROKER_URL": self.broker.url,
            "SANDBOX_FAULTS_DIR": str(self.faults.folder),
            "SANDBOX_EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
            "TMPDIR": str(self.temporary),
            **self.database.environment,
        }
        self._ports: dict[str, int] = {}
        self._alias = ""

    # --- its life

    def start(self) -> None:
        """Start everything but workers."""
        self.broker.start()
        self.database.start()
        self._alias = add_alias(self.database.settings)
        if self.transport == "http":
            self.discovery = self._launch_web("discovery")
            self._await_web("discovery", self.discovery)
        self.web = self._launch_web("web")
        self._await_web("web", self.web)

    def stop(self) -> None:
        """Heal the stand-in, so that nobody waits at a gate, and end every process."""
        self.faults.clear()
        self.processes.stop()
        if self._alias:
            remove_alias(self._alias)
            self._alias = ""
        if isinstance(self.database, MariaDatabase):
            self.database.clean()

    def start_web(self, *, failpoints: Sequence[Failpoint] = ()) -> Process:
        """Start the test's web server anew on its port, after it was killed or to give it failpoints."""
        if self.web and self.web.is_running:
            self.web.kill()
        self.web = self._launch_web("web", failpoints)
        self._await_web("web", self.web)
        return self.web

    def start_discovery(self) -> Process:
        """Start discovery anew on its port, after it was killed (transport http)."""
        self.discovery = self._launch_web("discovery")
        self._await_web("discovery", self.discovery)
        return self.discovery

    def start_worker(
        self,
        *,
        concurrency: int = 1,
        failpoints: Sequence[Failpoint] = (),
        settings: Mapping[str, Any] | None = None,
        celery: Mapping[str, Any] | None = None,
        is_late: bool = False,
        environment: Mapping[str, str] | None = None,
        wait: bool = True,
    ) -> Process:
        """Start a Celery worker and wait until it takes jobs.

        `settings` are BULK_OPERATIONS on top of the site's; `celery` is Celery's own configuration, such as
        `{"worker_soft_shutdown_timeout": 3}`; `is_late` forces late acknowledgement; `environment` may hold
        REMAP_SIGTERM.
        """
        name = f"worker{len(self.workers)}@rig"
        arguments = ("-m", "celery", "--app=tests.faults.rig.worker_app", "worker", f"--hostname={name}")
        quiet = ("--loglevel=INFO", "--without-gossip", "--without-mingle", f"--concurrency={concurrency}")
        worker = self.processes.python(
            "worker",
            *arguments,
            *quiet,
            environment={
                **self._bulk_environment(settings),
                **points.environment(list(failpoints), self.failpoint_folder),
                CELERY_VARIABLE: json.dumps(dict(celery or {})),
                LATE_ACK_VARIABLE: "1" if is_late else "",
                **(environment or {}),
            },
        )
        self.workers.append(worker)
        if wait:
            self.await_worker(worker)
        return worker

    def await_worker(self, worker: Process) -> None:
        """Wait until a worker takes jobs."""
        wait_until(lambda: READY_MARK in worker.output(), READY_SECONDS, worker)

    def manage(self, *arguments: str) -> Process:
        """Run a management command to its end."""
        command = self.processes.python("manage", "manage.py", *arguments, environment=self._bulk_environment(None))
        command.finish(READY_SECONDS)
        return command

    def sweep(self) -> None:
        """Let a worker look for what stands still, besides those sweeps that workers make by themselves."""
        self._send(SWEEP_JOB)

    # --- what a user does

    @property
    def url(self) -> str:
        """Address of the test's web server."""
        return f"http://127.0.0.1:{self._ports['web']}"

    @property
    def discovery_url(self) -> str:
        """Address that the workers call (transport http)."""
        return f"http://127.0.0.1:{self._ports['discovery']}"

    @property
    def default_user(self) -> str:
        """Over http only staff may upload."""
        return "staff" if self.transport == "http" else "editor"

    def rest(self, user: str | None = None) -> Rest:
        """The bulk-operations API as a user."""
        return Rest(self.url, issue_token(user or self.default_user))

    def upload(self, sample: Sample, *, user: str | None = None, **options: Any) -> int:
        """Upload a file; its task."""
        answer = self.rest(user).upload(sample, **options)
        assert answer.status_code in {200, 201}, answer.text
        pk = int(answer.json()["id"])
        self.note_upload(pk, sample)
        return pk

    def note_upload(self, pk: int, sample: Sample) -> None:
        """Say what file a task came from, for one that was not uploaded by `upload`."""
        if pk not in [known.pk for known in self.uploads]:
            self.uploads.append(Upload(pk, sample))

    def ring(self, pk: int, *, times: int = 1) -> None:
        """Deliver a job for a task once more, as a broker that delivers twice would."""
        for _ in range(times):
            self._send(RUN_JOB, pk)

    def call_discovery(self, method: str, path: str, *, user: str = "staff", **content: Any) -> Any:
        """Somebody else's call to discovery, such as a person's in Publisher: `path` below /api/v1/."""
        address = f"{self.url}/api/v1/{path}"
        headers = {"Authorization": f"JWT {issue_token(user)}"}
        return requests.request(method, address, headers=headers, timeout=30, **content)

    # --- what is in the database

    def task(self, pk: int) -> BulkOperationTask:
        """A task as it is now."""
        return self.objects(BulkOperationTask).get(pk=pk)

    def rows(self, pk: int) -> list[BulkOperationRow]:
        """Its rows as they are now, in order."""
        return list(self.objects(BulkOperationRow).filter(task=pk).order_by("line"))

    def row(self, pk: int, line: int) -> BulkOperationRow:
        return self.objects(BulkOperationRow).get(task=pk, line=line)

    def statuses(self, pk: int) -> dict[str, int]:
        """How many rows have which status."""
        return dict(Counter(self.objects(BulkOperationRow).filter(task=pk).values_list("status", flat=True)))

    def codes(self, pk: int, line: int) -> list[str]:
        """Codes of the problems of a row."""
        return [found["code"] for found in self.row(pk, line).problems]

    def objects(self, model: type[Any]) -> QuerySet[Any]:
        """Any table of the site: `site.objects(Course).filter(...)`."""
        connection = connections[self._alias]
        if connection.connection is not None and not connection.is_usable():
            connection.close()  # the test has cut it, or restarted the server
        return model._default_manager.using(self._alias)

    def effects(self, pk: int | None = None, line: int | None = None) -> list[ChangeLog]:
        """What discovery really did, for all calls, those of a task, or those of a row; committed with the doing."""
        found = self.objects(ChangeLog).order_by("id")
        if pk is None:
            return list(found)
        prefix = f"bulk-{pk}-" if line is None else f"bulk-{pk}-{line}-"
        return list(found.filter(request_id__startswith=prefix))

    def acts(self, pk: int, line: int | None = None) -> list[str]:
        """The same in short: `create course edX+NEW0`."""
        return [f"{effect.verb} {effect.object_type} {effect.object_key}" for effect in self.effects(pk, line)]

    def course(self, key: str) -> Course | None:
        """The draft of a course, else the course."""
        return self.objects(Course).filter(key=key).order_by("-draft").first()

    def run_keys(self, key: str) -> list[str]:
        """Keys of all runs of a course."""
        return sorted(set(self.objects(CourseRun).filter(course__key=key).values_list("key", flat=True)))

    def user(self, name: str) -> Any:
        return self.objects(get_user_model()).get(username=name)

    def audit(self) -> list[tuple[Any, ...]]:
        """Every change of a status or an epoch: kind, id, old and new status, old and new epoch."""
        with connections[self._alias].cursor() as cursor:
            columns = "kind, object_id, old_status, new_status, old_epoch, new_epoch"
            cursor.execute(f"SELECT {columns} FROM {AUDIT} ORDER BY id")
            return list(cursor.fetchall())

    # --- waiting

    def wait(self, is_so: Callable[[], object], what: str, seconds: float = FINISH_SECONDS) -> float:
        """Wait until something is so; how long it took. What fails shows the tasks."""
        return wait_for(is_so, seconds, what, self.state)

    def finish(self, *pks: int, seconds: float = FINISH_SECONDS) -> BulkOperationTask:
        """Wait for the end of tasks; the last of them then."""
        self.wait(lambda: all(self.task(pk).is_final for pk in pks), f"tasks {pks} to end", seconds)
        return self.task(pks[-1])

    def state(self) -> str:
        """Every task and how its rows are, for a message."""
        final = FINAL_TASK_STATUSES
        tasks = self.objects(BulkOperationTask).order_by("pk")
        lines = [f"task {task.pk}: {task.status}, rows {self.statuses(task.pk)}" for task in tasks]
        open_ones = [task.pk for task in tasks if task.status not in final]
        return "\n".join([*lines, f"not final: {open_ones}", f"worker logs: {self.processes.folder}"])

    def reached(self, failpoint: str) -> int:
        """How many calls have counted for a failpoint."""
        return points.reached(failpoint, self.failpoint_folder)

    def open_failpoint(self, failpoint: str) -> None:
        """Let those go on that wait at a failpoint with the action WAIT."""
        points.open_wait(failpoint, self.failpoint_folder)

    def excuse(self, invariant: str, reason: str) -> None:
        """In this scenario an invariant cannot hold, and that is right."""
        self.excused[invariant] = reason

    # --- how its parts are started

    def _bulk_environment(self, settings: Mapping[str, Any] | None) -> dict[str, str]:
        quiet = {"QUIET_SECONDS": allowed(FAST["QUIET_SECONDS"])}  # no call to the stand-in may outlast it
        chosen: dict[str, Any] = {**FAST, **quiet, **self.settings, **(settings or {})}
        if self.transport == "http" and "discovery" in self._ports:
            token = issue_token("staff", life=24 * 3600)
            chosen = {"TRANSPORT": "http", "DISCOVERY_URL": self.discovery_url, "DISCOVERY_TOKEN": token} | chosen
        return {"SANDBOX_BULK_OPERATIONS": json.dumps(chosen)}

    def _send(self, job: str, *arguments: int) -> None:
        with Celery(broker=self.broker.url) as app:
            app.send_task(job, args=list(arguments))

    def _launch_web(self, name: str, failpoints: Sequence[Failpoint] = ()) -> Process:
        port = self._ports.get(name, 0)
        if port:  # a process counts as gone a moment before the last of its threads has let the port go
            wait_for(lambda: not is_listening(port), STOP_SECONDS, f"port {port} to be free")
        arguments = ("-m", "gunicorn", "tests.faults.rig.wsgi:application", f"--bind=127.0.0.1:{port}")
        threads = ("--worker-class=gthread", f"--threads={THREADS}", "--timeout=60", f"--chdir={PROJECT}")
        return self.processes.python(
            name,
            *arguments,
            *threads,
            *_quiet_gunicorn(),
            environment={
                **self._bulk_environment(None),
                **points.environment(list(failpoints), self.failpoint_folder),
            },
        )

    def _await_web(self, name: str, process: Process) -> None:
        wait_until(lambda: LISTENING.search(process.output()) is not None, READY_SECONDS, process)
        match = LISTENING.search(process.output())
        assert match
        self._ports[name] = int(match["port"])
        wait_until(lambda: self._answers(name), READY_SECONDS, process)

    def _answers(self, name: str) -> bool:
        """Whether a web server is warm: the first request to it loads half of the site."""
        address = f"http://127.0.0.1:{self._ports[name]}"
        try:
            return Rest(address, issue_token("staff")).send("GET", "").ok
        except requests.RequestException:
            return False


def _quiet_gunicorn() -> list[str]:
    """Newer versions open a socket for control in the home folder unless told not to."""
    from gunicorn import config

    return ["--no-control-socket"] if hasattr(config, "ControlSocketDisable") else []
