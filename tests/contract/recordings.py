"""Which recordings are replayed, and the catalog that they start from.

Those of the newest service are kept whole, those of the older one where the two differ.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox.discovery import models
from sandbox.discovery.seed import load_person, load_seed
from tests.contract.replay import Scenario, read_scenarios

HERE = Path(__file__).parent


def scenarios_of(config: pytest.Config) -> list[Scenario]:
    """Those that are to be replayed: ours, or those of a folder."""
    if folder := config.getoption("exchanges"):
        return read_scenarios(config.getoption("service"), folder)
    return [*read_scenarios("2026", HERE / "exchanges"), *read_scenarios("2025", HERE / "exchanges_2025")]


def load_all() -> None:
    """The seed, and what the newest recordings start from besides."""
    load_seed()
    added = json.loads((HERE / "seed_additions.json").read_text(encoding="utf-8"))
    other = added["partner"]
    partner, _ = models.Partner.objects.get_or_create(short_code=other["short_code"], defaults={"name": other["name"]})
    for row in added["people"]:
        load_person(partner, row)
    for row in added["organization_user_roles"]:
        models.OrganizationUserRole.objects.get_or_create(
            organization=models.Organization.objects.get(key=row["organization"]),
            user=models.User.objects.get(username=row["user"]),
            role=row["role"],
        )
