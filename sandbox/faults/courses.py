"""Finds the course that a call is about, by its key, however the call names it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DatabaseError

from sandbox.discovery.models import Course
from sandbox.faults.ledger import Effect

OBJECT = re.compile(r"^/api/v1/(?P<kind>courses|course_runs)/(?P<name>[^/]+)/$")
LISTS = {"/api/v1/courses/": "", "/api/v1/course_runs/": "course", "/api/v1/course_editors/": "course"}


def course_of(path: str, body: bytes, effects: Sequence[Effect]) -> str:
    """The folded key of the course that a call is about; empty where it is about none, or that cannot be told."""
    match = OBJECT.match(path)
    if match:
        return _key(unquote(match["name"]))
    if path in LISTS and body:
        return _key(_named_in(path, body))
    keys = [_key(effect.key) for effect in effects if effect.object_type != "collaborator"]
    return keys[0] if keys else ""


def _named_in(path: str, body: bytes) -> str:
    try:
        content: Any = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(content, dict):
        return ""
    if path == "/api/v1/courses/":
        return f"{content.get('org')}+{content.get('number')}"
    return str(content.get(LISTS[path], ""))


def _key(name: str) -> str:
    """A course's key from its own key, a run's key or its UUID."""
    if name.startswith("course-v1:"):
        organization, number = name.removeprefix("course-v1:").split("+")[:2]
        return f"{organization}+{number}".casefold()
    try:
        found = Course.objects.filter(uuid=UUID(name)).values_list("key", flat=True).first()
    except (ValueError, ValidationError):
        return name.casefold()
    except DatabaseError:
        return ""
    return (found or name).casefold()
