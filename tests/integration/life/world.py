"""A small world for tasks: a clock, a catalog in memory, a queue of jobs, and workers that meet whatever is scripted.

Workers run one inside the other: one that stalls in the middle of a call lets time pass and others work, and wakes up
when they are through. So every order of events is one that a test can repeat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection

from course_discovery_bulk import conf
from course_discovery_bulk.exceptions import AnswerLost, Conflict, Misconfigured, Refused, Transient
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.testing import FakeDiscovery
from course_discovery_bulk.workers import sweeper
from course_discovery_bulk.workers.time_slice import work_on

LEASE_SECONDS: Final = 30.0
QUIET_SECONDS: Final = 5.0
CALL_SECONDS: Final = 2.0
WRITES: Final = ("UPDATE", "INSERT", "DELETE")
OF_A_TRANSACTION: Final = ("SAVEPOINT", "ROLLBACK", "RELEASE")


class Killed(BaseException):
    """The end of a process: nothing of ours may catch it, and nothing that it wanted to write is written."""


class Clock:
    """The one clock of the world; every look at it is a later moment."""

    def __init__(self) -> None:
        self.moment = datetime.now(tz=UTC).replace(microsecond=1)

    def now(self) -> datetime:
        self.moment += timedelta(microseconds=7)
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    def as_sql(self, *_args: Any, **_context: Any) -> tuple[str, list[str]]:
        """In place of the database's own clock, in the form in which SQLite keeps moments."""
        return "%s", [self.now().replace(tzinfo=None).isoformat(" ", "microseconds")]


ANSWERS: Final[dict[str, Exception]] = {  # instead of a call, or after it has taken effect
    "transient": Transient("server error 503", status=503),
    "failing": Transient("server error 500", status=500),
    "lost": AnswerLost("no answer in time"),
    "refused": Refused("not so", status=400),
    "conflict": Conflict("duplicate entry", status=400),
    "misconfigured": Misconfigured("the token is gone"),
    "bug": KeyError("an answer of a form that nobody expects"),
    "out of time": SoftTimeLimitExceeded(),
}
AFTER_EFFECT: Final = ("lost", "out of time", "bug")  # others say that nothing was done


@dataclass(kw_only=True)
class Trouble:
    """What a worker meets at the n-th moment at which it can meet it."""

    kind: str  # kill, stall, cancel, or one of ANSWERS
    at: int
    is_after_effect: bool = False
    seconds: float = 0.0  # how long a worker stalls


