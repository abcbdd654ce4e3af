"""Fills an empty catalog with the accounts, look-ups and the one course of seed.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.dateparse import parse_datetime

from sandbox.discovery.models import (
    Collaborator,
    Course,
    CourseEntitlement,
    CourseRun,
    CourseRunType,
    CourseType,
    Language,
    LevelType,
    Mode,
    Organization,
    OrganizationExtension,
    Partner,
    Person,
    ProgramType,
    Seat,
    SeatType,
    Source,
    Subject,
    Topic,
    Track,
    User,
)
from sandbox.discovery.rules.saving import save_course
from sandbox.discovery.rules.seats import default_deadline
from sandbox.discovery.rules.slugs import run_slug, set_active_slug

SEED_FILE = Path(__file__).with_name("seed.json")
# In the order in which the service made them, which is the order in which seats are made.
SEAT_TYPES = ("Audit", "Credit", "Professional", "Verified", "Honor")


@transaction.atomic
def load_seed() -> None:
    """Add what is missing of the seed. A user's password is the user name: the stand-in guards nothing."""
    seed = json.loads(SEED_FILE.read_text(encoding="utf-8"))
    partner, _ = Partner.objects.get_or_create(
        short_code=seed["partner"]["short_code"], defaults={"name": seed["partner"]["name"]}
    )
    _load_vocabulary(seed)
    _load_tracks(seed)
    _load_program_types(seed["program_types"])
    _load_organizations(partner, seed["organizations"])
    for row in seed["users"]:
        _load_user(row)
    for row in seed["people"]:
        load_person(partner, row)
    for row in seed["courses"]:
        if not Course.objects.filter(key=row["key"]).exists():
            _load_course(partner, row)


def _load_vocabulary(seed: dict[str, Any]) -> None:
    for row in seed["sources"]:
        Source.objects.get_or_create(slug=row["slug"], defaults=row)
    for model, rows in ((Subject, seed["subjects"]), (Topic, seed["topics"])):
        for row in rows:
            model.objects.get_or_create(slug=row["slug"], defaults={"name": row["name"]})
    for row in seed["level_types"]:
        LevelType.objects.get_or_create(name=row["name"], defaults=row)
    for row in seed["collaborators"]:
        if not Collaborator.objects.filter(name=row["name"]).exists():
            Collaborator.objects.create(name=row["name"])
    languages = [Language(code=code, name=name) for code, name in seed["languages"].items()]
    known = set(Language.objects.values_list("code", flat=True))
    Language.objects.bulk_create(row for row in languages if row.code not in known)


def _load_tracks(seed: dict[str, Any]) -> None:
    for name in SEAT_TYPES:
        SeatType.objects.get_or_create(slug=name.lower(), defaults={"name": name})
    for row in seed["course_run_types"]:
        fields = {"name": row["name"], "is_marketable": row["is_marketable"]}
        run_type, created = CourseRunType.objects.get_or_create(slug=row["slug"], defaults=fields)
        if created:
            run_type.tracks.set([_track(track) for track in row["tracks"]])
    for row in seed["course_types"]:
        course_type, created = CourseType.objects.get_or_create(slug=row["slug"], defaults={"name": row["name"]})
        if created:
            course_type.entitlement_types.set(SeatType.objects.filter(slug__in=row["entitlement_types"]))
            course_type.run_types.set(CourseRunType.objects.filter(slug__in=row["course_run_types"]))


def _track(row: dict[str, Any]) -> Track:
    names = ("is_id_verified", "is_credit_eligible", "certificate_type", "payee")
    fields = {"name": row["mode_name"]} | {name: row[name] for name in names}
    mode, _ = Mode.objects.get_or_create(slug=row["mode"], defaults=fields)
    seat_type = SeatType.objects.get(slug=row["seat_type"])
    return Track.objects.get_or_create(mode=mode, seat_type=seat_type)[0]


def _load_program_types(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        fields = {"name": row["name"], "coaching_supported": row["coaching_supported"]}
        program_type, created = ProgramType.objects.get_or_create(slug=row["slug"], defaults=fields)
        if created:
            program_type.applicable_seat_types.set(SeatType.objects.filter(slug__in=row["applicable_seat_types"]))


def _load_organizations(partner: Partner, rows: list[dict[str, Any]]) -> None:
    names = (
        "name",
        "slug",
        "marketing_url",
        "auto_generate_course_run_keys",
        "enterprise_subscription_inclusion",
    )
    for row in rows:
        fields = {name: row[name] for name in names} | {"partner": partner}
        organization, _ = Organization.objects.get_or_create(key=row["key"], defaults=fields)
        group, _ = Group.objects.get_or_create(name=row["group"])
        OrganizationExtension.objects.get_or_create(organization=organization, defaults={"group": group})


def _load_user(row: dict[str, Any]) -> None:
    names = ("email", "full_name", "is_staff", "is_superuser")
    user, created = User.objects.get_or_create(username=row["username"], defaults={name: row[name] for name in names})
    if created:
        user.set_password(row["username"])
        user.save()
        user.groups.set(Group.objects.filter(name__in=row["groups"]))


def load_person(partner: Partner, row: dict[str, Any]) -> None:
    """Somebody who teaches."""
    names = ("salutation", "given_name", "family_name", "bio", "published")
    fields = {name: row[name] for name in names} | {"position_title": row["position"]}
    fields["position_organization"] = Organization.objects.filter(key=row["organization"]).first()
    Person.objects.get_or_create(partner=partner, slug=row["slug"], defaults=fields)


def _load_course(partner: Partner, row: dict[str, Any]) -> None:
    """A course that only has official rows."""
    course = Course.objects.create(
        partner=partner,
        key=row["key"],
        title=row["title"],
        type=CourseType.objects.get(slug=row["type"]),
        product_source=Source.objects.get(slug=row["product_source"]),
        short_description=row["short_description"],
    )
    course.owners.set(Organization.objects.filter(key__in=row["authoring_organizations"]))
    set_active_slug(course, row["url_slug"])
    for slug, price in row["entitlements"]:
        CourseEntitlement.objects.create(course=course, mode=SeatType.objects.get(slug=slug), price=price)
    for run_row in row["course_runs"]:
        run = _load_run(course, run_row)
        if run_row["canonical"]:
            course.canonical_run = run
    save_course(course)


def _load_run(course: Course, row: dict[str, Any]) -> CourseRun:
    names = ("key", "status", "pacing_type", "min_effort", "max_effort", "weeks_to_complete")
    run = CourseRun(course=course, type=CourseRunType.objects.get(slug=row["run_type"]))
    for name in names:
        setattr(run, name, row[name])
    run.start, run.end = (parse_datetime(row[name]) for name in ("start", "end"))
    run.slug = run_slug(run)
    run.save()
    for slug, price in row["seats"].items():
        seat_type = SeatType.objects.get(slug=slug)
        deadline = default_deadline(seat_type, run.end)
        Seat.objects.create(run=run, type=seat_type, price=price, default_upgrade_deadline=deadline)
    return run
