"""Values that a command puts in the place of others, after the file was checked and before anything is written."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import ngettext

from course_discovery_bulk import service
from course_discovery_bulk.management.refusals import Refusal
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.text.messages import translated


@dataclass(frozen=True, kw_only=True)
class Replacement:
    """One value of a column, and what stands there instead; `rows` says in how many, once that is done."""

    column: str
    old: str
    new: str
    rows: int = 0

    @property
    def sentence(self) -> str:
        """What was done, for people."""
        words = ngettext(
            "Replaced “%(old)s” with “%(new)s” in %(n)d row of %(column)s.",
            "Replaced “%(old)s” with “%(new)s” in %(n)d rows of %(column)s.",
            self.rows,
        )
        return words % {"n": self.rows, **asdict(self)}


def add_replacing_arguments(parser: ArgumentParser) -> None:
    """The option that names values to replace."""
    parser.add_argument(
        "--set",
        action="append",
        type=replacement,
        default=[],
        metavar="COLUMN:OLD=NEW",
        help="put NEW in the place of OLD in all rows of COLUMN, after checking and before writing; repeatable",
    )


def replacement(text: str) -> Replacement:
    """What the option says."""
    column, colon, values = text.partition(":")
    old, equals, new = values.partition("=")
    if not (column.strip() and colon and equals):
        raise ArgumentTypeError(f"{text!r} is not COLUMN:OLD=NEW")
    return Replacement(column=column.strip(), old=old.strip(), new=new.strip())


def replace_values(task: BulkOperationTask, user: AbstractBaseUser, wanted: Sequence[Replacement]) -> list[Replacement]:
    """Replace values in a preview, one after the other, and say in how many rows each was; the caller checks them.

    The preview is cancelled, with a Refusal, if a column is not there.
    """
    try:
        return [
            replace(item, rows=service.replace_value(task, item.column, item.old, item.new, user, rings=False).changed)
            for item in wanted
        ]
    except service.UnknownColumn as error:
        service.cancel(task, user, rings=False)
        raise Refusal(f"Nothing was changed. {translated(error.detail)}") from error


def facts_of(replaced: Sequence[Replacement]) -> dict[str, Any]:
    """What a document says of replaced values; nothing if none were asked for."""
    return {"replaced": [asdict(item) for item in replaced]} if replaced else {}
