"""The nemesis: things break at random, from a seed, while several tasks run; in the end nothing is lost or doubled.

`--seed 17` replays one seed, and may be given several times. The quick lane runs the first seed, `-m "faults and slow"`
the other twenty-four and five new ones.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from course_discovery_bulk.choices import FINAL_TASK_STATUSES, GOOD_ROW_STATUSES, RowStatus
from course_discovery_bulk.models import BulkOperationTask
from sandbox.discovery.models import ChangeLog, CourseEditor
from sandbox.faults.answers import BAD_GATEWAY, DATABASE_DOWN, LOCK_WAIT, SERVER_ERROR, UNAVAILABLE
from tests.faults.rig.database import MariaDatabase
from tests.faults.rig.prepare import COURSES, course_key
from tests.faults.rig.processes import Process
from tests.faults.rig.samples import course_create, course_editor_update, course_rerun
from tests.faults.rig.site import Site

NEW_COURSES = 152
STORM_SECONDS = 25.0
HEAL_SECONDS = 240.0
WORKERS = 2
QUICK_SEEDS = (1,)
SLOW_SEEDS = tuple(range(2, 26))


@dataclass
class Nemesis:
    """Breaks things of a site, and can put them right again."""

    site: Site
    chance: random.Random
    tasks: list[int]
    workers: list[Process] = field(default_factory=list)
    frozen: list[Process] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    cancelled: int | None = None

    def start(self) -> None:
        self.workers = [self._new_worker() for _ in range(WORKERS)]

    def strike(self) -> None:
        """One misfortune, or two at once."""
        acts = self._acts()
        for name in self.chance.sample(sorted(acts), k=self.chance.choice((1, 1, 1, 2))):
            self.done[name] += 1
            acts[name]()

    def heal(self) -> None:
        """Everything works again: broker, discovery, and as many workers as there were."""
        self.site.faults.clear()
        while self.frozen:
            self._thaw()
        self._revive()

    def _acts(self) -> dict[str, Callable[[], None]]:
        acts = {
            "kill what a worker runs": lambda: self._some_worker().kill_children(),
            "kill a worker": self._kill_worker,
            "stop a worker, kill it a second later": self._stop_then_kill,
            "freeze or thaw a worker": self._freeze,
            "kill and restart the broker": self._restart_broker,
            "empty the broker": self.site.broker.flush,
            "discovery is slow": lambda: self._fault(delay_before=1.5, times=4),
            "discovery fails": lambda: self._fault(SERVER_ERROR, times=self.chance.randint(1, 4)),
            "discovery is away": lambda: self._fault(UNAVAILABLE, times=None, seconds=1.5),
            "discovery loses its database": lambda: self._fault(DATABASE_DOWN, times=None, seconds=1.5),
            "discovery waits for a lock": lambda: self._fault(LOCK_WAIT, times=3),
            "deliver twice": lambda: self.site.ring(self.chance.choice(self.tasks), times=3),
            "sweep": self.site.sweep,
            "cancel": self._cancel,
        }
        if self.site.transport == "http":
            acts["answers are lost"] = lambda: self._fault(drop=True, times=3)
            acts["the proxy says 502 after the effect"] = lambda: self._fault(BAD_GATEWAY, times=2, has_effect=True)
        if isinstance(self.site.database, MariaDatabase):
            acts["cut the database's connections"] = self.site.database.kill_connections
        return acts

    def _fault(self, answer: object = None, *, drop: bool = False, **terms: object) -> None:
        if drop:
            self.site.faults.drop("POST|PATCH|DELETE", after_effect=self.chance.random() < 0.5, **terms)
        else:
            self.site.faults.add(answer, "POST|PATCH|DELETE", request_id="^bulk-", **terms)

    def _some_worker(self) -> Process:
        self._revive()
        return self.chance.choice(self.workers)

    def _kill_worker(self) -> None:
        self._some_worker().kill()
        self._revive()

    def _stop_then_kill(self) -> None:
        worker = self._some_worker()
        worker.send(15)
        time.sleep(1.0)
        worker.kill()
        self._revive()

    def _freeze(self) -> None:
        if self.frozen:
            self._thaw()
        else:
            worker = self._some_worker()
            with self.site.faults.alone():
                worker.freeze()
            self.frozen.append(worker)

    def _thaw(self) -> None:
        worker = self.frozen.pop()
        if worker.is_running:  # it may have been killed while it stood still
            worker.thaw()

    def _restart_broker(self) -> None:
        self.site.broker.kill()
        time.sleep(self.chance.uniform(0.0, 2.0))
        self.site.broker.restart()

    def _cancel(self) -> None:
        if self.cancelled is None:
            self.cancelled = self.chance.choice(self.tasks)
            self.site.rest().cancel(self.cancelled)

    def _revive(self) -> None:
        self.workers = [worker for worker in self.workers if worker.is_running]
        while len(self.workers) < WORKERS:
            self.workers.append(self._new_worker())

    def _new_worker(self) -> Process:
        return self.site.start_worker(concurrency=2)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The seeds of this run: one that was asked for, or those of the lanes and five that nobody has seen."""
    if "seed" not in metafunc.fixturenames:
        return
    wanted = metafunc.config.getoption("--seed", default=[])
    if wanted:
        metafunc.parametrize("seed", wanted)
        return
    agreed = random.Random(os.environ.get("PYTEST_XDIST_TESTRUNUID"))  # by the workers of one run
    new = [agreed.randrange(1000, 1_000_000) for _ in range(5)]
    slow = [pytest.param(seed, marks=pytest.mark.slow) for seed in (*SLOW_SEEDS, *new)]
    metafunc.parametrize("seed", [*QUICK_SEEDS, *slow])


