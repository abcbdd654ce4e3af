"""Turns what goes wrong in a write into the answers of courses and runs: a sentence, as a JSON string, with 400."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import IntegrityError
from django.http import Http404
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.response import Response

View = Callable[..., Response]
BAD_REQUEST = 400
DUPLICATE_ENTRY = 1062
# SQLite names columns where MySQL names values and an index.
SQLITE_DUPLICATE = re.compile(r"UNIQUE constraint failed: (?P<columns>.*)")


def sentence(error: Exception) -> str:
    """The text of an error; SQLite's about a duplicate in the shape that MySQL would give it."""
    duplicate = SQLITE_DUPLICATE.match(str(error)) if isinstance(error, IntegrityError) else None
    if duplicate:
        return str((DUPLICATE_ENTRY, f"Duplicate entry for key '{duplicate['columns']}'"))
    return str(error)


def refuse_as_course(view: View) -> View:
    """Answer any failure with a string; only 403 and 404 stay what they are."""

    @functools.wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Response:
        try:
            return view(*args, **kwargs)
        except DjangoValidationError as error:
            # The template, with its gaps unfilled, where there is one.
            return Response(getattr(error, "message", str(error)), status=BAD_REQUEST)
        except (PermissionDenied, Http404):
            raise
        except Exception as error:  # noqa: BLE001 - the service answers 400 to whatever happens here
            return Response(f"Failed to set data: {sentence(error)}", status=BAD_REQUEST)

    return wrapped


def refuse_as_run(view: View) -> View:
    """Answer any failure but a field error, 403 and 404 with a string."""

    @functools.wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Response:
        try:
            return view(*args, **kwargs)
        except (PermissionDenied, ValidationError, Http404):
            raise
        except Exception as error:  # noqa: BLE001 - the service answers 400 to whatever happens here
            return Response(f"Failed to set course run data: {sentence(error)}", status=BAD_REQUEST)

    return wrapped
