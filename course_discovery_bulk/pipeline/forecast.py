"""Forecast: what applying a preview would do, kept with every row as its share, and added up by the database.

A row that is planned again replaces its share: the forecast of the task follows without a look at the other rows.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from django.db.models import Count

from course_discovery_bulk.data import RowPlan
from course_discovery_bulk.models import BulkOperationTask
from course_discovery_bulk.operations.later_edits import later_edits_kept


def share_of(plan: RowPlan) -> str:
    """What a plan adds to the forecast, in the form that rows keep; empty if it adds nothing."""
    share: dict[str, Any] = {}
    if plan.steps:
        share["action"] = str(plan.action)
        share["acts"] = Counter(str(step.act) for step in plan.steps)
        share["effects"] = {str(effect): count for effect, count in plan.effects.items()}
    if kept := later_edits_kept(plan):
        share["kept"] = kept
    return json.dumps(share, sort_keys=True, separators=(",", ":")) if share else ""


def forecast_of(task: BulkOperationTask) -> dict[str, Any]:
    """The forecast of a task from the shares of its rows, as they are now; equal shares are read once."""
    actions, acts, effects = Counter[str](), Counter[str](), Counter[str]()
    kept_edits = 0
    shares = task.rows.exclude(forecast="").order_by().values_list("forecast").annotate(Count("pk"))
    for text, rows in shares:
        share = json.loads(text)
        actions.update({share["action"]: rows} if "action" in share else {})
        acts.update({name: count * rows for name, count in share.get("acts", {}).items()})
        effects.update({name: count * rows for name, count in share.get("effects", {}).items()})
        kept_edits += share.get("kept", 0) * rows
    return {
        "actions": dict(actions),
        "api_writes": acts.total(),
        "api_writes_by_act": dict(acts),
        "side_effects": dict(effects),
        **({"later_edits_kept": kept_edits} if kept_edits else {}),
    }
