"""What each act of a step means in calls, and its policy: the one table that everything above asks.

An act never decides how a row ends; it gives facts to `pipeline.decisions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from course_discovery_bulk.choices import Act
from course_discovery_bulk.discovery.acts.base import ActPolicy
from course_discovery_bulk.discovery.acts.collaborators import CREATE_COLLABORATOR
from course_discovery_bulk.discovery.acts.courses import CREATE_COURSE, UPDATE_COURSE
from course_discovery_bulk.discovery.acts.editors import ADD_EDITOR, REMOVE_EDITOR
from course_discovery_bulk.discovery.acts.runs import CREATE_RUN, UPDATE_RUN

ACTS: Final[Mapping[Act, ActPolicy]] = {
    Act.CREATE_COLLABORATOR: CREATE_COLLABORATOR,
    Act.CREATE_COURSE: CREATE_COURSE,
    Act.UPDATE_COURSE: UPDATE_COURSE,
    Act.CREATE_RUN: CREATE_RUN,
    Act.UPDATE_RUN: UPDATE_RUN,
    Act.ADD_EDITOR: ADD_EDITOR,
    Act.REMOVE_EDITOR: REMOVE_EDITOR,
}
