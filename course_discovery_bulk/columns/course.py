"""The columns that describe a course."""

from __future__ import annotations

from dataclasses import replace

from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.emails import Emails
from course_discovery_bulk.columns.names import Name, NewNameList, OrganizationName
from course_discovery_bulk.columns.numbers import Price
from course_discovery_bulk.columns.subscriptions import SUBSCRIPTIONS
from course_discovery_bulk.columns.text import (
    PICTURE_ADDRESS,
    CourseNumber,
    Html,
    RawText,
    Slug,
    Tags,
    Text,
    Url,
)
from course_discovery_bulk.text.comparing import Comparison
from course_discovery_bulk.text.fields import Shown, each, key_of, prices_by
from course_discovery_bulk.text.messages import gettext_noop as _

_NAMES = "It names the new course."
_PICTURE = "Answers show the address of discovery's own copy."
_SLUGS = Shown(form=each("slug"))
_IMAGE_KEPT = _("A picture can't be removed, only replaced.")

ORGANIZATION = Column(
    name="organization",
    field="org",
    kind=OrganizationName(),
    help=_("Key or name of the organization that owns the course."),
    example="edX",
    keep_reason=_("A course needs an organization."),
    unread=_NAMES,
)
NUMBER = Column(
    name="number",
    field="number",
    kind=CourseNumber(),
    help=_("Course number. Together with the organization it forms the course key."),
    example="CS101",
    keep_reason=_("A course needs a number."),
    is_name=True,
    unread=_NAMES,
)
TITLE = Column(
    name="title",
    field="title",
    kind=Text(),
    help=_("Title of the course, up to 255 characters."),
    example="Introduction to Computing",
    keep_reason=_("A course needs a title."),
    is_name=True,
)
COURSE_TRACK = Column(
    name="course_enrollment_track",
    field="type",
    kind=Name(table="course_types"),
    help=_("Enrollment track of the course, as Publisher names it."),
    example="Verified and Audit",
    keep_reason=_("A course needs an enrollment track."),
)
RUN_PRICE = Column(
    on_run=True,
    name="verified_price",
    field="prices",
    kind=Price(),
    help=_("Price of the track's paid mode, as a plain number. Required if the track has one."),
    example="49.00",
    keep_reason=_("A paid track needs a price. Enter 0 to charge nothing."),
    shown=Shown(at="seats", form=prices_by("type")),
    keeps_review=True,
)
PRICE = replace(
    RUN_PRICE,
    on_run=False,
    shown=Shown(at="entitlements", form=prices_by("mode")),
    keeps_review=False,
    twin=RUN_PRICE,
)
PRODUCT_SOURCE = Column(
    name="product_source",
    field="product_source",
    kind=Name(table="sources"),
    help=_("Where the product comes from. If empty, the site's default is used."),
    example="edX",
    keep_reason=_("A course needs a product source."),
    shown=Shown(form=key_of("slug")),
)
URL_SLUG = Column(
    name="url_slug",
    field="url_slug",
    kind=Slug(),
    help=_("Last part of the course's address. If empty, it is made from the title."),
    example="introduction-to-computing",
    keep_reason=_("A course needs a slug."),
    is_name=True,
    is_unique=True,
    keeps_review=True,
)
IMAGE = Column(
    name="image",
    field="image",
    kind=Url(max_length=PICTURE_ADDRESS),
    help=_("Public address of the course image (PNG or JPEG). Google Drive share links work."),
    example="https://example.org/pictures/cs101.png",
    keep_reason=_IMAGE_KEPT,
    unread=_PICTURE,
    keeps_review=True,
)
LOGO = Column(
    name="organization_logo_override",
    field="organization_logo_override",
    kind=Url(max_length=PICTURE_ADDRESS),
    help=_("Public address of a logo to show instead of the organization's."),
    example="https://example.org/pictures/logo.png",
    keep_reason=_IMAGE_KEPT,
    unread=_PICTURE,
    keeps_review=True,
)
COLLABORATORS = Column(
    name="collaborators",
    field="collaborators",
    kind=NewNameList(table="collaborators"),
    help=_("Names of collaborators, separated by commas. New ones are created."),
    example="Acme Labs",
    is_name=True,
    shown=Shown(form=each("uuid")),
)


def _subject(name: str, place: int, help_text: str, example: str) -> Column:
    return Column(
        name=name,
        field=f"subjects.{place}",
        kind=Name(table="subjects"),
        help=help_text,
        example=example,
        shown=_SLUGS,
        same=Comparison.EXACT,  # the order says which is primary
    )


PRIMARY_SUBJECT = _subject("primary_subject", 0, _("First subject, by name or slug."), "Computer Science")
SECONDARY_SUBJECT = _subject(
    "secondary_subject", 1, _("Second subject, by name or slug."), "Data Analysis & Statistics"
)
TERTIARY_SUBJECT = _subject("tertiary_subject", 2, _("Third subject, by name or slug."), "Social Sciences")

SUBJECTS = (PRIMARY_SUBJECT, SECONDARY_SUBJECT, TERTIARY_SUBJECT)


def _html(name: str, field: str, help_text: str, example: str, *aliases: str) -> Column:
    return Column(name=name, field=field, kind=Html(), help=help_text, example=example, aliases=aliases)


# What describes a course besides its key, type and price.
COURSE_DETAILS = (
    _html(
        "short_description", "short_description", _("One or two sentences, simple HTML."), "<p>Learn to program.</p>"
    ),
    _html(
        "long_description",
        "full_description",
        _("The full description, simple HTML."),
        "<p>Eight weeks of practice.</p>",
        "full_description",
    ),
    _html(
        "what_will_you_learn",
        "outcome",
        _("What learners take away, simple HTML."),
        "<ul><li>Write programs</li></ul>",
        "outcome",
    ),
    _html("syllabus", "syllabus_raw", _("Syllabus, simple HTML."), "<p>Week 1: basics</p>", "syllabus_raw"),
    _html(
        "prerequisites",
        "prerequisites_raw",
        _("What learners should already know, simple HTML."),
        "<p>None</p>",
        "prerequisites_raw",
    ),
    _html("learner_testimonials", "learner_testimonials", _("Learner testimonials, simple HTML."), "<p>“Clear!”</p>"),
    _html(
        "frequently_asked_questions",
        "faq",
        _("Frequently asked questions, simple HTML."),
        "<p>Is it free? Yes.</p>",
        "faq",
    ),
    Column(
        name="additional_information",
        field="additional_information",
        kind=RawText(),
        help=_("Additional text for the course page, stored exactly as written."),
        example="Bring a notebook.",
    ),
    Column(
        name="about_video_link",
        field="video.src",
        kind=Url(),
        help=_("Address of the video about the course."),
        example="https://www.youtube.com/watch?v=abc",
        keeps_review=True,
    ),
    Column(
        name="level_type",
        field="level_type",
        kind=Name(table="level_types"),
        help=_("Level of the course."),
        example="Introductory",
        aliases=("course_level",),
    ),
    Column(
        name="topics",
        field="topics",
        kind=Tags(),
        help=_("Tags, separated by commas."),
        example="python, programming",
    ),
    Column(
        name="watchers",
        field="watchers",
        kind=Emails(),
        help=_("Email addresses to notify when the course goes live, separated by commas."),
        example="team@example.org",
        keeps_review=True,
    ),
    Column(
        name="organization_short_code_override",
        field="organization_short_code_override",
        kind=Text(),
        help=_("Short code to show instead of the organization's."),
        example="CSX",
    ),
    *SUBSCRIPTIONS,
)
