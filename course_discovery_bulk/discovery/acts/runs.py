"""Creating and updating a course run."""

from __future__ import annotations

from typing import Final

from course_discovery_bulk.data import RUN_KEY, RunSnapshot, fold
from course_discovery_bulk.discovery.acts.base import ActPolicy, Ambiguous, Applied, CallInput, NotDone, Settled
from course_discovery_bulk.discovery.acts.shown import is_alike, not_done_unless_unseen, of_run, shows_all
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.discovery.snapshots import lost_fields, read_course, read_run
from course_discovery_bulk.text.messages import gettext_noop as _

IN_REVIEW_OR_LATER: Final = frozenset({"review_by_legal", "review_by_internal", "reviewed", "published"})
UNPUBLISHED: Final = "unpublished"


def _create_run(client: DiscoveryClient, given: CallInput) -> Applied:
    return _run_made(read_run(client.create_run(given.body), given.fields), given)


def _settle_new_run(client: DiscoveryClient, given: CallInput) -> Settled:
    """Nothing names a run before it is made: it is the one that was not there before and has what was sent."""
    course = read_course(client.get_course(given.body["course"]), given.fields)
    before = {fold(key) for key in given.known["run_keys"]}
    names = ("run_type", "start", "end")
    made = [
        run
        for run in course.runs
        if fold(run.key) not in before and is_alike(names, run.fields, given.body, given.fields.run)
    ]
    if len(made) > 1:
        return Ambiguous()
    return _run_made(made[0], given) if made else NotDone()


def _run_made(run: RunSnapshot, given: CallInput) -> Applied:
    """What discovery copies from the earlier run is not compared here: a later step sets it."""
    own = {name: field for name, field in given.fields.run.items() if not field.is_copied_at_rerun}
    return Applied(result={RUN_KEY: run.key}, lost=of_run(lost_fields(given.body, run.fields, own)))


def _update_run(client: DiscoveryClient, given: CallInput) -> Applied:
    return _run_updated(read_run(client.update_run(given.target, given.body), given.fields), given)


def _settle_run(client: DiscoveryClient, given: CallInput) -> Settled:
    """A run that is in review by now cannot be sent again: being there is the proof."""
    run = read_run(client.get_run(given.target), given.fields)
    has_moved = run.status != given.known.get("status", UNPUBLISHED)
    if given.body.get("draft") is False and has_moved and run.status in IN_REVIEW_OR_LATER:
        return _run_updated(run, given)
    if shows_all(given.body, run.fields, given.fields.run):
        return Applied(result={RUN_KEY: run.key})
    return not_done_unless_unseen(given.body, run.fields, given.fields.run)


def _run_updated(run: RunSnapshot, given: CallInput) -> Applied:
    lost = lost_fields(given.body, run.fields, given.fields.run)
    if given.body.get("draft") is False and run.status not in IN_REVIEW_OR_LATER:
        lost["draft"] = run.status
    return Applied(result={RUN_KEY: run.key}, lost=of_run(lost))


CREATE_RUN: Final = ActPolicy(
    doing=_("create the course run"),
    call=_create_run,
    settle=_settle_new_run,
    creates=True,
    retries_conflict=True,
    named_by=RUN_KEY,
)
UPDATE_RUN: Final = ActPolicy(doing=_("update the course run"), call=_update_run, settle=_settle_run)
