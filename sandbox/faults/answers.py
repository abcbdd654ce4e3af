"""What the API may be told to answer instead of the truth: the faults that were measured on the real service."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final

JSON: Final = "application/json"
HTML: Final = "text/html; charset=utf-8"

# How an answer travels. All but "whole" may be used without a status too: then it is the true answer that suffers.
WHOLE: Final = "whole"
DROP: Final = "drop"  # the connection is closed without a word (web server only)
TRUNCATE: Final = "truncate"  # half of the body, then the end of the connection
BREAK: Final = "break"  # the first half of the body, as if it were all
DRIP: Final = "drip"  # one byte a second
HUGE: Final = "huge"  # followed by 200 MB of white space


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer to give; without a status, the true answer given in another manner."""

    status: int | None = None
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    manner: str = WHOLE

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"status": self.status, "body": self.body, "headers": dict(self.headers), "manner": self.manner}


def says(status: int, content: Any, **headers: str) -> Answer:
    """A JSON answer; names of headers are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, body=json.dumps(content), headers={"Content-Type": JSON} | named)


def page(status: int, body: str) -> Answer:
    """An HTML answer."""
    return Answer(status=status, body=body, headers={"Content-Type": HTML})


# Measured: 400 with the database's own words.
LOCK_WAIT: Final = says(400, "Failed to set data: (1205, 'Lock wait timeout exceeded; try restarting transaction')")
DEADLOCK: Final = says(
    400, "Failed to set data: (1213, 'Deadlock found when trying to get lock; try restarting transaction')"
)
DUPLICATE_COURSE: Final = says(
    400,
    "Failed to set data: (1062, \"Duplicate entry '1-edX+X-1' for key "
    "'course_metadata_course_partner_id_key_draft_66699fc0_uniq'\")",
)
DUPLICATE_RUN: Final = says(
    400,
    "Failed to set course run data: (1062, \"Duplicate entry 'course-v1:edX+X+1T2027-1' for key "
    "'course_metadata_courserun_key_draft_beda0fea_uniq'\")",
)
# Measured: Studio behind the service failed, the service rolled back.
STUDIO_FAILED: Final = says(
    400,
    "Failed to set course run data: {'detail': 'Internal Server Error: the learning platform could not make the run'}",
)
INVALID: Final = says(400, "Failed to set data: {'title': [ErrorDetail(string='Not a valid string.', code='invalid')]}")
IN_REVIEW: Final = says(403, "Course run is in review. Editing disabled.")
NO_RIGHT: Final = says(403, {"detail": "You do not have permission to perform this action."})
UNKNOWN: Final = says(404, {"detail": "Not found."})
# Measured: what a dead database behind the service looks like.
DATABASE_DOWN: Final = says(401, {"detail": "User retrieval failed for username staff."})
TOKEN_EXPIRED: Final = says(401, {"detail": "Token has expired."})
# Measured: a duplicate editor, an unknown course in the editors' API.
SERVER_ERROR: Final = page(500, "<!doctype html><title>Server Error (500)</title><h1>Server Error (500)</h1>")
BAD_GATEWAY: Final = page(502, "<html><head><title>502 Bad Gateway</title></head><h1>502 Bad Gateway</h1></html>")
UNAVAILABLE: Final = page(503, "<html><head><title>503 Service Unavailable</title></head></html>")
GATEWAY_TIMEOUT: Final = page(504, "<html><head><title>504 Gateway Time-out</title></head></html>")
PROXY_PAGE: Final = page(200, "<html><head><title>Please log in</title></head><form>...</form></html>")
EMPTY: Final = Answer(status=204)
NOT_JSON: Final = Answer(status=200, body='{"uuid": ', headers={"Content-Type": JSON})

DROPPED: Final = Answer(manner=DROP)
TRUNCATED: Final = Answer(manner=TRUNCATE)
BROKEN_JSON: Final = Answer(manner=BREAK)
DRIPPING: Final = Answer(manner=DRIP)
ENDLESS: Final = Answer(manner=HUGE)


def too_many(retry_after: str | int | None) -> Answer:
    """429; `retry_after` is the header as it is sent: seconds, an HTTP date (see `http_date`), anything, or none."""
    headers = {} if retry_after is None else {"Retry_After": str(retry_after)}
    return says(429, {"detail": "Request was throttled. Expected available in 3 seconds."}, **headers)


def http_date(seconds: float) -> str:
    """The moment that many seconds from now as a header says it."""
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


def moved_to(address: str) -> Answer:
    """302 to another place."""
    return Answer(status=302, headers={"Location": address})
