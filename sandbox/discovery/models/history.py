"""Who did what, for the tests that ask whether the uploader is named."""

from django.conf import settings
from django.db import models


class ChangeLog(models.Model):
    """One act on one object.

    .. no_pii:
    """

    object_type = models.CharField(max_length=32)
    object_key = models.CharField(max_length=255, db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    verb = models.CharField(max_length=32)
    fields = models.JSONField(default=list, blank=True)
    request_id = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_key}"
