"""What must hold after every scenario, whatever was broken in it: I1 to I12.

I1 rows are those of the file. I2 counts add up. I3 every row has ended, or its task waits for a known moment.
I4 nothing was done twice. I5 what a good row claims is there. I6 a row that claims nothing did nothing.
I7 what has ended stays as it ended. I8 epochs only rise. I9 writes to one course never overlap.
I10 (time to recover) is each scenario's own: `site.finish(..., seconds=...)`. I11 no token, no address of a person and
no text of a cell in any log. I12 nothing is left: no lease, no process of ours that nobody knows, no temporary file.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db.models import Q

from course_discovery_bulk.choices import FINAL_TASK_STATUSES, OPEN_ROW_STATUSES, RowStatus, TaskStatus
from course_discovery_bulk.models import BulkOperationLane, BulkOperationRow, BulkOperationTask, CourseLease
from course_discovery_bulk.workers.leases import LIVE
from sandbox.discovery.models import ChangeLog, Course, CourseEditor, CourseRun
from sandbox.discovery.seed import SEED_FILE
from tests.faults.rig.site import FAST, Site
from tests.faults.rig.waiting import wait_for

RELEASE_SECONDS = 10.0
REQUEST_ID = re.compile(r"^bulk-(?P<task>\d+)-(?P<line>\d+)-\d+")
TOKEN = re.compile(r"eyJ[\w-]{10,}\.[\w-]{10,}")
NOTHING_DONE = frozenset(
    {RowStatus.FAILED, RowStatus.INVALID, RowStatus.SKIPPED, RowStatus.UNCHANGED, RowStatus.NOT_PROCESSED}
)
REPEATABLE_VERBS = frozenset({"update"})
Found = Iterator[str]


def check_invariants(site: Site) -> None:
    """AssertionError with everything that does not hold, each line beginning with its invariant."""
    broken = [f"{name} {line}" for name, check in CHECKS.items() if name not in site.excused for line in check(site)]
    assert not broken, "invariants are broken:\n" + "\n".join(broken) + "\n" + site.state()


def _tasks(site: Site) -> list[BulkOperationTask]:
    return list(site.objects(BulkOperationTask).order_by("pk"))


def _rows_are_those_of_the_file(site: Site) -> Found:
    for upload in site.uploads:
        task = site.task(upload.pk)
        if task.ingested_at is None and task.is_final:
            continue  # refused whole, or cancelled before it was read
        lines = sorted(row.line for row in site.rows(upload.pk))
        if lines != upload.sample.lines:
            yield f"task {task.pk} has the lines {lines}, its file {upload.sample.lines}"


def _counts_add_up(site: Site) -> Found:
    for task in _tasks(site):
        if not task.is_final:
            continue
        statuses = site.statuses(task.pk)
        counted = {status: getattr(task, f"{status}_count", 0) for status in RowStatus.values}
        if {name: number for name, number in counted.items() if number} != statuses:
            yield f"task {task.pk} counts {counted}, its rows are {statuses}"
        total = sum(statuses.values())
        told = (task.task_summary or {}).get("summary", {}).get("total_rows")
        if task.ingested_at and (task.total_count, told) != (total, total):
            yield f"task {task.pk} has {total} rows, says {task.total_count}, and {told} in its summary"


def _everything_has_ended_or_waits(site: Site) -> Found:
    for task in _tasks(site):
        open_rows = sum(number for status, number in site.statuses(task.pk).items() if status in OPEN_ROW_STATUSES)
        if task.is_final and open_rows:
            yield f"task {task.pk} is {task.status} with {open_rows} open rows"
        if not task.is_final and task.status != TaskStatus.VALIDATED and task.next_attempt_at is None:
            yield f"task {task.pk} is {task.status} and waits for nothing"


def _nothing_twice(site: Site) -> Found:
    unsure = _lines_of(site, {RowStatus.UNKNOWN})
    for (task, line), effects in _effects_by_row(site).items():
        if (task, line) in unsure:
            continue
        made = Counter((effect.verb, effect.object_type) for effect in effects if not _is_repeatable(effect))
        for (verb, kind), times in made.items():
            if times > 1:
                keys = [effect.object_key for effect in effects if (effect.verb, effect.object_type) == (verb, kind)]
                yield f"row {line} of task {task} did “{verb} {kind}” {times} times: {keys}"
    yield from _updates_with_other_bodies(site)


def _updates_with_other_bodies(site: Site) -> Found:
    """An update may be sent again, because that changes nothing; with another body it would."""
    bodies: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for call in site.faults.writes(method="PATCH"):
        marked = REQUEST_ID.match(call.request_id)
        if marked and call.effects:
            bodies[marked["task"], marked["line"], call.path].add(call.body_sha256)
    for (task, line, path), hashes in bodies.items():
        if len(hashes) > 1:
            yield f"row {line} of task {task} changed {path} in {len(hashes)} ways"


def _claims_are_true(site: Site) -> Found:
    for task in _tasks(site):
        for row in site.objects(BulkOperationRow).filter(task=task.pk, status=RowStatus.SUCCEEDED):
            if not row.object_key:
                yield f"row {row.line} of task {task.pk} succeeded and names no object"
            elif not _exists(site, row.object_key):
                yield f"row {row.line} of task {task.pk} succeeded, but there is no {row.object_key}"
            elif task.task_type == "course_editor_update" and not _is_editor_as_told(site, task, row):
                yield f"row {row.line} of task {task.pk} succeeded, but the editors are not as it says"


def _no_effect_of_rows_that_claim_none(site: Site) -> Found:
    """But for an effect that came with its worker's waking up, as in I9."""
    calls = site.faults.writes(request_id="^bulk-")
    late = {call.request_id for call in calls if call.ended - call.started > _longest_call(site)}
    by_row = _effects_by_row(site)
    for task, line in _lines_of(site, NOTHING_DONE):
        for effect in by_row.get((task, line), ()):
            if effect.request_id in late:
                continue
            status = site.row(task, line).status
            done = f"{effect.verb} {effect.object_type} {effect.object_key}"
            yield f"row {line} of task {task} is {status}, but did “{done}”"


