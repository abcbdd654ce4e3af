"""What a row changes of a course: one PATCH with everything that differs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from course_discovery_bulk.choices import Act
from course_discovery_bulk.columns.course import (
    COLLABORATORS,
    COURSE_DETAILS,
    COURSE_TRACK,
    IMAGE,
    LOGO,
    PRICE,
    PRODUCT_SOURCE,
    SUBJECTS,
    TITLE,
    URL_SLUG,
)
from course_discovery_bulk.columns.numbers import FREE_MODES
from course_discovery_bulk.data import CleanRow, CourseSnapshot, Entry, Step, download
from course_discovery_bulk.operations.base import PlanInput, Values
from course_discovery_bulk.operations.bodies import paid_modes
from course_discovery_bulk.operations.collaborators import (
    collaborators_after,
    named_collaborators,
    new_collaborators,
    shown_names,
)
from course_discovery_bulk.operations.differences import (
    Changes,
    Difference,
    emptied_too_early,
    field_differences,
    one_difference,
    subject_difference,
)
from course_discovery_bulk.operations.parts import PUBLISHED_RUNS, RUNS_THROWN_BACK, Part
from course_discovery_bulk.operations.refusals import not_an_editor
from course_discovery_bulk.problems import (
    FORBIDDEN,
    PRICE_NOT_USED,
    PRICE_REQUIRED,
    SUBJECT_GAP,
    SUBSCRIPTION_NOT_POSSIBLE,
    Place,
    Problem,
    problem,
)
from course_discovery_bulk.text.comparing import kept_prices
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

COURSE_COLUMNS: Final = (
    TITLE,
    COURSE_TRACK,
    *COURSE_DETAILS,
    *SUBJECTS,
    IMAGE,
    LOGO,
    COLLABORATORS,
    URL_SLUG,
    PRODUCT_SOURCE,
)
PUBLISHED: Final = "published"
REVIEWED: Final = "reviewed"
KEPT_REVIEWED: Final = frozenset({"watchers", "image", "organization_logo_override", "video", "url_slug"})
SUBSCRIPTION: Final = "enterprise_subscription_inclusion"


def plan_course(row: CleanRow, course: CourseSnapshot, given: PlanInput) -> Part:
    """The PATCH of a course, or the problems that stand against it."""
    values = row.values
    found = _difference(values, course, given)
    problems = tuple(_problems(row, course, given, found))
    if not found:
        return Part(problems=problems)
    collaborators = named_collaborators(values.get(COLLABORATORS.name))
    body = dict(found.body)
    if any(run.status == PUBLISHED for run in course.runs):
        body["draft"] = False
    return Part(
        steps=(
            *new_collaborators(collaborators, given.lookups),
            Step(act=Act.UPDATE_COURSE, target=course.uuid, body=body),
        ),
        changes=found.changes,
        problems=problems,
        effects=_effects(course, found),
    )


def track_after(values: Values, course: CourseSnapshot, given: PlanInput) -> Entry | None:
    """The course's track once the row is done; None where discovery shows one that its form does not offer."""
    value = values.get(COURSE_TRACK.name)
    return value if isinstance(value, Entry) else given.lookups.course_types.get(course.fields["type"] or "")


def _difference(values: Values, course: CourseSnapshot, given: PlanInput) -> Difference:
    shown = course.fields
    found = field_differences((TITLE, URL_SLUG, PRODUCT_SOURCE, *COURSE_DETAILS), values, shown)
    found = found.merged(subject_difference(values, shown))
    found = found.merged(_collaborator_difference(values, course, given))
    found = found.merged(_price_difference(values, course, given))
    for column in (IMAGE, LOGO):
        if address := values.get(column.name):
            picture = Difference(body={column.field: download(address)}, changes={column.field: (None, address)})
            found = found.merged(picture)
    return found


def _collaborator_difference(values: Values, course: CourseSnapshot, given: PlanInput) -> Difference:
    value = values.get(COLLABORATORS.name)
    if value is None:
        return Difference()
    before = course.fields["collaborators"]
    after = collaborators_after(value, before, given.lookups)
    if before == after:
        return Difference()
    return Difference(body={"collaborators": after}, changes={"collaborators": (before, shown_names(after, value))})


def _price_difference(values: Values, course: CourseSnapshot, given: PlanInput) -> Difference:
    """A change of type always carries the price: without it discovery drops the entitlement."""
    track, shown = track_after(values, course, given), course.fields
    found = one_difference(COURSE_TRACK.path, "type", track.key, shown) if track else Difference()
    price = values.get(PRICE.name)
    if price is None and found and not _sold_modes(track, course):  # the entitlement goes with the old track
        gone: Changes = {"prices": (shown["prices"], {})} if shown["prices"] else {}
        return Difference(body=found.body, changes={**found.changes, **gone})
    if price is None:
        return found
    prices = dict.fromkeys(_sold_modes(track, course), price)
    is_kept = kept_prices(prices, shown["prices"])
    if not prices or (is_kept and not found):
        return found
    before = {mode: shown["prices"].get(mode) for mode in prices}
    changes = {} if is_kept else {"prices": (before, prices)}
    return found.merged(Difference(body={"prices": prices}, changes=changes))


def _sold_modes(track: Entry | None, course: CourseSnapshot) -> tuple[str, ...]:
    """The modes of a course that cost money; of a track that its form does not offer, those that have a price."""
    return paid_modes(track) if track else tuple(mode for mode in course.fields["prices"] if mode not in FREE_MODES)


def _problems(row: CleanRow, course: CourseSnapshot, given: PlanInput, found: Difference) -> Iterator[Problem]:
    if found and not course.is_editable:
        yield problem(FORBIDDEN, Place(line=row.line), detail=not_an_editor(course))
    if column := emptied_too_early(row.values, course.fields):
        yield problem(SUBJECT_GAP, Place(line=row.line, column=column, value="[clear]"))
    track = track_after(row.values, course, given)
    price: Any = row.values.get(PRICE.name)
    if track and "type" in found.body and paid_modes(track) and price is None:
        yield problem(PRICE_REQUIRED, Place(line=row.line, column=PRICE.name), track=track.name)
    if price not in (None, "0.00") and not _sold_modes(track, course):
        name = track.name if track else Phrase(_("unknown"))
        yield problem(PRICE_NOT_USED, Place(line=row.line, column=PRICE.name, value=price), track=name)
    if found.body.get(SUBSCRIPTION) is True:
        yield from _subscription_problems(row, course, given)


def _subscription_problems(row: CleanRow, course: CourseSnapshot, given: PlanInput) -> Iterator[Problem]:
    for owner in course.owners:
        entry = given.lookups.organizations.get(owner.key)
        if entry and not entry.facts[SUBSCRIPTION]:
            place = Place(line=row.line, column=SUBSCRIPTION, value="TRUE")
            yield problem(SUBSCRIPTION_NOT_POSSIBLE, place, organization=owner.key)


def _effects(course: CourseSnapshot, found: Difference) -> dict[str, int]:
    statuses = [run.status for run in course.runs]
    throws_back = bool(set(found.body) - KEPT_REVIEWED)
    return {
        PUBLISHED_RUNS: statuses.count(PUBLISHED),
        RUNS_THROWN_BACK: statuses.count(REVIEWED) if throws_back else 0,
    }
