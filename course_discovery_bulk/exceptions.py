"""The errors of this package, sorted by what the caller does next.

BulkOperationError
|-- UploadRefused         the file cannot become a task: tell the uploader (carries problems)
|-- UnknownOperation      no operation of that name is registered
|-- DocumentRefused       the file somebody asks for cannot be made: tell them (carries a code)
|-- StorageUnavailable    uploaded files cannot be stored or read at the moment: try later
|   `-- ReaderUnavailable   the process that reads workbooks did not start, or was stopped: try later
|-- StatementTooLarge     the database never takes so much at once: end the row and say so
|-- LeaseLost             another worker owns the task now: stop without writing
`-- DiscoveryError        a call to discovery did not succeed
    |-- Refused           permanent: the same call will be refused again
    |   |-- Forbidden     the uploader has no right to it
    |   `-- NotFound      no such thing, or not in the uploader's sight
    |-- Conflict          something of that key is there already: read back before deciding
    |-- Transient         nothing was done: try later (may say when)
    |   |-- AnswerTooLarge    ask for less at once
    |   |-- Unauthenticated   the credentials were not taken: may be an outage, refresh and retry once
    |   `-- Unreachable       nobody could be asked, whatever the call was about: no call was made
    |       `-- TokenUnavailable  nobody gives credentials at the moment
    |-- AnswerLost        it may or may not have been done: read back before deciding
    `-- Misconfigured     the connection itself is set up wrong: no row can succeed
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError

if TYPE_CHECKING:
    from course_discovery_bulk.problems import Problem


# What stops a job in the middle without being anybody's mistake: the row stays as it is, and the next job goes on.
INTERRUPTIONS = (SoftTimeLimitExceeded, MemoryError, OperationalError, InterfaceError)


class BulkOperationError(Exception):
    """Anything this package raises on purpose."""


class UploadRefused(BulkOperationError):
    """The file cannot become a task; `headers` are its column names, where they could be read all the same."""

    def __init__(self, problems: Sequence[Problem], *, headers: Sequence[str] = ()) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = tuple(problems)
        self.headers = tuple(headers)


class UnknownOperation(BulkOperationError):
    """No operation of that name is registered."""


class DocumentRefused(BulkOperationError):
    """The file somebody asks for cannot be made; `code` says why to programs, `detail` to people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class StorageUnavailable(BulkOperationError):
    """Uploaded files cannot be stored, read or deleted at the moment, whatever their storage says about it."""


class ReaderUnavailable(StorageUnavailable):
    """The process that reads workbooks did not start, or something other than the workbook stopped it."""


class StatementTooLarge(BulkOperationError):
    """The database never takes so much in one statement, however often it is tried."""


class LeaseLost(BulkOperationError):
    """Another worker owns the task now: this one stops without another write."""


class DiscoveryError(BulkOperationError):
    """A call to discovery did not succeed; `status` is None where no answer came."""

    def __init__(
        self,
        detail: str,
        *,
        status: int | None = None,
        fields: dict[str, list[str]] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status
        self.fields = fields or {}
        self.retry_after = retry_after


class Refused(DiscoveryError):
    """Permanent: the same call will be refused again."""


class Forbidden(Refused):
    """The uploader has no right to it."""


class NotAMember(Forbidden):
    """The uploader belongs to no organization, or no longer does: nothing can be done in their name."""


class NotFound(Refused):
    """No such thing, or not in the uploader's sight."""


class Conflict(DiscoveryError):
    """Something of that key is there already, perhaps made by this very row."""


class Transient(DiscoveryError):
    """Nothing was done; `retry_after` is the wait in seconds that discovery asked for, if it did."""


class AnswerTooLarge(Transient):
    """The answer is larger than what is read: ask for less at once."""


class Unauthenticated(Transient):
    """The credentials were not taken, which is also how discovery answers when its database is away."""


class Unreachable(Transient):
    """Nobody could be asked, whatever the call was about; no call was made."""


class TokenUnavailable(Unreachable):
    """Nobody gives credentials at the moment; no call was made."""


class AnswerLost(DiscoveryError):
    """The call may or may not have taken effect."""


class Misconfigured(DiscoveryError):
    """The connection itself is set up wrong."""
