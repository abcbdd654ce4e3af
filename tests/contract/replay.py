"""Sends the requests of a recorded scenario to the sandbox, one after the other, and compares the answers."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode, urlsplit

from django.db import connections
from django.test import Client

from sandbox.discovery import models
from sandbox.discovery.rules import writing
from sandbox.discovery.seed import SEED_FILE
from sandbox.discovery.tokens import issue_token
from tests.contract.matching import Difference, Names, compare, compare_kinds, compare_selection

BASE = "http://testserver"
RACE_TIMEOUT = 10
BAD_REQUEST = 400
# Slug of somebody who teaches -> what recordings call them.
PEOPLE = {"ada-lovelace": "ada", "grace-hopper": "grace", "ada-byron": "byron", "olga-other": "olga"}


@dataclass(frozen=True)
class Scenario:
    """Exchanges that belong together, in order."""

    service: str  # whose answers were recorded: see the setting SANDBOX_SERVICE
    group: str
    name: str
    exchanges: tuple[dict[str, Any], ...]

    @property
    def races(self) -> bool:
        """Whether any of its requests is sent several times at once."""
        return any("parallel" in exchange["request"] for exchange in self.exchanges)

    @property
    def has_path_slugs(self) -> bool:
        """Whether the switch for them was on."""
        return self.group == "slug_switch_on"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    content_type: str
    headers: dict[str, str]
    body: Any


def read_scenarios(service: str, folder: Path) -> list[Scenario]:
    """All scenarios of all groups in a folder."""
    found = []
    for path in sorted(folder.glob("*.json")):
        recorded = json.loads(path.read_text(encoding="utf-8"))
        by_name: dict[str, list[dict[str, Any]]] = {}
        for exchange in recorded["exchanges"]:
            by_name.setdefault(exchange["scenario"], []).append(exchange)
        for name, exchanges in by_name.items():
            found.append(Scenario(service, recorded["group"], name, tuple(exchanges)))
    return found


def seed_names(tag: str) -> Names:
    """What the seeded catalog calls its rows."""
    known: dict[str, Any] = {"tag": tag, "base": BASE}
    tables = {
        "type": (models.CourseType, "slug"),
        "run_type": (models.CourseRunType, "slug"),
        "org": (models.Organization, "key"),
        "subject": (models.Subject, "slug"),
        "topic": (models.Topic, "slug"),
        "program_type": (models.ProgramType, "slug"),
    }
    for prefix, (model, column) in tables.items():
        for uuid, name in model.objects.values_list("uuid", column):
            known[f"uuid:{prefix}/{name}"] = str(uuid)
    for collaborator in models.Collaborator.objects.all():
        known[f"uuid:collaborator/{collaborator.name.lower().replace(' ', '-')}"] = str(collaborator.uuid)
    for pk, username in models.User.objects.values_list("pk", "username"):
        known[f"id:user/{username}"] = pk
    for person in models.Person.objects.all():
        known[f"uuid:person/{PEOPLE.get(person.slug, person.slug)}"] = str(person.uuid)
    return Names(known)


SEED_USERS = {row["username"]: row for row in json.loads(SEED_FILE.read_text(encoding="utf-8"))["users"]}


def authorization(as_user: str, auth: dict[str, Any]) -> dict[str, str]:
    """The header of a request."""
    if "raw" in auth:
        return {"HTTP_AUTHORIZATION": auth["raw"]}
    if as_user == "anonymous" and "username" not in auth:
        return {}
    seeded = SEED_USERS.get(as_user, {})
    token = issue_token(
        auth.get("username", as_user),
        email=auth.get("email", seeded.get("email", f"{as_user}@example.org")),
        administrator=auth.get("administrator", seeded.get("is_staff", False)),
        life=auth.get("life", 3600),
        age=auth.get("age", 0),
        secret=auth.get("secret"),
        drop=auth.get("drop", ()),
    )
    return {"HTTP_AUTHORIZATION": f"{auth.get('scheme', 'JWT')} {token}"}


def send(exchange: dict[str, Any], names: Names) -> Answer:
    """Send one request, with its placeholders filled in."""
    request = exchange["request"]
    target = urlsplit(names.fill(request["path"]))
    query = urlencode(names.fill(request["query"])) if "query" in request else target.query
    if "raw" in request:
        body = str(names.fill(request["raw"]))
    else:
        body = json.dumps(names.fill(request["json"])) if "json" in request else ""
    response = Client(raise_request_exception=False).generic(
        request["method"],
        target.path,
        body,
        content_type=request.get("content_type", "application/json"),
        QUERY_STRING=query,
        **authorization(exchange["as_user"], request.get("auth", {})),
    )
    return read_answer(response)


def read_answer(response: Any) -> Answer:
    """A response as recordings see it."""
    content_type = response.headers.get("Content-Type", "").split(";")[0]
    text = response.getvalue() if content_type in ("application/json", "text/csv") else b""
    body = text.decode() if content_type == "text/csv" else json.loads(text or "null")
    return Answer(response.status_code, content_type, dict(response.headers), body)


def send_at_once(exchanges: list[dict[str, Any]], names: Names) -> list[Answer]:
    """Send requests at the same time; all of them read before any of them writes."""
    barrier = threading.Barrier(len(exchanges))

    def meet() -> None:
        try:
            barrier.wait(RACE_TIMEOUT)
        except threading.BrokenBarrierError:
            # Another request was refused before it came to writing.
            return

    def send_and_close(exchange: dict[str, Any]) -> Answer:
        try:
            answer = send(exchange, names)
            if answer.status >= BAD_REQUEST:
                barrier.abort()
            return answer
        finally:
            connections.close_all()

    with patch.object(writing, "before_write", meet), ThreadPoolExecutor(len(exchanges)) as pool:
        answers = list(pool.map(send_and_close, exchanges))
    return sorted(answers, key=lambda answer: (answer.status, len(json.dumps(answer.body))))


def check(answer: Answer, recorded: dict[str, Any], exchange: dict[str, Any], names: Names) -> list[Difference]:
    """Compare one answer with what was recorded for it."""
    how = exchange.get("match", "exact")
    if answer.status != recorded["status"]:
        return [Difference("the status", recorded["status"], f"{answer.status}: {str(answer.body)[:500]}")]
    if how == "status":
        return []
    found = (
        []
        if answer.content_type == recorded["content_type"]
        else [Difference("the content type", recorded["content_type"], answer.content_type)]
    )
    for name, value in recorded.get("headers", {}).items():
        found += compare(value, answer.headers.get(name, ""), names, path=f"header {name}")
    unordered = exchange.get("unordered", False)
    if "select" in recorded:
        found += compare_selection(
            recorded["select"], answer.body, names, unordered=unordered, kinds_only=how == "shape"
        )
    elif "json" in recorded and how == "shape":
        found += compare_kinds(recorded["json"], answer.body)
    elif "json" in recorded:
        found += compare(recorded["json"], answer.body, names, unordered=unordered)
    elif "text" in recorded:
        found += compare(recorded["text"], answer.body, names)
    return found


def play(exchange: dict[str, Any], names: Names) -> list[Difference]:
    """Send what an exchange asks for and compare what comes back."""
    times = exchange["request"].get("parallel")
    if not times:
        return check(send(exchange, names), exchange["response"], exchange, names)
    answers = send_at_once([exchange] * times, names)
    statuses = [answer.status for answer in answers]
    wanted = [recorded["status"] for recorded in exchange["responses"]]
    if statuses != wanted:
        return [Difference("the statuses", wanted, [(answer.status, answer.body) for answer in answers])]
    found = []
    for answer, recorded in zip(answers, exchange["responses"], strict=True):
        found += check(answer, recorded, exchange, names)
    return found


def describe(scenario: Scenario, exchange: dict[str, Any], differences: list[Difference]) -> str:
    """What went wrong, for a person."""
    request = exchange["request"]
    lines = [
        f"{scenario.group}/{scenario.name}, step {exchange['step']}:",
        f"    {exchange['as_user']} {request['method']} {request['path']} {json.dumps(request.get('query', {}))}",
        f"    body: {json.dumps(request.get('json', request.get('raw', '')))[:600]}",
        f"    note: {exchange.get('note', '')}",
    ]
    return "\n".join([*lines, *(f"    {difference}" for difference in differences)])
