"""The page looks right on a service whose static files were collected without this app."""

import re

import pytest
from django.test import override_settings
from django.urls import reverse

from course_discovery_bulk.web.static_files import static_urls

pytestmark = pytest.mark.django_db


def test_every_file_that_the_page_names_is_answered_though_nothing_was_collected(client, django_user_model):
    client.force_login(django_user_model.objects.create(username="olive", is_staff=True))
    page = client.get(reverse("bulk_operations:new")).content.decode()
    named = re.findall(r'(?:href|src)="(/static/[^"?]+)', page)

    answers = {address: client.get(address) for address in named}

    assert {"bulk.css", "bulk.js", "htmx.min.js"} <= {address.rsplit("/", 1)[1] for address in named}
    assert {address: answer.status_code for address, answer in answers.items() if answer.status_code != 200} == {}
    assert {answer["Cache-Control"] for answer in answers.values()} == {"public, max-age=300"}


@pytest.mark.parametrize(
    "name", ["course_discovery_bulk/none.css", "course_discovery_bulk/../conf.py", "admin/css/base.css"]
)
@pytest.mark.urls("course_discovery_bulk.urls")
def test_nothing_else_is_answered(client, name):
    assert client.get(f"/static/{name}").status_code in (400, 404)


@pytest.mark.parametrize("address", ["https://cdn.example.org/static/", None])
def test_a_service_whose_static_files_are_elsewhere_is_left_alone(address):
    with override_settings(STATIC_URL=address):
        assert static_urls() == []
