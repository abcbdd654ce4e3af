"""`manage.py seed_catalog`: fill the stand-in's catalog."""

from typing import Any

from django.core.management.base import BaseCommand

from sandbox.discovery.seed import load_seed


class Command(BaseCommand):
    """Safe to repeat."""

    help = "Add what is missing of the accounts, look-ups and the course of seed.json."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the seed."""
        load_seed()
        self.stdout.write("The catalog is seeded.")
