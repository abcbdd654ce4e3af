"""What the catalog's tables share: text compared without regard to case, a length limit, draft and official rows."""

from __future__ import annotations

from typing import Any, Self

from django.db import DataError, models
from django.db.backends.base.base import BaseDatabaseWrapper

DATA_TOO_LONG = 1406


class CaselessField(models.CharField):
    """A short text that is found in any spelling of upper and lower case, and kept as it was first stored.

    MySQL and MariaDB ignore case by default. SQLite is told to by a collation, PostgreSQL by a type of its own.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        """The column's type."""
        return "citext" if connection.vendor == "postgresql" else super().db_type(connection)

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        """The column's type and collation."""
        parameters: dict[str, Any] = dict(super().db_parameters(connection))
        return parameters | {"collation": "NOCASE"} if connection.vendor == "sqlite" else parameters


class CatalogRow(models.Model):
    """A row that knows when it was made and changed, and refuses a text that is too long as MySQL does."""

    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row; SQLite would take a text of any length."""
        for field in self._meta.concrete_fields:
            value = getattr(self, field.attname)
            if isinstance(field, models.CharField) and isinstance(value, str) and len(value) > (field.max_length or 0):
                raise DataError(DATA_TOO_LONG, f"Data too long for column '{field.column}' at row 1")
        super().save(*args, **kwargs)


class DraftQuerySet(models.QuerySet):
    """Picks between the two rows that one course or run may have."""

    def official(self) -> Self:
        """What the public sees."""
        return self.filter(draft=False)

    def editable(self) -> Self:
        """The draft where there is one, else the official row."""
        return self.filter(draft_row__isnull=True)


class DraftedRow(CatalogRow):
    """A row that people edit (draft) and that review copies to a second one with the same key (official)."""

    draft = models.BooleanField(default=False)
    draft_row = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="official_row", help_text="Set on official rows."
    )

    objects = DraftQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def official(self) -> Self | None:
        """The official row of a draft, if review has made one."""
        return getattr(self, "official_row", None)
