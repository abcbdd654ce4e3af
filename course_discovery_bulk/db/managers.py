"""Reads from where writes go, whatever a host's routers say of reads.

A copy that lags behind would show a task as it was: a status that goes backwards, and a claim decided on old epochs.
"""

from __future__ import annotations

from typing import TypeVar

from django.db import models, router

Stored = TypeVar("Stored", bound=models.Model)


class PrimaryManager(models.Manager[Stored]):
    """Every query goes to the database that is written to, unless one is named with `using`."""

    def get_queryset(self) -> models.QuerySet[Stored]:
        found = super().get_queryset()
        return found if self._db else found.using(router.db_for_write(self.model))
