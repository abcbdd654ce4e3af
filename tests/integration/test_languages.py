"""Whoever reads another language reads it everywhere: nothing that a person is told is left in English.

The other language is made here of the source catalogues, ours and those of the apps that we stand on: each text is
itself in «». What is outside of them on a page is data, or a text that was forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.conf import settings as host
from django.test import Client

from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.service import operations
from sandbox.discovery.models import User
from tests.catalogues import Entry, read_po, write_mo
from tests.integration.reports.conftest import BARE_KEY, FULL, FULL_KEY, client_of  # noqa: F401
from tests.integration.web.conftest import PAGE, browser, catalog_of_module, quick_settings, upload  # noqa: F401

pytestmark = pytest.mark.usefixtures("names_fetched_once")

TASKS = "/admin/course_discovery_bulk/bulkoperationtask/"
ROWS = "/admin/course_discovery_bulk/bulkoperationrow/"
CHANGE = {"course_key": FULL_KEY, "title": "4711", "verified_price": ""}
WRONG = {"course_key": BARE_KEY, "level_type": "0815", "verified_price": "-1", "topics": "[clear]", "title": "[clear]"}
LOST = {"course_key": "edX+404", "title": "4712"}
DATA_TAGS = {"code", "bdi", "ins", "del", "time", "script", "style"}
NOT_OURS = (
    "export-org",
    "export-subject",
    "user-tools",
    "nav-sidebar",
)  # organizations, subjects, a name, other apps of the site
READ_ATTRIBUTES = ("alt", "title", "placeholder", "aria-label")
WORD = re.compile(r"[^\W\d_]{2,}")
ADDRESS = re.compile(r"https?://\S+")
TOLD = re.compile(r"«[^«»]*»")


def source_texts() -> Iterator[Entry]:
    folders = [Path(django.__file__).parent / "conf", *(Path(config.path) for config in apps.get_app_configs())]
    for folder in folders:
        path = folder / "locale/en/LC_MESSAGES/django.po"
        if path.exists():
            yield from read_po(path)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("locale")
    write_mo(folder / "xx/LC_MESSAGES/django.mo", source_texts(), lambda text: f"«{text}»")
    return folder


@pytest.fixture
def other_language(settings, catalogue: Path) -> None:
    """The site speaks the other language from here on; what was stored before was stored in English all the same."""
    settings.LOCALE_PATHS = [str(catalogue)]
    settings.LANGUAGES = [("xx", "Other"), *host.LANGUAGES]
    settings.LANGUAGE_CODE = "xx"


class Reader(HTMLParser):
    """What a person sees or hears of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        classes = (given.get("class") or "").split()
        is_data = tag in DATA_TAGS or bool({"values", "hidden"} & set(classes)) or given.get("id") in NOT_OURS
        if tag not in ("input", "br", "img", "meta", "link", "hr", "rect", "path"):
            self.open.append((tag, is_data))
        if not any(data for _tag, data in self.open):
            self.seen += [given[name] or "" for name in READ_ATTRIBUTES if given.get(name)]
            if tag == "input" and given.get("type") in ("submit", "button"):
                self.seen.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        while self.open:
            if self.open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        if not any(is_data for _tag, is_data in self.open):
            self.seen.append(data)


def untold(client: Client, address: str, data: set[str]) -> list[str]:
    """The words of a page that are neither in the other language nor among the data."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    page = answer.content.decode()
    reader = Reader()
    reader.feed(page[page.index("<title") :])
    text = "\n".join(reader.seen)
    assert "«" in text
    while TOLD.search(text):
        text = TOLD.sub(" ", text)
    text = ADDRESS.sub(" ", text)
    for word in sorted(data, key=len, reverse=True):
        text = text.replace(word, " ")
    return WORD.findall(text)


@pytest.fixture
def tasks(upload) -> dict[str, BulkOperationTask]:  # noqa: F811
    return {
        "preview": upload("course_update", [CHANGE, WRONG, LOST], dry_run=True),
        "done": upload("course_update", [CHANGE, WRONG, LOST]),
        "refused": upload("course_update", [WRONG], on_error="all_or_nothing"),
    }


DATA = {"staff", "UTF-8", "courses.csv", FULL_KEY, BARE_KEY, "edX", "course_update", "course_create", *CHANGE, *WRONG}


@pytest.mark.usefixtures("other_language")
@pytest.mark.parametrize("name", [operation.type for operation in operations()])
def test_a_new_upload(browser, name: str) -> None:  # noqa: F811
    client = browser("staff")

    assert untold(client, f"{PAGE}/?operation={name}", DATA) == []


def test_tasks_and_their_history(tasks, browser, other_language) -> None:  # noqa: F811
    client = browser("staff")

    for task in tasks.values():
        assert untold(client, f"{PAGE}/{task.pk}/", DATA) == []
        assert untold(client, f"{PAGE}/{task.pk}/?outcome=all", DATA) == []
    assert untold(client, f"{PAGE}/history/", DATA) == []


def test_the_admin(tasks, other_language) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root", "root@example.com", "root"))
    kept = {
        *DATA, FULL["title"], "[clear]", "UTC",
        "Search",  # Django's alternative text of the search icon, which it does not translate itself
        *(found.file_sha256 for found in tasks.values()),
        *(found.reading[name] for found in tasks.values() for name in ("kind", "encoding")),
        *(problem["code"] for found in tasks.values() for row in found.rows.all() for problem in row.problems),
        *(problem["code"] for found in tasks.values() for problem in found.notes),
    }  # fmt: skip

    kept |= {task.task_id or "" for task in tasks.values()} - {""}
    assert untold(client, TASKS, kept) == []
    assert untold(client, f"{TASKS}add/", kept) == []
    assert untold(client, ROWS, kept) == []
    for found in tasks.values():
        assert untold(client, f"{TASKS}{found.pk}/change/", kept) == []
        for row in found.rows.all():
            assert untold(client, f"{ROWS}{row.pk}/change/", kept) == []


def test_programs_read_english(tasks, client_of, other_language) -> None:  # noqa: F811
    answer = client_of("staff").get(f"/api/v1/bulk_operation_tasks/{tasks['done'].pk}/rows/?status=invalid")
    (row, *_) = answer.json()["results"]

    texts = [problem["message"] for problem in row["problems"]]

    assert "“-1” is not a price. A price cannot be negative." in texts
    assert all("facts" not in problem for problem in row["problems"])
    results = client_of("staff").get(f"/api/v1/bulk_operation_tasks/{tasks['done'].pk}/results.csv")
    assert "«" not in b"".join(results.streaming_content).decode()
