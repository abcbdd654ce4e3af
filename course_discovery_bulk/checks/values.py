"""Settings whose values cannot be used, by their types."""

from __future__ import annotations

import math
import os
from dataclasses import Field, dataclass, fields
from typing import Any

from django.conf import settings as django_settings

from course_discovery_bulk.conf import SETTINGS_NAME, BulkSettings, given, tupled


@dataclass(frozen=True, kw_only=True)
class WrongValue:
    """A setting whose value cannot be used, and what it could be instead."""

    name: str
    expected: str


def wrong_values() -> list[WrongValue]:
    """Settings of the wrong type, and numbers that are too small."""
    if not isinstance(getattr(django_settings, SETTINGS_NAME, {}), dict):
        return [WrongValue(name=SETTINGS_NAME, expected="a dict")]
    host = given()
    named = [(option, host[option.name.upper()]) for option in fields(BulkSettings) if option.name.upper() in host]
    return [
        WrongValue(name=option.name.upper(), expected=expected)
        for option, value in named
        if (expected := _expected(option, tupled(value)))
    ]


def _expected(option: Field[Any], value: Any) -> str:
    """What the setting takes; empty if the value is such a thing."""
    match str(option.type):
        case "bool":
            return "" if isinstance(value, bool) else "True or False"
        case "int" | "float" as number:
            kind = "a whole number" if number == "int" else "a number"
            is_number = isinstance(value, int if number == "int" else int | float) and not isinstance(value, bool)
            is_enough = (
                is_number and math.isfinite(value) and (value > 0 or (value == 0 and option.metadata["can_be_zero"]))
            )
            return "" if is_enough else f"{kind}, {'0 or more' if option.metadata['can_be_zero'] else 'more than 0'}"
        case "tuple[int, ...]":
            return "" if _is_tuple_of(int, value) else "a list of whole numbers"
        case "tuple[str, ...]":
            return "" if _is_tuple_of(str, value) else "a list of texts"
    return "" if isinstance(value, str | os.PathLike) else "a text"


def _is_tuple_of(kind: type, value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, kind) for item in value)
