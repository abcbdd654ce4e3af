"""The Python entry point: what the REST API, the page, the admin and commands ask for, in one place."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from course_discovery_bulk import conf
from course_discovery_bulk.access import User, find_user, may_use, sees_all, visible_tasks
from course_discovery_bulk.choices import (
    FINAL_TASK_STATUSES,
    OPEN_ROW_STATUSES,
    DateOrder,
    Notify,
    OnError,
    RowStatus,
    TaskStatus,
    Transport,
)
from course_discovery_bulk.exceptions import BulkOperationError, StorageUnavailable, UploadRefused
from course_discovery_bulk.foreground import work_here
from course_discovery_bulk.health import Health, check_health, idle_seconds, is_behind_others
from course_discovery_bulk.inspection import FileLook, check_file, look_at, refused_look
from course_discovery_bulk.logs import get_logger
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.operations.registry import all_operations, get_operation
from course_discovery_bulk.phrases import Phrase
from course_discovery_bulk.phrases import gettext_noop as _
from course_discovery_bulk.pipeline.leases import expect_job, patience
from course_discovery_bulk.pipeline.summarise import count_rows
from course_discovery_bulk.problems import BAD_OPTION, FORBIDDEN, Place, problem
from course_discovery_bulk.retries import NothingToRetry, make_retry, retry_of, rows_to_retry
from course_discovery_bulk.tasks import Swept, ring, sweep_now

__all__ = [
    "KeyReused",
    "NothingToRetry",
    "Progress",
    "StorageUnavailable",
    "Submission",
    "TooManyTasks",
    "apply",
    "cancel",
    "find_user",
    "health",
    "idle_seconds",
    "inspect",
    "is_behind_others",
    "may_use",
    "open_file",
    "operations",
    "option_choices",
    "progress",
    "retry",
    "retry_of",
    "rows_to_retry",
    "sees_all",
    "submit",
    "sweep",
    "visible_tasks",
    "work_here",
]

logger = get_logger(__name__)

HASH_CHUNK = 1024 * 1024
NAME_LENGTH = 255
CHOICES: Mapping[str, tuple[str, ...]] = {
    "on_error": tuple(OnError.values),
    "date_order": tuple(DateOrder.values),
    "notify": tuple(Notify.values),
}
SWITCHES = ("dry_run",)
NUMBERS = ("stop_after",)
APPLIED: Mapping[str, Any] = {"status": TaskStatus.PROCESSING, "notice_due_at": None}  # no mail of a preview any more
NEVER_SENT = OPEN_ROW_STATUSES | {RowStatus.INVALID, RowStatus.NOT_PROCESSED}
ENDED_BY_PLANNING = {RowStatus.UNCHANGED, RowStatus.SKIPPED}
STAGES = ("reading", "checking", "previewed", "planning", "writing", "paused", "finished")  # of a task
POSITIVE = re.compile("0*[1-9][0-9]{0,8}")


class KeyReused(BulkOperationError):
    """The idempotency key was used before for another file or operation."""


class TooManyTasks(BulkOperationError):
    """So many tasks of the same person wait already; nothing was recorded."""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """An accepted upload; `replayed` where the same key had brought the same file before."""

    task: BulkOperationTask
    replayed: bool


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a task is; rate in rows per second and remaining time in seconds, None while they cannot be told."""

    status: str
    stage: str
    step: str  # the stage, whether or not it pauses
    total: int
    processed: int
    counts: Mapping[str, int] = field(default_factory=dict)
    rate_per_second: float | None = None
    eta_seconds: float | None = None
    finished: bool = False


def operations() -> tuple[Operation, ...]:
    """Every operation that can be asked for."""
    return all_operations()


def option_choices() -> dict[str, tuple[str, ...]]:
    """The options with a few possible values each; which of `on_existing` are possible depends on the operation."""
    on_existing = dict.fromkeys(value for operation in all_operations() for value in operation.on_existing)
    return {**CHOICES, "on_existing": tuple(on_existing)}


def inspect(user: User, *, file: File[bytes], task_type: str) -> FileLook:
    """What a submission of this file would meet at once, with its first rows; nothing is stored or recorded.

    Raises UnknownOperation.
    """
    operation = get_operation(task_type)
    try:
        _refuse_transport(user)
    except UploadRefused as refusal:
        return refused_look(refusal)
    return look_at(file, operation)