def _ends_are_final(site: Site) -> Found:
    final: dict[str, set[str]] = {
        "lane": set(),
        "task": set(FINAL_TASK_STATUSES),
        "row": set(RowStatus.values) - set(OPEN_ROW_STATUSES),
    }
    for kind, pk, old, new, *_ in site.audit():
        if old in final[kind] and new != old:
            yield f"{kind} {pk} went from {old} to {new}"


def _epochs_rise(site: Site) -> Found:
    for kind, pk, _old, _new, old_epoch, new_epoch in site.audit():
        if new_epoch < old_epoch:
            yield f"{kind} {pk} fell from epoch {old_epoch} to {new_epoch}"


def _writes_to_a_course_never_overlap(site: Site) -> Found:
    """But for a call that stands still with its worker: after its lease and the quiet time it counts as ended.

    It may still have its effect when the worker is woken up; what that does to the row is told in test_28.
    """
    longest = _longest_call(site)
    by_course = defaultdict(list)
    for call in site.faults.writes(request_id="^bulk-"):
        if call.course:
            by_course[call.course].append(call)
    for course, calls in by_course.items():
        calls.sort(key=lambda call: call.started)
        for earlier, later in itertools.pairwise(calls):
            if later.started < min(earlier.ended, earlier.started + longest):
                yield (
                    f"on {course}, {later.request_id} began {earlier.ended - later.started:.3f} s before "
                    f"{earlier.request_id} had ended"
                )


