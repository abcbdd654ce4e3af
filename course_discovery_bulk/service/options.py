"""The options of an upload: what may be chosen, and what a choice is stored as."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from course_discovery_bulk.choices import (
    DateOrder,
    Notify,
    OnError,
)
from course_discovery_bulk.exceptions import UploadRefused
from course_discovery_bulk.operations.base import Operation
from course_discovery_bulk.operations.registry import all_operations
from course_discovery_bulk.problems import BAD_OPTION, Place, problem
from course_discovery_bulk.reading.choices import DECIMAL_MARKS, DELIMITER_NAMES
from course_discovery_bulk.reading.encodings.names import NAMES, find_name

CHOICES: Mapping[str, tuple[str, ...]] = {
    "on_error": tuple(OnError.values),
    "date_order": tuple(DateOrder.values),
    "notify": tuple(Notify.values),
    "encoding": NAMES,
    "delimiter": tuple(DELIMITER_NAMES),
    "decimal": tuple(DECIMAL_MARKS),
}
SWITCHES = ("dry_run", "overwrite_later_edits")
NUMBERS = ("stop_after", "header_row")
TEXTS = ("sheet",)
LONGEST_TEXT = 255
_NAMES_OF_SIGNS = {
    "delimiter": {character: name for name, character in DELIMITER_NAMES.items()},
    "decimal": {character: name for name, character in DECIMAL_MARKS.items()},
}
POSITIVE = re.compile("0*[1-9][0-9]{0,8}")


def option_choices() -> dict[str, tuple[str, ...]]:
    """The options with a few possible values each; which of `on_existing` are possible depends on the operation."""
    on_existing = dict.fromkeys(value for operation in all_operations() for value in operation.on_existing)
    return {**CHOICES, "on_existing": tuple(on_existing)}


def checked_options(given: Mapping[str, Any], operation: Operation) -> dict[str, Any]:
    """The options of an upload, without those that say nothing; UploadRefused where one is not possible."""
    # 0 equals False, but it is a number that somebody named
    chosen = {name: value for name, value in given.items() if value is not False and value not in (None, "")}
    allowed = {**CHOICES, "on_existing": operation.on_existing}
    wrong = [
        problem(BAD_OPTION, Place(column=name, value=str(value)), option=name, allowed=_allowed(name, allowed))
        for name, value in chosen.items()
        if not _is_possible(name, value, allowed) or (name == "stop_after" and chosen.get("on_error") != OnError.STOP)
    ]
    if wrong:
        raise UploadRefused(wrong)
    return {name: _stored_option(name, value) for name, value in chosen.items()}


def _is_possible(name: str, value: Any, allowed: Mapping[str, tuple[str, ...]]) -> bool:
    if name in SWITCHES:
        return isinstance(value, bool)
    if name in NUMBERS:
        return bool(POSITIVE.fullmatch(str(value)))
    if name in TEXTS:
        return len(str(value)) <= LONGEST_TEXT
    return _stored_option(name, value) in allowed.get(name, ())


def _stored_option(name: str, value: Any) -> Any:
    if name in SWITCHES:
        return True
    if name == "encoding":
        return find_name(str(value))
    if name in _NAMES_OF_SIGNS:
        return _NAMES_OF_SIGNS[name].get(str(value), str(value))
    return int(value) if name in NUMBERS else str(value)


def _allowed(name: str, allowed: Mapping[str, tuple[str, ...]]) -> str:
    if name in NUMBERS:
        return "a whole number from 1" + (f", with on_error={OnError.STOP}" if name == "stop_after" else "")
    if name in TEXTS:
        return f"a text of up to {LONGEST_TEXT} characters"
    return ", ".join(allowed.get(name, ())) or "none"
