"""The columns that say in which subscriptions a course is."""

from __future__ import annotations

from typing import Final

from course_discovery_bulk.columns.base import Column
from course_discovery_bulk.columns.numbers import Boolean
from course_discovery_bulk.text.messages import gettext_noop as _

_ONE_OF_TWO: Final = _("It must be TRUE or FALSE.")

SUBSCRIPTIONS: Final = (
    Column(
        name="enterprise_subscription_inclusion",
        field="enterprise_subscription_inclusion",
        kind=Boolean(),
        help=_("Whether the course is part of the enterprise subscription."),
        example="FALSE",
        keep_reason=_ONE_OF_TWO,
        is_stale_after_creation=True,
    ),
    Column(
        name="b2c_subscription_inclusion",
        field="b2c_subscription_inclusion",
        kind=Boolean(),
        help=_("Whether the course is part of the subscription for individual learners."),
        example="FALSE",
        keep_reason=_ONE_OF_TWO,
        is_new=True,
    ),
)
