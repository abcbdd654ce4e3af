"""An upload becomes a task: checked, stored, recorded, and a worker woken once that is committed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import translation

from course_discovery_bulk import conf
from course_discovery_bulk.access import User
from course_discovery_bulk.choices import (
    TaskStatus,
)
from course_discovery_bulk.exceptions import BulkOperationError, StorageUnavailable, UploadRefused
from course_discovery_bulk.mapping.column_mapping import ColumnMapping
from course_discovery_bulk.mapping.signature import signature_of
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.operations.registry import get_operation
from course_discovery_bulk.service.confirmation import Confirmation, require_number_of_file
from course_discovery_bulk.service.inspection import FileLook, look_at, refused_look
from course_discovery_bulk.service.jobs import expect
from course_discovery_bulk.service.matching import Matcher
from course_discovery_bulk.service.options import checked_options
from course_discovery_bulk.service.reading import ReadFile, check_file
from course_discovery_bulk.service.recalling import choices_of
from course_discovery_bulk.service.rights import refuse_transport
from course_discovery_bulk.storage.hashing import HashingReader
from course_discovery_bulk.text.logs import get_logger

logger = get_logger(__name__)

NAME_LENGTH = 255


class KeyReused(BulkOperationError):
    """The idempotency key was used before for another file or operation."""


class TooManyTasks(BulkOperationError):
    """So many tasks of the same person wait already; nothing was recorded."""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """An accepted upload; `replayed` where the same key had brought the same file before."""

    task: BulkOperationTask
    replayed: bool


def inspect(
    user: User,
    *,
    file: File[bytes],
    task_type: str,
    site_domain: str = "",
    mapping: ColumnMapping | None = None,
    options: Mapping[str, Any] | None = None,
    takes_likely: bool = False,
) -> FileLook:
    """What a submission of this file would meet at once, with its first rows; nothing is stored or recorded.

    Raises UnknownOperation.
    """
    operation = get_operation(task_type)
    try:
        refuse_transport(user)
        chosen = checked_options(options or {}, operation)
    except UploadRefused as refusal:
        return refused_look(refusal)
    matcher = Matcher(user=user, host=site_domain, operation=operation, chosen=mapping, takes_likely=takes_likely)
    return look_at(cast("BinaryIO", file), matcher, chosen)


def submit(
    user: User,
    *,
    file: File[bytes],
    task_type: str,
    options: Mapping[str, Any] | None = None,
    site_domain: str = "",
    idempotency_key: str | None = None,
    origin: BulkOperationTask | None = None,
    origin_kind: str = "",
    mapping: ColumnMapping | None = None,
    confirmation: Confirmation | None = None,
    rings: bool = True,
) -> Submission:
    """Accept a file: check what can be seen at once, store it, record it, and ring once that is committed.

    `origin` is the task that this one follows, and `origin_kind` says as what.
    Headers that `mapping` does not name mean what their names say, or what they were taken for before.

    Where the caller works on the task itself nobody is rung for now; a sweep rings should nothing come of that.

    Raises UploadRefused with every problem found, UnknownOperation, KeyReused, TooManyTasks or StorageUnavailable, and
    ConfirmationNeeded if `confirmation` is given and does not name the rows that are written without a preview.
    """
    operation = get_operation(task_type)
    refuse_transport(user)
    if not _is_used(idempotency_key, user):  # what was accepted before is answered however many wait by now
        _refuse_flood(user)
    chosen = checked_options(options or {}, operation)
    hashed = HashingReader(file)
    matcher = Matcher(user=user, host=site_domain, operation=operation, chosen=mapping)
    found = check_file(hashed, matcher, chosen)
    draft = _draft(matcher, found, chosen)
    draft.original_filename = _display_name(file.name)
    draft.file_sha256, draft.file_size = hashed.hexdigest(), file.size
    draft.idempotency_key = idempotency_key or None
    draft.origin, draft.origin_kind = origin, origin_kind
    if earlier := _earlier(draft, mapping):
        return Submission(task=earlier, replayed=True)
    if not chosen.get("dry_run"):
        require_number_of_file(draft.total_count, confirmation)
    _store(draft, file)
    return _record(draft, mapping, rings=rings)


def _draft(matcher: Matcher, found: ReadFile, options: Mapping[str, Any]) -> BulkOperationTask:
    """The task of a file, without the file; its signature is kept if there is something to remember."""
    facts, mapping = found.facts, found.matched.mapping
    draft = BulkOperationTask(
        headers=list(facts.headers),
        reading=found.form,
        mapping=mapping.as_dict(),
        notes=[note.as_record() for note in (*found.notes, *found.header_problems)],
        uploaded_by_id=matcher.user.pk,
        site_domain=matcher.host,
        task_type=matcher.operation.type,
        options=options,
        language=translation.get_language() or "",
        task_id=str(uuid.uuid4()),
        total_count=facts.row_count,
    )
    draft.signature = signature_of(facts.headers) if mapping or choices_of(draft) else ""
    return draft


def open_file(task: BulkOperationTask) -> File[bytes]:
    """The uploaded file; FileNotFoundError where it is no longer kept, StorageUnavailable where that cannot be told."""
    if not task.csv_file:
        raise FileNotFoundError(task.pk)
    return cast("File[bytes]", task.csv_file.open("rb"))


def _refuse_flood(user: User) -> None:
    """Tasks that wait cost nobody else anything, but nobody needs that many."""
    waiting = BulkOperationTask.objects.filter(uploaded_by_id=user.pk, status=TaskStatus.PENDING).count()
    if waiting >= conf.read().waiting_tasks_per_user:
        raise TooManyTasks(waiting)


def _is_used(idempotency_key: str | None, user: User) -> bool:
    known = BulkOperationTask.objects.filter(uploaded_by_id=user.pk, idempotency_key=idempotency_key)
    return bool(idempotency_key) and known.exists()


def _earlier(draft: BulkOperationTask, mapping: ColumnMapping | None) -> BulkOperationTask | None:
    """The task that the same key brought before, if it was for the same file, operation and `mapping`.

    What was only found or remembered may differ by now, and counts for nothing. Raises KeyReused.
    """
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
    if found and mapping is not None and found.mapping != draft.mapping:
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


def _record(draft: BulkOperationTask, mapping: ColumnMapping | None, *, rings: bool) -> Submission:
    """The row is the outbox: it is committed first, and the bell rings after the commit, whatever the broker does.

    Where the database fails, the file stays: the commit may have been done all the same, and a file that no task
    names is collected later.
    """
    try:
        with transaction.atomic():
            draft.save()
            expect(draft, rings=rings, celery_id=draft.task_id)
    except IntegrityError:
        with suppress(StorageUnavailable):  # the second copy is nobody's: if it stays now, it is collected later
            draft.csv_file.delete(save=False)
        earlier = _earlier(draft, mapping)
        if earlier is None:
            raise
        return Submission(task=earlier, replayed=True)
    return Submission(task=draft, replayed=False)
