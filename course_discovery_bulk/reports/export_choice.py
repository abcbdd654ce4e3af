"""Which courses and runs an export has: those of an organization, of some keys, of a subject, of runs in some state."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from course_discovery_bulk.columns.run import START
from course_discovery_bulk.data import CourseSnapshot, Needs, RunSnapshot, fold
from course_discovery_bulk.discovery.session import Viewpoint
from course_discovery_bulk.discovery.snapshots import read_course
from course_discovery_bulk.exceptions import DocumentRefused
from course_discovery_bulk.operations.registry import known_fields
from course_discovery_bulk.pipeline.plan import state_of
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

MOST_KEYS: Final = 500
RUN_KEY_PARTS: Final = 3  # organization, number and run; a course has the first two
RUN_STATUSES: Final = ("unpublished", "review_by_legal", "review_by_internal", "reviewed", "published")
_LIST_SEPARATORS: Final = re.compile(r"[,;\r\n]+")
_KEY_PARTS: Final = re.compile(r"[+/]")


@dataclass(frozen=True, kw_only=True)
class ExportChoice:
    """What an export is narrowed by; all that is given must fit.

    `keys` name courses, or runs where only those are wanted. If `statuses` or days are given, only runs that fit are
    exported, and only courses that have one.
    """

    organization: str = ""  # its key
    keys: tuple[str, ...] = ()
    subject: str = ""  # by name or slug
    statuses: tuple[str, ...] = ()  # of runs
    starts_from: date | None = None  # runs that start on this day (UTC) or later
    starts_until: date | None = None  # on this day or earlier

    @property
    def is_about_runs(self) -> bool:
        return bool(self.statuses or self.starts_from or self.starts_until)

    @property
    def is_everything(self) -> bool:
        return self == EVERYTHING


EVERYTHING: Final = ExportChoice()
CHOICE_NAMES: Final = ("org", "keys", "subject", "status", "starts_from", "starts_until")


def read_choice(given: Mapping[str, str]) -> ExportChoice:
    """The choice that a query says, by CHOICE_NAMES; DocumentRefused if a day is none."""
    return ExportChoice(
        organization=given.get("org", "").strip(),
        # No key has a blank: in an address, a `+` that was not written as %2B reads as one.
        keys=tuple(word.replace(" ", "+") for word in _words(given.get("keys", ""))),
        subject=given.get("subject", "").strip(),
        statuses=_words(given.get("status", "")),
        starts_from=_day(given, "starts_from"),
        starts_until=_day(given, "starts_until"),
    )


def _words(text: str) -> tuple[str, ...]:
    words = (word.strip() for word in _LIST_SEPARATORS.split(text))
    return tuple(dict.fromkeys(word for word in words if word))


def _day(given: Mapping[str, str], name: str) -> date | None:
    text = given.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        detail = Phrase(_("{name} must be a date such as 2027-01-31, not “{text}”."), name=name, text=text)
        raise DocumentRefused("BAD_FILTER", detail) from error


def chosen_courses(view: Viewpoint, choice: ExportChoice) -> Iterator[CourseSnapshot]:
    """The courses that the user may edit, with those of their runs that were chosen; DocumentRefused at once.

    What is named must be there; what narrows may leave nothing.
    """
    _refuse_unknown(view, choice)
    subject = _subject(view, choice.subject)
    courses: Iterable[CourseSnapshot]
    courses = _named_courses(view, choice.keys) if choice.keys else _all_courses(view, choice)
    return (
        narrowed
        for course in courses
        if course.is_of_this_site and course.is_editable and _is_of(course, choice.organization)
        if not subject or subject in (course.fields.get("subjects") or ())
        if (narrowed := _with_fitting_runs(course, choice))
    )


def _refuse_unknown(view: Viewpoint, choice: ExportChoice) -> None:
    if choice.organization and view.lookups.organizations.get(choice.organization) is None:
        text = _("There is no organization {key}, or you may not see it.")
        raise DocumentRefused("NOT_FOUND", Phrase(text, key=choice.organization))
    for status in choice.statuses:
        if status not in RUN_STATUSES:
            text = _("“{status}” is not the status of a run. Choose from: {statuses}.")
            raise DocumentRefused("BAD_FILTER", Phrase(text, status=status, statuses=", ".join(RUN_STATUSES)))


def _subject(view: Viewpoint, name: str) -> str:
    """The key of a subject by any of its names; empty if none was chosen."""
    found = view.lookups.subjects.find_as_typed(name) if name else ()
    if name and len(found) != 1:
        raise DocumentRefused("NOT_FOUND", Phrase(_("There is no subject {name}."), name=name))
    return found[0].key if found else ""


def _with_fitting_runs(course: CourseSnapshot, choice: ExportChoice) -> CourseSnapshot | None:
    """The course with only the runs that fit, if runs were chosen; None if none does."""
    if not choice.is_about_runs:
        return course
    runs = tuple(run for run in course.runs if _fits(run, choice))
    return replace(course, runs=runs) if runs else None


def _fits(run: RunSnapshot, choice: ExportChoice) -> bool:
    starts = str(run.fields.get(START.field) or "")[:10]
    is_late_enough = not choice.starts_from or (starts and starts >= choice.starts_from.isoformat())
    is_early_enough = not choice.starts_until or (starts and starts <= choice.starts_until.isoformat())
    has_status = not choice.statuses or run.status in choice.statuses
    return bool(has_status and is_late_enough and is_early_enough)


def _all_courses(view: Viewpoint, choice: ExportChoice) -> Iterator[CourseSnapshot]:
    count, limit = view.client.count_courses(), view.settings.max_rows
    if choice.is_everything and count > limit:
        text = _(
            "There are {count} courses; a file may have {limit} rows. Choose an organization, or name the courses."
        )
        detail = Phrase(text, count=count, limit=limit)
        raise DocumentRefused("EXPORT_TOO_LARGE", detail)
    fields = known_fields()
    answers = view.client.list_courses({"limit": str(view.settings.state_batch)})
    return (read_course(answer, fields) for answer in answers)


def _named_courses(view: Viewpoint, keys: Sequence[str]) -> list[CourseSnapshot]:
    """The courses of these keys, with only those of their runs that are named; all must be there."""
    if len(keys) > MOST_KEYS:
        raise DocumentRefused(
            "TOO_MANY_KEYS",
            Phrase(_("{count} keys are too many; {limit} can be asked for at once."), count=len(keys), limit=MOST_KEYS),
        )
    askable = [key for key in keys if key.isprintable()]  # discovery chokes on others, and no key has them
    run_keys = [key for key in askable if _is_run_key(key)]
    course_keys = [key for key in askable if not _is_run_key(key)]
    state = state_of(Needs(courses=tuple(course_keys), runs=tuple(run_keys)), view.client)
    whole = {fold(course.key): course for key in course_keys if (course := state.course(key))}
    runs = {fold(key): found for key in run_keys if (found := state.run(key))}
    seen = [*(course for course in whole.values()), *(course for course, _run in runs.values())]
    missing = [repr(key) for key in keys if key not in askable]
    missing += [key for key in course_keys if not state.course(key)]
    missing += [key for key in run_keys if fold(key) not in runs]
    missing += [course.key for course in seen if not course.is_editable]
    if missing:
        names = ", ".join(dict.fromkeys(missing))
        raise DocumentRefused("NOT_FOUND", Phrase(_("{names} weren't found, or you may not edit them."), names=names))
    narrowed = {
        fold(course.key): _with_runs(course, runs) for course, _run in runs.values() if fold(course.key) not in whole
    }
    return [*whole.values(), *narrowed.values()]


def _is_run_key(key: str) -> bool:
    return len(_KEY_PARTS.split(key)) == RUN_KEY_PARTS


def _with_runs(course: CourseSnapshot, keys: Collection[str]) -> CourseSnapshot:
    return replace(course, runs=tuple(run for run in course.runs if fold(run.key) in keys))


def _is_of(course: CourseSnapshot, organization: str) -> bool:
    return not organization or any(fold(owner.key) == fold(organization) for owner in course.owners)