def submit(
    user: User,
    *,
    file: File[bytes],
    task_type: str,
    options: Mapping[str, Any] | None = None,
    site_domain: str = "",
    idempotency_key: str | None = None,
    rings: bool = True,
) -> Submission:
    """Accept a file: check what can be seen at once, store it, record it, and ring once that is committed.

    Where the caller works on the task itself nobody is rung for now; a sweep rings should nothing come of that.

    Raises UploadRefused with every problem found, UnknownOperation, KeyReused, TooManyTasks or StorageUnavailable.
    """
    operation = get_operation(task_type)
    _refuse_transport(user)
    _refuse_flood(user)
    chosen = _checked_options(options or {}, operation)
    facts, notes = check_file(file, operation)
    draft = BulkOperationTask(
        original_filename=_display_name(file.name),
        file_sha256=_checksum(file),
        file_size=file.size,
        headers=list(facts.headers),
        notes=[note.as_record() for note in notes],
        uploaded_by_id=user.pk,
        site_domain=site_domain,
        task_type=task_type,
        options=chosen,
        language=translation.get_language() or "",
        task_id=str(uuid.uuid4()),
        idempotency_key=idempotency_key or None,
        total_count=facts.row_count,
    )
    earlier = _earlier(draft)
    if earlier:
        return Submission(task=earlier, replayed=True)
    _store(draft, file)
    return _record(draft, rings=rings)


def progress(task: BulkOperationTask) -> Progress:
    """How far a task is, in a constant number of queries."""
    buckets = count_rows(task)
    stored = sum(buckets.values())
    total = max(task.total_count, stored)
    waiting = sum(buckets[status] for status in OPEN_ROW_STATUSES)
    processed = stored - waiting if task.validated_at else 0
    rate, step = _rate(task, buckets), _step(task)
    return Progress(
        status=task.status,
        stage="paused" if _is_paused(task) else step,
        step=step,
        total=total,
        processed=processed,
        counts=buckets,
        rate_per_second=rate,
        eta_seconds=None if task.is_final or not rate else (total - processed) / rate,
        finished=task.is_final,
    )


def apply(task: BulkOperationTask, *, rings: bool = True) -> bool:
    """Carry out the plan of a preview; False where the task is none, or was applied before."""
    waiting = BulkOperationTask.objects.filter(pk=task.pk, status=TaskStatus.VALIDATED)
    now = timezone.now()
    with transaction.atomic():
        is_taken = bool(waiting.update(**APPLIED, started_at=now, modified=now))
        if is_taken:
            _expect_job(task, rings=rings)
    task.refresh_from_db()
    return is_taken


def cancel(task: BulkOperationTask, user: User | None = None, *, rings: bool = True) -> bool:
    """Ask a task to stop before its next row; False where it has ended already. A preview is discarded at once.

    `user` is who asks: the uploader needs no mail about what they did themselves.
    """
    now = timezone.now()
    open_tasks = BulkOperationTask.objects.filter(pk=task.pk).exclude(status__in=FINAL_TASK_STATUSES)
    with transaction.atomic():
        asked = {"cancel_requested_at": now, "cancelled_by_id": user.pk if user else None}
        is_asked = bool(open_tasks.update(**asked, next_attempt_at=None, modified=now))
        open_tasks.filter(status=TaskStatus.VALIDATED).update(**APPLIED, started_at=now)
        if is_asked:
            _expect_job(task, rings=rings)
    task.refresh_from_db()
    return is_asked


def retry(task: BulkOperationTask, user: User) -> Submission:
    """Do what is left of a task that has ended, in the name of whoever asks; NothingToRetry where nothing is.

    A task is retried once: asked again, the same retry is given, and it can be retried in turn.
    """
    _refuse_transport(user)
    child, is_replayed = make_retry(task, user)
    return Submission(task=child, replayed=is_replayed)


def sweep() -> Swept:
    """Ring for every task whose job is overdue, here and now."""
    return sweep_now()


def health() -> Health:
    """How things stand, for operators."""
    return check_health(conf.read())


def open_file(task: BulkOperationTask) -> File[bytes]:
    """The uploaded file; FileNotFoundError where it is no longer kept, StorageUnavailable where that cannot be told."""
    if not task.csv_file:
        raise FileNotFoundError(task.pk)
    return cast("File[bytes]", task.csv_file.open("rb"))


def _refuse_transport(user: User) -> None:
    """Over http everything is done with the rights of the token, which is more than a member has."""
    if conf.read().transport == Transport.HTTP and not sees_all(user):
        raise UploadRefused([problem(FORBIDDEN, detail=Phrase(_("with the http transport only staff may upload")))])


def _refuse_flood(user: User) -> None:
    """Tasks that wait cost nobody else anything, but nobody needs that many."""
    waiting = BulkOperationTask.objects.filter(uploaded_by_id=user.pk, status=TaskStatus.PENDING).count()
    if waiting >= conf.read().waiting_tasks_per_user:
        raise TooManyTasks(waiting)


