"""Plan: from checked rows and the current state of what they name to the calls they need, as few as possible."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace

from course_discovery_bulk.columns.keys import course_key_of_run
from course_discovery_bulk.data import CleanRow, CourseSnapshot, Needs, RowPlan, State, fold
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.instructors import find_instructors
from course_discovery_bulk.discovery.people import find_people
from course_discovery_bulk.discovery.slugs import find_slugs
from course_discovery_bulk.discovery.snapshots import read_course
from course_discovery_bulk.operations.base import Operation, PlanInput
from course_discovery_bulk.operations.instructors import instructors_of, with_instructors
from course_discovery_bulk.operations.later_edits import plan_sparing
from course_discovery_bulk.operations.registry import known_fields
from course_discovery_bulk.operations.versions import refuse_stale


def read_state(rows: Iterable[CleanRow], operation: Operation, client: DiscoveryClient) -> State:
    """What these rows name, read in few requests: courses by the hundred, people once an organization."""
    rows = list(rows)
    needs = [operation.needs(row.values) for row in rows]
    return state_of(
        Needs(
            courses=_each_once(name for need in needs for name in need.courses),
            runs=_each_once(key for need in needs for key in need.runs),
            people=_each_once(name for need in needs for name in need.people),
            slugs=_each_once(slug for need in needs for slug in need.slugs),
            organizations=_each_once(key for need in needs for key in need.organizations),
            instructors=_each_once(name for row in rows for name in instructors_of(row, operation)),
        ),
        client,
    )


def state_of(needs: Needs, client: DiscoveryClient) -> State:
    """The current state of what is needed; what the user cannot see is absent."""
    guessed = [course_key_of_run(key) for key in needs.runs]
    names = _each_once([*needs.courses, *guessed])
    courses = _Courses(client)
    courses.read([name for name in names if not _is_uuid(name)], [name for name in names if _is_uuid(name)])
    courses.read_of_runs([key for key in needs.runs if fold(key) not in courses.runs])
    owners = {owner.uuid: owner.key for course in courses.by_name.values() for owner in course.owners}
    return State(
        courses=courses.by_name,
        runs=courses.runs,
        people=find_people(client, needs.people, sorted(owners)),
        slugs=find_slugs(client, needs.slugs, [*needs.organizations, *owners.values()]),
        instructors=find_instructors(client, needs.instructors),
    )


def plan_row(row: CleanRow, operation: Operation, given: PlanInput) -> RowPlan:
    """What one row would do."""
    found = with_instructors(row, operation, given.state.instructors)
    if isinstance(found, RowPlan):
        return found
    lookups = given.lookups.knowing(given.state.known_people)
    given = replace(given, columns=operation.columns, lookups=lookups)
    return refuse_stale(found, plan_sparing(found, operation, given), operation, given)


class _Courses:
    """Courses as they are read, found again by key, by UUID and by the keys of their runs."""

    def __init__(self, client: DiscoveryClient) -> None:
        self._client = client
        self.by_name: dict[str, CourseSnapshot] = {}
        self.runs: dict[str, str] = {}

    def read(self, keys: list[str], uuids: list[str]) -> None:
        fields = known_fields()
        for answer in (*self._client.get_courses(keys), *self._client.get_courses_by_uuid(uuids)):
            course = read_course(answer, fields)
            if not course.is_of_this_site:
                continue
            self.by_name[fold(course.key)] = self.by_name[fold(course.uuid)] = course
            for run in course.runs:
                self.runs[fold(run.key)] = fold(course.key)

    def read_of_runs(self, run_keys: list[str]) -> None:
        """The courses of runs whose key does not tell the course's: somebody gave the course another key later."""
        if run_keys:
            keys = _each_once(answer["course"] for answer in self._client.get_runs(run_keys))
            self.read([key for key in keys if fold(key) not in self.by_name], [])


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple({fold(name): name for name in names if name}.values())


def _is_uuid(name: str) -> bool:
    try:
        uuid.UUID(name)
    except ValueError:
        return False
    return True
