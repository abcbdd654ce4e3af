"""Tells of the end of a task: a signal to other apps, and a mail to the uploader who wants one.

The end of a task (or of a preview) and the note that somebody is to be told are written in one statement; the note
stays until it is done, and a sweep rings for it again. What is told is claimed by a conditional UPDATE before it goes
out, so it goes out once at most, whoever else tries and whatever dies. A worker that dies between the claim and the
sending takes the notice with it: the other way round it would come twice.
"""

from __future__ import annotations

from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Final

from django.conf import settings as django_settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.mail import get_connection
from django.db.models import F
from django.utils import timezone, translation

from course_discovery_bulk import conf
from course_discovery_bulk.choices import RESTING_TASK_STATUSES, Notify, TaskStatus
from course_discovery_bulk.conf import BulkSettings
from course_discovery_bulk.db.clock import after
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.notifications.mail import compose_mail
from course_discovery_bulk.signals import bulk_operation_finished
from course_discovery_bulk.text.logs import get_logger

logger = get_logger(__name__)

ANSWERS_OF_THE_SERVER: Final = (SMTPResponseException, SMTPRecipientsRefused)  # a refusal: nothing was sent


class NothingSent(Exception):
    """The mail server took nothing: it may be tried again."""


def is_due(task_pk: int) -> bool:
    """Whether somebody is still to be told of how a task, or its preview, ended."""
    return _to_tell(task_pk) is not None


def tell(task_pk: int) -> None:
    """Tell whoever is still to be told, each once at most."""
    task, settings = _to_tell(task_pk), conf.read()
    if task is None:
        return
    if task.is_final:
        _announce(task)
    address = _address(task, settings)
    if not address:
        BulkOperationTask.objects.filter(pk=task.pk, status=task.status).update(notice_due_at=None)
    elif _claim_mail(task):
        _send_once(task, address, settings)


def wants_mail(task: BulkOperationTask, settings: BulkSettings) -> bool:
    """Whether the uploader asked for a mail about this; what they did themselves they know."""
    choice = task.options.get("notify") or settings.notify
    if choice != Notify.ON_PROBLEMS:
        return bool(choice == Notify.ALWAYS)
    is_own_doing = task.status == TaskStatus.CANCELLED and task.cancelled_by_id == task.uploaded_by_id
    return task.status not in (TaskStatus.COMPLETED, TaskStatus.VALIDATED) and not is_own_doing


def _to_tell(task_pk: int) -> BulkOperationTask | None:
    waiting = BulkOperationTask.objects.filter(notice_due_at__isnull=False, status__in=RESTING_TASK_STATUSES)
    return waiting.select_related("uploaded_by").filter(pk=task_pk).first()


def _announce(task: BulkOperationTask) -> None:
    """Send the signal, unless somebody has; Django logs what a receiver raises, and goes on with the next."""
    first = BulkOperationTask.objects.filter(pk=task.pk, announced_at__isnull=True)
    if first.update(announced_at=timezone.now()):
        facts = {"task_id": task.pk, "task_type": task.task_type, "status": str(task.status)}
        bulk_operation_finished.send_robust(sender=BulkOperationTask, **facts)


def _address(task: BulkOperationTask, settings: BulkSettings) -> str:
    """Where the mail goes; empty where none is to be sent."""
    person: AbstractBaseUser | None = task.uploaded_by
    if person is None or not person.is_active or not wants_mail(task, settings):
        return ""
    return str(getattr(person, person.get_email_field_name(), "") or "")


def _claim_mail(task: BulkOperationTask) -> bool:
    unsent = BulkOperationTask.objects.filter(pk=task.pk, status=task.status, notified_at__isnull=True)
    return bool(unsent.update(notified_at=timezone.now(), notice_due_at=None, mail_attempts=F("mail_attempts") + 1))


def _send_once(task: BulkOperationTask, address: str, settings: BulkSettings) -> None:
    """Send the mail that was claimed; what goes wrong with it is logged by its kind, for its text may name people."""
    try:
        with translation.override(task.language or django_settings.LANGUAGE_CODE):
            _send(task, address, settings)
    except NothingSent as error:
        _log(task, error.__cause__ or error)
        _try_later(task, settings)
    except Exception as error:  # noqa: BLE001 - the task has ended well or not: a mail changes nothing about that
        _log(task, error)
    else:
        logger.info("mail sent", extra={"event": "bulk.mail_sent", "task": task.pk})


def _send(task: BulkOperationTask, address: str, settings: BulkSettings) -> None:
    """Raises NothingSent where that is sure; of any other error nobody knows what the server has taken by then."""
    mail = compose_mail(task, address, settings)
    server = mail.connection = get_connection()
    try:
        server.open()
    except Exception as error:
        raise NothingSent from error
    try:
        mail.send()
    except ANSWERS_OF_THE_SERVER as error:
        raise NothingSent from error
    finally:
        server.close()


def _try_later(task: BulkOperationTask, settings: BulkSettings) -> None:
    """Give the claim back, for a sweep to find; not for ever."""
    tries = task.mail_attempts + 1
    if tries < settings.mail_attempts:
        wait = settings.mail_wait_seconds * 2 ** (tries - 1)
        ours = BulkOperationTask.objects.filter(pk=task.pk, status=task.status, mail_attempts=tries)
        ours.update(notified_at=None, notice_due_at=after(wait))


def _log(task: BulkOperationTask, error: BaseException) -> None:
    facts = {"event": "bulk.mail_failed", "task": task.pk, "attempt": task.mail_attempts + 1}
    logger.warning("mail not sent: %s", type(error).__name__, extra=facts)