def _checked_options(given: Mapping[str, Any], operation: Operation) -> dict[str, Any]:
    """The options of an upload, without those that say nothing; UploadRefused where one is not possible."""
    # 0 equals False, but it is a number that somebody named
    chosen = {name: value for name, value in given.items() if value is not False and value not in (None, "")}
    allowed = {**CHOICES, "on_existing": operation.on_existing}
    wrong = [
        problem(BAD_OPTION, Place(column=name, value=str(value)), option=name, allowed=_allowed(name, allowed))
        for name, value in chosen.items()
        if not _is_possible(name, value, allowed) or (name in NUMBERS and chosen.get("on_error") != OnError.STOP)
    ]
    if wrong:
        raise UploadRefused(wrong)
    return {name: _stored_option(name, value) for name, value in chosen.items()}


def _is_possible(name: str, value: Any, allowed: Mapping[str, tuple[str, ...]]) -> bool:
    if name in SWITCHES:
        return isinstance(value, bool)
    if name in NUMBERS:
        return bool(POSITIVE.fullmatch(str(value)))
    return str(value) in allowed.get(name, ())


def _stored_option(name: str, value: Any) -> Any:
    if name in SWITCHES:
        return True
    return int(value) if name in NUMBERS else str(value)


def _allowed(name: str, allowed: Mapping[str, tuple[str, ...]]) -> str:
    if name in NUMBERS:
        return f"a whole number from 1, with on_error={OnError.STOP}"
    return ", ".join(allowed.get(name, ())) or "none"


def _checksum(file: File[bytes]) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    for part in file.chunks(HASH_CHUNK):
        digest.update(part)
    file.seek(0)
    return digest.hexdigest()


def _earlier(draft: BulkOperationTask) -> BulkOperationTask | None:
    """The task that the same key brought before, if it was for the same file and operation."""
    if draft.idempotency_key is None:
        return None
    found = BulkOperationTask.objects.filter(
        uploaded_by_id=draft.uploaded_by_id, idempotency_key=draft.idempotency_key
    ).first()
    if found and (found.file_sha256, found.task_type, found.options) != (
        draft.file_sha256,
        draft.task_type,
        draft.options,
    ):
        raise KeyReused(draft.idempotency_key)
    return found


def _display_name(name: str | None) -> str:
    """What people see of the file's name: its last part, without characters that steer a terminal or a page."""
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    shown = "".join(character for character in last if character.isprintable()).strip()
    return shown[-NAME_LENGTH:] or "upload.csv"


def _store(draft: BulkOperationTask, file: File[bytes]) -> None:
    try:
        draft.csv_file.save(draft.original_filename, file, save=False)
    except StorageUnavailable as error:
        logger.warning("file not stored: %s", error, extra={"event": "bulk.store_failed"})
        raise


def _record(draft: BulkOperationTask, *, rings: bool) -> Submission:
    """The row is the outbox: it is committed first, and the bell rings after the commit, whatever the broker does.

    Where the database fails, the file stays: the commit may have been done all the same, and a file that no task
    names is collected later.
    """
    try:
        with transaction.atomic():
            draft.save()
            _expect_job(draft, rings=rings, celery_id=draft.task_id)
    except IntegrityError:
        earlier = _earlier(draft)
        if earlier is None:
            raise
        with suppress(StorageUnavailable):  # the second copy is nobody's: if it stays now, it is collected later
            draft.csv_file.delete(save=False)
        return Submission(task=earlier, replayed=True)
    return Submission(task=draft, replayed=False)


def _expect_job(task: BulkOperationTask, *, rings: bool, celery_id: str | None = None) -> None:
    """Note that somebody will work on the task, and ring for that once all is committed."""
    expect_job(task.pk, ring_again_after=patience(conf.read()))
    if rings:
        transaction.on_commit(partial(ring, task.pk, celery_id=celery_id), robust=True)


def _is_paused(task: BulkOperationTask) -> bool:
    rests = task.is_final or task.status == TaskStatus.VALIDATED
    return not rests and bool(task.next_attempt_at and task.next_attempt_at > timezone.now())


def _step(task: BulkOperationTask) -> str:
    if task.is_final:
        return "finished"
    if task.ingested_at is None:
        return "reading"
    if task.validated_at is None:
        return "checking"
    if task.started_at is None:
        return "previewed" if task.status == TaskStatus.VALIDATED else "planning"
    return "writing"


def _rate(task: BulkOperationTask, buckets: Mapping[str, int]) -> float | None:
    """Rows per second since the first was sent, without those that planning had ended before.

    Told from the counts: to ask every row whether it was sent would cost more than the rest of an answer.
    """
    if task.started_at is None:
        return None
    was_planned = task.options.get("dry_run") or task.options.get("on_error") == OnError.ALL_OR_NOTHING
    unsent = NEVER_SENT | ENDED_BY_PLANNING if was_planned else NEVER_SENT
    done = sum(number for status, number in buckets.items() if status not in unsent)
    seconds = ((task.finished_at or timezone.now()) - task.started_at).total_seconds()
    return done / seconds if done and seconds > 0 else None
