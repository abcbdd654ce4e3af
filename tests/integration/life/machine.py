"""Tasks that live through anything in any order: the rules of a state machine, with the laws checked after each."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from course_discovery_bulk import conf, service
from course_discovery_bulk.choices import FINAL_TASK_STATUSES, OnError, TaskStatus
from course_discovery_bulk.data import Entry, LookupTable
from course_discovery_bulk.models import BulkOperationLane, BulkOperationRow, BulkOperationTask
from course_discovery_bulk.service.retry import NothingToRetry
from course_discovery_bulk.testing import EMPTY_RUN, FakeDiscovery, course_answer
from course_discovery_bulk.workers import sweeper
from course_discovery_bulk.workers.redispatch import expect_job
from tests.integration.life.laws import broken, broken_at_the_end
from tests.integration.life.troubles import AFTER_EFFECT, ANSWERS, Kind, Place, Trouble, trouble
from tests.integration.life.world import LEASE_SECONDS, Clock, World
from tests.unit.operations.samples import LOOKUPS, RUN_VERIFIED_AUDIT, VERIFIED_AUDIT

COURSES: Final = ("edX+A", "edX+B")
MOST_TASKS: Final = 3
MOST_ROUNDS: Final = 80
LONG_STALL: Final = LEASE_SECONDS + 1
PLACES: Final = {  # how many of each a job reaches
    Place.WRITE: 20,
    Place.ROW: 5,
    Place.SEND: 2,
    Place.READ: 4,
    Place.CALL: 2,
    Place.ANSWER: 2,
}


def _at(places: tuple[Place, ...], kinds: tuple[Kind | str, ...], **more: Any) -> st.SearchStrategy[Trouble]:
    """Troubles of those kinds at such places, each kind of place as likely as the others."""
    points = st.sampled_from(places).flatmap(lambda place: st.tuples(st.just(place), st.integers(1, PLACES[place])))
    return st.builds(trouble, st.sampled_from(kinds), points, **more)


TROUBLES = st.one_of(
    _at(tuple(Place), (Kind.KILL, Kind.CANCEL)),
    _at(tuple(Place), (Kind.STALL,), seconds=st.sampled_from([1.0, LONG_STALL, 3 * LEASE_SECONDS])),
    _at((Place.READ, Place.CALL), tuple(ANSWERS)),
    _at((Place.ANSWER,), AFTER_EFFECT),
)
OVERTAKEN = st.builds(  # between the check of a lease and the write or call that it was checked for
    trouble,
    st.just(Kind.STALL),
    st.sampled_from([(Place.SEND, 1), (Place.SEND, 2), (Place.CALL, 1), (Place.ROW, 4)]),
    seconds=st.just(LONG_STALL),
    meanwhile=st.tuples(
        st.builds(trouble, st.just(Kind.KILL), st.sampled_from([(Place.ANSWER, 1), (Place.ROW, 4), (Place.SEND, 1)]))
    ),
)
OPTIONS = st.fixed_dictionaries(
    {
        "on_error": st.sampled_from([OnError.CONTINUE, OnError.CONTINUE, OnError.STOP, OnError.ALL_OR_NOTHING]),
        "dry_run": st.sampled_from([False, False, True]),
    }
)

RUN_TYPE = Entry(
    key=RUN_VERIFIED_AUDIT,
    name="Verified and Audit",
    aliases=("verified-audit",),
    facts={"modes": ("audit", "verified")},
)
NAMES: Final = replace(LOOKUPS, run_types=LookupTable("run enrollment track", [RUN_TYPE]))


class Life(RuleBasedStateMachine):
    """Tasks that re-run two courses, whose workers crash, stall and are refused."""

    clock: Clock  # set for all machines of a test: the code under test looks at it from everywhere
    world: World

    def __init__(self) -> None:
        super().__init__()
        type(self).world = World(clock=type(self).clock, catalog=_catalog())
        self.everything = transaction.atomic()
        self.everything.__enter__()
        self.world.depth = len(connection.savepoint_ids)
        self.lines: dict[int, set[int]] = {}
        self.writes = 0  # to the database, when the laws were last checked

    def teardown(self) -> None:
        try:
            self._heal()
            self.laws_hold()
            found = broken_at_the_end()
            assert not found, "\n".join(found)
        finally:
            transaction.set_rollback(True)
            self.everything.__exit__(None, None, None)

    # --- what people do

    @initialize(
        options=OPTIONS,
        courses=st.integers(1, len(COURSES)),
        has_bad_row=st.booleans(),
        first_job=st.one_of(OVERTAKEN.map(lambda stall: [stall]), st.lists(TROUBLES, max_size=2), st.none()),
    )
    def begin(
        self, *, options: dict[str, Any], courses: int, has_bad_row: bool, first_job: list[Trouble] | None
    ) -> None:
        """Most examples begin with a job in trouble: it finds all rows untouched."""
        self.upload(options=options, courses=courses, has_bad_row=has_bad_row)
        if first_job is not None:
            self.work(first_job)

    @precondition(lambda self: len(self.lines) < MOST_TASKS)
    @rule(options=OPTIONS, courses=st.integers(1, len(COURSES)), has_bad_row=st.booleans())
    def upload(self, *, options: dict[str, Any], courses: int, has_bad_row: bool) -> None:
        task = BulkOperationTask.objects.create(
            original_filename="runs.csv",
            file_sha256="",
            file_size=1,
            uploaded_by=get_user_model().objects.get(),
            task_type="course_rerun",
            options=options,
            task_id=str(uuid.uuid4()),
            ingested_at=self.clock.now(),
            total_count=courses + has_bad_row,
        )
        cells = [_cells(course) for course in COURSES[:courses]] + [{"last_active_run_key": "?"}] * has_bad_row
        BulkOperationRow.objects.bulk_create(
            [BulkOperationRow(task=task, line=line, cells=cells) for line, cells in enumerate(cells, start=2)]
        )
        expect_job(task.pk, ring_again_after=60.0)
        self._note(task)

    @precondition(lambda self: self.lines)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        service.cancel(self._any_task(data), rings=False)

    @precondition(lambda self: self._some(TaskStatus.VALIDATED))
    @rule(leaves_out=st.booleans())
    def apply(self, *, leaves_out: bool) -> None:
        task = BulkOperationTask.objects.filter(status=TaskStatus.VALIDATED)[0]
        try:
            service.apply(task, leaves_out_rows_to_fix=leaves_out, rings=False)
        except service.RowsToFix:
            return
        self.world.enqueue(task.pk)

    @precondition(lambda self: self._some(*FINAL_TASK_STATUSES) and len(self.lines) < MOST_TASKS)
    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        task = self._any_task(data)
        try:
            child = service.retry(task, get_user_model().objects.get()).task
        except NothingToRetry:
            return
        self._note(child)

    # --- what happens to the catalog

    @rule(courses=st.sets(st.sampled_from(COURSES)))
    def fail_for_a_while(self, courses: set[str]) -> None:
        """Calls about these courses fail again and again: of one it is its own trouble, of all it is an outage."""
        self.world.failing = frozenset(course.casefold() for course in courses)

    # --- what happens to jobs

    @precondition(lambda self: self.world.queue)
    @rule(troubles=st.lists(TROUBLES, max_size=2))
    def work(self, troubles: list[Trouble]) -> None:
        self.world.work(self.world.next_job(), troubles)

    @precondition(lambda self: self.world.queue)
    @rule(stall=OVERTAKEN)
    def work_and_be_overtaken(self, stall: Trouble) -> None:
        """A worker stalls for longer than its lease; the worker that takes over is killed; then the first goes on."""
        self.world.work(self.world.next_job(), [stall])

    @precondition(lambda self: self.world.queue)
    @rule()
    def lose_a_job(self) -> None:
        self.world.queue.pop(0)

    @precondition(lambda self: self.world.queue)
    @rule()
    def deliver_a_job_twice(self) -> None:
        self.world.queue.append(self.world.queue[0])

    @rule(seconds=st.sampled_from([0.0, LEASE_SECONDS, 700.0]))
    def sweep(self, seconds: float) -> None:
        """After some time, the sweeper comes by."""
        self.clock.sleep(seconds)
        self._sweep()

    @invariant()
    def laws_hold(self) -> None:
        if not self._has_changed():
            return
        found = broken(self.world, self.lines)
        assert not found, "\n".join(found)

    # ---

    def _has_changed(self) -> bool:
        """Whether anything was written since the laws were last held against it; calls are written down with rows."""
        before, self.writes = self.writes, connection.connection.total_changes
        return before != self.writes

    def _note(self, task: BulkOperationTask) -> None:
        self.lines[task.pk] = set(task.rows.values_list("line", flat=True))
        self.world.enqueue(task.pk)

    def _sweep(self) -> None:
        for task_pk in sweeper.sweep(conf.read()).to_ring:
            self.world.enqueue(task_pk)

    def _some(self, *statuses: TaskStatus) -> bool:
        return BulkOperationTask.objects.filter(status__in=statuses).exists()

    def _any_task(self, data: st.DataObject) -> BulkOperationTask:
        return BulkOperationTask.objects.get(pk=data.draw(st.sampled_from(sorted(self.lines))))

    def _heal(self) -> None:
        """No more trouble: by sweeps and jobs alone everything comes to its end."""
        self.world.failing = frozenset()
        for _round in range(MOST_ROUNDS):
            while self.world.has_job():
                self.world.work(self.world.take_job(), [])
            if not broken_at_the_end():
                return
            self.clock.sleep(LEASE_SECONDS)
            self._sweep()
        states = list(BulkOperationLane.objects.values_list("task", "lease_owner", "lease_until", "next_ring_at"))
        raise AssertionError(f"I10 not done by then: {broken_at_the_end()} {states} {self.clock.now()}")


def _catalog() -> FakeDiscovery:
    run = {
        **EMPTY_RUN,
        "run_type": RUN_VERIFIED_AUDIT,
        "start": "2026-01-01T00:00:00Z",
        "end": "2026-05-01T00:00:00Z",
        "seats": [{"type": "verified", "price": "49.00", "upgrade_deadline_override": None}],
    }
    return FakeDiscovery(
        courses=[
            course_answer(
                course,
                type=VERIFIED_AUDIT,
                entitlements=[{"mode": "verified", "price": "49.00"}],
                course_runs=[{**run, "key": f"course-v1:{course}+1T2026"}],
            )
            for course in COURSES
        ]
    )


def _cells(course: str) -> dict[str, str]:
    return {
        "last_active_run_key": f"course-v1:{course}+1T2026",
        "run_type": "verified-audit",
        "pacing_type": "Self-Paced",
        "start_date": "2027-01-01",
        "end_date": "2027-05-01",
    }
