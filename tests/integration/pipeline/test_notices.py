"""Who is told of the end of a task: the uploader by mail, other apps by a signal; each once, and only if wanted."""

import logging
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.utils import timezone, translation

from course_discovery_bulk import conf, service, tasks
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.notifications import announce
from course_discovery_bulk.signals import bulk_operation_finished
from course_discovery_bulk.workers import sweeper
from course_discovery_bulk.workers.time_slice import work_on
from tests.integration.pipeline.conftest import csv_of, good_row
from tests.integration.pipeline.smtp_server import HANGS_UP, REFUSES, TAKES, mail_server

pytestmark = pytest.mark.usefixtures("courses_in_memory")

GOOD = csv_of(good_row("ONE"))
MIXED = csv_of(good_row("ONE"), good_row("TWO", organization="NobodyX"))
BAD = csv_of(good_row("TWO", organization="NobodyX"))


def tell(task):
    announce.tell(task.pk)
    task.refresh_from_db()


def person(name="staff"):
    return get_user_model().objects.get(username=name)


@pytest.fixture
def heard():
    """What the signal has told."""
    told = []

    def listen(sender, **facts):
        told.append({name: value for name, value in facts.items() if name != "signal"})

    bulk_operation_finished.connect(listen)
    yield told
    bulk_operation_finished.disconnect(listen)


# --- whether there is a mail


@pytest.mark.parametrize(
    ("content", "choice", "mails"),
    [
        (GOOD, None, 0),
        (MIXED, None, 1),
        (BAD, None, 1),
        (GOOD, "on_problems", 0),
        (MIXED, "on_problems", 1),
        (GOOD, "always", 1),
        (MIXED, "always", 1),
        (MIXED, "never", 0),
        (BAD, "never", 0),
    ],
)
def test_mail_is_sent_as_the_upload_says(run, mailoutbox, content, choice, mails):
    task = run(content, notify=choice)

    tell(task)

    assert len(mailoutbox) == mails
    assert (task.notified_at is not None) == bool(mails)
    assert not announce.is_due(task.pk)


@pytest.mark.parametrize(("usual", "mails"), [("never", 0), ("always", 1)])
def test_setting_says_what_is_usual(run, mailoutbox, settings, usual, mails):
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "NOTIFY": usual}

    tell(run(GOOD))

    assert len(mailoutbox) == mails


def test_file_that_is_found_unreadable_is_told(submit, mailoutbox):
    task = submit(GOOD)
    BulkOperationTask.objects.filter(pk=task.pk).update(file_sha256="of another file")
    work_on(task.pk)

    tell(task)

    assert task.status == "failed"
    assert "The stored file isn't the one that was uploaded" in mailoutbox[0].body


@pytest.mark.parametrize(("change", "choice"), [({"email": ""}, "always"), ({"is_active": False}, "always")])
def test_nobody_is_written_to_without_an_address_or_an_account(run, mailoutbox, change, choice):
    task = run(MIXED, notify=choice)
    get_user_model().objects.filter(username="staff").update(**change)

    tell(task)

    assert mailoutbox == []
    assert not announce.is_due(task.pk)


def test_account_that_is_gone_gets_none(run, mailoutbox, heard):
    task = run(MIXED, notify="always")
    BulkOperationTask.objects.filter(pk=task.pk).update(uploaded_by=None)

    tell(task)

    assert mailoutbox == []
    assert len(heard) == 1


@pytest.mark.parametrize(
    ("canceller", "choice", "mails"),
    [("editor", "on_problems", 0), ("editor", "always", 1), ("staff", "on_problems", 1), ("staff", "never", 0)],
)
def test_who_cancels_their_own_upload_knows_it(submit, mailoutbox, canceller, choice, mails):
    task = submit(GOOD, "editor", notify=choice)
    service.cancel(task, person(canceller))
    work_on(task.pk)

    tell(task)

    assert task.status == "cancelled"
    assert [mail.to for mail in mailoutbox] == [["editor@example.org"]] * mails


# --- previews


def test_preview_that_waits_is_told_if_asked_and_so_is_its_end(run, mailoutbox, heard):
    task = run(GOOD, dry_run=True, notify="always")
    tell(task)
    assert (task.status, len(mailoutbox), heard) == ("validated", 1, [])
    assert mailoutbox[0].subject == "courses.csv: Preview ready"
    assert f"https://testserver/bulk-operations/{task.pk}/" in mailoutbox[0].body

    service.apply(task)
    while work_on(task.pk).is_needed:
        pass
    tell(task)

    assert [mail.subject for mail in mailoutbox] == ["courses.csv: Preview ready", "courses.csv: Completed"]
    assert [told["status"] for told in heard] == ["completed"]


def test_preview_is_not_told_where_only_problems_are(run, mailoutbox):
    tell(run(MIXED, dry_run=True))

    assert mailoutbox == []


def test_preview_that_was_applied_before_its_mail_was_sent_gets_none(run, mailoutbox):
    task = run(GOOD, dry_run=True, notify="always")
    service.apply(task)

    tell(task)

    assert mailoutbox == []


# --- once


def test_nothing_is_told_twice(run, mailoutbox, heard):
    task = run(MIXED)
    for _time in range(3):
        work_on(task.pk)  # the last slice once more, as a job that is delivered again
        tell(task)
        tasks.notify(task.pk)

    assert len(mailoutbox) == len(heard) == 1


