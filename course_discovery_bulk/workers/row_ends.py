"""How a row ends that is not carried out, and what an error in the middle of one means for it."""

from __future__ import annotations

from django.db.models import F

from course_discovery_bulk.choices import RowStatus, StepState
from course_discovery_bulk.data import RowOutcome, Step
from course_discovery_bulk.db.retrying import renew_connection
from course_discovery_bulk.discovery.acts import ACTS
from course_discovery_bulk.exceptions import DiscoveryError, Transient
from course_discovery_bulk.models import BulkOperationRow
from course_discovery_bulk.pipeline.error_reports import report_incident
from course_discovery_bulk.pipeline.record import record_outcome, record_pause, record_start, was_sent
from course_discovery_bulk.pipeline.row_life import RowEvent, status_unseen
from course_discovery_bulk.problems import ANSWER_LOST, DISCOVERY_UNAVAILABLE, WORKER_LOST, Place, Problem, problem
from course_discovery_bulk.text.logs import get_logger
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _
from course_discovery_bulk.workers import leases
from course_discovery_bulk.workers.context import Bench
from course_discovery_bulk.workers.verdicts import Verdict

logger = get_logger(__name__)


def follow(bench: Bench, row: BulkOperationRow, verdict: Verdict, error: Exception) -> None:
    """Write at a row what an error means for it; the caller raises it again if it means more than this row."""
    match verdict:
        case Verdict.PAUSE:
            record_pause(row, bench.lease.epoch)
        case Verdict.GIVE_WAY:
            _give_way_to_a_hang(bench, row)
        case Verdict.STOP:
            _record_incident(bench, row, error)


def unseen(row: BulkOperationRow, event: RowEvent, found: Problem | None) -> RowOutcome:
    """The end of a row that is not looked up in discovery; if anything of it was sent, its outcome is unknown."""
    return RowOutcome(
        line=row.line,
        status=status_unseen(event, was_sent=was_sent(row)),
        problems=(found,) if found else (),
        steps=tuple(Step.from_dict(step) for step in row.steps),
        object_key=row.object_key,
    )


def give_up(bench: Bench, row: BulkOperationRow, error: DiscoveryError) -> None:
    """End a row whose trouble does not pass, as far as it has come; if a call may have taken effect, it is unknown."""
    row.refresh_from_db(fields=["steps"])
    steps = tuple(Step.from_dict(step) for step in row.steps)
    doing = next((ACTS[step.act].doing for step in steps if step.state != StepState.DONE), _("read the course"))
    is_unsettled = any(step.sent_at and step.state != StepState.DONE for step in steps)
    kind = ANSWER_LOST if is_unsettled else DISCOVERY_UNAVAILABLE
    found = problem(kind, Place(line=row.line), doing=Phrase(doing), detail=error.detail)
    status = RowStatus.FAILED
    if is_unsettled:
        status = RowStatus.UNKNOWN
    elif any(step.state == StepState.DONE for step in steps):
        status = RowStatus.PARTLY_DONE
    record_start(row, bench.lease.epoch, None)
    outcome = RowOutcome(line=row.line, status=status, problems=(found,), steps=steps, object_key=row.object_key)
    record_outcome(row, bench.lease.epoch, outcome, object_url=row.object_url)


def quarantine(bench: Bench, row: BulkOperationRow) -> None:
    """Give up a row on which worker after worker died; how many such rows followed each other is counted."""
    found = problem(WORKER_LOST, Place(line=row.line), times=row.crashes)
    outcome = unseen(row, RowEvent.QUARANTINED, found)
    record_start(row, bench.lease.epoch, None)
    record_outcome(row, bench.lease.epoch, outcome, object_url=row.object_url)
    logger.error("row given up", extra={"event": "bulk.quarantine", "times": row.crashes})
    leases.write_task(bench.lease, claims_without_progress=0, quarantines=F("quarantines") + 1)
    bench.task.refresh_from_db(fields=["quarantines"])


def has_lost_workers(bench: Bench) -> bool:
    """Whether so many rows were given up one after another that it is not the rows."""
    return bench.task.quarantines >= bench.settings.lost_claims


def _give_way_to_a_hang(bench: Bench, row: BulkOperationRow) -> None:
    """Time ran out within a call: that is an outage, unless it happens to one row again and again."""
    renew_connection()
    steps = BulkOperationRow.objects.values_list("steps", flat=True).get(pk=row.pk)
    if row.attempts < bench.settings.row_attempts and any(step["state"] == StepState.SENDING for step in steps):
        record_pause(row, bench.lease.epoch)
        raise Transient(Phrase(_("a request to it didn't finish")))


def _record_incident(bench: Bench, row: BulkOperationRow, error: Exception) -> None:
    found = report_incident(error, line=row.line)
    row.refresh_from_db()
    outcome = unseen(row, RowEvent.FAILED, found)
    record_outcome(row, bench.lease.epoch, outcome, object_url=row.object_url)
