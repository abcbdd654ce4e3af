"""What the command line says about the columns of a sheet: which header means what, and under which name it is kept."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser, Group

from course_discovery_bulk import service
from course_discovery_bulk.management.refusals import Refusal
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.service import ColumnMapping

NAME_LENGTH: Final = 100
FORMS: Final = {
    "map": "HEADER=COLUMN",
    "constant": "COLUMN=VALUE",
    "replace": "COLUMN:OLD=NEW",
    "join": "COLUMN=HEADER + HEADER",
}
PLUS: Final = " + "


def add_mapping_arguments(parser: ArgumentParser) -> None:
    """The options about the columns of a sheet with headers of its own."""
    group = parser.add_argument_group("a sheet with headers of its own")
    helps = {
        "map": "read the header as this column; without a column: leave it out. Repeatable",
        "constant": "the value that every row has in a column. Repeatable",
        "replace": "read NEW in a column if a cell says OLD. Repeatable",
        "join": "fill a column with the texts of several headers, a blank between. Repeatable",
    }
    for name, text in helps.items():
        group.add_argument(f"--{name}", action="append", default=[], metavar=FORMS[name], help=text)
    group.add_argument("--mapping", metavar="NAME", help="use a saved mapping; the options above add to it")
    group.add_argument("--save-mapping", metavar="NAME", help="save what the columns were read as under this name")
    group.add_argument("--share-with", metavar="GROUP", help="with --save-mapping: also for this group")


def chosen_mapping(user: AbstractBaseUser, options: dict[str, Any]) -> ColumnMapping | None:
    """What was said about the columns; None if nothing was. Refusal if it makes no sense."""
    _check_name(options["save_mapping"])
    stored = _stored(user, options)
    columns = dict(_halves("map", text, from_end=True) for text in options["map"])
    constants = dict(_halves("constant", text) for text in options["constant"])
    _group(user, options)
    said = ColumnMapping.from_dict(
        {
            "columns": columns,
            "constants": constants,
            "values": _values(options["replace"]),
            "joins": dict(map(_join, options["join"])),
        }
    )
    if stored is None and not said:
        return None
    return stored.with_more(said) if stored else said


def save_mapping(user: AbstractBaseUser, task: BulkOperationTask, options: dict[str, Any]) -> str:
    """Keep what the columns of an upload were read as; a sentence that says so."""
    name = options["save_mapping"].strip()
    if not task.mapping:
        return "No mapping was saved: every header is the name of its column."
    mapping = ColumnMapping.from_dict(task.mapping)
    service.save_mapping(
        user,
        name=name,
        task_type=task.task_type,
        headers=task.headers,
        mapping=mapping,
        group=_group(user, options),
        reading=service.choices_of(task),
    )
    return f"The mapping was saved as “{name}”."


def _check_name(name: str | None) -> None:
    if name is not None and not 0 < len(name.strip()) <= NAME_LENGTH:
        raise Refusal(f"The name of a mapping has 1 to {NAME_LENGTH} characters.")


def _stored(user: AbstractBaseUser, options: dict[str, Any]) -> ColumnMapping | None:
    name = options["mapping"]
    if name is None:
        return None
    saved = service.find_mapping_named(user, name)
    if saved is None:
        raise Refusal(f"{options['user']} has no mapping “{name}”, and none of that name is shared with them.")
    if saved.task_type != options["type"]:
        raise Refusal(f"The mapping “{name}” is for {saved.task_type}, not for {options['type']}.")
    return ColumnMapping.from_dict(saved.mapping)


def _group(user: AbstractBaseUser, options: dict[str, Any]) -> Group | None:
    """The group to share with; Refusal if the person has none of that name."""
    name = options["share_with"]
    if name is None:
        return None
    if options["save_mapping"] is None:
        raise Refusal("--share-with belongs to --save-mapping.")
    group = service.groups_to_share_with(user).filter(name=name).first()
    if group is None:
        raise Refusal(f"{options['user']} is in no organization with the group “{name}”.")
    return group


def _join(text: str) -> tuple[str, dict[str, list[str]]]:
    column, headers = _halves("join", text)
    names = [name.strip() for name in headers.split(PLUS)]
    if len(names) < 2 or not all(names):
        raise Refusal(f"--join takes {FORMS['join']}.")
    return column, {"headers": names}


def _values(texts: list[str]) -> dict[str, dict[str, str]]:
    values: dict[str, dict[str, str]] = {}
    for text in texts:
        column, colon, words = text.partition(":")
        old, new = _halves("replace", words if colon else "")
        values.setdefault(column.strip(), {})[old] = new
    return values


def _halves(name: str, text: str, *, from_end: bool = False) -> tuple[str, str]:
    """The two sides of the equals sign; the last one if headers may have others."""
    left, sign, right = text.rpartition("=") if from_end else text.partition("=")
    if not sign or not left.strip() or not (right.strip() or from_end):
        raise Refusal(f"--{name} takes {FORMS[name]}.")
    return left.strip(), right.strip()
