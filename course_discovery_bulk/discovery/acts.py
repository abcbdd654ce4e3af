"""What each act of a step means in calls: making it, reading back whether it happened, and what was not kept.

An act never decides what a row becomes; it gives facts to `pipeline.execute`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from course_discovery_bulk.choices import Act
from course_discovery_bulk.data import RUN_KEY, CourseSnapshot, RunSnapshot, collaborator_result, fold
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.snapshots import flattened, lost_fields, read_course, read_run
from course_discovery_bulk.exceptions import NotFound
from course_discovery_bulk.text.fields import Field, Fields
from course_discovery_bulk.text.messages import gettext_noop as _

IN_REVIEW_OR_LATER: Final = frozenset({"review_by_legal", "review_by_internal", "reviewed", "published"})
UNPUBLISHED: Final = "unpublished"
COURSE_KEY: Final = "course_key"
COURSE_UUID: Final = "course_uuid"


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What a step sends, with references filled in; `known` is what was there before it was first sent."""

    target: Any
    body: Mapping[str, Any]
    fields: Fields  # what answers are read and compared by
    known: Mapping[str, Any] = field(default_factory=dict)
    uploader_email: str = ""  # empty where it cannot be compared with the editors that discovery shows


@dataclass(frozen=True, kw_only=True)
class Done:
    """A step that took effect: what it brought, and fields that discovery did not keep (name -> what it shows)."""

    result: Mapping[str, Any] = field(default_factory=dict)
    lost: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class NotDone:
    """Reading back shows no trace of the step: it may be sent.

    Where not all of it can be seen in discovery that is no proof, but sending it once more does no harm.
    """

    is_certain: bool = True


@dataclass(frozen=True, kw_only=True)
class SomebodyElses:
    """Reading back shows a thing of that key that this row did not make."""

    key: str


@dataclass(frozen=True, kw_only=True)
class Unclear:
    """Reading back shows more than one thing that the step may have made."""


@dataclass(frozen=True, kw_only=True)
class Gone:
    """Reading back shows that there is no longer a course for the step to act on."""


Settled = Done | NotDone | SomebodyElses | Unclear | Gone


@dataclass(frozen=True, kw_only=True)
class ActCalls:
    """The calls of one act; `doing` completes the sentence “while trying to …”."""

    doing: str
    call: Callable[[DiscoveryClient, Sent], Done]
    settle: Callable[[DiscoveryClient, Sent], Settled]


def _create_collaborator(client: DiscoveryClient, sent: Sent) -> Done:
    """Names may repeat in discovery, and another row may just have made this one: look once more before."""
    found = _find_collaborator(client, sent.target)
    made = found or client.create_collaborator(sent.body)
    return Done(result={collaborator_result(sent.target): made["uuid"]})


def _settle_collaborator(client: DiscoveryClient, sent: Sent) -> Settled:
    found = _find_collaborator(client, sent.target)
    return Done(result={collaborator_result(sent.target): found["uuid"]}) if found else NotDone()


def _find_collaborator(client: DiscoveryClient, name: str) -> dict[str, Any] | None:
    wanted = fold(name)
    return next((item for item in client.list_collaborators() if fold(item["name"] or "") == wanted), None)


def _create_course(client: DiscoveryClient, sent: Sent) -> Done:
    return _course_made(read_course(client.create_course(sent.body), sent.fields), sent)


def _settle_course(client: DiscoveryClient, sent: Sent) -> Settled:
    try:
        found = read_course(client.get_course(sent.target), sent.fields)
    except NotFound:
        return NotDone()
    is_alike = _is_alike(("title", "type"), found.fields, sent.body, sent.fields.course)
    is_by_uploader = not sent.uploader_email or fold(sent.uploader_email) in {
        fold(editor.email) for editor in found.editors
    }
    if is_alike and is_by_uploader:
        return _course_made(found, sent)
    return SomebodyElses(key=found.key)


def _is_alike(
    names: Iterable[str], shown: Mapping[str, Any], body: Mapping[str, Any], fields: Mapping[str, Field]
) -> bool:
    return all(fields[name].comparison.is_same(shown.get(name), body[name]) for name in names)


def _course_made(course: CourseSnapshot, sent: Sent) -> Done:
    fresh = {name: field for name, field in sent.fields.course.items() if not field.is_stale_after_creation}
    lost = lost_fields(sent.body, course.fields, fresh)
    result = {COURSE_KEY: course.key, COURSE_UUID: course.uuid}
    if "course_run" in sent.body and not course.runs:
        lost["run.key"] = None
    elif "course_run" in sent.body:
        run = course.runs[0]
        result[RUN_KEY] = run.key
        lost |= _of_run(lost_fields(sent.body["course_run"], run.fields, sent.fields.run))
    return Done(result=result, lost=lost)


def _update_course(client: DiscoveryClient, sent: Sent) -> Done:
    course = read_course(client.update_course(sent.target, sent.body), sent.fields)
    lost = lost_fields(sent.body, course.fields, sent.fields.course)
    return Done(result={COURSE_KEY: course.key, COURSE_UUID: course.uuid}, lost=lost)


def _settle_updated_course(client: DiscoveryClient, sent: Sent) -> Settled:
    course = read_course(client.get_course(sent.target), sent.fields)
    if not _shows_all(sent.body, course.fields, sent.fields.course):
        return _unless_seen(sent.body, course.fields, sent.fields.course)
    return Done(result={COURSE_KEY: course.key, COURSE_UUID: course.uuid})


