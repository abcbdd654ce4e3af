#!/usr/bin/env python
"""Django's command line for the stand-in site in sandbox/, on which the app is developed."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sandbox.settings")
    execute_from_command_line(sys.argv)
