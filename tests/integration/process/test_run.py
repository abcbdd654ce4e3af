"""A file on its whole way: uploaded to a web server, rung through Valkey, run by a Celery worker."""

import pytest

from tests.integration.process.work import each_once, finish, history


@pytest.mark.slow
def test_uploaded_file_becomes_courses_of_the_uploader(site, client, start_worker, course_file):
    worker = start_worker()

    task = finish(client, client.upload(course_file("WAY", 3), "course_create")["id"], worker)

    assert task["status"] == "completed"
    assert (task["counts"]["total"], task["counts"]["succeeded"]) == (3, 3)
    assert task["task_summary"]["summary"]["success_count"] == 3
    keys = ["edX+WAY0", "edX+WAY1", "edX+WAY2"]
    courses = list(client.listed(f"/api/v1/courses/?editable=1&keys={','.join(keys).replace('+', '%2B')}"))
    assert sorted(course["key"] for course in courses) == keys
    editors = [[editor["user"]["email"] for editor in course["editors"]] for course in courses]
    assert editors == [["editor@example.org"]] * 3
    assert history(site, "WAY") == each_once("WAY", 3)
