"""The discovery client: one typed method per act and per read. How a call travels is the transport's business."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from course_discovery_bulk.discovery.addresses import API, PUBLISHER_API, course_path, drafts, run_path, uncached
from course_discovery_bulk.discovery.lists import PAGE_ROWS, read_named, read_pages
from course_discovery_bulk.discovery.transport import JsonTransport

WITHOUT_UTM: Final = {"exclude_utm": "1"}


@dataclass(frozen=True, kw_only=True)
class DiscoveryClient:
    """Calls discovery as one user."""

    transport: JsonTransport
    is_staff: bool  # whether the user whose rights the calls have is staff
    answers_outlive_calls: bool  # whether a call that was given up may still take effect later
    url_slug_model: str = ""  # the host's table of slugs, as app.Model; empty if discovery is another process

    @property
    def base_url(self) -> str:
        return self.transport.base_url

    @property
    def request_id(self) -> str:
        """What the calls are marked with; empty if each gets an id of its own."""
        return self.transport.request_id

    def marked(self, request_id: str) -> DiscoveryClient:
        """The same client with another request id on its calls."""
        return replace(self, transport=self.transport.marked(request_id))

    # --- courses and runs

    def create_course(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Make a course, and its first run if the body has `course_run`; returns the whole course."""
        return self.transport.ask("POST", f"{API}/courses/", body=body, needs="uuid")

    def update_course(self, key: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change fields of a course, all or none; returns the whole draft."""
        return self.transport.ask("PATCH", course_path(key), query=WITHOUT_UTM, body=body, needs="uuid")

    def get_course(self, key: str) -> dict[str, Any]:
        """A course as it is now, its draft if it has one; NotFound if the user cannot see it."""
        return self.transport.ask("GET", course_path(key), query=drafts(), needs="uuid")

    def get_courses(self, keys: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The courses of these keys as they are now, without those that the user cannot see."""
        return read_named(self.transport, "courses", "keys", keys)

    def get_courses_by_uuid(self, uuids: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The courses of these UUIDs, likewise. A malformed one fails all."""
        return read_named(self.transport, "courses", "uuids", uuids)

    def list_courses(self, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """All courses that the user can see, as drafts if they have any."""
        return read_pages(self.transport, f"{API}/courses/", {**query, **drafts()})

    def count_courses(self) -> int:
        """How many courses the user can see."""
        query = {"limit": "1", "fields": "key", **drafts()}
        return int(self.transport.ask("GET", f"{API}/courses/", query=query, needs="count")["count"])

    def create_run(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Make a run of a course. Not repeatable: the same body again makes a second run."""
        return self.transport.ask("POST", f"{API}/course_runs/", body=body, needs="uuid")

    def get_runs(self, keys: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The runs of these keys as they are now, without those that the user cannot see."""
        return read_named(self.transport, "course_runs", "keys", keys)

    def update_run(self, key: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change fields of a run, all or none; returns the whole draft."""
        return self.transport.ask("PATCH", run_path(key), query=WITHOUT_UTM, body=body, needs="uuid")

    def get_run(self, key: str) -> dict[str, Any]:
        """A run as it is now, its draft if it has one; NotFound if the user cannot see it."""
        return self.transport.ask("GET", run_path(key), query=drafts(), needs="uuid")

    # --- editors

    def add_editor(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Make somebody an editor of a course; discovery answers 500 if they already are."""
        return self.transport.ask("POST", f"{API}/course_editors/", body=body, needs="id")

    def remove_editor(self, editor_id: int) -> None:
        """End an editorship; NotFound if it is over already."""
        self.transport.send("DELETE", f"{API}/course_editors/{editor_id}/")

    def list_editors(self, course_uuid: str) -> Iterator[dict[str, Any]]:
        """The editors of a course that the user may see."""
        return read_pages(self.transport, f"{API}/course_editors/", {"course": course_uuid, **uncached()})

    def list_members(self, organization_uuid: str) -> Iterator[dict[str, Any]]:
        """The members of an organization: id, full name, e-mail address."""
        path = f"{PUBLISHER_API}/admins/organizations/{organization_uuid}/users/"
        return read_pages(self.transport, path, uncached())

    # --- people who teach

    def get_person(self, uuid: str) -> dict[str, Any]:
        """A person of the catalog; NotFound for one of another partner's."""
        return self.transport.ask("GET", f"{API}/people/{uuid}/", query=uncached(), needs="uuid")

    def list_people(self, slug: str) -> Iterator[dict[str, Any]]:
        """The people of the catalog that have this slug, in any case."""
        return read_pages(self.transport, f"{API}/people/", {"slug": slug, **uncached()})

    def search_people(self, words: str) -> list[dict[str, Any]]:
        """People of all partners in whose names every one of these words occurs."""
        found = self.transport.send("GET", f"{API}/search/person_typeahead/", query={"q": words, **uncached()})
        return list(found) if isinstance(found, list) else []

    # --- what courses refer to

    def create_collaborator(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Make a collaborator; names may repeat, so look before."""
        return self.transport.ask("POST", f"{API}/collaborators/", body=body, needs="uuid")

    def list_collaborators(self) -> Iterator[dict[str, Any]]:
        """All collaborators, newest first."""
        return read_pages(self.transport, f"{API}/collaborators/", uncached())

    def list_organizations(self) -> Iterator[dict[str, Any]]:
        """The organizations that the user can see: all for staff, their own for members."""
        return read_pages(self.transport, f"{API}/organizations/", {"limit": str(PAGE_ROWS), **uncached()})

    def list_subjects(self) -> Iterator[dict[str, Any]]:
        """All subjects."""
        return read_pages(self.transport, f"{API}/subjects/", {"limit": str(PAGE_ROWS), **uncached()})

    def list_program_types(self) -> Iterator[dict[str, Any]]:
        """All program types."""
        return read_pages(self.transport, f"{API}/program_types/", uncached())

    def list_sources(self) -> Iterator[dict[str, Any]]:
        """All product sources."""
        return read_pages(self.transport, f"{API}/sources/", uncached())

    def course_options(self) -> dict[str, Any]:
        """What a form for courses can learn: types with their run types, levels."""
        return self.transport.ask("OPTIONS", f"{API}/courses/", needs="name")

    def run_options(self) -> dict[str, Any]:
        """What a form for runs can learn: languages."""
        return self.transport.ask("OPTIONS", f"{API}/course_runs/", needs="name")
