"""Section I: workers die between the end of a task and its mail. It is told once, and the task is as it was."""

import pytest

from tests.faults.rig.failpoints import KILL, Failpoint
from tests.faults.rig.samples import course_create

FILES = {"SANDBOX_EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}
NOTICES = "course_discovery_bulk.notifications.announce."


def mails(site):
    """Every mail that was sent, by whatever process; Django ends each with a rule when it is whole."""
    texts = [file.read_text(encoding="utf-8") for file in sorted((site.folder / "mails").glob("*"))]
    return [text for text in texts if text.rstrip().endswith("-" * 79)]


def upload(site):
    return site.upload(course_create(2, calls=1), notify="always")


@pytest.mark.parametrize(
    "point",
    [pytest.param("is_due", marks=pytest.mark.slow), "tell", pytest.param("_claim_mail", marks=pytest.mark.slow)],
)
def test_worker_killed_before_the_mail_is_claimed(site, point):
    """The note in the database is found by a sweep, and another process sends it."""
    kill = Failpoint(name="kill", target=NOTICES + point, action=KILL)
    site.start_worker(failpoints=[kill], environment=FILES)

    pk = upload(site)

    assert site.finish(pk).status == "completed"
    site.wait(lambda: mails(site), "the mail", 60)
    assert site.reached("kill") > 1
    assert len(mails(site)) == 1
    assert f"/bulk-operations/{pk}/" in mails(site)[0]
    assert site.task(pk).status == "completed"


def test_worker_killed_while_it_sends_the_mail(site):
    """Nobody knows whether it went out, so it is not sent again."""
    kill = Failpoint(name="kill", target=NOTICES + "_send", action=KILL, moment="after")
    worker = site.start_worker(failpoints=[kill], environment=FILES)

    pk = upload(site)

    assert site.finish(pk).status == "completed"
    site.wait(lambda: site.reached("kill"), "the kill", 60)
    site.sweep()
    second = upload(site)
    assert site.finish(second).status == "completed"
    site.wait(lambda: site.reached("kill") > 1, "the mail of the second", 60)
    assert worker.is_running
    assert [sum(f"/bulk-operations/{task}/\n" in mail for mail in mails(site)) for task in (pk, second)] == [1, 1]
    assert site.task(pk).notified_at is not None
