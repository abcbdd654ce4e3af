"""Fetches everything a file may refer to by name, once per task, as the uploader sees it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from course_discovery_bulk.data import Entry, Lookups, LookupTable, fold
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.exceptions import Misconfigured, NotAMember
from course_discovery_bulk.text.messages import Phrase
from course_discovery_bulk.text.messages import gettext_noop as _

# Discovery shows tracks by name and UUID only; these are the slugs that its installations start with.
TRACK_SLUGS: Final = {
    "audit only": "audit",
    "professional only": "professional",
    "verified and audit": "verified-audit",
    "credit": "credit-verified-audit",
    "honor only": "honor",
    "verified and honor": "verified-honor",
    "credit with honor": "credit-verified-honor",
    "verified only": "verified",
    "masters": "masters",
    "executive education": "executive-education",
    "bootcamp": "bootcamp-2u",
}


def fetch_lookups(client: DiscoveryClient) -> Lookups:
    """All lookup tables; the errors of the client pass through."""
    course_form = _form(client.course_options(), "courses", is_staff=client.is_staff)
    run_form = _form(client.run_options(), "course_runs", is_staff=client.is_staff)
    types = course_form["type"]["type_options"]
    return Lookups(
        organizations=LookupTable(_("organization"), map(_organization, client.list_organizations())),
        course_types=LookupTable(_("enrollment track"), map(_course_type, types)),
        run_types=LookupTable(_("run enrollment track"), _run_types(types)),
        subjects=LookupTable(_("subject"), map(_named_by_slug, client.list_subjects())),
        level_types=LookupTable(_("level"), _choices(course_form["level_type"]["choices"])),
        languages=LookupTable(_("language"), _choices(run_form["content_language"]["choices"])),
        program_types=LookupTable(_("program type"), map(_named_by_slug, client.list_program_types())),
        sources=LookupTable(_("product source"), map(_source, client.list_sources())),
        collaborators=LookupTable(_("collaborator"), map(collaborator_entry, client.list_collaborators())),
        uploader_is_staff=client.is_staff,
        fields=frozenset((*course_form, *(f"run.{name}" for name in run_form))),
    )


def collaborator_entry(item: dict[str, Any]) -> Entry:
    """A collaborator as discovery lists it; one without a name can be named by UUID only."""
    return Entry(key=item["uuid"], name=item["name"] or item["uuid"])


def _form(options: dict[str, Any], path: str, *, is_staff: bool) -> dict[str, Any]:
    """The form of a creation, which discovery shows to staff and to members of an organization only."""
    form = options.get("actions", {}).get("POST")
    if form is not None:
        return dict(form)
    if is_staff:
        raise Misconfigured(Phrase(_("OPTIONS {path}/ shows no form"), path=path))
    raise NotAMember(Phrase(_("your account doesn't belong to an organization")))


def _organization(item: dict[str, Any]) -> Entry:
    return Entry(
        key=item["key"],
        name=item["name"] or item["key"],
        aliases=(item["uuid"],),
        facts={"enterprise_subscription_inclusion": bool(item.get("enterprise_subscription_inclusion"))},
    )


def _named_by_slug(item: dict[str, Any]) -> Entry:
    return Entry(key=item["slug"], name=item["name"] or item["slug"], aliases=(item["uuid"],))


def _source(item: dict[str, Any]) -> Entry:
    return Entry(key=item["slug"], name=item["name"] or item["slug"])


def _choices(choices: Iterable[dict[str, Any]]) -> list[Entry]:
    """Choices that can be sent; discovery shows a level without a name as one without a value."""
    return [
        Entry(key=choice["value"], name=choice["display_name"] or choice["value"])
        for choice in choices
        if choice["value"]
    ]


def _course_type(item: dict[str, Any]) -> Entry:
    return Entry(
        key=item["uuid"],
        name=item["name"],
        aliases=_slug_of(item["name"]),
        facts={
            "entitlement_modes": tuple(item["entitlement_types"]),
            "run_types": frozenset(run_type["uuid"] for run_type in item["course_run_types"]),
        },
    )


def _run_types(types: Iterable[dict[str, Any]]) -> list[Entry]:
    found = {run_type["uuid"]: run_type for item in types for run_type in item["course_run_types"]}
    return [
        Entry(key=uuid, name=item["name"], aliases=_slug_of(item["name"]), facts={"modes": tuple(item["modes"])})
        for uuid, item in found.items()
    ]


def _slug_of(name: str) -> tuple[str, ...]:
    slug = TRACK_SLUGS.get(fold(name))
    return (slug,) if slug else ()
