"""The page of saved mappings, as plain forms."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from course_discovery_bulk import service
from course_discovery_bulk.models import SavedMapping
from course_discovery_bulk.service import ColumnMapping
from tests.integration.web.conftest import PAGE

pytestmark = pytest.mark.usefixtures("names_fetched_once")

MAPPINGS = f"{PAGE}/mappings/"
MAPPING = {
    "columns": {"Code": "number", "Coordinator": None},
    "constants": {"organization": "edX"},
    "values": {"primary_subject": {"Comp Sci": "Computer Science"}},
}


def person(name):
    return get_user_model().objects.get(username=name)


def saved_by(name, *, called="Partner A", group=None):
    return service.save_mapping(
        person(name),
        name=called,
        task_type="course_create",
        headers=["title", "Code", "Coordinator"],
        mapping=ColumnMapping.from_dict(MAPPING),
        group=group,
    )


def test_list_shows_what_each_mapping_says(browser):
    saved = saved_by("editor")
    page = browser("editor").get(MAPPINGS).content.decode()
    for text in (
        "Partner A",
        "Create courses",
        "<bdi>title</bdi> → <code>title</code>",
        "<bdi>Coordinator</bdi> → <em>left out",
    ):
        assert text in page
    assert "<code>organization</code> = <bdi>edX</bdi>" in page
    assert "<bdi>comp sci</bdi> → <bdi>Computer Science</bdi>" in page
    assert f"{MAPPINGS}{saved.pk}/delete/" in page


def test_page_without_a_mapping_says_how_to_get_one(browser):
    assert "No mapping is saved yet." in browser("editor").get(MAPPINGS).content.decode()


def test_mapping_is_renamed_and_shared_with_an_organization_and_with_nobody(browser):
    client, saved, group = browser("editor"), saved_by("editor"), person("editor").groups.get()
    answer = client.post(f"{MAPPINGS}{saved.pk}/", {"name": "Partner B", "group": group.pk})
    assert (answer.status_code, answer["Location"]) == (302, MAPPINGS)
    saved.refresh_from_db()
    assert (saved.name, saved.group) == ("Partner B", group)
    client.post(f"{MAPPINGS}{saved.pk}/", {"name": "Partner B", "group": ""})
    saved.refresh_from_db()
    assert saved.group is None


def test_name_that_is_taken_and_group_of_others_are_refused_in_the_form(browser):
    client, saved = browser("editor"), saved_by("editor")
    saved_by("editor", called="Partner B")
    taken = client.post(f"{MAPPINGS}{saved.pk}/", {"name": "Partner B", "group": ""})
    strange = client.post(
        f"{MAPPINGS}{saved.pk}/", {"name": "Partner C", "group": Group.objects.create(name="Other").pk}
    )
    nameless = client.post(f"{MAPPINGS}{saved.pk}/", {"name": " ", "group": ""})
    assert [answer.status_code for answer in (taken, strange, nameless)] == [400, 400, 400]
    assert "Choose a different name." in taken.content.decode()
    saved.refresh_from_db()
    assert (saved.name, saved.group) == ("Partner A", None)


def test_mapping_is_deleted(browser):
    saved = saved_by("editor")
    assert browser("editor").post(f"{MAPPINGS}{saved.pk}/delete/").status_code == 302
    assert not SavedMapping.objects.exists()


def test_member_uses_a_shared_mapping_and_changes_only_own_ones(browser):
    private, group = saved_by("editor"), person("editor").groups.get()
    shared = saved_by("editor", called="Ours", group=group)
    person("mit_editor").groups.add(group)
    client = browser("mit_editor")
    page = client.get(MAPPINGS).content.decode()
    assert "Ours" in page
    assert "Partner A" not in page
    assert f"{MAPPINGS}{shared.pk}/" not in page
    for pk in (private.pk, shared.pk, 10**30):
        assert client.post(f"{MAPPINGS}{pk}/", {"name": "Mine", "group": ""}).status_code == 404
        assert client.post(f"{MAPPINGS}{pk}/delete/").status_code == 404
    assert SavedMapping.objects.count() == 2


def test_staff_see_and_change_the_mappings_of_everybody(browser):
    group = person("editor").groups.get()
    saved = saved_by("editor", group=group)
    client = browser("staff")
    assert "Partner A" in client.get(MAPPINGS).content.decode()
    client.post(f"{MAPPINGS}{saved.pk}/", {"name": "Partner of edX", "group": group.pk})
    saved.refresh_from_db()
    assert (saved.name, saved.group, saved.owner.username) == ("Partner of edX", group, "editor")


def test_strangers_do_not_come_in(browser):
    saved = saved_by("editor")
    assert Client().get(MAPPINGS).status_code == 302
    assert Client().post(f"{MAPPINGS}{saved.pk}/delete/").status_code == 401
    assert SavedMapping.objects.exists()


def test_admin_shows_mappings_and_changes_none(browser):
    saved = saved_by("editor")
    client = browser("staff")
    address = "/admin/course_discovery_bulk/savedmapping/"
    assert b"Partner A" in client.get(address).content
    page = client.get(f"{address}{saved.pk}/change/").content.decode()
    assert "Computer Science" in page
    assert 'name="_save"' not in page
