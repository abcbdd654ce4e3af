"""The database's clock: leases and pauses are set and compared by it alone, whatever the clocks of workers say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper
from django.db.models.expressions import Combinable
from django.db.models.functions import Now


class DatabaseNow(Now):
    """The moment of the statement in UTC, which is what Django stores, also where a server is set to another zone."""

    def as_mysql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Django's own asks for the time of the session's zone."""
        return self.as_sql(compiler, connection, template="UTC_TIMESTAMP(6)", **context)


def after(seconds: float) -> Combinable:
    """The moment so many seconds from now."""
    return ExpressionWrapper(DatabaseNow() + timedelta(seconds=seconds), output_field=DateTimeField())
