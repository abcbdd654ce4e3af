"""A discovery in memory, with the methods of the real client and its oddities that matter to executing rows.

It keeps what it is sent as the real one does (a creation drops most fields, a run in review refuses edits, names of
collaborators and runs may repeat), notes every call, and fails on request: before a call takes effect, or after it.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from course_discovery_bulk.data import fold
from course_discovery_bulk.exceptions import AnswerLost, Conflict, Forbidden, NotFound
from course_discovery_bulk.testing.answers import EMPTY_RUN, course_answer
from course_discovery_bulk.testing.people import FakePeople

WRITES: Final = ("create_", "update_", "add_", "remove_")  # how the names of calls begin that may change something
Answer = TypeVar("Answer")
TAKEN_BY_A_CREATION: Final = ("title", "type", "url_slug")


class FakeDiscovery:
    """Takes the place of a `DiscoveryClient`.

    `calls` has every call with what it was given, in order. `journal` has them too; a test may append entries of its
    own there, to see both in order. Fields in `does_not_keep` are lost without an error, as discovery loses some.
    """

    is_staff = True
    base_url = "memory:"

    def __init__(
        self,
        *,
        courses: Sequence[dict[str, Any]] = (),
        collaborators: Sequence[str] = (),
        people: Sequence[dict[str, Any]] = (),
        answers_outlive_calls: bool = False,
        does_not_keep: Sequence[str] = (),
    ) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.journal: list[tuple[Any, ...]] = []
        self.answers_outlive_calls = answers_outlive_calls
        self.url_slug_model = ""
        self.does_not_keep = set(does_not_keep)
        self.courses: dict[str, dict[str, Any]] = {fold(course["key"]): course for course in courses}
        self.collaborators = [{"uuid": f"uuid-of-{fold(name)}", "name": name} for name in collaborators]
        self.people = FakePeople(people)
        self._faults: defaultdict[str, deque[tuple[Exception, bool]]] = defaultdict(deque)

    # --- for the test

    def fail(self, call: str, *errors: Exception, after_effect: bool = False) -> None:
        """Raise these errors at the next calls of that name, before or after they take effect."""
        self._faults[call].extend((error, after_effect) for error in errors)

    def recover(self) -> None:
        """Fail no more."""
        self._faults.clear()

    @property
    def writes(self) -> list[str]:
        """Names of the calls that may change something, in order."""
        return [name for name, *_ in self.calls if name.startswith(WRITES)]

    def put_course(self, course: dict[str, Any]) -> None:
        """Add a course, as if somebody else had made it."""
        self.courses[fold(course["key"])] = course

    # --- the client's methods

    def marked(self, request_id: str) -> FakeDiscovery:
        return self

    def create_course(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._do("create_course", (body,), self._create_course)

    def update_course(self, key: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._do("update_course", (key, body), self._update_course)

    def get_course(self, key: str) -> dict[str, Any]:
        return self._do("get_course", (key,), self._course)

    def get_courses(self, keys: Sequence[str]) -> Iterator[dict[str, Any]]:
        yield from self._do("get_courses", (list(keys),), self._courses)

    def get_courses_by_uuid(self, uuids: Sequence[str]) -> Iterator[dict[str, Any]]:
        yield from self._do("get_courses_by_uuid", (list(uuids),), self._courses_by_uuid)

    def create_run(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._do("create_run", (body,), self._create_run)

    def get_runs(self, keys: Sequence[str]) -> Iterator[dict[str, Any]]:
        yield from self._do("get_runs", (list(keys),), self._runs)

    def add_editor(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._do("add_editor", (body,), self._add_editor)

    def remove_editor(self, editor_id: int) -> None:
        self._do("remove_editor", (editor_id,), self._remove_editor)

    def list_editors(self, course_uuid: str) -> Iterator[dict[str, Any]]:
        yield from self._do("list_editors", (course_uuid,), self._editors)

    def update_run(self, key: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._do("update_run", (key, body), self._update_run)

    def get_run(self, key: str) -> dict[str, Any]:
        return self._do("get_run", (key,), self._run)

    def create_collaborator(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._do("create_collaborator", (body,), self._create_collaborator)

    def list_collaborators(self) -> Iterator[dict[str, Any]]:
        yield from self._do("list_collaborators", (), lambda: list(self.collaborators))

    def get_person(self, uuid: str) -> dict[str, Any]:
        return self._do("get_person", (uuid,), self.people.of_uuid)

    def list_people(self, slug: str) -> Iterator[dict[str, Any]]:
        yield from self._do("list_people", (slug,), self.people.of_slug)

    def search_people(self, words: str) -> list[dict[str, Any]]:
        return self._do("search_people", (words,), self.people.named)

    # --- what they do

    def _do(self, name: str, given: tuple[Any, ...], effect: Callable[..., Answer]) -> Answer:
        sent = json.loads(json.dumps(given))  # what cannot be sent cannot be sent here either
        self.calls.append((name, *sent))
        self.journal.append((name, *sent))
        error, after_effect = self._faults[name].popleft() if self._faults[name] else (None, False)
        if error and not after_effect:
            raise error
        answer = effect(*sent)
        if error:
            raise error
        copied: Answer = json.loads(json.dumps(answer))
        return copied

    def _create_course(self, body: dict[str, Any]) -> dict[str, Any]:
        key = f"{body['org']}+{body['number']}"
        if fold(key) in self.courses:
            raise Conflict("(1062, \"Duplicate entry '1-edX+CS101-1' for key 'key'\")", status=400)
        course = course_answer(key, product_source={"slug": body["product_source"]})
        course.update({name: body[name] for name in TAKEN_BY_A_CREATION if name in body})
        course["collaborators"] = [{"uuid": uuid} for uuid in body.get("collaborators", [])]
        course["entitlements"] = [{"mode": mode, "price": price} for mode, price in body["prices"].items()]
        if "course_run" in body:
            course["course_runs"] = [self._new_run(key, body["course_run"], body["prices"])]
        self.courses[fold(key)] = course
        return course

    def _new_run(self, course_key: str, body: dict[str, Any], prices: dict[str, str]) -> dict[str, Any]:
        kept = {name: value for name, value in body.items() if name not in self.does_not_keep}
        seats = [{"type": mode, "price": price, "upgrade_deadline_override": None} for mode, price in prices.items()]
        kept["staff"] = [{"uuid": uuid} for uuid in kept.get("staff", ())]
        return {"key": f"course-v1:{course_key}+3T2027", **EMPTY_RUN, "start": None, **kept, "seats": seats}

    def _create_run(self, body: dict[str, Any]) -> dict[str, Any]:
        """The same body again makes a second run, under the next key."""
        course = self._course(body["course"])
        taken = len(course["course_runs"])
        run = self._new_run(course["key"], {**body, "prices": {}}, body.get("prices", {}))
        run["key"] += " abcdefgh"[taken].strip()
        run["course"] = course["key"]
        course["course_runs"].append(run)
        return run

    def _add_editor(self, body: dict[str, Any]) -> dict[str, Any]:
        found = self._courses_by_uuid([body["course"]])
        if not found or any(editor["user"]["id"] == body["user_id"] for editor in found[0]["editors"]):
            raise AnswerLost("server error 500", status=500)  # how discovery answers both
        made = {"id": 100 + body["user_id"], "user": {"id": body["user_id"], "email": "new@example.org"}}
        found[0]["editors"].append(made)
        return made

    def _remove_editor(self, editor_id: int) -> None:
        for course in self.courses.values():
            left = [editor for editor in course["editors"] if editor["id"] != editor_id]
            if len(left) < len(course["editors"]):
                course["editors"] = left
                return
        raise NotFound("No CourseEditor matches the given query.", status=404)

    def _update_course(self, key: str, body: dict[str, Any]) -> dict[str, Any]:
        course = self._course(key)
        shapes = {"subjects": "slug", "collaborators": "uuid"}
        for name, value in body.items():
            if name in self.does_not_keep or name in {"image", "organization_logo_override"}:
                continue
            course[name] = [{shapes[name]: item} for item in value] if name in shapes else value
        return course

    def _update_run(self, key: str, body: dict[str, Any]) -> dict[str, Any]:
        run = self._run(key)
        if run["status"].startswith("review_"):
            raise Forbidden("Course run is in review. Editing disabled.", status=403)
        if body.get("draft") is False:
            run["status"] = "review_by_legal"
        run.update({name: value for name, value in body.items() if name in run and name not in self.does_not_keep})
        run["staff"] = [{"uuid": one} if isinstance(one, str) else one for one in run.get("staff", ())]
        for seat in run["seats"]:
            seat["price"] = body.get("prices", {}).get(seat["type"], seat["price"])
            if seat["type"] == "verified" and "upgrade_deadline_override" not in self.does_not_keep:
                seat["upgrade_deadline_override"] = body.get("upgrade_deadline_override")
        return run

    def _create_collaborator(self, body: dict[str, Any]) -> dict[str, Any]:
        made = {"uuid": f"uuid-of-{fold(body['name'])}", "name": body["name"]}
        self.collaborators.insert(0, made)
        return made

    def _course(self, key: str) -> dict[str, Any]:
        """By key, or by UUID as the real one does."""
        found = self._courses_by_uuid([key]) or self._courses([key])
        if not found:
            raise NotFound("No Course matches the given query.", status=404)
        return found[0]

    def _courses(self, keys: list[str]) -> list[dict[str, Any]]:
        return [self.courses[fold(key)] for key in keys if fold(key) in self.courses]

    def _courses_by_uuid(self, uuids: list[str]) -> list[dict[str, Any]]:
        return [course for course in self.courses.values() if course["uuid"] in uuids]

    def _editors(self, uuid: str) -> list[dict[str, Any]]:
        return [editor for course in self._courses_by_uuid([uuid]) for editor in course["editors"]]

    def _runs(self, keys: list[str]) -> list[dict[str, Any]]:
        runs = [run for course in self.courses.values() for run in course["course_runs"]]
        return [run for run in runs if fold(run["key"]) in map(fold, keys)]

    def _run(self, key: str) -> dict[str, Any]:
        found = self._runs([key])
        if not found:
            raise NotFound("No CourseRun matches the given query.", status=404)
        return found[0]
