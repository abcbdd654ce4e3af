"""A small catalogue to look names up in, and rows that use it: where tests of cells, rows and plans start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from course_discovery_bulk.columns.base import Cell, Column, Context, Parsed
from course_discovery_bulk.data import CleanRow, CourseSnapshot, Entry, Lookups, LookupTable, RawRow, State, fold
from course_discovery_bulk.discovery.snapshots import read_course
from course_discovery_bulk.operations.base import PlanInput
from course_discovery_bulk.operations.course_create import OPERATION
from course_discovery_bulk.operations.registry import known_fields
from course_discovery_bulk.pipeline.validate import Validator
from course_discovery_bulk.testing import course_answer

VERIFIED_AUDIT = "11111111-0000-4000-8000-000000000001"
AUDIT = "11111111-0000-4000-8000-000000000002"
MASTERS = "11111111-0000-4000-8000-000000000003"
RUN_VERIFIED_AUDIT = "22222222-0000-4000-8000-000000000001"
RUN_AUDIT = "22222222-0000-4000-8000-000000000002"
RUN_MASTERS = "22222222-0000-4000-8000-000000000003"
ACME = "33333333-0000-4000-8000-000000000001"
ACME_INC = "33333333-0000-4000-8000-000000000002"
COMPUTER_SCIENCE = "44444444-0000-4000-8000-000000000001"


def course_type(key: str, name: str, slug: str, modes: tuple[str, ...], *run_types: str) -> Entry:
    facts = {"entitlement_modes": modes, "run_types": frozenset(run_types)}
    return Entry(key=key, name=name, aliases=(slug,), facts=facts)


LOOKUPS = Lookups(
    organizations=LookupTable(
        "organization",
        [
            Entry(key="edX", name="edX Inc.", facts={"enterprise_subscription_inclusion": False}),
            Entry(key="MITx", name="MIT Online", facts={"enterprise_subscription_inclusion": True}),
        ],
    ),
    course_types=LookupTable(
        "enrollment track",
        [
            course_type(
                VERIFIED_AUDIT,
                "Verified and Audit",
                "verified-audit",
                ("verified",),
                RUN_VERIFIED_AUDIT,
                RUN_AUDIT,
            ),
            course_type(AUDIT, "Audit Only", "audit", (), RUN_AUDIT),
            course_type(MASTERS, "Masters", "masters", (), RUN_MASTERS),
        ],
    ),
    run_types=LookupTable(
        "run enrollment track",
        [
            Entry(key=RUN_VERIFIED_AUDIT, name="Verified and Audit", aliases=("verified-audit",)),
            Entry(key=RUN_AUDIT, name="Audit Only", aliases=("audit",)),
            Entry(key=RUN_MASTERS, name="Masters Only", aliases=("masters",)),
        ],
    ),
    subjects=LookupTable(
        "subject",
        [
            Entry(key="computer-science", name="Computer Science", aliases=(COMPUTER_SCIENCE,)),
            Entry(key="social-sciences", name="Social Sciences"),
            Entry(key="data-analysis-statistics", name="Data Analysis & Statistics"),
        ],
    ),
    level_types=LookupTable("level", [Entry(key=name, name=name) for name in ("Introductory", "Advanced")]),
    languages=LookupTable(
        "language",
        [
            Entry(key="en-us", name="English - United States"),
            Entry(key="fr", name="French"),
            Entry(key="zh-cn", name="Chinese, Simplified"),
            Entry(key="es-419", name="Spanish"),
            Entry(key="es-es", name="Spanish"),
        ],
    ),
    program_types=LookupTable("program type", [Entry(key="micromasters", name="MicroMasters")]),
    sources=LookupTable("product source", [Entry(key="edx", name="edX"), Entry(key="ext", name="External")]),
    collaborators=LookupTable(
        "collaborator", [Entry(key=ACME, name="Acme Labs"), Entry(key=ACME_INC, name="Bolt, Inc.")]
    ),
    uploader_is_staff=True,
)
STAFF = Context(lookups=LOOKUPS)
MEMBER = Context(lookups=replace(LOOKUPS, uploader_is_staff=False))

MINIMAL_CELLS = {
    "organization": "edX",
    "title": "Introduction to Computing",
    "number": "CS101",
    "course_enrollment_track": "Verified and Audit",
    "course_run_enrollment_track": "Verified and Audit",
    "verified_price": "49",
    "start_date": "2027-09-01",
    "end_date": "2027-12-15",
    "course_pacing": "Self-Paced",
}
LEGAL_REVIEW_CELLS = {
    "image": "https://example.org/cs101.png",
    "long_description": "<p>Long</p>",
    "short_description": "<p>Short</p>",
    "what_will_you_learn": "<p>Much</p>",
    "level_type": "Introductory",
    "primary_subject": "Computer Science",
    "publish_date": "2027-05-01",
    "minimum_effort": "2",
    "maximum_effort": "5",
    "length": "8",
    "move_to_legal_review": "TRUE",
}


def parse(column: Column, text: str, context: Context = STAFF) -> Parsed:
    """What a column makes of a cell in row 2."""
    return column.parse(Cell(line=2, column=column.name, text=text), context)


def raw_row(cells: Mapping[str, str] | None = None, *, line: int = 2, **changes: str) -> RawRow:
    """The minimal row, or other cells, with some cells changed; an empty text stands for an empty cell."""
    return RawRow(line=line, cells={**(MINIMAL_CELLS if cells is None else cells), **changes})


def validator(context: Context = STAFF, **changes: Any) -> Validator:
    """The validator of `course_create` for a site whose default product source is edX."""
    return replace(Validator(operation=OPERATION, context=context, default_product_source="edx"), **changes)


def clean_row(context: Context = STAFF, **changes: str) -> CleanRow:
    """The minimal row with some cells changed, checked."""
    return validator(context).clean(raw_row(**changes))


def plan_input(*courses: CourseSnapshot, **changes: Any) -> PlanInput:
    """What planning gets to see where these courses exist."""
    state = State(courses={fold(course.key): course for course in courses})
    given = PlanInput(state=state, lookups=LOOKUPS, default_product_source="edx", now=datetime(2027, 1, 1, tzinfo=UTC))
    return replace(given, **changes)


def snapshot(key: str) -> CourseSnapshot:
    """A course that exists, with nothing in it."""
    return read_course(course_answer(key), known_fields())
