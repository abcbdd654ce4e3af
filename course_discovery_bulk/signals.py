"""Signals for other apps of the host.

``bulk_operation_finished`` is sent once a task has ended and its end is committed. Its ``sender`` is BulkOperationTask,
its keyword arguments are ``task_id`` (the task's number), ``task_type`` and ``status``. A job of its own sends it, at
most once for every task: what a receiver raises is logged, and harms neither the task nor the other receivers.
"""

from django.dispatch import Signal

bulk_operation_finished = Signal()
