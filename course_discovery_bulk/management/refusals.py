"""Why a command did nothing at all."""

from __future__ import annotations

from course_discovery_bulk.problems import Problem


class Refusal(Exception):
    """Nothing was recorded, and why."""

    def __init__(self, reason: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(reason)
        self.problems = problems
