"""From the values of a row to the body of a call: what every operation on courses and runs shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.course import COURSE_TRACK, IMAGE, LOGO, PRICE, SUBJECTS
from course_discovery_bulk.columns.lists import ListValue
from course_discovery_bulk.columns.numbers import FREE_MODES
from course_discovery_bulk.columns.run import Moment
from course_discovery_bulk.data import CLEAR, Entry, download


def plain_fields(columns: Iterable[Column], values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of new things: cells that say something, in the form that discovery takes."""
    body: dict[str, Any] = {}
    for column in columns:
        value = values.get(column.name)
        sent = sent_form(value)
        if value is None or value is CLEAR or sent == []:
            continue
        body |= nested(column.field, sent)
    return body


def nested(name: str, value: Any) -> dict[str, Any]:
    """The part of a body that sets the field of that name."""
    outer, _, inner = name.partition(".")
    return {outer: {inner: value} if inner else value}


def moment_fields(moments: Iterable[Moment], values: Mapping[str, Any]) -> dict[str, str]:
    """The dates of new things."""
    found = {moment.field: moment.value(values) for moment in moments}
    return {field: value for field, value in found.items() if value is not None and value is not CLEAR}


def subject_slugs(values: Mapping[str, Any]) -> list[str]:
    """The subjects of a new course, in order."""
    chosen = (values.get(column.name) for column in SUBJECTS)
    return [entry.key for entry in chosen if isinstance(entry, Entry)]


def picture_fields(values: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The pictures to fetch when the step is sent."""
    return {column.field: download(values[column.name]) for column in (IMAGE, LOGO) if values.get(column.name)}


def prices(values: Mapping[str, Any]) -> dict[str, str]:
    """The price for every paid mode of the course's track; empty without a price."""
    price, track = values.get(PRICE.name), values.get(COURSE_TRACK.name)
    if price is None or not isinstance(track, Entry):
        return {}
    return dict.fromkeys(paid_modes(track), price)


def paid_modes(track: Entry) -> tuple[str, ...]:
    """The modes of a course track that cost money."""
    return tuple(mode for mode in track.facts["entitlement_modes"] if mode not in FREE_MODES)


def sent_form(value: Any) -> Any:
    """A cell's value as discovery takes it; lists of new things cannot have anything removed."""
    if isinstance(value, Entry):
        return value.key
    if isinstance(value, ListValue):
        return list(value.items or value.added)
    return value
