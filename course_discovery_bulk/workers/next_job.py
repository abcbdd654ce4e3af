"""What a job answers: whether its task needs another job, and when."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NextJob:
    """When the next job of a task is due, if one is needed. Made by `now`, `after` and `none`."""

    _delay: float | None

    @classmethod
    def now(cls) -> NextJob:
        """Another job is needed at once."""
        return cls(0.0)

    @classmethod
    def after(cls, seconds: float) -> NextJob:
        """Another job is needed in so many seconds."""
        return cls(seconds)

    @classmethod
    def none(cls) -> NextJob:
        """No job is needed: the task rests, or another worker brings it to its end."""
        return cls(None)

    @property
    def is_needed(self) -> bool:
        """Whether there is a next job at all."""
        return self._delay is not None

    @property
    def is_now(self) -> bool:
        """Whether it is needed without any delay."""
        return self._delay == 0.0

    @property
    def seconds(self) -> float:
        """The delay until the next job; ValueError if no job is needed."""
        if self._delay is None:
            raise ValueError("no job is needed, so there is no delay")
        return self._delay
