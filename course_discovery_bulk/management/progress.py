"""Shows how far a task is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

from django.core.management.base import OutputWrapper
from django.utils import timezone

from course_discovery_bulk import service
from course_discovery_bulk.choices import TaskStatus
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.presentation.labels import STAGES, duration

BAR: Final = 24  # characters
REDRAW_SECONDS: Final = 0.2  # a look costs queries, and rows in between must not wait for it
LINE_SECONDS: Final = 10.0
ERASE: Final = "\r\x1b[2K"


class ProgressDisplay:
    """Call it as often as there may be news."""

    def __init__(
        self, task: BulkOperationTask, stream: OutputWrapper, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._task = task
        self._stream = stream
        self._clock = clock
        self._is_terminal = stream.isatty()
        self._next_look = 0.0
        self._shown = ""
        self._said_at = float("-inf")

    def __call__(self) -> None:
        if self._clock() < self._next_look:
            return
        self._next_look = self._clock() + REDRAW_SECONDS
        self._task.refresh_from_db()
        progress = service.progress(self._task)
        stage = _stage(self._task, progress)
        if self._is_terminal:
            self._write(f"{ERASE}{_bar(progress, stage)}")
        elif stage != self._shown or self._clock() - self._said_at >= LINE_SECONDS:
            self._shown, self._said_at = stage, self._clock()
            self._write(f"{_line(progress, stage)}\n")

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._is_terminal:
            self._write(ERASE)

    def _write(self, text: str) -> None:
        with suppress(OSError):  # nobody reads it any more: the work goes on all the same
            self._stream.write(text, style_func=str, ending="")  # an error stream would be red
            self._stream.flush()


def _stage(task: BulkOperationTask, progress: service.Progress) -> str:
    if task.cancel_requested_at:
        return "stopping"
    if progress.stage == "paused" and task.next_attempt_at:
        return f"paused until {_clock_time(task.next_attempt_at)}"
    if task.status == TaskStatus.PENDING:
        return _waiting(progress)
    return str(dict(STAGES).get(progress.stage, progress.stage))


def _waiting(progress: service.Progress) -> str:
    if progress.waits_for is None:
        return "waiting for a worker"
    return f"queued behind #{progress.waits_for}, position {progress.queue_position}"


def _clock_time(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%H:%M:%S")


def _bar(progress: service.Progress, stage: str) -> str:
    filled = BAR * progress.done // progress.total if progress.total else 0
    text = f"[{'#' * filled}{'-' * (BAR - filled)}] {_line(progress, stage)}"
    return text[: shutil.get_terminal_size().columns - 1]


def _line(progress: service.Progress, stage: str) -> str:
    parts = [f"{progress.done}/{progress.total} rows", stage]
    if progress.rate_per_second:
        parts.append(f"{progress.rate_per_second:.1f} rows/s")
    if progress.eta_seconds:
        parts.append(f"{duration(progress.eta_seconds)} left")
    return " · ".join(parts)
