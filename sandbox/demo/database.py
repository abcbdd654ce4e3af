"""Makes the site's database and seeds its catalog, in one start of Django: `python -m sandbox.demo.database`."""

import os

import django
from django.core.management import call_command

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sandbox.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("seed_catalog")
