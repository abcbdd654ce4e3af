"""Who sees what, and the headers of every answer."""

import re

import pytest

from course_discovery_bulk.models import BulkOperationTask
from tests.integration.reports.conftest import BARE
from tests.integration.web.conftest import PAGE

GETS = (
    "",
    "history/",
    *(
        f"operations/{name}.{suffix}"
        for name in ("course_create/template", "course_update/export")
        for suffix in ("csv", "xlsx")
    ),
)
OF_A_TASK = (
    "",
    "progress/",
    *(f"{name}.{suffix}" for name in ("results", "failed", "undo") for suffix in ("csv", "xlsx")),
    "uploaded/",
)
POSTS = ("apply/", "cancel/", "retry/", "undo/")


@pytest.fixture(scope="module")
def task_of_module(upload_once):
    return upload_once("course_create", [BARE], user="editor")


@pytest.fixture
def task(task_of_module, db):
    return BulkOperationTask.objects.get(pk=task_of_module.pk)


def paths(task):
    return [f"{PAGE}/{path}" for path in GETS] + [f"{PAGE}/{task.pk}/{path}" for path in OF_A_TASK]


def test_strangers_are_sent_to_the_login_and_back(browser, task):
    for path in paths(task):
        answer = browser(None).get(path, {"page": "2"})
        assert answer.status_code == 302
        assert answer["Location"] == f"/login/?next={path}%3Fpage%3D2"


def test_forms_and_scripts_of_strangers_are_told_instead(browser, task):
    client = browser(None)
    answers = [client.post(f"{PAGE}/{task.pk}/{path}") for path in POSTS]
    answers += [client.post(f"{PAGE}/"), client.get(f"{PAGE}/{task.pk}/progress/", headers={"HX-Request": "true"})]
    for answer in answers:
        assert answer.status_code == 401
        assert b"You&#x27;ve been signed out" in answer.content


def test_accounts_without_rights_are_told_what_to_do(browser, task):
    client = browser("outsider")
    answers = [client.get(path) for path in paths(task)] + [client.post(f"{PAGE}/{task.pk}/{path}") for path in POSTS]
    for answer in answers:
        assert answer.status_code == 403
        assert b"Ask your catalog administrators" in answer.content


@pytest.mark.parametrize("path", OF_A_TASK)
def test_task_of_somebody_else_is_not_found(browser, task, path):
    answer = browser("mit_editor").get(f"{PAGE}/{task.pk}/{path}")
    assert answer.status_code == 404
    assert b"Page not found" in answer.content


@pytest.mark.parametrize("path", POSTS)
def test_task_of_somebody_else_cannot_be_touched(browser, task, path):
    before = task.modified
    assert browser("mit_editor").post(f"{PAGE}/{task.pk}/{path}").status_code == 404
    task.refresh_from_db()
    assert task.modified == before


def test_colleague_looks_on_and_can_do_nothing(browser, task, django_user_model):
    """A colleague belongs to every organization of the uploader; more of them do no harm."""
    colleague = django_user_model.objects.create_user("colleague", "colleague@example.org", "colleague")
    client = browser("colleague")
    assert client.get(f"{PAGE}/{task.pk}/").status_code == 403
    edx = task.uploaded_by.groups.all()
    colleague.groups.set([*edx, *django_user_model.objects.get(username="mit_editor").groups.all()])

    page = client.get(f"{PAGE}/{task.pk}/").content.decode()
    assert "Row" in page
    assert re.findall(rf'href="{PAGE}/{task.pk}/(?!rows/)', page) == []
    assert re.findall(r'<form[^>]* action="([^"]*)"', page) == [f"{PAGE}/{task.pk}/rows/columns/"]
    assert "You can look at this upload" in page
    for path in OF_A_TASK[2:]:
        assert client.get(f"{PAGE}/{task.pk}/{path}").status_code == 404
    for path in POSTS:
        assert client.post(f"{PAGE}/{task.pk}/{path}").status_code == 404
    assert task.original_filename not in client.get(f"{PAGE}/history/").content.decode()

    rest = f"/api/v1/bulk_operation_tasks/{task.pk}"
    assert client.get(f"{rest}/").json()["csv_file"] is None
    assert client.get(f"{rest}/rows/").json()["count"] == 1
    assert client.get(f"{rest}/progress/").status_code == 200
    assert client.get(f"{rest}/results.csv").status_code == 404
    assert client.post(f"{rest}/cancel/").status_code == 404
    task.uploaded_by.groups.add(django_user_model.objects.get(username="mit_editor").groups.first())
    colleague.groups.set(edx[:1])
    assert client.get(f"{PAGE}/{task.pk}/").status_code == 404


@pytest.mark.parametrize("name", ["editor", "staff"])
def test_owner_and_staff_see_it(browser, task, name):
    assert browser(name).get(f"{PAGE}/{task.pk}/").status_code == 200


@pytest.mark.parametrize(
    "path", ["99999999999999999999999999/", "4711/", "operations/none/template.csv", "?operation=no"]
)
def test_what_there_is_not_is_not_found(browser, path):
    answer = browser("staff").get(f"{PAGE}/{path}")
    assert answer.status_code == 404
    assert b"Page not found" in answer.content


def test_every_answer_has_the_strict_policy(browser, task):
    clients = [browser(name) for name in ("editor", "outsider", None)]
    for answer in [client.get(path) for client in clients for path in (*paths(task), f"{PAGE}/4711/")]:
        policy = answer["Content-Security-Policy"]
        assert policy.startswith("default-src 'self';")
        assert "unsafe" not in policy
        assert answer["Cache-Control"] == "no-store, private"


def test_pages_have_nothing_inline_and_ask_no_other_host(browser, task):
    for path in (f"{PAGE}/", f"{PAGE}/history/", f"{PAGE}/{task.pk}/"):
        page = browser("editor").get(path).content.decode()
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick=" not in page
        assert "<script>" not in page
        assert 'src="http' not in page
        assert 'src="/static/django_htmx/htmx' in page


@pytest.mark.parametrize("path", ["", "check/", "{pk}/apply/", "{pk}/cancel/", "{pk}/retry/", "{pk}/undo/"])
def test_forms_need_their_token(browser, task, path):
    client = browser("editor", enforce_csrf_checks=True)
    assert client.post(f"{PAGE}/{path.format(pk=task.pk)}").status_code == 403


@pytest.mark.parametrize("path", ["{pk}/apply/", "{pk}/cancel/", "{pk}/retry/", "{pk}/undo/", "check/"])
def test_links_change_nothing(browser, task, path):
    assert browser("editor").get(f"{PAGE}/{path.format(pk=task.pk)}").status_code == 405


def test_null_characters_are_refused_with_the_names_of_their_fields(browser, task):
    client = browser("editor")
    answers = [
        client.get(f"{PAGE}/history/", {"status": "a\x00"}),
        client.get(f"{PAGE}/{task.pk}/", {"outcome": "\x00"}),
        client.post(f"{PAGE}/", {"task_type": "course_create", "sheet": "a\x00"}),
    ]

    pages = [answer.content.decode() for answer in answers]
    assert [answer.status_code for answer in answers] == [400] * 3
    assert ["status" in pages[0], "outcome" in pages[1], "sheet" in pages[2]] == [True] * 3
