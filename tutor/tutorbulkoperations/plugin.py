"""Settings, image requirement, worker, storage and initialization, as Tutor hooks.

Every file in `patches/` is named after the Tutor patch that it goes into.
"""

from __future__ import annotations

import typing as t
from importlib.resources import files

import click
from tutor import fmt, hooks
from tutor.types import Config, ConfigValue, get_typed

from tutorbulkoperations import __version__

REQUIREMENT = "{{ BULK_OPERATIONS_REQUIREMENT }}"
REQUIREMENTS_OF_DISCOVERY = "DISCOVERY_EXTRA_PIP_REQUIREMENTS"
JOB = "bulk-operations"  # Tutor runs its tasks in the service of this name with "-job" at the end

DEFAULTS: dict[str, ConfigValue] = {
    "VERSION": __version__,
    "REQUIREMENT": "course-discovery-bulk[s3]=={{ BULK_OPERATIONS_VERSION }}",
    "BROKER_REDIS_DB": 5,
    "QUEUE": "bulk_operations",
    "WORKER_CONCURRENCY": 2,
    "WORKER_REPLICAS": 1,
    "PUBLISHER_URL": "",  # where Publisher's page is; empty: on the host of the micro-frontends
    "S3_BUCKET": "",
    "STORAGE_CLASS": "",
    "STORAGE_SIZE": "5Gi",
    "SETTINGS": {},
}

COMMANDS = {
    "check": "./manage.py check --tag course_discovery_bulk",
    "clean": "./manage.py bulk_operations_gc",
    "health": "./manage.py bulk_operations_health",
    "sweep": "./manage.py bulk_operations_sweep",
}

HERE = files("tutorbulkoperations")

hooks.Filters.CONFIG_DEFAULTS.add_items([(f"BULK_OPERATIONS_{name}", value) for name, value in DEFAULTS.items()])
hooks.Filters.ENV_PATCHES.add_items(
    [(patch.name, patch.read_text(encoding="utf-8")) for patch in (HERE / "patches").iterdir()]
)
hooks.Filters.CLI_DO_INIT_TASKS.add_item((JOB, (HERE / "init.sh").read_text(encoding="utf-8")))


@hooks.Filters.CONFIG_DEFAULTS.add(priority=hooks.priorities.LOW)
def _install_in_the_image(defaults: list[tuple[str, ConfigValue]]) -> list[tuple[str, ConfigValue]]:
    """Add the app to what Tutor installs on top of course-discovery, beside what others have added by default."""
    present = dict(defaults).get(REQUIREMENTS_OF_DISCOVERY)
    wanted = [*(present if isinstance(present, list) else []), REQUIREMENT]
    return [(name, value) for name, value in defaults if name != REQUIREMENTS_OF_DISCOVERY] + [
        (REQUIREMENTS_OF_DISCOVERY, wanted)
    ]


@hooks.Actions.CONFIG_LOADED.add()
def _warn_of_a_list_of_ones_own(config: Config) -> None:
    """A list in the operator's own configuration replaces the default, and the app would be missing from the image."""
    listed = get_typed(config, REQUIREMENTS_OF_DISCOVERY, list, [])
    if not any(entry == REQUIREMENT or "course-discovery-bulk" in str(entry) for entry in listed):
        fmt.echo_alert(
            f"{REQUIREMENTS_OF_DISCOVERY} doesn't install course-discovery-bulk. "
            f'Add "{REQUIREMENT}" to it: tutor config save --append {REQUIREMENTS_OF_DISCOVERY}=...'
        )


@hooks.Filters.COMPOSE_MOUNTS.add()
def _mount_a_checkout(mounts: list[tuple[str, str]], name: str) -> list[tuple[str, str]]:
    """Where `tutor mounts add .../course-discovery-bulk` puts a developer's checkout."""
    services = ("discovery", "bulk-operations-worker") if name == "course-discovery-bulk" else ()
    return [*mounts, *((service, "/openedx/course-discovery-bulk") for service in services)]


@click.command(name="bulk-operations", help="Run a maintenance command of course-discovery-bulk.")
@click.argument("command", type=click.Choice(sorted(COMMANDS)))
def _run(command: str) -> t.Iterable[tuple[str, str]]:
    yield JOB, COMMANDS[command]


hooks.Filters.CLI_DO_COMMANDS.add_item(_run)
