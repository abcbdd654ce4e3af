"""A small world for tasks: a clock, a catalog in memory, a queue of jobs, and workers that meet whatever is scripted.

Workers run one inside the other: one that stalls in the middle of a call lets time pass and others work, and wakes up
when they are through. So every order of events is one that a test can repeat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import connection

from course_discovery_bulk import conf
from course_discovery_bulk.models import BulkOperationRow, BulkOperationTask
from course_discovery_bulk.testing import FakeDiscovery
from course_discovery_bulk.workers import sweeper
from course_discovery_bulk.workers.next_job import NextJob
from course_discovery_bulk.workers.time_slice import work_on
from tests.integration.life.troubles import ANSWERS, Killed, Kind, Place, Trouble, Worker

LEASE_SECONDS: Final = 30.0
QUIET_SECONDS: Final = 5.0
CALL_SECONDS: Final = 2.0
LONGEST: Final = timedelta(seconds=LEASE_SECONDS)  # that a call lasts; only one of a worker that stalled lasts longer
MOST_OTHERS: Final = 3  # jobs done while one worker stalls
MOST_WORKERS: Final = 6  # that stall at the same time, and those for whom they stall
WRITES: Final = ("UPDATE", "INSERT", "DELETE")
WRITES_A_ROW: Final = f'UPDATE "{BulkOperationRow._meta.db_table}"'
WRITES_STEPS: Final = f'{WRITES_A_ROW} SET "modified" = %s, "steps" = %s WHERE'
OF_A_TRANSACTION: Final = ("SAVEPOINT", "ROLLBACK", "RELEASE")


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
    failing: frozenset[str] = frozenset()  # courses for which every write fails, until somebody mends that
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

    def next_job(self) -> int:
        """The task of the job that is due next, at that moment."""
        self.clock.moment = max(self.clock.moment, min(due for due, _task in self.queue))
        return self.take_job()

    def work(self, task_pk: int, troubles: list[Trouble]) -> None:
        """One job, as a worker process does it."""
        with self._at_work(troubles):
            try:
                following = work_on(task_pk, self.enqueue)
            except Killed:
                return
            except Exception:  # noqa: BLE001 - what interrupts a job, or crashes it: Celery logs it, and a job follows
                following = NextJob.after(30.0)
        if following.is_needed:
            self.enqueue(task_pk, following.seconds)

    def reach(self, place: Place) -> Exception | None:
        """Whatever happens to the worker here; the answer that it gets instead of the true one, if it does."""
        worker = self.workers[-1]
        trouble = worker.reach(place, is_alone=self._is_alone())
        if trouble is None:
            return None
        if isinstance(trouble.kind, str):
            return ANSWERS[trouble.kind]
        if trouble.kind is Kind.KILL:
            worker.die()
        self._interfere(trouble)
        return None

    def _interfere(self, trouble: Trouble) -> None:
        with self._at_work([]):  # somebody else
            if trouble.kind is Kind.CANCEL:
                BulkOperationTask.objects.update(cancel_requested_at=self.clock.now(), next_attempt_at=None)
            else:
                self.clock.sleep(trouble.seconds)
                self._others_work(list(trouble.meanwhile))

    def _others_work(self, troubles: list[Trouble]) -> None:
        """While one worker stalls, others do what is left to do, including what it was at."""
        for task_pk in sweeper.sweep(conf.read()).to_ring:
            self.enqueue(task_pk)
        for _job in range(MOST_OTHERS):
            if self.has_job() and len(self.workers) < MOST_WORKERS:
                self.work(self.take_job(), troubles)

    @contextmanager
    def _at_work(self, troubles: list[Trouble]) -> Iterator[None]:
        self.workers.append(Worker(troubles=troubles))
        try:
            yield
        finally:
            self.workers.pop()

    def statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Around every statement: a worker may die or stall right before a write, and a dead one writes nothing."""
        worker = self.workers[-1] if self.workers else None
        if worker is None or sql.startswith(OF_A_TRANSACTION):
            return execute(sql, params, many, context)
        if worker.is_dead:
            raise Killed
        for place in self._places_before(sql):
            self.reach(place)
        return execute(sql, params, many, context)

    def _places_before(self, sql: str) -> Iterator[Place]:
        if sql.startswith(WRITES):
            yield Place.WRITE
        if sql.startswith(WRITES_A_ROW) and not self._is_alone():
            yield Place.ROW
        if sql.startswith(WRITES_STEPS):
            yield Place.SEND

    def _is_alone(self) -> bool:
        """Whether a transaction is open: nobody else can do anything until it ends."""
        return len(connection.savepoint_ids) > self.depth

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
        self._reach(Place.READ)
        answer = call(*given)
        return list(answer) if isinstance(answer, Iterator) else answer

    def _write(self, name: str, call: Callable[..., Any], given: tuple[Any, ...]) -> Any:
        course = _course_of(given)
        began = self.world.clock.now()
        others = self.world.under_way.setdefault(course, [])
        self.world.overlaps += [f"{self.request_id} {name} on {course}" for other in others if began < other + LONGEST]
        others.append(began)
        try:
            self._reach(Place.CALL)
            if course in self.world.failing:
                raise ANSWERS["transient"]
            made = call(*given)
            is_late = self.world.clock.now() - began > LONGEST
            self.world.effects.append(
                Effect(request_id=self.request_id, verb=name, course=course, key=made.get("key", ""), is_late=is_late)
            )
            self._reach(Place.ANSWER)
        finally:
            others.remove(began)
        return made

    def _reach(self, place: Place) -> None:
        error = self.world.reach(place)
        if error:
            raise error


def _course_of(given: tuple[Any, ...]) -> str:
    body = given[-1]
    named = body.get("course") or (given[0] if isinstance(given[0], str) else "")
    return "+".join(named.removeprefix("course-v1:").split("+")[:2]).casefold()