def _shows_all(body: Mapping[str, Any], shown: Mapping[str, Any], fields: Mapping[str, Field]) -> bool:
    sent = flattened(body, fields).items()
    return all(name in shown and fields[name].comparison.holds(shown[name], value) for name, value in sent)


def _unless_seen(body: Mapping[str, Any], shown: Mapping[str, Any], fields: Mapping[str, Field]) -> NotDone:
    """What is shown otherwise proves that nothing was set; what is not shown at all proves nothing."""
    seen = ((name, value) for name, value in flattened(body, fields).items() if name in shown)
    return NotDone(is_certain=any(not fields[name].comparison.holds(shown[name], value) for name, value in seen))


def _create_run(client: DiscoveryClient, sent: Sent) -> Done:
    return _run_made(read_run(client.create_run(sent.body), sent.fields), sent)


def _settle_new_run(client: DiscoveryClient, sent: Sent) -> Settled:
    """Nothing names a run before it is made: it is the one that was not there before and has what was sent."""
    course = read_course(client.get_course(sent.body["course"]), sent.fields)
    before = {fold(key) for key in sent.known["run_keys"]}
    names = ("run_type", "start", "end")
    made = [
        run
        for run in course.runs
        if fold(run.key) not in before and _is_alike(names, run.fields, sent.body, sent.fields.run)
    ]
    if len(made) > 1:
        return Unclear()
    return _run_made(made[0], sent) if made else NotDone()


def _run_made(run: RunSnapshot, sent: Sent) -> Done:
    """What discovery copies from the earlier run is not compared here: a later step sets it."""
    own = {name: field for name, field in sent.fields.run.items() if not field.is_copied_at_rerun}
    return Done(result={RUN_KEY: run.key}, lost=_of_run(lost_fields(sent.body, run.fields, own)))


def _update_run(client: DiscoveryClient, sent: Sent) -> Done:
    return _run_updated(read_run(client.update_run(sent.target, sent.body), sent.fields), sent)


def _settle_run(client: DiscoveryClient, sent: Sent) -> Settled:
    """A run that is in review by now cannot be sent again: being there is the proof."""
    run = read_run(client.get_run(sent.target), sent.fields)
    has_moved = run.status != sent.known.get("status", UNPUBLISHED)
    if sent.body.get("draft") is False and has_moved and run.status in IN_REVIEW_OR_LATER:
        return _run_updated(run, sent)
    if _shows_all(sent.body, run.fields, sent.fields.run):
        return Done(result={RUN_KEY: run.key})
    return _unless_seen(sent.body, run.fields, sent.fields.run)


def _run_updated(run: RunSnapshot, sent: Sent) -> Done:
    lost = lost_fields(sent.body, run.fields, sent.fields.run)
    if sent.body.get("draft") is False and run.status not in IN_REVIEW_OR_LATER:
        lost["draft"] = run.status
    return Done(result={RUN_KEY: run.key}, lost=_of_run(lost))


def _of_run(lost: Mapping[str, Any]) -> dict[str, Any]:
    return {f"run.{name}": shown for name, shown in lost.items()}


def _add_editor(client: DiscoveryClient, sent: Sent) -> Done:
    return Done(result={"editor_id": client.add_editor(sent.body)["id"]})


def _settle_added_editor(client: DiscoveryClient, sent: Sent) -> Settled:
    """Discovery answers 500 for an editor twice and for an unknown course: looking is the only way to know."""
    found = [
        item["id"] for item in client.list_editors(sent.body["course"]) if item["user"]["id"] == sent.body["user_id"]
    ]
    if found:
        return Done(result={"editor_id": found[0]})
    try:
        client.get_course(sent.body["course"])
    except NotFound:
        if client.is_staff:
            return Gone()
        raise  # it may only be out of sight
    return NotDone()


def _remove_editor(client: DiscoveryClient, sent: Sent) -> Done:
    try:
        client.remove_editor(sent.target)
    except NotFound:
        if _is_editor(client, sent):
            raise
    return Done()


def _settle_removed_editor(client: DiscoveryClient, sent: Sent) -> Settled:
    return NotDone() if _is_editor(client, sent) else Done()


def _is_editor(client: DiscoveryClient, sent: Sent) -> bool:
    return any(item["id"] == sent.target for item in client.list_editors(sent.known["course"]))


ACTS: Final[Mapping[Act, ActCalls]] = {
    Act.CREATE_COLLABORATOR: ActCalls(
        doing=_("create the collaborator"), call=_create_collaborator, settle=_settle_collaborator
    ),
    Act.CREATE_COURSE: ActCalls(doing=_("create the course"), call=_create_course, settle=_settle_course),
    Act.UPDATE_COURSE: ActCalls(doing=_("update the course"), call=_update_course, settle=_settle_updated_course),
    Act.CREATE_RUN: ActCalls(doing=_("create the course run"), call=_create_run, settle=_settle_new_run),
    Act.ADD_EDITOR: ActCalls(doing=_("add the editor"), call=_add_editor, settle=_settle_added_editor),
    Act.REMOVE_EDITOR: ActCalls(doing=_("remove the editor"), call=_remove_editor, settle=_settle_removed_editor),
    Act.UPDATE_RUN: ActCalls(doing=_("update the course run"), call=_update_run, settle=_settle_run),
}
