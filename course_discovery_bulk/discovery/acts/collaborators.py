"""Creating a collaborator."""

from __future__ import annotations

from typing import Any, Final

from course_discovery_bulk.data import Step, collaborator_result, fold
from course_discovery_bulk.discovery.acts.base import ActPolicy, Applied, CallInput, NotDone, Settled
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.text.messages import gettext_noop as _


def _create_collaborator(client: DiscoveryClient, given: CallInput) -> Applied:
    """Names may repeat in discovery, and another row may just have made this one: look once more before."""
    found = _find_collaborator(client, given.target)
    made = found or client.create_collaborator(given.body)
    return Applied(result={collaborator_result(given.target): made["uuid"]})


def _settle_collaborator(client: DiscoveryClient, given: CallInput) -> Settled:
    found = _find_collaborator(client, given.target)
    return Applied(result={collaborator_result(given.target): found["uuid"]}) if found else NotDone()


def _find_collaborator(client: DiscoveryClient, name: str) -> dict[str, Any] | None:
    wanted = fold(name)
    return next((item for item in client.list_collaborators() if fold(item["name"] or "") == wanted), None)


def _shared_name(step: Step) -> str:
    """Discovery accepts a second collaborator of the same name without an error."""
    return f"collaborator:{fold(step.target)}"


CREATE_COLLABORATOR: Final = ActPolicy(
    doing=_("create the collaborator"),
    call=_create_collaborator,
    settle=_settle_collaborator,
    creates=True,
    shared_name=_shared_name,
)
