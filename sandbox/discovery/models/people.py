"""Accounts."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from sandbox.discovery.models.base import CaselessField


class User(AbstractUser):
    """Someone who may call the API.

    .. pii: Name and e-mail address of invented people; the stand-in holds no real ones.
    .. pii_types: name, username, email_address
    .. pii_retirement: local_api
    """

    username = CaselessField("username", max_length=150, unique=True)
    full_name = models.CharField(max_length=255, blank=True, default="")

    def get_full_name(self) -> str:
        """The name to show; empty when nobody has given one."""
        return self.full_name or super().get_full_name()