@dataclass(kw_only=True)
class Worker:
    """One job under way, and the trouble that waits for it."""

    troubles: list[Trouble]
    moments: int = 0
    is_dead: bool = False

    def meets(self, *kinds: str) -> Trouble | None:
        """The next trouble, if its moment has come and it is one of these kinds."""
        self.moments += 1
        due = next((trouble for trouble in self.troubles if trouble.at <= self.moments and trouble.kind in kinds), None)
        if due:
            self.troubles.remove(due)
        return due


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Something that was made in the catalog, by which row, and whether its worker had stalled for too long."""

    request_id: str
    verb: str
    course: str
    key: str
    is_late: bool


@dataclass(kw_only=True)
class World:
    """Everything outside of the code under test."""

    clock: Clock
    catalog: FakeDiscovery
    queue: list[tuple[datetime, int]] = field(default_factory=list)  # jobs: when they are due, and for which task
    workers: list[Worker] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    under_way: dict[str, list[datetime]] = field(default_factory=dict)  # course: when calls to it began
    overlaps: list[str] = field(default_factory=list)
    depth: int = 0  # of savepoints while no worker works

    def enqueue(self, task_pk: int, seconds: float = 0.0) -> None:
        """Send a job for a task."""
        self.queue.append((self.clock.now() + timedelta(seconds=seconds), task_pk))

    def has_job(self) -> bool:
        """Whether any job is due."""
        return any(due <= self.clock.moment for due, _task in self.queue)

    def take_job(self) -> int:
        """The task of the first job that is due; the job is gone from the queue."""
        job = next(job for job in self.queue if job[0] <= self.clock.moment)
        self.queue.remove(job)
        return job[1]

    def work(self, task_pk: int, troubles: list[Trouble]) -> None:
        """One job, as a worker process does it."""
        worker = Worker(troubles=troubles)
        self.workers.append(worker)
        try:
            following = work_on(task_pk, self.enqueue)
            if following.is_needed:
                self.enqueue(task_pk, following.seconds)
        except Killed:
            pass
        except Exception:  # noqa: BLE001 - what interrupts a job, or crashes it: Celery logs it, and a job follows
            self.enqueue(task_pk, 30.0)
        finally:
            self.workers.pop()

    def meet(self, *kinds: str) -> Trouble | None:
        """What happens now to the worker that is at work."""
        worker = self.workers[-1]
        trouble = worker.meets("kill", "stall", "cancel", *kinds)
        if trouble is None or trouble.kind in kinds:
            return trouble
        if trouble.kind == "kill":
            worker.is_dead = True
            raise Killed
        if trouble.kind == "cancel":
            BulkOperationTask.objects.update(cancel_requested_at=self.clock.now(), next_attempt_at=None)
        else:
            self.clock.sleep(trouble.seconds)
            self.others_work()
        return None

    def others_work(self) -> None:
        """While one worker stalls, others do what is to be done, also what it has left."""
        for task_pk in sweeper.sweep(conf.read()).to_ring:
            self.enqueue(task_pk)
        for _job in range(3):
            if self.has_job() and len(self.workers) < 3:
                self.work(self.take_job(), [])

    def statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Around every statement: a worker may die before a write, and what is dead writes nothing."""
        worker = self.workers[-1] if self.workers else None
        if worker is None or sql.startswith(OF_A_TRANSACTION):
            return execute(sql, params, many, context)
        if worker.is_dead:
            raise Killed
        is_free = len(connection.savepoint_ids) == self.depth  # inside of a transaction nobody else can write
        if sql.startswith(WRITES):
            worker.meets()
            due = [trouble for trouble in worker.troubles if trouble.at <= worker.moments]
            if any(trouble.kind == "kill" for trouble in due):
                worker.is_dead = True
                raise Killed
            if is_free and any(trouble.kind == "stall" for trouble in due):
                self.meet()
        return execute(sql, params, many, context)

    def client(self, *_args: Any, **_settings: Any) -> Client:
        """In place of the client that a worker opens."""
        return Client(world=self)


@dataclass(frozen=True, kw_only=True)
class Client:
    """The catalog as a worker sees it: every call may meet trouble before it takes effect, and after."""

    world: World
    request_id: str = ""
    is_staff: bool = True
    answers_outlive_calls: bool = False

    def marked(self, request_id: str) -> Client:
        return Client(world=self.world, request_id=request_id)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self.world.catalog, name)

        def make(*given: Any) -> Any:
            return (
                self._write(name, call, given) if name.startswith(("create_", "update_")) else self._read(call, given)
            )

        return make

    def _read(self, call: Callable[..., Any], given: tuple[Any, ...]) -> Any:
        self._fail(after_effect=False)
        answer = call(*given)
        found = list(answer) if isinstance(answer, Iterator) else answer
        self._fail(after_effect=True)
        return found

    def _write(self, name: str, call: Callable[..., Any], given: tuple[Any, ...]) -> Any:
        course = _course_of(given)
        began = self.world.clock.now()
        longest = timedelta(seconds=LEASE_SECONDS + QUIET_SECONDS)
        others = self.world.under_way.setdefault(course, [])
        self.world.overlaps += [f"{self.request_id} {name} on {course}" for other in others if began < other + longest]
        others.append(began)
        try:
            self._fail(after_effect=False)
            made = call(*given)
            is_late = self.world.clock.now() - began > longest
            self.world.effects.append(
                Effect(request_id=self.request_id, verb=name, course=course, key=made.get("key", ""), is_late=is_late)
            )
            self._fail(after_effect=True)
        finally:
            others.remove(began)
        return made

    def _fail(self, *, after_effect: bool) -> None:
        kinds = AFTER_EFFECT if after_effect else tuple(ANSWERS)
        trouble = self.world.meet(*(kind for kind in kinds if self._is_meant(kind, after_effect=after_effect)))
        if trouble:
            raise ANSWERS[trouble.kind]

    def _is_meant(self, kind: str, *, after_effect: bool) -> bool:
        due = (trouble for trouble in self.world.workers[-1].troubles if trouble.kind == kind)
        return any(trouble.is_after_effect == after_effect or kind not in AFTER_EFFECT for trouble in due)


def _course_of(given: tuple[Any, ...]) -> str:
    body = given[-1]
    named = body.get("course") or (given[0] if isinstance(given[0], str) else "")
    return "+".join(named.removeprefix("course-v1:").split("+")[:2]).casefold()
