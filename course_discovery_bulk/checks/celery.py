"""Whether the host's Celery suits us, as its own app is configured in this process: nothing is sent to a broker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import celery
from celery import current_app
from django.conf import settings
from django.core.checks import CheckMessage, Warning

from course_discovery_bulk import conf

REDIS_SCHEMES: Final = frozenset({"redis", "rediss", "redis+socket", "sentinel"})
LOCAL_SCHEMES: Final = frozenset({"memory", "filesystem"})
PICKLE: Final = frozenset({"pickle", "application/x-python-serialize"})
BAD_VERSION: Final = "5.7.0"
REDIS_VISIBILITY_SECONDS: Final = 3600


def check_celery(chosen: conf.BulkSettings) -> list[CheckMessage]:
    """The settings of `celery.current_app`, which is the one that jobs are sent with."""
    app = current_app.conf
    if app.task_always_eager:
        return list(_eager())
    scheme = _scheme(app.broker_write_url or app.broker_url)
    if not scheme:
        return list(_no_broker())
    found = [*_local(scheme), *_prefetch(app), *_pickle(app), *_giving_up(app)]
    if scheme in REDIS_SCHEMES:
        options = app.broker_transport_options or {}
        found += [*_visibility(options, chosen), *_socket(options), *_cancelling(app), *_version(app)]
    return found


def _eager() -> Iterator[CheckMessage]:
    if not settings.DEBUG:
        yield Warning(
            "Celery runs jobs where they are sent: an upload would answer only when its first slice of work is done, "
            "and a task that pauses would stand still.",
            hint="Leave CELERY_TASK_ALWAYS_EAGER at False and run a worker.",
            id="course_discovery_bulk.W004",
        )


def _no_broker() -> Iterator[CheckMessage]:
    yield Warning(
        "Celery has no broker in this process: jobs that it sends would go nowhere.",
        hint="Import the project's Celery app in the __init__.py of the project, and set CELERY_BROKER_URL.",
        id="course_discovery_bulk.W005",
    )


def _local(scheme: str) -> Iterator[CheckMessage]:
    if scheme in LOCAL_SCHEMES and not settings.DEBUG:
        yield Warning(
            f"The broker is of the kind {scheme}, which is for trying things out on one machine.",
            hint="Set CELERY_BROKER_URL to a Redis or RabbitMQ server.",
            id="course_discovery_bulk.W006",
        )


def _prefetch(app: Any) -> Iterator[CheckMessage]:
    if app.worker_prefetch_multiplier != 1 and not app.get("worker_disable_prefetch"):
        yield Warning(
            "Workers take several messages at once: those behind a job that runs wait although others are free.",
            hint="Set CELERY_WORKER_PREFETCH_MULTIPLIER = 1.",
            id="course_discovery_bulk.W007",
        )


def _pickle(app: Any) -> Iterator[CheckMessage]:
    if PICKLE & set(app.accept_content or ()):
        yield Warning(
            "Workers accept pickled messages: whoever can write to the broker can run code in them.",
            hint="Set CELERY_ACCEPT_CONTENT = ['json'].",
            id="course_discovery_bulk.W008",
        )


def _giving_up(app: Any) -> Iterator[CheckMessage]:
    if app.broker_connection_max_retries:
        yield Warning(
            "Workers give up for good when the broker was away for some minutes, and end.",
            hint="Set CELERY_BROKER_CONNECTION_MAX_RETRIES = None.",
            id="course_discovery_bulk.W015",
        )


def _visibility(options: Mapping[str, Any], chosen: conf.BulkSettings) -> Iterator[CheckMessage]:
    if options.get("visibility_timeout", REDIS_VISIBILITY_SECONDS) < chosen.time_limit:
        yield Warning(
            "The broker gives messages out again while the first worker may still be busy with them.",
            hint="Set visibility_timeout in CELERY_BROKER_TRANSPORT_OPTIONS to 3600, and in any case above TIME_LIMIT "
            "and above the longest task of every app on this broker.",
            id="course_discovery_bulk.W009",
        )


def _socket(options: Mapping[str, Any]) -> Iterator[CheckMessage]:
    if not options.get("socket_timeout"):
        yield Warning(
            "There is no limit to the wait for the broker: one that accepts connections and says nothing would hang "
            "workers, and web requests of other apps.",
            hint="Set socket_timeout to 10 and socket_connect_timeout to 5 in CELERY_BROKER_TRANSPORT_OPTIONS.",
            id="course_discovery_bulk.W010",
        )


def _cancelling(app: Any) -> Iterator[CheckMessage]:
    if app.worker_cancel_long_running_tasks_on_connection_loss:
        yield Warning(
            "Workers kill what they run when they lose the broker, and its messages may wait an hour to come back.",
            hint="Set CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False.",
            id="course_discovery_bulk.W011",
        )


def _version(app: Any) -> Iterator[CheckMessage]:
    if celery.__version__ == BAD_VERSION and app.task_acks_late and app.worker_concurrency != 1:
        yield Warning(
            f"Workers of Celery {BAD_VERSION} end when Redis restarts while they run tasks that are acknowledged late.",
            hint="Use Celery 5.6.3, set CELERY_TASK_ACKS_LATE = False, or CELERY_WORKER_CONCURRENCY = 1.",
            id="course_discovery_bulk.W012",
        )


def _scheme(broker: Any) -> str:
    """The kind of the first broker; an address may hold a password, so no more of it is looked at."""
    first = (broker[0] if broker else "") if isinstance(broker, list | tuple) else broker
    return str(first or "").partition("://")[0].lower()
