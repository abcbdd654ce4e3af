"""Notices when a task ends: mail to the uploader, a signal to other apps."""
