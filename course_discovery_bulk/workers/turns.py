"""Turns: how long a lane may go on before it makes room for another task."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final

from course_discovery_bulk.workers import precedence
from course_discovery_bulk.workers.context import Bench

FAIRNESS_SECONDS: Final = 1.0  # how often a lane looks whether others wait


@dataclass(kw_only=True)
class Clock:
    """How long this turn may last: shorter while others wait for a worker, and shorter still while a preview does."""

    bench: Bench
    started: float = field(default_factory=time.monotonic)
    looked: float = 0.0

    @property
    def deadline(self) -> float:
        """When it is over, whoever waits."""
        return self.started + self.bench.settings.slice_seconds

    def is_over(self) -> bool:
        """Whether to make room now."""
        now = time.monotonic()
        if now > self.deadline:
            return True
        if not self._is_time_to_look(now):
            return False
        self.looked = now
        return self._gives_way(now - self.started)

    def _is_time_to_look(self, now: float) -> bool:
        least = min(self.bench.settings.turn_seconds, FAIRNESS_SECONDS)
        return self.bench.makes_room and now - self.started > least and now - self.looked >= FAIRNESS_SECONDS

    def _gives_way(self, seconds: float) -> bool:
        """A run gives way to a preview at once; a preview, and a run to a run, after a while."""
        task, settings = self.bench.task, self.bench.settings
        has_had_a_while = seconds > settings.turn_seconds
        if not precedence.is_preview(task):
            urgent = precedence.find_urgent(settings, but=task.pk)
            return urgent is not None or (has_had_a_while and precedence.somebody_waits(settings, but=task.pk))
        return has_had_a_while and precedence.find_urgent(settings, but=task.pk) is not None
