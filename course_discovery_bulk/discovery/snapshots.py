"""Courses and runs out of answers of discovery: the fields that calls can set, in the shape in which they are set.

Which fields there are, and how each is read and compared, is what columns declare; it is handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from course_discovery_bulk.data import CourseSnapshot, EditorSnapshot, Entry, OwnerSnapshot, RunSnapshot
from course_discovery_bulk.text.fields import Field, Fields


def read_course(answer: Mapping[str, Any], fields: Fields) -> CourseSnapshot:
    """A course out of an answer of `courses/`. A field that the answer lacks is not among its fields."""
    return CourseSnapshot(
        key=answer["key"],
        uuid=answer["uuid"],
        fields=_read(answer, fields.course),
        has_image=bool(answer.get("image")),
        is_editable=bool(answer.get("editable", True)),
        owners=tuple(OwnerSnapshot(key=owner["key"], uuid=owner["uuid"]) for owner in answer["owners"]),
        editors=tuple(_editor(editor) for editor in answer["editors"]),
        runs=tuple(read_run(run, fields) for run in answer["course_runs"]),
        instructors=tuple(_instructors(answer["course_runs"])),
    )


def person_entry(answer: Mapping[str, Any]) -> Entry:
    """Somebody who teaches, out of an answer of `people/` or out of a run; the alias is the slug."""
    name = " ".join(part for part in (answer.get("given_name"), answer.get("family_name")) if part)
    return Entry(key=answer["uuid"], name=name, aliases=(answer["slug"],))


def read_run(answer: Mapping[str, Any], fields: Fields) -> RunSnapshot:
    """A run out of an answer of `course_runs/` or out of a course."""
    return RunSnapshot(key=answer["key"], status=answer["status"], fields=_read(answer, fields.run))


def lost_fields(sent: Mapping[str, Any], shown: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    """Those of the fields that were sent but are shown otherwise: name -> what is shown.

    Fields that are not shown are left out.
    """
    return {
        name: shown[name]
        for name, value in flattened(sent, fields).items()
        if name in fields and name in shown and not fields[name].comparison.is_kept(shown[name], value)
    }


def flattened(sent: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    """The values of a body by the names that snapshots have for their fields."""
    nested = {field.outer for field in fields.values() if field.outer != field.name}
    return dict(_flattened(sent, nested))


def _flattened(sent: Mapping[str, Any], nested: set[str]) -> Iterator[tuple[str, Any]]:
    for outer, value in sent.items():
        if outer in nested and isinstance(value, Mapping):
            yield from ((f"{outer}.{inner}", item) for inner, item in value.items())
        else:
            yield outer, value


def _read(answer: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    return {name: field.read(answer) for name, field in fields.items() if field.is_in(answer)}


def _instructors(runs: Iterable[Mapping[str, Any]]) -> Iterator[Entry]:
    """Everybody who teaches in these runs; an answer may leave them out."""
    return (person_entry(person) for run in runs for person in run.get("staff") or () if person.get("slug"))


def _editor(answer: Mapping[str, Any]) -> EditorSnapshot:
    user = answer["user"]
    return EditorSnapshot(id=answer["id"], user_id=user["id"], email=user["email"] or "")