def test_whatever_breaks_every_row_is_done_once(start_site, seed, record_property):
    chance = random.Random(seed)
    site = start_site(transport=chance.choice(["in_process", "http"]), is_durable=chance.random() < 0.5, LOST_CLAIMS=10)
    samples = [course_create(NEW_COURSES, calls=1), course_rerun(COURSES), course_editor_update(COURSES)]
    nemesis = Nemesis(site, chance, [site.upload(sample) for sample in samples])

    nemesis.start()
    storm = time.monotonic() + STORM_SECONDS
    while time.monotonic() < storm:
        time.sleep(chance.uniform(0.3, 1.5))
        nemesis.strike()
    nemesis.heal()

    healed = time.monotonic()
    site.finish(*nemesis.tasks, seconds=HEAL_SECONDS)
    record_property("seconds to the end after healing", round(time.monotonic() - healed, 1))
    ended = _retried_until_nothing_is_left(site, nemesis.tasks)

    unknown = [_unknown(site, chain) for chain in ended]
    record_property("what broke", dict(nemesis.done))
    record_property("unknown rows", sum(map(len, unknown)))
    for chain, sample in zip(ended, samples, strict=True):
        assert _good_lines(site, chain) | _unknown(site, chain) == set(sample.lines)
    _assert_each_once(site)


def _retried_until_nothing_is_left(site: Site, tasks: list[int]) -> list[list[int]]:
    """Each task with its retries: what failed because discovery did, or was cancelled, is done by those."""
    chains = [[pk] for pk in tasks]
    for chain in chains:
        for _attempt in range(4):
            answer = site.rest().retry(chain[-1])
            if answer.status_code == 409:
                break
            assert answer.status_code == 201, answer.text
            chain.append(int(answer.json()["id"]))
            site.finish(chain[-1], seconds=HEAL_SECONDS)
    return chains


def _good_lines(site: Site, chain: list[int]) -> set[int]:
    return {row.line for pk in chain for row in site.rows(pk) if row.status in GOOD_ROW_STATUSES}


def _unknown(site: Site, chain: list[int]) -> set[int]:
    left = {row.line for row in site.rows(chain[-1]) if row.status == RowStatus.UNKNOWN}
    return left - _good_lines(site, chain)


def _assert_each_once(site: Site) -> None:
    """By what discovery holds, whatever our own tables say."""
    made = Counter(
        site.objects(ChangeLog).filter(verb="create", object_type="course").values_list("object_key", flat=True)
    )
    wanted = {f"edX+NEW{number}": 1 for number in range(NEW_COURSES)}
    assert {key: times for key, times in made.items() if key.startswith("edX+NEW")} == wanted
    assert [len(site.run_keys(course_key(number))) for number in range(COURSES)] == [2] * COURSES
    second = site.user("second_editor")
    editors = Counter(site.objects(CourseEditor).filter(user_id=second.pk).values_list("course__key", flat=True))
    assert editors == {course_key(number): 1 for number in range(COURSES)}
    assert not site.objects(BulkOperationTask).exclude(status__in=FINAL_TASK_STATUSES).exists()
