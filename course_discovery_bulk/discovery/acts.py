"""What each act of a step means in calls: making it, reading back whether it happened, and what was not kept.

An act never decides what a row becomes; it gives facts to `pipeline.execute`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from course_discovery_bulk.choices import Act
from course_discovery_bulk.comparing import is_same
from course_discovery_bulk.data import RUN_KEY, CourseSnapshot, collaborator_result, fold
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.snapshots import lost_fields, read_course, read_run
from course_discovery_bulk.exceptions import NotFound

IN_REVIEW_OR_LATER: Final = frozenset({"review_by_legal", "review_by_internal", "reviewed", "published"})
COURSE_KEY: Final = "course_key"
COURSE_UUID: Final = "course_uuid"

Body = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Done:
    """A step that took effect: what it brought, and fields that discovery did not keep (name -> what it shows)."""

    result: Mapping[str, Any] = field(default_factory=dict)
    lost: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class NotDone:
    """Reading back shows no trace of the step: it may be sent."""


@dataclass(frozen=True, kw_only=True)
class SomebodyElses:
    """Reading back shows a thing of that key that this row did not make."""

    key: str


Settled = Done | NotDone | SomebodyElses


@dataclass(frozen=True, kw_only=True)
class ActCalls:
    """The calls of one act; `doing` completes the sentence “while trying to …”."""

    doing: str
    call: Callable[[DiscoveryClient, Any, Body], Done]
    settle: Callable[[DiscoveryClient, Any, Body, str], Settled]  # the last argument is the uploader's e-mail address


def _create_collaborator(client: DiscoveryClient, target: Any, body: Body) -> Done:
    """Names may repeat in discovery, and another row may just have made this one: look once more before."""
    found = _find_collaborator(client, target)
    made = found or client.create_collaborator(body)
    return Done(result={collaborator_result(target): made["uuid"]})


def _settle_collaborator(client: DiscoveryClient, target: Any, body: Body, email: str) -> Settled:
    found = _find_collaborator(client, target)
    return Done(result={collaborator_result(target): found["uuid"]}) if found else NotDone()


def _find_collaborator(client: DiscoveryClient, name: str) -> dict[str, Any] | None:
    wanted = fold(name)
    return next((item for item in client.list_collaborators() if fold(item["name"] or "") == wanted), None)


def _create_course(client: DiscoveryClient, target: Any, body: Body) -> Done:
    return _course_made(read_course(client.create_course(body)), body)


def _settle_course(client: DiscoveryClient, target: Any, body: Body, email: str) -> Settled:
    try:
        found = read_course(client.get_course(target))
    except NotFound:
        return NotDone()
    is_alike = all(is_same(name, found.fields[name], body[name]) for name in ("title", "type"))
    is_by_uploader = not email or fold(email) in {fold(editor.email) for editor in found.editors}
    if is_alike and is_by_uploader:
        return _course_made(found, body)
    return SomebodyElses(key=found.key)


def _course_made(course: CourseSnapshot, body: Body) -> Done:
    # The two fields that a creation answers stale are not among those compared.
    kept = {name: value for name, value in course.fields.items() if name != "enterprise_subscription_inclusion"}
    lost = lost_fields(body, kept)
    result = {COURSE_KEY: course.key, COURSE_UUID: course.uuid}
    if course.runs and "course_run" in body:
        run = course.runs[0]
        result[RUN_KEY] = run.key
        lost |= {f"run.{name}": shown for name, shown in lost_fields(body["course_run"], run.fields).items()}
    return Done(result=result, lost=lost)


def _update_course(client: DiscoveryClient, target: Any, body: Body) -> Done:
    course = read_course(client.update_course(target, body))
    return Done(result={COURSE_KEY: course.key, COURSE_UUID: course.uuid}, lost=lost_fields(body, course.fields))


def _update_run(client: DiscoveryClient, target: Any, body: Body) -> Done:
    run = read_run(client.update_run(target, body))
    lost = lost_fields(body, run.fields)
    if body.get("draft") is False and run.status not in IN_REVIEW_OR_LATER:
        lost["draft"] = run.status
    return Done(result={RUN_KEY: run.key}, lost=lost)


def _send_again(client: DiscoveryClient, target: Any, body: Body, email: str) -> Settled:
    """Setting the same fields again changes nothing."""
    return NotDone()


def _settle_run(client: DiscoveryClient, target: Any, body: Body, email: str) -> Settled:
    """A run that is in review by now cannot be sent again: being there is the proof."""
    run = read_run(client.get_run(target))
    if body.get("draft") is False and run.status in IN_REVIEW_OR_LATER:
        return Done(result={RUN_KEY: run.key}, lost=lost_fields(body, run.fields))
    return NotDone()


ACTS: Final[Mapping[Act, ActCalls]] = {
    Act.CREATE_COLLABORATOR: ActCalls(
        doing="create the collaborator", call=_create_collaborator, settle=_settle_collaborator
    ),
    Act.CREATE_COURSE: ActCalls(doing="create the course", call=_create_course, settle=_settle_course),
    Act.UPDATE_COURSE: ActCalls(doing="update the course", call=_update_course, settle=_send_again),
    Act.UPDATE_RUN: ActCalls(doing="update the course run", call=_update_run, settle=_settle_run),
}
