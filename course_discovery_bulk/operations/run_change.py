"""A row's change of a run, with what planning and checking it must know: the course as it will be, tracks, prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from course_discovery_bulk.columns.course import IMAGE, RUN_PRICE
from course_discovery_bulk.columns.numbers import FREE_MODES
from course_discovery_bulk.columns.run import RUN_TRACK
from course_discovery_bulk.data import CleanRow, CourseSnapshot, Entry, RunSnapshot
from course_discovery_bulk.operations.base import PlanInput, Values
from course_discovery_bulk.operations.course_part import track_after
from course_discovery_bulk.operations.parts import Part
from course_discovery_bulk.problems import Place


@dataclass(frozen=True, kw_only=True)
class RunChange:
    """One run, the course it belongs to as it will be when the row is done, and the row."""

    row: CleanRow
    run: RunSnapshot
    course: CourseSnapshot
    course_after: Mapping[str, Any]  # fields of the course once its own part is done
    has_image_after: bool
    course_track: Entry | None
    given: PlanInput

    @property
    def values(self) -> Values:
        return self.row.values

    @property
    def track(self) -> Entry | None:
        """The run's track once the row is done; None if no form offers it."""
        value = self.values.get(RUN_TRACK.name)
        if isinstance(value, Entry):
            return value
        return self.given.lookups.run_types.get(self.run.fields.get(RUN_TRACK.field) or "")

    def place(self, column: str, value: Any = None) -> Place:
        return Place(line=self.row.line, column=column, value=None if value is None else str(value))

    def prices(self, price: str) -> dict[str, str]:
        """The price for each paid mode; of a track that no form offers, for those that have a price."""
        if self.track:
            return run_prices(self.track, self.course_track, price)
        shown = self.run.fields.get(RUN_PRICE.field) or {}
        return {mode: price for mode in shown if mode not in FREE_MODES}


def run_change(
    row: CleanRow, course: CourseSnapshot, run: RunSnapshot, course_part: Part, given: PlanInput
) -> RunChange:
    """The change of a run in a row that may change its course as well."""
    return RunChange(
        row=row,
        run=run,
        course=course,
        course_after={**course.fields, **{path: after for path, (_, after) in course_part.changes.items()}},
        has_image_after=course.has_image or IMAGE.name in row.values,
        course_track=track_after(row.values, course, given),
        given=given,
    )


def run_prices(track: Entry, course_track: Entry | None, price: str) -> dict[str, str]:
    """The price for the paid modes of a run's track; those that the course sells, where it sells any of them."""
    paid = [mode for mode in track.facts["modes"] if mode not in FREE_MODES]
    sold = [mode for mode in paid if course_track and mode in course_track.facts["entitlement_modes"]]
    return dict.fromkeys(sold or paid, price)
