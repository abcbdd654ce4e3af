"""Whether discovery shows what a step has sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from course_discovery_bulk.discovery.acts.base import NotDone
from course_discovery_bulk.discovery.snapshots import flattened
from course_discovery_bulk.text.fields import Field


def is_alike(
    names: Iterable[str], shown: Mapping[str, Any], body: Mapping[str, Any], fields: Mapping[str, Field]
) -> bool:
    """Whether these fields are shown as they were sent: enough to know what was made again."""
    return all(fields[name].comparison.is_same(shown.get(name), body[name]) for name in names)


def shows_all(body: Mapping[str, Any], shown: Mapping[str, Any], fields: Mapping[str, Field]) -> bool:
    """Whether every field of a body is shown as it was sent."""
    sent = flattened(body, fields).items()
    return all(name in shown and fields[name].comparison.holds(shown[name], value) for name, value in sent)


def not_done_unless_unseen(body: Mapping[str, Any], shown: Mapping[str, Any], fields: Mapping[str, Field]) -> NotDone:
    """A field that is shown differently proves that nothing was set; fields that are not shown prove nothing."""
    seen = ((name, value) for name, value in flattened(body, fields).items() if name in shown)
    return NotDone(is_certain=any(not fields[name].comparison.holds(shown[name], value) for name, value in seen))


def of_run(lost: Mapping[str, Any]) -> dict[str, Any]:
    """Lost fields of a run, by the names that tell them from those of its course."""
    return {f"run.{name}": shown for name, shown in lost.items()}
