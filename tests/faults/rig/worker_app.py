"""The Celery app of the rig's workers: the site's own, with failpoints and with what a host might set otherwise.

FAULTS_CELERY is a JSON object of Celery settings. FAULTS_LATE_ACK=1 forces late acknowledgement on every task, also on
those that refuse it: what is left when somebody gets that wrong.
"""

from __future__ import annotations

import json
import os

import django

from sandbox.celery import app
from tests.faults.rig import failpoints
from tests.faults.rig.variables import CELERY_VARIABLE, LATE_ACK_VARIABLE

django.setup()
failpoints.install()
for name, value in json.loads(os.environ.get(CELERY_VARIABLE, "{}")).items():
    app.conf[f"CELERY_{name.upper()}"] = value  # without the prefix it would lose against Django's settings
assert not app.conf.task_always_eager, "jobs must go through the broker here"

if os.environ.get(LATE_ACK_VARIABLE) == "1":
    app.loader.import_default_modules()
    for job, task in app.tasks.items():
        if not job.startswith("celery."):
            task.acks_late = True
