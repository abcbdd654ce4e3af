"""The words for states and options: one string each, in the database, in URLs, in files and on screen."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy


class TaskStatus(models.TextChoices):
    """Where a task stands. Final states never change; `pipeline.summarise` alone decides them."""

    PENDING = "pending", _("Pending")  # accepted, no worker has looked at it yet
    VALIDATING = "validating", _("Validating")  # the file is being read and every row checked
    VALIDATED = "validated", _("Validated")  # a preview only: everything is planned and waits to be applied
    PROCESSING = "processing", _("Processing")  # rows are being sent to discovery
    COMPLETED = "completed", _("Completed")  # every row succeeded, was unchanged or was skipped
    PARTIALLY_COMPLETED = "partially_completed", _("Partially completed")  # some rows did not
    FAILED = "failed", _("Failed")  # no row succeeded, or the file or the policy refused it
    CANCELLED = "cancelled", _("Cancelled")  # somebody stopped it; rows not reached are `not_processed`


class RowStatus(models.TextChoices):
    """What became of one row."""

    PENDING = "pending", _("Pending")  # waits for its turn
    RUNNING = "running", _("Running")  # a call for it may be under way
    SUCCEEDED = "succeeded", _("Succeeded")  # discovery holds what the row asked for
    UNCHANGED = "unchanged", _("Unchanged")  # discovery already held it: nothing was written
    SKIPPED = "skipped", _("Skipped")  # left alone on purpose, the reason is in its problems
    INVALID = "invalid", _("Invalid")  # refused before any call
    FAILED = "failed", _("Failed")  # discovery refused it and nothing was changed
    PARTLY_DONE = "partly_done", _("Partly done")  # some of its steps took effect, others did not
    UNKNOWN = "unknown", _("Unknown")  # the answer was lost and reading back could not settle it
    NOT_PROCESSED = "not_processed", _("Not processed")  # the task ended before its turn


class RowAction(models.TextChoices):
    """What a row sets out to do in discovery."""

    CREATE = "create", _("Create")
    UPDATE = "update", _("Update")
    RERUN = "rerun", _("Re-run")
    ADD = "add", _("Add")
    REMOVE = "remove", _("Remove")
    NONE = "none", _("Nothing to do")


class EditKind(models.TextChoices):
    """What somebody did to a row of a preview."""

    CELL = "cell", _("Cell edited")
    LEFT_OUT = "left_out", _("Row left out")
    PUT_BACK = "put_back", _("Row put back")


class StepState(models.TextChoices):
    """How far one planned call has come; kept in the row so that it is never made twice."""

    PLANNED = "planned", _("Planned")
    SENDING = "sending", _("Sending")  # committed before the call: found later, it is settled by reading back
    DONE = "done", _("Done")


class Act(models.TextChoices):
    """What a step does: each is one typed method of the discovery client."""

    CREATE_COLLABORATOR = "create_collaborator", _("Create a collaborator")
    CREATE_COURSE = "create_course", _("Create a course")
    UPDATE_COURSE = "update_course", _("Update a course")
    CREATE_RUN = "create_run", _("Create a course run")
    UPDATE_RUN = "update_run", _("Update a course run")
    ADD_EDITOR = "add_editor", _("Add an editor")
    REMOVE_EDITOR = "remove_editor", _("Remove an editor")


class SideEffect(StrEnum):
    """What a plan sets off besides its own changes, from the gravest to the most common; stored in forecasts."""

    text: Promise  # a sentence for a number of them; `%` fills in `n` and chooses singular or plural

    RUNS_THROWN_BACK = (
        "reviewed_runs_thrown_back",
        ngettext_lazy(
            "%(n)d reviewed run will need review again.",
            "%(n)d reviewed runs will need review again.",
            "n",
        ),
    )
    LEGAL_REVIEWS = (
        "legal_reviews_started",
        ngettext_lazy("%(n)d run will be sent to legal review.", "%(n)d runs will be sent to legal review.", "n"),
    )
    PUBLISHED_RUNS = (
        "published_runs_touched",
        ngettext_lazy(
            "%(n)d published run will change. Learners see it immediately.",
            "%(n)d published runs will change. Learners see it immediately.",
            "n",
        ),
    )
    STUDIO_PUSHES = (
        "studio_pushes",
        ngettext_lazy(
            "%(n)d course run will be created or updated in Studio.",
            "%(n)d course runs will be created or updated in Studio.",
            "n",
        ),
    )

    def __new__(cls, value: str, text: Promise) -> SideEffect:
        member = str.__new__(cls, value)
        member._value_ = value
        member.text = text
        return member


class OnError(models.TextChoices):
    """What bad rows mean for the good ones."""

    CONTINUE = "continue", _("Do the good rows")
    ALL_OR_NOTHING = "all_or_nothing", _("Write nothing if any row is invalid")
    STOP = "stop", _("Stop after a number of failures")


class OnExisting(models.TextChoices):
    """What to do when the thing to create is already there."""

    SKIP = "skip", _("Skip the row")
    UPDATE = "update", _("Update what is there")
    CREATE = "create", _("Create another one")


class DateOrder(models.TextChoices):
    """How to read a date such as 03/04/2027."""

    MONTH_FIRST = "mdy", _("Month/day/year")
    DAY_FIRST = "dmy", _("Day/month/year")


class LastDayTime(models.TextChoices):
    """When something ends on its last day, if no cell gives a time; UTC."""

    START = "00:00:00", _("When the day begins")
    END = "23:59:59", _("When the day ends")


class Notify(models.TextChoices):
    """When the uploader gets a mail about the end of an upload."""

    NEVER = "never", _("Never")
    ON_PROBLEMS = "on_problems", _("If something needs my attention")  # not where all is done, or I cancelled it
    ALWAYS = "always", _("Always, also when a preview is ready")


class OriginKind(models.TextChoices):
    """What a task is to the task that it follows."""

    CORRECTION = "correction", _("Correction")  # the rows that needed fixing, fixed
    RETRY = "retry", _("Retry")  # the rows that were not done, with only the steps that are missing
    UNDO = "undo", _("Undo")  # the values that were there before


class Transport(models.TextChoices):
    """How calls reach discovery."""

    IN_PROCESS = "in_process", _("Inside this process, as the uploader")
    HTTP = "http", _("Over HTTP, with a token")


FINAL_TASK_STATUSES = frozenset(
    {TaskStatus.COMPLETED, TaskStatus.PARTIALLY_COMPLETED, TaskStatus.FAILED, TaskStatus.CANCELLED}
)
RESTING_TASK_STATUSES = FINAL_TASK_STATUSES | {TaskStatus.VALIDATED}  # no job has anything to do
OPEN_ROW_STATUSES = frozenset({RowStatus.PENDING, RowStatus.RUNNING})
FINAL_ROW_STATUSES = tuple(status for status in RowStatus if status not in OPEN_ROW_STATUSES)
GOOD_ROW_STATUSES = frozenset({RowStatus.SUCCEEDED, RowStatus.UNCHANGED, RowStatus.SKIPPED})
BAD_ROW_STATUSES = frozenset({RowStatus.INVALID, RowStatus.FAILED, RowStatus.PARTLY_DONE, RowStatus.UNKNOWN})
TO_FIX_ROW_STATUSES = BAD_ROW_STATUSES | {RowStatus.NOT_PROCESSED}  # the row did not do what the file asked for
CHANGED_ROW_STATUSES = frozenset({RowStatus.SUCCEEDED, RowStatus.PARTLY_DONE, RowStatus.UNKNOWN})  # or may have