def _logs_keep_secrets(site: Site) -> Found:
    seed = json.loads(SEED_FILE.read_text(encoding="utf-8"))
    private = {user["email"] for user in seed["users"]}
    private |= {row["title"] for upload in site.uploads for row in upload.sample.rows if "title" in row}
    for name, text in site.processes.logs().items():
        found = [words for words in private if words in text]
        if found:
            yield f"{name} tells {found}"
        if TOKEN.search(text):
            yield f"{name} holds a token"


def _nothing_is_left(site: Site) -> Found:
    try:
        wait_for(lambda: not list(_live_leases(site)), RELEASE_SECONDS, "leases to end")
    except AssertionError:
        yield from _live_leases(site)
    kept = {Path(task.csv_file.name).name for task in _tasks(site) if task.csv_file}
    uploads = site.folder / "uploads"
    stored = {file.name for file in uploads.rglob("*") if file.is_file()} if uploads.exists() else set()
    if stored != kept:
        yield f"files without a task: {sorted(stored - kept)}; tasks without a file: {sorted(kept - stored)}"
    left = [file.name for file in site.temporary.rglob("*") if file.is_file()]
    if left:
        yield f"temporary files are left: {left}"


def _longest_call(site: Site) -> float:
    """Seconds after which others take a call for ended."""
    counted = {**FAST, **site.settings}
    return float(counted["LEASE_SECONDS"] + counted["QUIET_SECONDS"])


def _live_leases(site: Site) -> Found:
    """Lanes that a worker holds, and courses that such a lane holds."""
    lanes = site.objects(BulkOperationLane).filter(LIVE)
    yield from (f"{lane} is still held" for lane in lanes)
    courses = site.objects(CourseLease).filter(lane__in=lanes)
    yield from (f"the course {name} is still held" for name in courses.values_list("name", flat=True))


def _effects_by_row(site: Site) -> dict[tuple[int, int], list[ChangeLog]]:
    found: dict[tuple[int, int], list[ChangeLog]] = defaultdict(list)
    for effect in site.effects():
        marked = REQUEST_ID.match(effect.request_id)
        if marked:
            found[int(marked["task"]), int(marked["line"])].append(effect)
    return found


def _lines_of(site: Site, statuses: set[RowStatus] | frozenset[RowStatus]) -> set[tuple[int, int]]:
    rows = site.objects(BulkOperationRow).filter(status__in=statuses)
    return set(rows.values_list("task_id", "line"))


def _is_repeatable(effect: ChangeLog) -> bool:
    return effect.verb in REPEATABLE_VERBS


def _exists(site: Site, key: str) -> bool:
    model = CourseRun if key.startswith("course-v1:") else Course
    return site.objects(model).filter(key=key).exists()


def _is_editor_as_told(site: Site, task: BulkOperationTask, row: BulkOperationRow) -> bool:
    """Only the last row about this person and course says how it is now."""
    same = [
        other
        for other in site.objects(BulkOperationRow).filter(task=task.pk, status=RowStatus.SUCCEEDED).order_by("line")
        if (other.object_key, other.cells["username_or_email"]) == (row.object_key, row.cells["username_or_email"])
    ]
    if same[-1].line != row.line:
        return True
    name = row.cells["username_or_email"]
    editors = site.objects(CourseEditor).filter(course__key=row.object_key)
    is_there = editors.filter(Q(user__email__iexact=name) | Q(user__username__iexact=name)).exists()
    return is_there == (row.cells["action"] == "add")


CHECKS: dict[str, Callable[[Site], Found]] = {
    "I1": _rows_are_those_of_the_file,
    "I2": _counts_add_up,
    "I3": _everything_has_ended_or_waits,
    "I4": _nothing_twice,
    "I5": _claims_are_true,
    "I6": _no_effect_of_rows_that_claim_none,
    "I7": _ends_are_final,
    "I8": _epochs_rise,
    "I9": _writes_to_a_course_never_overlap,
    "I11": _logs_keep_secrets,
    "I12": _nothing_is_left,
}