def test_two_at_once_send_one_mail(run, mailoutbox, heard, monkeypatch):
    """The other comes in when one has looked and not yet claimed."""
    task = run(MIXED)
    address = announce._address

    def interrupted(*args):
        monkeypatch.setattr(announce, "_address", address)
        announce.tell(task.pk)
        return address(*args)

    monkeypatch.setattr(announce, "_address", interrupted)
    tell(task)

    assert len(mailoutbox) == len(heard) == 1


def test_end_of_a_job_sends_the_job_that_tells(submit, mailoutbox, settings, heard):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    task = submit(MIXED)

    tasks.run_task(task.pk)

    assert len(mailoutbox) == len(heard) == 1


def test_sweep_finds_what_is_left_to_tell_once_it_is_overdue(run):
    task, told = run(MIXED), run(MIXED)
    tell(told)
    assert sweeper.sweep(conf.read()).to_tell == ()

    BulkOperationTask.objects.filter(pk=task.pk).update(notice_due_at=timezone.now() - timedelta(seconds=1))

    assert sweeper.sweep(conf.read()).to_tell == (task.pk,)
    assert sweeper.sweep(conf.read()).to_tell == ()
    assert announce.is_due(task.pk)


# --- a mail server in trouble


def overdue(task):
    """Whether a sweep would have it sent once more."""
    BulkOperationTask.objects.filter(pk=task.pk, notice_due_at__isnull=False).update(
        notice_due_at=timezone.now() - timedelta(seconds=1)
    )
    return sweeper.sweep(conf.read()).to_tell == (task.pk,)


def test_mail_is_tried_again_while_the_server_refuses_it_and_then_comes_once(run, settings):
    task = run(MIXED)
    with mail_server(settings) as server:
        server.mood = REFUSES
        tell(task)
        assert (server.got, task.notified_at, task.mail_attempts, overdue(task)) == ([], None, 1, True)

        server.mood = TAKES
        tell(task)
        tell(task)

    assert len(server.got) == 1
    assert (task.status, task.mail_attempts, overdue(task)) == ("partially_completed", 2, False)


def test_mail_is_tried_again_while_there_is_no_server(run, settings):
    task = run(MIXED)
    with mail_server(settings):
        pass
    tell(task)

    assert (task.notified_at, task.mail_attempts, overdue(task)) == (None, 1, True)


def test_mail_is_given_up_after_some_tries(run, settings, heard):
    settings.BULK_OPERATIONS = {**settings.BULK_OPERATIONS, "MAIL_ATTEMPTS": 3}
    task = run(MIXED)
    with mail_server(settings) as server:
        server.mood = REFUSES
        tries = 0
        while announce.is_due(task.pk):
            tell(task)
            tries += 1

    assert tries == 3
    assert not overdue(task)
    assert (task.status, len(heard)) == ("partially_completed", 1)


def test_mail_is_never_repeated_where_the_server_may_have_it(run, settings):
    task = run(MIXED)
    with mail_server(settings) as server:
        server.mood = HANGS_UP
        tell(task)
        server.mood = TAKES
        tell(task)

    assert len(server.got) == 1
    assert not overdue(task)


@pytest.mark.parametrize("mood", [TAKES, REFUSES, HANGS_UP])
def test_log_names_nobody(run, settings, caplog, mood):
    task = run(MIXED)
    with caplog.at_level(logging.INFO), mail_server(settings) as server:
        server.mood = mood
        tell(task)

    lines = [record.getMessage() + str(record.exc_info) for record in caplog.records]
    assert any("mail" in line for line in lines)
    assert not any("staff@example.org" in line or "courses.csv" in line for line in lines)


# --- the signal


def test_signal_tells_the_facts_of_a_task_whose_end_can_be_read(run):
    seen = []

    def look(sender, task_id, **facts):
        seen.append((sender, BulkOperationTask.objects.get(pk=task_id).status, facts["task_type"], facts["status"]))

    bulk_operation_finished.connect(look)
    try:
        tell(run(GOOD))
    finally:
        bulk_operation_finished.disconnect(look)

    assert seen == [(BulkOperationTask, "completed", "course_create", "completed")]


def test_receiver_that_raises_harms_nobody(run, mailoutbox):
    def break_down(sender, **facts):
        raise RuntimeError("a bug of another app")

    told = []

    def listen(sender, **facts):
        told.append(facts["task_id"])

    bulk_operation_finished.connect(break_down)
    bulk_operation_finished.connect(listen)
    try:
        task = run(MIXED)
        tell(task)
        tell(task)
    finally:
        bulk_operation_finished.disconnect(break_down)
        bulk_operation_finished.disconnect(listen)

    assert told == [task.pk]
    assert task.status == "partially_completed"
    assert len(mailoutbox) == 1


def test_signal_needs_no_mail(run, heard, mailoutbox):
    tell(run(GOOD, notify="never"))

    assert (len(heard), mailoutbox) == (1, [])


# --- the language


def test_mail_is_in_the_language_of_the_upload(submit, mailoutbox, monkeypatch):
    used = []
    compose = announce.compose_mail

    def noted(*args):
        used.append(translation.get_language())
        return compose(*args)

    monkeypatch.setattr(announce, "compose_mail", noted)
    with translation.override("pt-br"):
        first = submit(BAD)
    second = submit(BAD)
    BulkOperationTask.objects.filter(pk=second.pk).update(language="")
    for task in (first, second):
        work_on(task.pk)
        tell(task)

    assert used == ["pt-br", django_settings.LANGUAGE_CODE]
    assert len(mailoutbox) == 2
