"""The columns that describe a course run. Times are UTC; a date without a time means the beginning of that day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.moments import Date, DateValue, Time
from course_discovery_bulk.columns.names import Choice, Name, NameList
from course_discovery_bulk.columns.numbers import Boolean, WholeNumber
from course_discovery_bulk.columns.people import PeopleList
from course_discovery_bulk.columns.text import Text
from course_discovery_bulk.text.fields import Shown, each, of_seat
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

_NEEDED = _("A run needs one.")
_TIME = _("Time of day of {column}, in UTC. If empty, 00:00, the start of the day.")
_LAST_TIME = _(
    "Time of day of {column}, in UTC. If empty, 00:00, the start of that day, unless your site counts the whole day."
)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A date column and the time column beside it, which fill one field together."""

    field: str
    date: Column
    time: Column | None = None

    def value(self, values: Mapping[str, Any]) -> Any:
        """The moment of a row as discovery writes it; CLEAR to empty it, None where the row says nothing."""
        day = values.get(self.date.name)
        if not isinstance(day, DateValue):
            return day
        return day.at(values.get(self.time.name) if self.time else None)


def _date(name: str, field: str, help_text: str, example: str, **more: Any) -> Column:
    return Column(name=name, on_run=True, field=field, kind=Date(), help=help_text, example=example, **more)


def _last_day(name: str, field: str, help_text: str, example: str, **more: Any) -> Column:
    return replace(_date(name, field, help_text, example, **more), kind=Date(is_last_day=True))


def _time(name: str, of: Column) -> Column:
    """The time of day beside a date, of whose field it is a part."""
    is_last = isinstance(of.kind, Date) and of.kind.is_last_day
    return replace(
        of,
        name=name,
        kind=Time(),
        help=Phrase(_LAST_TIME if is_last else _TIME, column=of.name),
        example="14:30",
        keep_reason=Phrase(_("Clear {column} instead, or write 00:00."), column=of.name),
    )


def _moment(date: Column, time_name: str) -> Moment:
    return Moment(field=date.field, date=date, time=_time(time_name, date))


START = _moment(
    _date("start_date", "start", _("First day of the run."), "2027-09-01", keep_reason=_NEEDED, keeps_review=True),
    "start_time",
)
END = _moment(
    _last_day("end_date", "end", _("Last day of the run."), "2027-12-15", keep_reason=_NEEDED, keeps_review=True),
    "end_time",
)
ENROLLMENT_START = _moment(
    _date("enrollment_start_date", "enrollment_start", _("First day of enrollment."), "2027-06-01"),
    "enrollment_start_time",
)
ENROLLMENT_END = _moment(
    _last_day("enrollment_end_date", "enrollment_end", _("Last day of enrollment."), "2027-11-30"),
    "enrollment_end_time",
)
PUBLISH = Moment(
    field="go_live_date",
    date=Column(
        on_run=True,
        name="publish_date",
        field="go_live_date",
        kind=Date(is_alone=True),
        help=_("Day on which the run is published after review."),
        example="2027-05-01",
        aliases=("go_live_date",),
        keeps_review=True,
    ),
)
UPGRADE_DEADLINE = _moment(
    _last_day(
        "upgrade_deadline_override_date",
        "upgrade_deadline_override",
        _("Last day to upgrade, instead of ten days before the end. Staff only."),
        "2027-12-01",
        staff_only=True,
        shown=Shown(at="seats", form=of_seat("verified", "upgrade_deadline_override")),
    ),
    "upgrade_deadline_override_time",
)

RUN_TRACK = Column(
    on_run=True,
    name="course_run_enrollment_track",
    field="run_type",
    kind=Name(table="run_types"),
    help=_("Enrollment track of the run. It must be one that the course's track allows."),
    example="Verified and Audit",
    aliases=("run_type",),
    keep_reason=_NEEDED,
)
PACING = Column(
    on_run=True,
    name="course_pacing",
    field="pacing_type",
    kind=Choice(words={"Instructor-Paced": "instructor_paced", "Self-Paced": "self_paced"}, what=_("pacing")),
    help=_("Instructor-paced or self-paced."),
    example="Self-Paced",
    aliases=("pacing_type",),
    keep_reason=_NEEDED,
    keeps_review=True,
)
LEGAL_REVIEW = Column(
    on_run=True,
    name="move_to_legal_review",
    field="draft",
    kind=Boolean(),
    help=_("TRUE sends the run to legal review after everything else is saved."),
    example="FALSE",
    keep_reason=_("Enter FALSE or leave it empty."),
    is_order=True,
    unread="It asks for something to be done.",
)
MINIMUM_EFFORT = Column(
    on_run=True,
    name="minimum_effort",
    field="min_effort",
    kind=WholeNumber(),
    help=_("Minimum hours per week."),
    example="2",
    keeps_review=True,
    is_copied_at_rerun=True,
)
MAXIMUM_EFFORT = Column(
    on_run=True,
    name="maximum_effort",
    field="max_effort",
    kind=WholeNumber(),
    help=_("Maximum hours per week; must be more than the minimum."),
    example="5",
    keeps_review=True,
    is_copied_at_rerun=True,
)


def moments_of(columns: Iterable[Column]) -> list[Moment]:
    """The moments that these columns say: each date, with the time of day beside it if there is one."""
    columns = tuple(columns)
    times = {column.field: column for column in columns if isinstance(column.kind, Time)}
    dates = (column for column in columns if isinstance(column.kind, Date))
    return [Moment(field=column.field, date=column, time=times.get(column.field)) for column in dates]


MOMENTS = (START, END, ENROLLMENT_START, ENROLLMENT_END, PUBLISH, UPGRADE_DEADLINE)
MOMENT_COLUMNS = tuple(column for moment in MOMENTS for column in (moment.date, moment.time) if column)

# What describes a run besides its dates, track and pacing.
RUN_DETAILS = (
    MINIMUM_EFFORT,
    MAXIMUM_EFFORT,
    Column(
        on_run=True,
        name="length",
        field="weeks_to_complete",
        kind=WholeNumber(),
        help=_("Length in weeks."),
        example="8",
        aliases=("weeks_to_complete",),
        keeps_review=True,
        is_copied_at_rerun=True,
    ),
    Column(
        on_run=True,
        name="content_language",
        field="content_language",
        kind=Name(table="languages"),
        help=_("Language of the course, by name or code."),
        example="en-us",
        keeps_review=True,
        is_copied_at_rerun=True,
    ),
    Column(
        on_run=True,
        name="transcript_languages",
        field="transcript_languages",
        kind=NameList(table="languages"),
        help=_("Languages of the transcripts, by code, separated by commas."),
        example="en-us, es-419",
        aliases=("transcript_language",),
        keeps_review=True,
        is_copied_at_rerun=True,
    ),
    Column(
        on_run=True,
        name="staff",
        field="staff",
        kind=PeopleList(),
        help=_("The instructors, in the order in which they are shown: slugs, UUIDs or whole names, between commas."),
        example="ada-lovelace, grace-hopper",
        shown=Shown(form=each("uuid")),
        keeps_review=True,
        is_copied_at_rerun=True,
    ),
    Column(
        on_run=True,
        name="expected_program_type",
        field="expected_program_type",
        kind=Name(table="program_types"),
        help=_("Type of the program that the course is meant for."),
        example="MicroMasters",
    ),
    Column(
        on_run=True,
        name="expected_program_name",
        field="expected_program_name",
        kind=Text(),
        help=_("Name of that program."),
        example="Computing",
    ),
)
