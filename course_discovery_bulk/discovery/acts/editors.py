"""Adding and removing an editor of a course."""

from __future__ import annotations

from typing import Final

from course_discovery_bulk.discovery.acts.base import ActPolicy, Applied, CallInput, NotDone, Settled, TargetMissing
from course_discovery_bulk.discovery.client import DiscoveryClient
from course_discovery_bulk.exceptions import NotFound
from course_discovery_bulk.text.messages import gettext_noop as _


def _add_editor(client: DiscoveryClient, given: CallInput) -> Applied:
    return Applied(result={"editor_id": client.add_editor(given.body)["id"]})


def _settle_added_editor(client: DiscoveryClient, given: CallInput) -> Settled:
    """Discovery answers 500 for an editor twice and for an unknown course: looking is the only way to know."""
    course, user_id = given.body["course"], given.body["user_id"]
    found = [item["id"] for item in client.list_editors(course) if item["user"]["id"] == user_id]
    if found:
        return Applied(result={"editor_id": found[0]})
    try:
        client.get_course(course)
    except NotFound:
        if client.is_staff:
            return TargetMissing()
        raise  # this user may only have lost sight of it
    return NotDone()


def _remove_editor(client: DiscoveryClient, given: CallInput) -> Applied:
    try:
        client.remove_editor(given.target)
    except NotFound:
        if _is_editor(client, given):
            raise
    return Applied()


def _settle_removed_editor(client: DiscoveryClient, given: CallInput) -> Settled:
    return NotDone() if _is_editor(client, given) else Applied()


def _is_editor(client: DiscoveryClient, given: CallInput) -> bool:
    return any(item["id"] == given.target for item in client.list_editors(given.known["course"]))


ADD_EDITOR: Final = ActPolicy(doing=_("add the editor"), call=_add_editor, settle=_settle_added_editor, creates=True)
REMOVE_EDITOR: Final = ActPolicy(doing=_("remove the editor"), call=_remove_editor, settle=_settle_removed_editor)
